from odoo import fields, models

from ..models.recouvrement_handoff import KINDS


class RecouvrementHandoffStep(models.TransientModel):
    """To whom files are handed over, and on which terms."""

    _name = 'recouvrement.handoff.step'
    _inherit = 'recouvrement.window'
    _description = "Hand files over"

    proceeding_ids = fields.Many2many('recouvrement.proceeding', string="Proceedings", required=True)
    kind = fields.Selection(KINDS, required=True, default='agency')
    professional_id = fields.Many2one('res.partner', string="Handed over to", required=True)
    commission = fields.Float(string="Commission (%)", digits=(6, 3))
    mandate = fields.Char(help="Reference and date of the written mandate (CPCE art. R124-3).")
    done_on = fields.Date(string="Date", default=lambda self: self.env.company._recouvrement_today(), required=True)

    def action_apply(self):
        """Hand over and show what was made."""
        self.ensure_one()
        result = self.env['recouvrement.handoff'].make(
            self.proceeding_ids.ids, self.professional_id.id, self.kind, str(self.commission), self.mandate or '',
            fields.Date.to_string(self.done_on))
        return {'type': 'ir.actions.act_window', 'res_model': 'recouvrement.handoff', 'res_id': result['handoff_id'],
                'view_mode': 'form'}
