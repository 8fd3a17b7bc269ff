"""The dispute: why a customer does not pay an invoice, or a part of it, who settles it, by when, and how it ended."""
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, formatLang

from .sql_arrays import int_array

REASONS = [
    ('price', "Price"),
    ('quality', "Quality"),
    ('delivery', "Delivery"),
    ('order_number', "Missing order number"),
    ('not_received', "Invoice not received"),
    ('identity', "Wrong customer or address"),
    ('other', "Other"),
]
STATES = [('open', "To resolve"), ('accepted', "Accepted, credit note to come"), ('closed', "Resolved")]
#: What a person decides. A founded dispute stays held until its credit note.
DECISIONS = [
    ('founded', "Founded: a credit note is due"),
    ('unfounded', "Not founded: the amount is claimed again"),
    ('settled', "Settled: what was missing was given"),
    ('withdrawn', "Withdrawn by the customer"),
]
#: What the ledger decides.
FOUND = [('paid', "Paid"), ('credited', "Credited")]
DAYS_TO_SETTLE = 15
#: Facts of the dispute: decided by its methods, never written by hand.
FROZEN = {
    'move_id', 'case_id', 'company_id', 'partner_id', 'amount', 'whole', 'date', 'state', 'outcome', 'outcome_note',
    'date_closed', 'closed_by_id', 'amount_credited', 'credit_at_opening', 'hold_ids', 'origin', 'contact_id'}


