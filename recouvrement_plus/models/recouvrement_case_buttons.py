"""The buttons of a case: what waits to leave, and how much there is of each kind."""
from odoo import api, fields, models

WAITING = ('draft', 'approved', 'queued', 'failed')


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    reminder_waiting_id = fields.Many2one('recouvrement.reminder', string="Waiting reminder", compute='_compute_buttons')
    reminder_count = fields.Integer(string="Number of reminders", compute='_compute_buttons')
    dispute_count = fields.Integer(string="Number of disputes", compute='_compute_buttons')
    proceeding_count = fields.Integer(string="Number of proceedings", compute='_compute_buttons')

    @api.depends('reminder_ids.state', 'dispute_ids', 'proceeding_ids')
    def _compute_buttons(self):
        for case in self:
            alive = case.reminder_ids.filtered(lambda reminder: reminder.state != 'withdrawn')
            # a call is made from its own button, a visit is a task
            case.reminder_waiting_id = alive.filtered(
                lambda reminder: reminder.state in WAITING and reminder.channel not in ('phone', 'activity'))[:1]
            case.reminder_count = len(alive)
            case.dispute_count = len(case.dispute_ids)
            case.proceeding_count = len(case.proceeding_ids)

    def action_open_waiting_reminder(self):
        """The reminder that waits: to read, approve, edit, send or withdraw."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'recouvrement.reminder', 'view_mode': 'form',
            'res_id': self.reminder_waiting_id.id}

    def action_open_reminders(self):
        return self._open_mine('recouvrement_plus.recouvrement_reminder_action')

    def action_open_disputes(self):
        return self._open_mine('recouvrement_plus.recouvrement_dispute_action')

    def action_open_proceedings(self):
        return self._open_mine('recouvrement_plus.recouvrement_proceeding_action')

    def _open_mine(self, action):
        """The list behind a button, of this customer alone and whatever its state."""
        self.ensure_one()
        found = self.env['ir.actions.act_window']._for_xml_id(action)
        return found | {'domain': [('case_id', '=', self.id)], 'context': {}}
