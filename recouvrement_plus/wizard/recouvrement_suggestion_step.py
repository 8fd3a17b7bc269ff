from odoo import api, fields, models


class RecouvrementSuggestionStep(models.TransientModel):
    """A credit limit or a payment term, looked at and changed before it is accepted."""

    _name = 'recouvrement.suggestion.step'
    _inherit = 'recouvrement.window'
    _description = "Accept a suggestion"

    suggestion_id = fields.Many2one('recouvrement.suggestion', required=True, readonly=True, ondelete='cascade')
    kind = fields.Selection(related='suggestion_id.kind')
    partner_id = fields.Many2one(related='suggestion_id.partner_id')
    company_id = fields.Many2one(related='suggestion_id.company_id')
    currency_id = fields.Many2one(related='suggestion_id.currency_id')
    value_text = fields.Char(related='suggestion_id.value_text')
    reason_text = fields.Char(related='suggestion_id.reason_text')
    amount = fields.Monetary(string="Credit limit", compute='_compute_values', store=True, readonly=False)
    payment_term_id = fields.Many2one(
        'account.payment.term', compute='_compute_values', store=True, readonly=False,
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id)]")
    term_warning = fields.Text(related='payment_term_id.recouvrement_term_warning')
    note = fields.Char(help="Kept with the decision: why this value.")

    @api.depends('suggestion_id')
    def _compute_values(self):
        for step in self:
            step.amount = step.suggestion_id.amount
            step.payment_term_id = step.suggestion_id.payment_term_id

    def action_accept(self):
        self.ensure_one()
        values = {
            'credit_limit': {'amount': self.amount}, 'payment_term': {'payment_term_id': self.payment_term_id.id or None}}
        self.suggestion_id.accept(self.note, **values.get(self.kind, {}))
        return {'type': 'ir.actions.act_window_close'}
