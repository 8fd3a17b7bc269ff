from odoo import fields, models

from ..models.recouvrement_proceeding_codes import ACTION_LABELS


class RecouvrementProceedingOption(models.TransientModel):
    """One row of what can be done now."""

    _name = 'recouvrement.proceeding.option'
    _description = "Possible step of a proceeding"
    _order = 'id'

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, ondelete='cascade')
    action = fields.Selection(ACTION_LABELS, string="Step", required=True)
    target = fields.Char(string="Leads to")
    who = fields.Char(string="Who may")
    source = fields.Char(string="Text")
    warning = fields.Char()

    def action_choose(self):
        self.ensure_one()
        return self.proceeding_id._open_step(self.action)
