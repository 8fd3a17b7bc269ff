from odoo import api, fields, models


class RecouvrementWithdraw(models.TransientModel):
    """Ask why reminders are withdrawn, and whether the customer is left in peace for a while."""

    _name = 'recouvrement.withdraw'
    _inherit = 'recouvrement.window'
    _description = "Withdraw reminders"

    reminder_ids = fields.Many2many('recouvrement.reminder', required=True,
                                    default=lambda self: self.env.context.get('active_ids'))
    reason = fields.Char(required=True)
    snooze_until = fields.Date(help="Nothing is prepared for these customers until this day, included.")

    any_left = fields.Boolean(compute='_compute_any_left')
    correct = fields.Boolean(
        string="Send a correction", help="The customer is asked to disregard what was sent, and the levels go back.")

    @api.depends('reminder_ids')
    def _compute_any_left(self):
        for wizard in self:
            wizard.any_left = any(
                reminder.state in ('sent', 'uncertain') and not reminder.formal_notice for reminder in wizard.reminder_ids)

    def action_withdraw(self):
        self.ensure_one()
        results = self.reminder_ids.withdraw(self.reason, self.correct)
        if self.snooze_until:
            for case in self.reminder_ids.case_id:
                self.env['recouvrement.hold'].create({
                    'case_id': case.id, 'kind': 'snoozed', 'date_from': case.company_id._recouvrement_today(),
                    'date_to': self.snooze_until, 'note': self.reason})
        closed = {'type': 'ir.actions.act_window_close'}
        # what has left stays sent, unless it was to be corrected
        good = ('withdrawn',) if self.correct else ('withdrawn', 'sent')
        if all(result['state'] in good for result in results):
            return closed
        told = self.reminder_ids._tell(results, good, self.env._("%(count)s withdrawn"))
        return told | {'params': told['params'] | {'next': closed}}
