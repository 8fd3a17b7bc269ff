"""A promise to pay: who said what, until when; reconciliation says whether it was kept."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..engine import promises

STATES = [
    ('running', "Running"), ('kept', "Kept"), ('partly_kept', "Partly kept"), ('broken', "Broken"), ('cancelled', "Cancelled")]
MEANS = [('phone', "Phone"), ('email', "E-mail"), ('letter', "Letter"), ('meeting', "Meeting"), ('portal', "Portal")]
# A payment booked late counts for its value date: a promise that seemed broken is looked at again for this time.
LATE_BOOKING_DAYS = 60


class RecouvrementPromise(models.Model):
    _name = 'recouvrement.promise'
    _description = "Promise to pay"
    _order = 'date_promised desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True, string="Customer")
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    date = fields.Date(string="Made on", required=True, readonly=True)
    date_promised = fields.Date(string="Payment promised for", required=True, readonly=True)
    grace_days = fields.Integer(string="Days of grace", required=True, readonly=True)
    date_to = fields.Date(
        string="Held until", required=True, readonly=True, help="The last day that keeps the promise, by value date.")
    amount = fields.Monetary(string="Amount promised", required=True, readonly=True)
    amount_received = fields.Monetary(
        readonly=True, help="What reduced the promised instalments since, by value date, up to the last day.")
    reduced_before = fields.Monetary(readonly=True, help="What had reduced these instalments when the promise was made.")
    item_ids = fields.Many2many('recouvrement.item', string="Instalments", readonly=True)
    hold_ids = fields.Many2many('recouvrement.hold', readonly=True)
    said_by = fields.Char(readonly=True, help="Who promised, at the customer's.")
    means = fields.Selection(MEANS, readonly=True)
    note = fields.Char(readonly=True)
    user_id = fields.Many2one('res.users', string="Recorded by", required=True, readonly=True)
    state = fields.Selection(STATES, default='running', required=True, readonly=True, index=True)
    date_state = fields.Date(string="Settled on", readonly=True)

    @api.depends('date_promised', 'amount')
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(amount)s by %(day)s", amount=formatLang(self.env, promise.amount, currency_obj=promise.currency_id),
                day=format_date(self.env, promise.date_promised))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A promise is kept with the history of the case: it is cancelled, never deleted."))

    # === LIFE === #

    def cancel(self, reason):
        """Take a promise back that was recorded by mistake or withdrawn by the customer; the instalments are reminded again.

        :param reason: words for the history, required
        :return: [{id, state}]
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why the promise is cancelled: the reason stays in its history."))
        for promise in self.sudo().filtered(lambda promise: promise.state == 'running'):
            promise._end('cancelled', promise.company_id._recouvrement_today())
            promise.case_id._message_log(body=self.env._(
                "Promise cancelled: %(promise)s. %(reason)s", promise=promise.display_name, reason=reason))
        return [{'id': promise.id, 'state': promise.state} for promise in self.sudo()]

    @api.model
    def _settle(self, company, as_of):
        """Look at the promises of a company against the money that came: {partner id: error} of those that could not be."""
        return self.env['recouvrement.run']._settle_apart(self._to_settle(company, as_of), as_of)

    @api.model
    def _to_settle(self, company, as_of):
        return self.search_fetch(self._settle_domain(company, as_of))

    @api.model
    def _settle_domain(self, company, as_of):
        return Domain('company_id', '=', company.id) & Domain('date', '<=', as_of) & (Domain('state', '=', 'running') | (
            Domain('state', 'in', ('partly_kept', 'broken'))
            & Domain('date_to', '>=', fields.Date.subtract(as_of, days=LATE_BOOKING_DAYS))))

    def _line_ids(self):
        return self.item_ids._line_ids()

    def _settle_one(self, as_of, known):
        engine = self.env['recouvrement.engine']
        receipts = self.item_ids._receipts(
            engine._decimal(self.reduced_before, self.currency_id), min(as_of, self.date_to), known)
        promise = promises.Promise(engine._decimal(self.amount, self.currency_id), self.date_promised, self.grace_days)
        state = promises.promise_state(promise, receipts, as_of)
        received = float(sum((amount for _day, amount in receipts), 0))
        if self.currency_id.compare_amounts(received, self.amount_received):
            self.amount_received = received
        if state != self.state:
            self._change_to(state, as_of)

    def _change_to(self, state, as_of):
        """Write what the money says, log it, and have a promise that was not kept called about."""
        self._end(state, as_of)
        self.case_id._message_log(body=self._outcome_words(state))
        if state in ('partly_kept', 'broken'):
            self._ask_to_call()

    def _outcome_words(self, state):
        promise = self.display_name
        if state == 'kept':
            return self.env._("Promise kept: %(promise)s", promise=promise)
        if state == 'partly_kept':
            return self.env._("Promise kept in part: %(promise)s", promise=promise)
        if state == 'broken':
            return self.env._("Promise not kept: %(promise)s", promise=promise)
        return self.env._("The promise runs again: %(promise)s", promise=promise)

    def _end(self, state, as_of, promised=()):
        """Write the outcome and end the holds, so that the plan goes on; those on `promised` last until their day."""
        self.write({'state': state, 'date_state': as_of})
        still = self.hold_ids.filtered(
            lambda hold: (not hold.date_to or hold.date_to >= as_of) and hold.item_id not in promised)
        for hold in still:
            hold.date_to = max(fields.Date.subtract(as_of, days=1), fields.Date.subtract(hold.date_from, days=1))

    def _ask_to_call(self, note=None):
        """One task for the collector: the customer did not do what it said."""
        self.env['mail.activity']._recouvrement_ask(
            self.case_id, 'recouvrement_plus.mail_activity_type_promise', self.case_id.user_id or self.user_id,
            note or self.env._("Promise not kept: %(promise)s", promise=self.display_name))


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    promise_ids = fields.One2many('recouvrement.promise', 'case_id', string="Promises", readonly=True)
    promise_running_id = fields.Many2one('recouvrement.promise', compute='_compute_promise_running_id')
    promise_broken_count = fields.Integer(compute='_compute_promise_broken_count')

    @api.depends('promise_ids.state')
    def _compute_promise_running_id(self):
        for case in self:
            case.promise_running_id = case.promise_ids.filtered(lambda promise: promise.state == 'running')[:1]

    @api.depends('promise_ids.state')
    def _compute_promise_broken_count(self):
        for case in self:
            case.promise_broken_count = len(case.promise_ids.filtered(lambda promise: promise.state == 'broken'))

    def promise_to_pay(self, date_promised, amount=None, item_ids=None, said_by='', means='phone', note=''):
        """Record that the customer promised to pay; its instalments are left in peace until the day and some days of grace.

        :param date_promised: date or 'YYYY-MM-DD', today or later, within the longest time that the company accepts
        :param amount: in the currency of the instalments (number or text); all that is owed on them when left out
        :param item_ids: instalments of this case, of one currency; when left out all that are overdue, but for what an opening
            judgment freezes
        :param means: phone, email, letter, meeting or portal
        :return: {id, date_to, amount, currency, state}
        :raises AccessError: without the officer role or for another company
        :raises UserError: for a date or an amount that cannot be, when nothing is owed, or for debts of before a judgment
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        case = self.sudo()
        today = case.company_id._recouvrement_today()
        day = self.env['recouvrement.run']._parse_date(date_promised)
        case._check_promise(day, today, means)
        items = case._items_to_promise(item_ids, today)
        amount = case._amount_to_promise(items, amount)
        same = case.promise_ids.filtered(
            lambda promise: promise.state == 'running' and promise.date_promised == day and promise.item_ids == items
            and not promise.currency_id.compare_amounts(promise.amount, amount))
        promise = same[:1] or case._record_promise(items, {
            'date_promised': day, 'amount': amount, 'said_by': said_by or False, 'means': means, 'note': note or False})
        return {
            'id': promise.id, 'date_to': fields.Date.to_string(promise.date_to), 'state': promise.state,
            'amount': promise.currency_id._recouvrement_text(promise.amount), 'currency': promise.currency_id.name}

    def _check_promise(self, day, today, means):
        longest = fields.Date.add(today, days=self.company_id.recouvrement_promise_max_days)
        if not today <= day <= longest:
            raise UserError(self.env._(
                "A promise is for a day from today up to %(day)s (company setting). For longer, make an instalment agreement.",
                day=format_date(self.env, longest)))
        if means not in dict(MEANS):
            raise UserError(self.env._("“%(means)s” is no way to promise; there are: %(known)s.", means=means,
                                       known=", ".join(code for code, _label in MEANS)))

    def _items_to_promise(self, item_ids, today):
        """The instalments asked for, else those that are overdue.

        :raises UserError: of another customer, closed, or of several currencies
        """
        self.env['recouvrement.item']._sync(self.company_id, self.partner_id)
        items = self.open_item_ids.filtered(
            lambda item: item.id in item_ids if item_ids else item.date_maturity < today)
        if not items or (item_ids and set(item_ids) - set(items.ids)):
            raise UserError(self.env._("%(customer)s: choose instalments of this customer that are still owed.",
                                       customer=self.display_name))
        if len(items.currency_id) > 1:
            raise UserError(self.env._("A promise is in one currency: choose instalments in one currency."))
        return items

    def _amount_to_promise(self, items, amount):
        owed = sum(items.mapped('amount_residual'))
        currency = items.currency_id
        try:
            amount = owed if amount is None or amount is False or amount == '' else currency.round(float(amount))
        except (OverflowError, TypeError, ValueError):
            raise UserError(self.env._("“%(amount)s” is no amount.", amount=amount)) from None
        if currency.compare_amounts(amount, 0) <= 0 or currency.compare_amounts(amount, owed) > 0:
            raise UserError(self.env._("The amount promised is between nought and what is owed on these instalments (%(owed)s).",
                                       owed=formatLang(self.env, owed, currency_obj=currency)))
        return amount

    def _record_promise(self, items, vals):
        """Create the promise and its holds. A promise for the same instalments that still runs is replaced by this one.

        What the old one promised besides is left in peace until its own day all the same.
        """
        today = self.company_id._recouvrement_today()
        grace = self.company_id.recouvrement_promise_grace_days
        last_day = fields.Date.add(vals['date_promised'], days=grace)
        for old in self.promise_ids.filtered(lambda promise: promise.state == 'running' and promise.item_ids & items):
            old._end('cancelled', today, old.item_ids - items)
        holds = self._hold_promised(items, today, last_day)
        promise = self.env['recouvrement.promise'].create({
            **vals, 'case_id': self.id, 'currency_id': items.currency_id.id, 'date': today, 'grace_days': grace,
            'date_to': last_day, 'reduced_before': items._reduced(last_day),
            'item_ids': [fields.Command.set(items.ids)], 'hold_ids': [fields.Command.set(holds.ids)],
            'user_id': self.env.uid})
        self._message_log(body=self.env._("Promise to pay recorded: %(promise)s", promise=promise.display_name))
        self._look_again_at_waiting()
        return promise

    def _hold_promised(self, items, day, last_day):
        return self.env['recouvrement.hold'].create([{
            'case_id': self.id, 'item_id': item.id, 'kind': 'promise', 'date_from': day, 'date_to': last_day,
            'user_id': self.env.uid} for item in items])

    def action_promise(self):
        """Open the window that records a promise."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Promise to pay"), 'res_model': 'recouvrement.promise.step',
            'view_mode': 'form', 'target': 'new', 'context': {'default_case_id': self.id}}
