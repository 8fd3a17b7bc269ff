from odoo import fields, models


class RecouvrementWithdraw(models.TransientModel):
    """Ask why reminders are withdrawn, and whether the customer is left in peace for a while."""

    _name = 'recouvrement.withdraw'
    _description = "Withdraw reminders"

    reminder_ids = fields.Many2many('recouvrement.reminder', required=True,
                                    default=lambda self: self.env.context.get('active_ids'))
    reason = fields.Char(required=True)
    snooze_until = fields.Date(help="Nothing is prepared for these customers until this day, included.")

    def action_withdraw(self):
        self.ensure_one()
        self.reminder_ids.withdraw(self.reason)
        if self.snooze_until:
            for case in self.reminder_ids.case_id:
                self.env['recouvrement.hold'].create({
                    'case_id': case.id, 'kind': 'snoozed', 'date_from': case.company_id._recouvrement_today(),
                    'date_to': self.snooze_until, 'note': self.reason})
        return {'type': 'ir.actions.act_window_close'}
