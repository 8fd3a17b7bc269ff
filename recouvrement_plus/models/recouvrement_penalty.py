"""The penalty claim: interest, indemnity and proven costs as they were claimed on a date, frozen."""
from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ('claimed', "Claimed"),
    ('waived', "Waived"),
    ('billed', "Billed"),
    ('collected', "Collected"),
    ('cancelled', "Cancelled"),
]
#: States in which the days and the indemnity of a claim are taken: no other claim may have them.
LIVE_STATES = ('claimed', 'billed', 'collected')

USES = [
    ('none', "Not mentioned"),
    ('mention', "Mentioned"),
    ('amount', "Amount shown"),
    ('claim', "Claimed in the message"),
    ('bill', "Billed"),
]
#: Uses whose messages show the amounts.
SHOWN = ('amount', 'claim', 'bill')


class RecouvrementPenalty(models.Model):
    _name = 'recouvrement.penalty'
    _description = "Penalty claim"
    _order = 'date desc, id desc'

    name = fields.Char(string="Number", required=True, readonly=True, default="/")
    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one('res.partner', string="Customer", required=True, readonly=True, index=True)
    regime = fields.Selection(related='partner_id.recouvrement_regime')
    reminder_id = fields.Many2one('recouvrement.reminder', readonly=True, index='btree_not_null', ondelete='restrict')
    proceeding_id = fields.Many2one('recouvrement.proceeding', readonly=True, index='btree_not_null', ondelete='restrict')
    date = fields.Date(required=True, readonly=True, help="Interest is claimed up to this day.")
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    state = fields.Selection(
        STATES, compute='_compute_state', store=True, default='claimed', required=True, readonly=True, index=True,
        help="Collected: its document is paid in full. Cancelled: taken back, its days and its indemnity may be claimed again.")
    line_ids = fields.One2many('recouvrement.penalty.line', 'penalty_id', readonly=True)
    interest = fields.Monetary(compute='_compute_amounts', store=True)
    indemnity = fields.Monetary(string="Recovery indemnity", compute='_compute_amounts', store=True)
    cost = fields.Monetary(string="Additional costs", compute='_compute_amounts', store=True)
    amount_total = fields.Monetary(string="Penalties", compute='_compute_amounts', store=True)
    waived_by_id = fields.Many2one('res.users', readonly=True)
    waive_reason = fields.Char(readonly=True)
    cancelled_by_id = fields.Many2one('res.users', readonly=True)
    cancel_reason = fields.Char(readonly=True)
    document_ids = fields.One2many(
        'account.move', 'recouvrement_penalty_id', string="Documents", readonly=True, domain=[('move_type', '=', 'out_invoice')])
    move_id = fields.Many2one('account.move', string="Document", compute='_compute_move_id', compute_sudo=True)
    date_billed = fields.Date(string="Billed on", compute='_compute_move_id', compute_sudo=True)
    amount_residual = fields.Monetary(string="Still owed", compute='_compute_move_id', compute_sudo=True)
    reversed_by_hand = fields.Boolean(
        string="Document reversed by hand", compute='_compute_reversed_by_hand', search='_search_reversed_by_hand',
        compute_sudo=True, help="Its document was taken back in the books; the claim itself waits to be waived or cancelled.")

    @api.depends('line_ids.interest', 'line_ids.indemnity', 'line_ids.cost')
    def _compute_amounts(self):
        for claim in self:
            claim.interest = sum(claim.line_ids.mapped('interest'))
            claim.indemnity = sum(claim.line_ids.mapped('indemnity'))
            claim.cost = sum(claim.line_ids.mapped('cost'))
            claim.amount_total = claim.interest + claim.indemnity + claim.cost

    @api.depends('document_ids.state', 'document_ids.amount_residual')
    def _compute_move_id(self):
        for claim in self:
            document = claim._document()
            claim.move_id = document
            claim.date_billed = document.invoice_date if document.state == 'posted' else False
            claim.amount_residual = document.amount_residual if document.state == 'posted' else 0.0

    @api.depends('document_ids.state', 'document_ids.amount_residual', 'document_ids.payment_state')
    def _compute_state(self):
        """Billed and collected are read from the document: its posting, and its reconciliation; the rest is decided here."""
        for claim in self:
            state = claim.state or 'claimed'
            if state in LIVE_STATES:
                state = claim._state_of_document()
            claim.state = state

    @api.depends('state', 'document_ids.payment_state')
    def _compute_reversed_by_hand(self):
        for claim in self:
            claim.reversed_by_hand = claim.state == 'billed' and claim._document().payment_state == 'reversed'

    def _search_reversed_by_hand(self, operator, value):
        if operator != 'in':
            return NotImplemented
        reversed_documents = [('state', '=', 'billed'), ('document_ids.payment_state', '=', 'reversed')]
        return reversed_documents if True in value else [('id', 'not in', self.sudo()._search(reversed_documents))]

    def _state_of_document(self):
        document = self._document()
        if document.state != 'posted':
            return 'claimed'
        paid = document.currency_id.is_zero(document.amount_residual) and document.payment_state != 'reversed'
        return 'collected' if paid else 'billed'

    def _document(self):
        """The document that bills the claim: one that was not cancelled, posted or still a draft."""
        return self.document_ids.filtered(lambda move: move.state != 'cancel')[:1]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A penalty claim is evidence: it is waived, never deleted."))

    @api.model
    def _claim_from_reminder(self, reminder):
        """Freeze the penalties that a sent reminder states. Called twice for one reminder it claims once."""
        if self.search_count([('reminder_id', '=', reminder.id)], limit=1):
            return self.browse()
        moves = reminder.line_ids.filtered(lambda line: line.active and line.kind != 'credit').item_id.move_id
        return self._claim(reminder.case_id, moves, reminder._as_of(), {'reminder_id': reminder.id})

    @api.model
    def _claim(self, case, moves, as_of, links):
        """Claim what is not yet claimed on these invoices up to a date: one claim for each currency."""
        claims = self.browse()
        statements = self.env['recouvrement.engine']._statements(moves, as_of) if moves else {}
        for currency, invoices in moves.grouped('currency_id').items():
            lines = [vals for move in invoices for vals in self._line_vals(move, statements[move.id])]
            if lines:
                claims |= self.create({
                    'name': self.env['ir.sequence'].with_company(case.company_id).next_by_code('recouvrement.penalty') or '/',
                    'case_id': case.id, 'company_id': case.company_id.id, 'partner_id': case.partner_id.id,
                    'date': as_of, 'currency_id': currency.id,
                    'line_ids': [fields.Command.create(vals) for vals in lines], **links})
        return claims

    @api.model
    def _line_vals(self, move, statement):
        """Lines of one invoice: each slice of interest after the last day already claimed, and the indemnity once."""
        if not hasattr(statement, 'slices'):
            return []
        # waived ones too: given up is given up; what was cancelled is free
        earlier = self.env['recouvrement.penalty.line'].search([('move_id', '=', move.id), ('state', '!=', 'cancelled')])
        result = [vals for part in statement.slices if (vals := self._slice_vals(move, part, earlier))]
        if statement.indemnity and not any(line.indemnity for line in earlier):
            result.append(
                {'move_id': move.id, 'indemnity': float(statement.indemnity), 'source': 'C. com. art. L441-10 II, D441-5'})
        return result

    @api.model
    def _slice_vals(self, move, part, earlier):
        """What of a slice is not claimed yet: a second claim starts the day after the last one ended."""
        prior = earlier.filtered(lambda line: line.move_line_id.id == part.instalment_key)
        start = max([part.date_from, *(fields.Date.add(line.date_to, days=1) for line in prior)])
        if start > part.date_to:
            return {}
        days, interest = (part.date_to - start).days + 1, float(part.amount)
        if days < part.days:
            interest = self._rest_of_slice(move, part, days, prior)
        return {
            'move_id': move.id, 'move_line_id': part.instalment_key, 'date_from': start, 'date_to': part.date_to, 'days': days,
            'base': float(part.base), 'rate': float(part.rate), 'interest': interest, 'source': part.source}

    @api.model
    def _rest_of_slice(self, move, part, days, prior):
        """Interest of the last `days` of a slice whose first ones are claimed: what the claims of those left of it, so
        that all claims together are the statement; or pro rata when they were claimed on another base or rate."""
        same = prior.filtered(lambda line: line.date_from >= part.date_from
                              and (line.base, line.rate) == (float(part.base), float(part.rate)))
        if sum(same.mapped('days')) == part.days - days:
            return move.currency_id.round(float(part.amount) - sum(same.mapped('interest')))
        return move.currency_id.round(float(part.amount) * days / part.days)

    # === PUBLIC METHODS === #

    def waive(self, reason):
        """Give penalties up, with who and why; a document that bills them is reversed, or deleted while it is a draft.

        Refused for public debtors (CCP art. L2192-14: any waiver is void): they may only be not claimed (`cancel`).

        :param reason: words for the history, required
        :return: [{id, state}]
        :raises UserError: without words, for a public body, or once collected
        """
        self._check_manager(reason)
        for claim in self.sudo():
            if claim.partner_id.recouvrement_regime == 'public':
                raise UserError(self.env._(
                    "%(customer)s is a public body: a waiver of its penalties is void (CCP art. L2192-14). "
                    "Not claiming them is a different thing.", customer=claim.partner_id.display_name))
            if claim.state == 'collected':
                raise UserError(self.env._("%(claim)s is collected: there is nothing left to waive.", claim=claim.name))
            if claim.state in LIVE_STATES:
                claim._end({'state': 'waived', 'waived_by_id': self.env.uid, 'waive_reason': reason})
        return [{'id': claim.id, 'state': claim.state} for claim in self.sudo()]

    def cancel(self, reason):
        """Take a claim back: its document is reversed, its days and its indemnity may be claimed again.

        Nothing is waived: this is also how a claim on a public body is not pursued.

        :param reason: words for the history, required
        :return: [{id, name, state, currency, amount, move_id, move_name, reversal_id}]
        """
        self._check_manager(reason)
        for claim in self.sudo():
            if claim.state in LIVE_STATES:
                claim._end({'state': 'cancelled', 'cancelled_by_id': self.env.uid, 'cancel_reason': reason})
        return self._results()

    def _check_manager(self, reason):
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why the penalties are waived or cancelled: the reason stays in their history."))

    # === PUBLIC ACTIONS === #

    def action_bill(self):
        self.bill()
        return True

    def action_step(self):
        """Open the window that asks for the reason (the step's code is in the context key `recouvrement_step`)."""
        self.ensure_one()
        step = self.env.context.get('recouvrement_step')
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.penalty.step', 'view_mode': 'form', 'target': 'new',
            'name': dict(self.env['recouvrement.penalty.step']._fields['action']._description_selection(self.env)).get(step),
            'context': {'default_penalty_id': self.id, 'default_action': step}}
