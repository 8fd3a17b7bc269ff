from odoo import api, fields, models
from odoo.exceptions import UserError

from .recouvrement_insolvency_codes import ACTIONS, STATES


class RecouvrementInsolvencyEvent(models.Model):
    """One step taken in insolvency proceedings."""

    _name = 'recouvrement.insolvency.event'
    _inherit = 'recouvrement.track.event'
    _description = "Event of insolvency proceedings"

    _track = 'recouvrement.insolvency'

    insolvency_id = fields.Many2one('recouvrement.insolvency', required=True, index=True, ondelete='cascade')
    action = fields.Selection(ACTIONS, required=True)
    state_from = fields.Selection(STATES, required=True)
    state_to = fields.Selection(STATES, required=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("The events of insolvency proceedings are evidence: they are never deleted."))
