"""Undo: what has not left is withdrawn; what has left is corrected by a second message, and its levels are free again."""
from odoo import models
from odoo.exceptions import UserError


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    def withdraw(self, reason, correct=False):
        """Take messages back: what has not left is cancelled, the level becomes free again for a later night.

        A message that has left stays in the history as it was sent, its level reached, and the withdrawal is noted on the
        case; unless `correct` is true: then a correction is sent to the same person, the message is withdrawn and the
        levels go back. One that may have left (`uncertain`) is taken back: a person has looked, and may have it sent again.
        One of several that cannot be withdrawn stays as it is with the reason in words; the others are withdrawn.

        :param reason: words for the history, required; the customer does not read them
        :param correct: send a correction for what has left
        :return: [{id, state, reason}]
        :raises UserError: without words; when the only one asked for is leaving at this moment, or is a formal notice that
            has left
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why the reminder is withdrawn: the reason stays in its history."))
        results = []
        for reminder in self.sudo():
            refusal = reminder._withdraw_or_refuse(reason, correct, alone=len(self) == 1)
            results.append({'id': reminder.id, 'state': reminder.state, 'reason': refusal or reminder.reason or ''})
        self.sudo()._renew_approval_tasks()
        return results

    def _withdraw_or_refuse(self, reason, correct, alone):
        """Withdraw one; return why not, in words, when others wait behind it."""
        try:
            with self.env.cr.savepoint():
                self._withdraw_or_correct(reason, correct)
        except UserError as error:
            if alone:
                raise
            self.env.invalidate_all()
            return str(error)
        return ''

    def _withdraw_or_correct(self, reason, correct):
        if self.state == 'sending':
            raise UserError(self.env._("This reminder is leaving at this moment; withdraw it once it has left."))
        if self.state == 'withdrawn':
            return
        left = self.state in ('sent', 'uncertain') or self.reason == 'bounced'
        if correct and left:
            self._correct()
        self._note_withdrawal(reason)
        if correct or self.state != 'sent':
            self._withdraw_one('withdrawn_by_user', reason)

    def _correct(self):
        """Tell the customer to disregard the message, and take back the penalties that it claimed."""
        if self.formal_notice:
            raise UserError(self.env._(
                "A formal notice that has left is a legal act: withdraw its proceeding (%(customer)s) instead.",
                customer=self.partner_id.display_name))
        content = self._content(self.env.ref('recouvrement_plus.mail_template_correction'))
        if not self.email_to and not self.contact_id.email or not self._sender():
            self._log_event('correction', self.env._("To be told by letter or by phone: there is no e-mail address."))
            self._ask_collector(self.env._("Tell the customer to disregard a reminder that was sent by mistake."))
        else:
            reply_to = self._reply_to()
            mail = self.env['mail.mail'].create(self._mail_vals({self.case_id.id: reply_to}) | {
                'subject': content['subject'], 'body_html': content['body_html'], 'body': content['body_html'],
                'references': self.mail_message_id.message_id, 'recouvrement_reminder_id': False})
            self.env.ref('mail.ir_cron_mail_scheduler_action')._trigger()
            self._log_event('correction', mail.message_id)
        for claim in self.env['recouvrement.penalty'].search([('reminder_id', '=', self.id), ('state', '=', 'claimed')]):
            claim._end({'state': 'cancelled', 'cancelled_by_id': self.env.uid, 'cancel_reason': content['subject']})

    def _reply_to(self):
        """Where answers go: the mailbox of the company or of its parent, else the address that Odoo makes for the case."""
        company = self.company_id
        return company._recouvrement_inherited('recouvrement_reply_to') or self._replies_to()[self.case_id.id]
