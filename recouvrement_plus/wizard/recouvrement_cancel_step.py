from odoo import fields, models


class RecouvrementCancelStep(models.TransientModel):
    """Ask why a promise or an agreement is cancelled."""

    _name = 'recouvrement.cancel.step'
    _inherit = 'recouvrement.window'
    _description = "Cancel a promise or an agreement"

    reason = fields.Char(required=True)
    res_model = fields.Selection(
        [('recouvrement.promise', "Promise"), ('recouvrement.agreement', "Agreement")], required=True,
        default=lambda self: self.env.context.get('active_model'))
    res_id = fields.Integer(required=True, default=lambda self: self.env.context.get('active_id'))

    def action_cancel(self):
        self.ensure_one()
        self.env[self.res_model].browse(self.res_id).cancel(self.reason)
        return {'type': 'ir.actions.act_window_close'}