class RecouvrementDispute(models.Model):
    _name = 'recouvrement.dispute'
    _description = "Dispute"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'date desc, id desc'

    move_id = fields.Many2one('account.move', string="Invoice", required=True, index=True, ondelete='restrict', domain=(
        "[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), ('payment_state', 'in', ('not_paid', 'partial', 'blocked', "
        "'in_payment')), ('recouvrement_penalty_id', '=', False)]"))
    case_id = fields.Many2one('recouvrement.case', string="Customer case", readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', readonly=True, index=True)
    partner_id = fields.Many2one('res.partner', string="Customer", readonly=True, index=True)
    salesperson_id = fields.Many2one(
        'res.users', string="Salesperson", related='move_id.invoice_user_id', store=True, related_sudo=True)
    reason = fields.Selection(REASONS, required=True, index=True, tracking=True)
    note = fields.Text(string="What the customer says")
    date = fields.Date(string="Opened on", readonly=True, index=True)
    currency_id = fields.Many2one(related='move_id.currency_id')
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company currency")
    amount = fields.Monetary(string="Amount in dispute", help="All that is unpaid of the invoice, or a part of it.")
    amount_company = fields.Monetary(
        string="Amount (company currency)", currency_field='company_currency_id', readonly=True, help="At the rate of the opening.")
    whole = fields.Boolean(string="Whole invoice", readonly=True)
    amount_credited = fields.Monetary(string="Credited since", readonly=True)
    credit_at_opening = fields.Monetary(
        readonly=True, help="Credit notes of the invoice that have nothing to do with this dispute.")
    user_id = fields.Many2one('res.users', string="Owner", tracking=True, help="Who settles it.")
    date_deadline = fields.Date(string="To resolve by", tracking=True)
    state = fields.Selection(STATES, default='open', required=True, readonly=True, index=True, tracking=True)
    outcome = fields.Selection([*DECISIONS, *FOUND], readonly=True, tracking=True)
    outcome_note = fields.Char(string="How it ended", readonly=True)
    date_closed = fields.Date(string="Closed on", readonly=True)
    closed_by_id = fields.Many2one('res.users', string="Closed by", readonly=True)
    days_open = fields.Integer(string="Days to resolve", readonly=True, aggregator='avg')
    hold_ids = fields.One2many('recouvrement.hold', 'dispute_id', string="Holds", readonly=True)

    # === COMPUTE === #

    @api.depends('move_id', 'reason')
    def _compute_display_name(self):
        labels = dict(self._fields['reason']._description_selection(self.env))
        for dispute in self:
            dispute.display_name = f"{dispute.move_id.name or '/'} - {labels.get(dispute.reason, '')}" if dispute.move_id else False

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Open disputes: each holds its part of the invoice from today.

        :raises UserError: for anything but an unpaid customer invoice, or an amount above what is unpaid and not disputed
        """
        for vals in vals_list:
            given = (FROZEN | {'days_open', 'amount_company', 'salesperson_id'}) - {'move_id', 'amount', 'case_id'}
            if not self.env.su and given & {name for name, value in vals.items() if value}:
                raise AccessError(self.env._("A dispute is opened with its invoice, its reason and its amount; the rest follows."))
        disputes = super().create([self._opening_vals(vals) for vals in vals_list])
        for dispute in disputes:
            dispute.sudo()._hold()
            dispute.sudo()._plan_activity()
        return disputes

    def write(self, vals):
        if not self.env.su and FROZEN & set(vals):
            raise AccessError(self.env._("The amount and the outcome of a dispute are not written by hand: resolve it."))
        result = super().write(vals)
        if {'user_id', 'date_deadline'} & set(vals):
            for dispute in self.filtered(lambda dispute: dispute.state != 'closed'):
                dispute.sudo()._plan_activity()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A dispute is kept: it explains why nothing was asked. Resolve it instead."))

    # === OPENING === #

    @api.model
    def _opening_vals(self, vals):
        """What follows from the invoice; its customer is looked at now, so that every unpaid instalment has its item."""
        move = self.env['account.move'].browse(vals.get('move_id'))
        self.env['recouvrement.run']._check_user('officer', move.company_id)
        move.check_access('read')
        move = move.sudo()
        self._check_invoice(move)
        company, partner = move.company_id, move.commercial_partner_id
        self.env['recouvrement.item'].sudo()._sync(company, partner)
        case = self.env['recouvrement.case'].sudo()._get_or_create(company, {partner.id})[partner.id]
        free = sum(self._free_parts(move).values())
        amount = move.currency_id.round(float(vals.get('amount') or free))
        if amount <= 0 or move.currency_id.compare_amounts(amount, free) > 0:
            raise UserError(self.env._(
                "%(amount)s of %(invoice)s can be disputed: what is unpaid and not disputed yet.", invoice=move.name,
                amount=formatLang(self.env, free, currency_obj=move.currency_id)))
        today = company._recouvrement_today()
        owner = case._collector() if self.env.user.share else case.user_id or self.env.user
        return {
            'user_id': owner.id, 'date_deadline': fields.Date.add(today, days=DAYS_TO_SETTLE), **vals,
            'case_id': case.id, 'company_id': company.id, 'partner_id': partner.id, 'date': today, 'amount': amount,
            'amount_company': move.currency_id._convert(amount, company.currency_id, company, today),
            'whole': move.currency_id.compare_amounts(amount, free) == 0 and not self._open_of(move),
            'credit_at_opening': self._credits(company, move).get(move.id, 0.0)}

    @api.model
    def _check_invoice(self, move):
        if move.move_type != 'out_invoice' or move.state != 'posted':
            raise UserError(self.env._(
                "A dispute is about a posted customer invoice; %(name)s is not one.", name=move.display_name))

    @api.model
    def _open_of(self, moves):
        return self.sudo().search([('move_id', 'in', moves.ids), ('state', '!=', 'closed')])

    @api.model
    def _items_of(self, move):
        """Unpaid instalments of the invoice, the last one first: what is not disputed pays the first ones."""
        return self.env['recouvrement.item'].sudo().search(
            [('move_id', '=', move.id), ('state', '=', 'open')], order='date_maturity desc, id desc')

    @api.model
    def _free_parts(self, move):
        """{item: what is unpaid and not in dispute}."""
        parts = {}
        for item in self._items_of(move):
            holds = item.hold_ids.filtered(lambda hold: hold.dispute_id.state in ('open', 'accepted') and not hold.date_to)
            held = sum(hold.amount or item.amount_residual for hold in holds)
            parts[item] = max(item.amount_residual - held, 0.0)
        return parts

    @api.model
    def _credits(self, company, moves):
        """{move id: credit notes matched with the invoice up to today}, of invoices of one company."""
        return {move_id: credits for move_id, (credits, *_rest) in self._credits_and_unpaid(company, moves).items()}

    @api.model
    def _credits_and_unpaid(self, company, moves):
        """{move id: (credit notes matched up to today, what is unpaid of its instalments that are followed, currency id)}."""
        self.env['recouvrement.item'].flush_model()
        Ledger = self.env['recouvrement.ledger'].sudo()
        Ledger._flush()
        rows = self.env.execute_query(SQL(
            """
            SELECT line.id, line.move_id,
                   CASE WHEN item.state = 'open' AND line.parent_state = 'posted' THEN line.amount_residual_currency ELSE 0 END,
                   line.currency_id
              FROM account_move_line line JOIN account_account account ON account.id = line.account_id
              LEFT JOIN recouvrement_item item ON item.move_line_id = line.id
             WHERE line.move_id = ANY(%s) AND (item.id IS NOT NULL
                                               OR line.amount_currency > 0 AND account.recouvrement_role IS NOT NULL)
            """, int_array(moves.ids)))
        reductions = Ledger._reductions([row[0] for row in rows], company._recouvrement_today())
        found = dict.fromkeys(moves.ids, (0.0, 0.0, company.currency_id.id))
        for line_id, move_id, residual, currency_id in rows:
            credits, unpaid, _currency = found[move_id]
            notes = sum(float(part) for _day, part, kind, _move in reductions.get(line_id, ()) if kind == 'credit_note')
            found[move_id] = credits + notes, unpaid + float(residual), currency_id
        return found

    def _hold(self):
        """Hold what is left of the disputed amount from today: whole instalments, or parts of them, the last ones first."""
        self.ensure_one()
        left = self.currency_id.round(self.amount - self.amount_credited)
        vals_list = []
        for item, free in self._free_parts(self.move_id).items():
            part = min(left, free) if not self.whole else 0.0
            if self.whole or part > 0:
                vals_list.append({
                    'case_id': item.case_id.id, 'item_id': item.id, 'kind': 'dispute', 'dispute_id': self.id, 'amount': part,
                    'date_from': self.company_id._recouvrement_today(), 'note': self.display_name, 'user_id': self.env.uid})
            left = self.currency_id.round(left - part)
        self.env['recouvrement.hold'].sudo().create(vals_list).case_id._look_again_at_waiting()

    def _plan_activity(self):
        """One task for its owner, at its deadline."""
        kind = 'recouvrement_plus.mail_activity_type_dispute'
        self.activity_unlink([kind])
        if self.user_id and self.date_deadline:
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                kind, date_deadline=self.date_deadline, user_id=self.user_id.id)

    # === CLOSING === #

    def resolve(self, outcome, note):
        """Say how a dispute ends.

        `unfounded`, `settled`, `withdrawn`: the amount is claimed again from tonight, and bears penalties from its due date.
        `founded`: it stays held until the credit note, which closes it. Called twice it resolves once.

        :param outcome: one of these codes
        :param note: words for the history, required
        :return: [{id, move_id, move_name, state, reason, outcome, currency, amount, user_id, deadline}]
        :raises AccessError: without the officer role or for another company
        :raises UserError: an unknown outcome, or no words
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('write')
        if outcome not in dict(DECISIONS):
            raise UserError(self.env._("“%(outcome)s” is no outcome of a dispute.", outcome=outcome))
        if not (note or '').strip():
            raise UserError(self.env._("Say how the dispute ended: the words stay in its history."))
        for dispute in self.sudo().filtered(lambda dispute: dispute.state != 'closed'):
            if outcome == 'founded':
                dispute.write({'state': 'accepted', 'outcome': outcome, 'outcome_note': note})
            else:
                dispute._close(outcome, note)
        return self._results()

    def _close(self, outcome, note=False):
        self.ensure_one()
        today = self.company_id._recouvrement_today()
        self.write({
            'state': 'closed', 'outcome': outcome, 'outcome_note': note or self.outcome_note, 'date_closed': today,
            'closed_by_id': self.env.uid, 'days_open': (today - self.date).days})
        self.hold_ids.filtered(lambda hold: not hold.date_to)._end()
        self.activity_unlink(['recouvrement_plus.mail_activity_type_dispute'])
        labels = dict(self._fields['outcome']._description_selection(self.env))
        self.case_id._message_log(body=self.env._(
            "Dispute closed: %(dispute)s. %(outcome)s", dispute=self.display_name, outcome=labels[outcome]))

    def _results(self):
        """What the public methods answer: plain data."""
        return [{
            'id': dispute.id, 'move_id': dispute.move_id.id, 'move_name': dispute.move_id.name, 'state': dispute.state,
            'reason': dispute.reason, 'outcome': dispute.outcome or '', 'currency': dispute.currency_id.name,
            'amount': dispute.currency_id._recouvrement_text(dispute.amount), 'user_id': dispute.user_id.id,
            'deadline': fields.Date.to_string(dispute.date_deadline) or '',
        } for dispute in self.sudo()]

    # === PUBLIC ACTIONS === #

    def action_resolve(self):
        """Open the window that asks for the outcome."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Resolve the dispute"), 'res_model': 'recouvrement.dispute.step',
            'view_mode': 'form', 'target': 'new', 'context': {'default_dispute_id': self.id}}

    def action_open_invoice(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'account.move', 'res_id': self.move_id.id, 'view_mode': 'form'}

    def _attach(self, files):
        """Keep documents with the dispute: [(name, content)]."""
        self.env['ir.attachment'].create([
            {'name': name, 'raw': content, 'res_model': self._name, 'res_id': self.id} for name, content in files])
