"""An instalment agreement (échéancier): proposed from rules, signed, watched, kept or lapsed. The invoices stay as they are."""
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..engine import promises
from ..engine.errors import InconsistentInput

STATES = [
    ('draft', "Proposed"), ('running', "Running"), ('kept', "Kept"), ('lapsed', "Lapsed"), ('cancelled', "Cancelled")]
LATE_BOOKING_DAYS = 60


class RecouvrementAgreement(models.Model):
    _name = 'recouvrement.agreement'
    _description = "Instalment agreement"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True, string="Customer")
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    date = fields.Date(string="Proposed on", required=True, readonly=True)
    item_ids = fields.Many2many('recouvrement.item', string="Instalments of the invoices", readonly=True)
    total = fields.Monetary(string="Debt acknowledged", required=True, readonly=True)
    reduced_before = fields.Monetary(readonly=True)
    grace_days = fields.Integer(string="Days of grace", required=True, readonly=True)
    interest_mode = fields.Selection(
        selection=[
            ('running', "Go on"), ('frozen', "Stop while it is kept"), ('waived', "Dropped once it is kept")],
        string="Penalties", required=True, readonly=True)
    line_ids = fields.One2many('recouvrement.agreement.line', 'agreement_id', string="Payments", readonly=True)
    hold_ids = fields.Many2many('recouvrement.hold', readonly=True)
    state = fields.Selection(STATES, default='draft', required=True, readonly=True, index=True)
    date_signed = fields.Date(readonly=True)
    signed_by = fields.Char(string="Signed by", readonly=True, help="Who signed, at the customer's.")
    proof_id = fields.Many2one('ir.attachment', string="Signed document", readonly=True, ondelete='restrict')
    date_end = fields.Date(string="Ended on", readonly=True)
    lapse_letter_id = fields.Many2one('ir.attachment', string="Letter of lapse", readonly=True, ondelete='restrict')
    user_id = fields.Many2one('res.users', string="Proposed by", required=True, readonly=True)
    amount_paid = fields.Monetary(string="Paid", compute='_compute_amount_paid')
    next_date = fields.Date(string="Next payment", compute='_compute_amount_paid')

    @api.depends('total', 'date')
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = self.env._(
                "Agreement of %(day)s: %(amount)s", day=format_date(self.env, agreement.date_signed or agreement.date),
                amount=formatLang(self.env, agreement.total, currency_obj=agreement.currency_id))

    @api.depends('line_ids.amount_paid', 'line_ids.amount')
    def _compute_amount_paid(self):
        for agreement in self:
            agreement.amount_paid = sum(agreement.line_ids.mapped('amount_paid'))
            agreement.next_date = agreement.line_ids.filtered(lambda line: not line._is_paid())[:1].date

    @api.constrains('interest_mode', 'case_id')
    def _check_public(self):
        for agreement in self:
            if agreement.partner_id.recouvrement_regime == 'public' and agreement.interest_mode != 'running':
                raise ValidationError(self.env._(
                    "%(customer)s is a public body: a waiver of its penalties is void (CCP art. L2192-14). They go on.",
                    customer=agreement.partner_id.display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("An agreement is kept with the history of the case: it is cancelled, never deleted."))

    # === PUBLIC METHODS === #

    def sign(self, date_signed, signed_by, proof):
        """Record that the customer signed. From that day its instalments are left in peace while the payments arrive.

        :param date_signed: date or 'YYYY-MM-DD', today at the latest
        :param signed_by: who signed, at the customer's
        :param proof: {'filename', 'datas'}: the signed document, base64
        :return: [{id, state}]; signing again what is signed changes nothing
        :raises AccessError: for an officer: a manager grants time
        :raises UserError: without proof or name, for a day to come, when the debt has changed since the proposal, or when an
            opening judgment has frozen it
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        agreement = self.sudo()
        if agreement.state == 'draft':
            agreement._sign(self.env['recouvrement.run']._parse_date(date_signed), signed_by, proof)
        return [{'id': self.id, 'state': agreement.state}]

    def cancel(self, reason):
        """Drop a proposal, or end a running agreement by hand; the instalments are reminded again.

        :param reason: words for the history, required
        :return: [{id, state}]
        """
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why the agreement is cancelled: the reason stays in its history."))
        for agreement in self.sudo().filtered(lambda agreement: agreement.state in ('draft', 'running')):
            agreement._end('cancelled', agreement.company_id._recouvrement_today())
            agreement.case_id._message_log(body=self.env._(
                "Agreement cancelled: %(agreement)s. %(reason)s", agreement=agreement.display_name, reason=reason))
        return [{'id': agreement.id, 'state': agreement.state} for agreement in self.sudo()]

    def agreement_pdf(self):
        """The agreement to be signed: {filename, content}, base64.

        :raises AccessError: without the officer role or for another company
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        content = self.sudo()._render('recouvrement_plus.agreement_document')
        return {'filename': self.env._("Agreement %(customer)s.pdf", customer=self.partner_id.name),
                'content': base64.b64encode(content).decode()}

    def action_print(self):
        """The agreement to be signed, downloaded."""
        result = self.agreement_pdf()
        attachment = self.sudo()._keep(result['filename'], base64.b64decode(result['content']))
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{attachment.id}?download=true', 'target': 'self'}

    # === LIFE === #

    def _sign(self, day, signed_by, proof):
        today = self.company_id._recouvrement_today()
        if day > today:
            raise UserError(self.env._("An agreement is signed today at the latest."))
        if not (signed_by or '').strip() or not (proof or {}).get('datas'):
            raise UserError(self.env._(
                "Attach the signed agreement and say who signed it: it is the proof of the acknowledgement."))
        born = max(item.move_id.invoice_date or item.move_id.date for item in self.item_ids)
        if day < born:
            raise UserError(self.env._("An agreement of %(day)s is before its last invoice (%(born)s): what did not exist was not "
                                       "acknowledged.", day=format_date(self.env, day), born=format_date(self.env, born)))
        self._check_debt()
        self.write({
            'state': 'running', 'date_signed': day, 'signed_by': signed_by, 'proof_id': self._keep(
                proof.get('filename') or self.env._("Signed agreement.pdf"), self._decoded(proof['datas'])).id,
            'hold_ids': [fields.Command.set(self._hold(day).ids)]})
        self.case_id._message_log(
            body=self.env._("Agreement signed: %(agreement)s", agreement=self.display_name), attachment_ids=self.proof_id.ids)
        self.case_id._look_again_at_waiting()

    def _check_debt(self):
        """What is owed is still what the proposal says."""
        self.env['recouvrement.item']._sync(self.company_id, self.partner_id)
        owed = sum(self.item_ids.mapped('amount_residual'))
        if self.currency_id.compare_amounts(owed, self.total):
            raise UserError(self.env._(
                "The debt has changed since the proposal: %(owed)s instead of %(total)s. Cancel it and propose a new one.",
                owed=formatLang(self.env, owed, currency_obj=self.currency_id),
                total=formatLang(self.env, self.total, currency_obj=self.currency_id)))

    @api.model
    def _decoded(self, datas):
        try:
            return base64.b64decode(datas, validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise UserError(self.env._("The document is not readable: send it as base64.")) from None

    def _keep(self, name, content):
        return self.env['ir.attachment'].create({
            'name': name, 'raw': content, 'res_model': 'recouvrement.case', 'res_id': self.case_id.id})

    def _hold(self, day):
        return self.env['recouvrement.hold'].create([{
            'case_id': self.case_id.id, 'item_id': item.id, 'kind': 'agreement', 'date_from': day, 'user_id': self.env.uid,
        } for item in self.item_ids])

    @api.model
    def _settle(self, company, as_of):
        """Look at the agreements of a company against the money that came: {partner id: error} of those that could not be."""
        return self.env['recouvrement.run']._settle_apart(self._to_settle(company, as_of), as_of)

    @api.model
    def _to_settle(self, company, as_of):
        return self.search_fetch(self._settle_domain(company, as_of))

    @api.model
    def _settle_domain(self, company, as_of):
        return Domain('company_id', '=', company.id) & Domain('date_signed', '<=', as_of) & (Domain('state', '=', 'running') | (
            Domain('state', '=', 'lapsed') & Domain('date_end', '>=', fields.Date.subtract(as_of, days=LATE_BOOKING_DAYS))))

    def _line_ids(self):
        return self.item_ids._line_ids()

    def _settle_one(self, as_of, known):
        decimal = self.env['recouvrement.engine']._decimal
        schedule = tuple((line.date, decimal(line.amount, self.currency_id)) for line in self.line_ids)
        receipts = self.item_ids._receipts(decimal(self.reduced_before, self.currency_id), as_of, known)
        found = promises.agreement_state(schedule, receipts, as_of, self.grace_days)
        for line, paid in zip(self.line_ids, found.paid, strict=True):
            if self.currency_id.compare_amounts(float(paid), line.amount_paid):
                line.amount_paid = float(paid)
        if found.state != self.state and self.state != 'lapsed':
            self._change_to(found.state, as_of)

    def _change_to(self, state, as_of):
        self._end(state, as_of)
        self._tell_end(state)

    def _end(self, state, as_of):
        self.write({'state': state, 'date_end': as_of})
        for hold in self.hold_ids.filtered(lambda hold: not hold.date_to or hold.date_to >= as_of):
            hold.date_to = max(fields.Date.subtract(as_of, days=1), fields.Date.subtract(hold.date_from, days=1))

    def _tell_end(self, state):
        """Log it; a lapse also prepares the letter that says so, and asks a person to send it."""
        if state != 'lapsed':
            self._log_end(state)
            return
        self.lapse_letter_id = self._keep(
            self.env._("Agreement lapsed %(customer)s.pdf", customer=self.partner_id.name),
            self._render('recouvrement_plus.agreement_lapse_document'))
        self._log_end(state, self.lapse_letter_id)
        self._ask_to_look(self.env._("Agreement lapsed: read and send the letter that says so."))

    def _log_end(self, state, letter=None):
        labels = dict(self._fields['state']._description_selection(self.env))
        self.case_id._message_log(
            body=self.env._("%(agreement)s: %(state)s", agreement=self.display_name, state=labels[state].lower()),
            attachment_ids=letter.ids if letter else [])

    def _ask_to_look(self, note):
        self.env['mail.activity']._recouvrement_ask(
            self.case_id, 'recouvrement_plus.mail_activity_type_agreement', self.case_id.user_id or self.user_id, note)

    def _render(self, template):
        return self.env['recouvrement.letter']._pdf(template, 'agreement', self, self.partner_id.lang or self.env.lang)

    def _plain(self):
        money = self.currency_id._recouvrement_text
        return {
            'id': self.id, 'state': self.state, 'total': money(self.total), 'currency': self.currency_id.name,
            'lines': [{'date': fields.Date.to_string(line.date), 'amount': money(line.amount)} for line in self.line_ids]}

    def _missed_line(self):
        """The first payment that was not made in time, for the letter."""
        return self.line_ids.filtered(lambda line: not line._is_paid())[:1]


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    agreement_ids = fields.One2many('recouvrement.agreement', 'case_id', string="Agreements", readonly=True)

    def propose_agreement(self, number, first_day, down_payment=0, item_ids=None, interest_mode='running'):
        """Propose monthly payments of what the customer owes. Nothing is held until it is signed.

        :param number: payments after the down payment
        :param first_day: date or 'YYYY-MM-DD' of the first payment, today or later
        :param down_payment: paid on the first day, the others then begin a month later; 0 for none
        :param item_ids: instalments of this case, of one currency; when left out all that are overdue, but for what an opening
            judgment freezes
        :param interest_mode: 'running', 'frozen' (no penalties while it is kept) or 'waived' (dropped once it is kept);
            only 'running' for a public body (CCP art. L2192-14)
        :return: {id, total, currency, lines: [{date, amount}]}
        :raises AccessError: without the officer role or for another company
        :raises UserError: when the rules of the company do not allow it, or for debts of before an opening judgment
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        case = self.sudo()
        day = self.env['recouvrement.run']._parse_date(first_day)
        today = case.company_id._recouvrement_today()
        if day < today:
            raise UserError(self.env._("The first payment is today or later."))
        items = case._items_to_promise(item_ids, today)
        schedule = case._schedule(items, number, day, down_payment)
        agreement = case._record_agreement(items, schedule, interest_mode)
        return agreement._plain()

    def _schedule(self, items, number, day, down_payment):
        currency = items.currency_id
        decimal = self.env['recouvrement.engine']._decimal
        longest = self.company_id.recouvrement_agreement_max_months
        try:
            return promises.propose_schedule(
                decimal(sum(items.mapped('amount_residual')), currency), int(number), day, currency.decimal_places,
                decimal(float(down_payment or 0), currency), longest)
        except (InconsistentInput, ArithmeticError, TypeError, ValueError):
            raise UserError(self.env._(
                "These payments cannot be: at least one, each above nought, within %(months)s months from the first to the last"
                " (company setting).", months=longest)) from None

    def _record_agreement(self, items, schedule, interest_mode):
        if interest_mode not in dict(self.env['recouvrement.agreement']._fields['interest_mode'].selection):
            raise UserError(self.env._("“%(mode)s” is no way to treat penalties.", mode=interest_mode))
        running = self.agreement_ids.filtered(lambda agreement: agreement.state == 'running' and agreement.item_ids & items)
        if running:
            raise UserError(self.env._("%(agreement)s covers some of these instalments and still runs.",
                                       agreement=running[0].display_name))
        today = self.company_id._recouvrement_today()
        for old in self.agreement_ids.filtered(lambda agreement: agreement.state == 'draft' and agreement.item_ids & items):
            old._end('cancelled', today)
        return self.env['recouvrement.agreement'].create({
            'case_id': self.id, 'currency_id': items.currency_id.id, 'date': today, 'interest_mode': interest_mode,
            'total': float(sum(amount for _day, amount in schedule)), 'reduced_before': items._reduced(schedule[-1][0]),
            'grace_days': self.company_id.recouvrement_agreement_grace_days, 'item_ids': [fields.Command.set(items.ids)],
            'user_id': self.env.uid, 'line_ids': [
                fields.Command.create({'rank': rank, 'date': day, 'amount': float(amount)})
                for rank, (day, amount) in enumerate(schedule, 1)]})

    def action_agreement(self):
        """Open the window that proposes an agreement."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Propose an agreement"),
            'res_model': 'recouvrement.agreement.step', 'view_mode': 'form', 'target': 'new',
            'context': {'default_case_id': self.id}}
