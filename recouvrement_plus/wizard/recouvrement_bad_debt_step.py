from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.recouvrement_bad_debt import GROUNDS, KINDS


class RecouvrementBadDebtStep(models.TransientModel):
    """Prepare an entry from the case: what is chosen, and the entry as it would be booked."""

    _name = 'recouvrement.bad.debt.step'
    _inherit = 'recouvrement.window'
    _description = "Prepare a doubtful or bad debt"

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one(related='case_id.currency_id')
    kind = fields.Selection(KINDS, string="Operation", required=True, default='doubtful')
    date = fields.Date(string="Accounting date", required=True, default=lambda self: self.env.company._recouvrement_today())
    line_ids = fields.One2many(
        'recouvrement.bad.debt.step.line', 'step_id', string="Instalments", compute='_compute_line_ids', store=True, readonly=False)
    back = fields.Boolean(string="Bring everything back", help="The debtor pays again: nothing stays on the doubtful account.")
    ground = fields.Selection(GROUNDS)
    event_date = fields.Date(string="Irrecoverable since")
    proof = fields.Binary(string="Certificate or proof", attachment=False)
    proof_name = fields.Char()
    reason = fields.Char()
    proceeding_id = fields.Many2one('recouvrement.proceeding', readonly=True)
    preview_html = fields.Html(string="Entry", compute='_compute_preview_html', sanitize=False)

    @api.depends('case_id', 'kind', 'date', 'proceeding_id')
    def _compute_line_ids(self):
        """The overdue instalments, with the percentage proposed for a provision."""
        for step in self:
            step.line_ids = [fields.Command.clear()] + [fields.Command.create({
                'item_id': row['item_id'], 'owed': float(row['owed']), 'net': float(row['net']), 'doubtful': float(row['doubtful']),
                'provision': float(row['provision']), 'percent': float(row['percent']), 'amount': float(row['owed']),
                'days_late': row['days_late'],
                'selected': not step.proceeding_id or row['item_id'] in step.proceeding_id.item_ids.ids,
            }) for row in (step.case_id.propose_provision(step.date) if step.case_id and step.date else [])
                if step.kind == 'provision' or float(row['owed']) or float(row['doubtful'])]

    @api.depends('kind', 'date', 'back', 'ground', 'event_date', 'line_ids.selected', 'line_ids.percent', 'line_ids.amount')
    def _compute_preview_html(self):
        for step in self:
            try:
                result = step._prepare(preview=True) if step.line_ids.filtered('selected') else {}
                error = ''
            except UserError as refusal:
                result, error = {}, str(refusal)
            step.preview_html = self.env['ir.qweb']._render('recouvrement_plus.bad_debt_preview', {
                'result': result, 'error': error, 'currency': step.currency_id, 'number': float,
                'warnings': self.env['recouvrement.bad.debt']._warning_sentences(result.get('warnings', []))})

    def _prepare(self, preview=False):
        chosen = self.line_ids.filtered('selected')
        if not chosen:
            raise UserError(self.env._("Choose at least one instalment."))
        case = self.case_id._origin or self.case_id
        if self.kind == 'doubtful':
            return case.prepare_doubtful(chosen.item_id.ids, self.date, back=self.back, preview=preview)
        if self.kind == 'provision':
            return case.prepare_provision({line.item_id.id: line.percent for line in chosen}, self.date, preview=preview)
        if not self.ground:
            raise UserError(self.env._("Say on which ground the claim is given up."))
        proof = {'filename': self.proof_name or 'certificate.pdf', 'datas': self.proof} if self.proof else None
        return case.prepare_write_off(
            self.ground, {line.item_id.id: line.amount for line in chosen if line.amount}, self.date, self.event_date,
            None if preview else proof, self.reason, self.proceeding_id.id, preview=preview)

    def action_prepare(self):
        """The draft entry, shown for the accountant."""
        self.ensure_one()
        result = self._prepare()
        if not result:
            raise UserError(self.env._("There is nothing to book: the accounts already say this."))
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.bad.debt', 'res_id': result['id'], 'view_mode': 'form'}


class RecouvrementBadDebtStepLine(models.TransientModel):
    _name = 'recouvrement.bad.debt.step.line'
    _inherit = 'recouvrement.window'
    _description = "Instalment of a doubtful or bad debt being prepared"
    _order = 'id'

    step_id = fields.Many2one('recouvrement.bad.debt.step', required=True, ondelete='cascade', index=True)
    currency_id = fields.Many2one(related='step_id.currency_id')
    selected = fields.Boolean(string="Chosen", default=True)
    item_id = fields.Many2one('recouvrement.item', string="Instalment", required=True, readonly=True, ondelete='cascade')
    days_late = fields.Integer(readonly=True)
    owed = fields.Monetary(string="Still owed", readonly=True)
    net = fields.Monetary(string="Net of tax", readonly=True)
    doubtful = fields.Monetary(readonly=True)
    provision = fields.Monetary(string="Impairment", readonly=True)
    percent = fields.Float(string="Impairment (%)", digits=(5, 2))
    amount = fields.Monetary(string="Write off (with tax)")
