from odoo import fields, models

from ..models.recouvrement_proceeding import ACTION_LABELS


class RecouvrementProceedingStep(models.TransientModel):
    """What a person states when taking a step of a proceeding."""

    _name = 'recouvrement.proceeding.step'
    _description = "Step of a proceeding"

    proceeding_id = fields.Many2one('recouvrement.proceeding', required=True, ondelete='cascade')
    action = fields.Selection(ACTION_LABELS, required=True, readonly=True)
    sent_on = fields.Date(default=fields.Date.context_today)
    received_on = fields.Date()
    channel = fields.Selection(
        selection=lambda self: self.env['recouvrement.proceeding']._fields['notice_channel']._description_selection(self.env),
        default='registered_letter')
    notice_days = fields.Integer(
        string="Days given to pay", default=lambda self: self.env.company.recouvrement_notice_days,
        help="8 to 15 days is the custom; no text fixes it.")
    reason = fields.Char()

    def action_apply(self):
        self.ensure_one()
        asked = {
            'send_notice': {'sent_on': self.sent_on, 'channel': self.channel, 'notice_days': self.notice_days},
            'record_receipt': {'received_on': self.received_on},
            'withdraw': {'reason': self.reason},
        }
        self.proceeding_id.apply_transition(self.action, asked.get(self.action, {}))
        return {'type': 'ir.actions.act_window_close'}
