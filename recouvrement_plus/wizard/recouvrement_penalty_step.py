from odoo import api, fields, models


class RecouvrementPenaltyStep(models.TransientModel):
    """What a person states when waiving or cancelling a penalty claim, or when adding proven costs to it."""

    _name = 'recouvrement.penalty.step'
    _inherit = 'recouvrement.window'
    _description = "Step of a penalty claim"

    penalty_id = fields.Many2one('recouvrement.penalty', string="Penalty claim", required=True, ondelete='cascade')
    action = fields.Selection(
        selection=[('waive', "Waive the penalties"), ('cancel', "Cancel the claim"),
                   ('cost', "Add collection costs")], required=True, readonly=True)
    reason = fields.Char()
    currency_id = fields.Many2one(related='penalty_id.currency_id')
    invoice_ids = fields.Many2many('account.move', compute='_compute_invoice_ids')
    move_id = fields.Many2one('account.move', string="Invoice concerned", domain="[('id', 'in', invoice_ids)]")
    amount = fields.Monetary(help="What is claimed above the fixed indemnity of 40 euros.")
    nature = fields.Char(help="Lawyer, collection agency, commissaire de justice …")
    proof = fields.Binary(attachment=False)
    proof_name = fields.Char()

    @api.depends('penalty_id')
    def _compute_invoice_ids(self):
        for step in self:
            step.invoice_ids = step.penalty_id.line_ids.move_id

    def action_apply(self):
        self.ensure_one()
        if self.action == 'waive':
            self.penalty_id.waive(self.reason)
        elif self.action == 'cancel':
            self.penalty_id.cancel(self.reason)
        elif self.action == 'cost':
            self.penalty_id.add_cost(
                self.amount, self.nature, {
                    'filename': self.proof_name, 'datas': self.proof and self.proof.decode()}, self.move_id.id)
        return {'type': 'ir.actions.act_window_close'}
