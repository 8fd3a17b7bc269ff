from odoo import fields, models


class RecouvrementBadDebtCancel(models.TransientModel):
    """Ask why an operation is taken back, and on which accounting date."""

    _name = 'recouvrement.bad.debt.cancel'
    _inherit = 'recouvrement.window'
    _description = "Take a doubtful or bad debt back"

    debt_id = fields.Many2one('recouvrement.bad.debt', required=True, readonly=True, ondelete='cascade')
    state = fields.Selection(related='debt_id.state')
    reason = fields.Char(required=True)
    date = fields.Date(string="Date of the reversal", default=lambda self: self.env.company._recouvrement_today())

    def action_cancel(self):
        self.ensure_one()
        self.debt_id.cancel(self.reason, self.date)
        return {'type': 'ir.actions.act_window_close'}
