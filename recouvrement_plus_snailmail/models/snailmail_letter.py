from odoo import fields, models


class SnailmailLetter(models.Model):
    _inherit = 'snailmail.letter'

    recouvrement_reminder_id = fields.Many2one(
        'recouvrement.reminder', string="Reminder", readonly=True, index='btree_not_null', ondelete='restrict')

    def _snailmail_print(self, immediate=True):
        """A reminder is posted by its own sending, after a last look at the facts: never by core's queue or its retries."""
        reminders = self.filtered('recouvrement_reminder_id')
        reminders.cancel()
        return super(SnailmailLetter, self - reminders)._snailmail_print(immediate)

    def _recouvrement_post(self):
        """Hand one letter to the service; return what it answered: `sent`, `error`, or `unknown` when it did not answer."""
        self.ensure_one()
        if not self._is_valid_address(self):
            self._snailmail_print_invalid_address()
            return 'error'
        try:
            self._snailmail_print_valid_address()
        except Exception:  # whatever broke after the text was handed over: nobody knows whether it was taken
            return 'unknown'
        return 'sent' if self.state == 'sent' else 'error'
