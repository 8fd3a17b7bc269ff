"""Delivery reports of the operator come back to the reminder."""
from odoo import fields, models


class SmsTracker(models.Model):
    _inherit = 'sms.tracker'

    recouvrement_reminder_id = fields.Many2one('recouvrement.reminder', ondelete='cascade', index='btree_not_null')

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        self.sudo().recouvrement_reminder_id._sms_not_delivered(provider_error)
        return result

    def _action_update_from_sms_state(self, sms_state, failure_type=False, failure_reason=False):
        result = super()._action_update_from_sms_state(sms_state, failure_type=failure_type, failure_reason=failure_reason)
        if sms_state == 'sent':
            self.sudo().recouvrement_reminder_id._sms_delivered()
        return result
