from odoo import models


class MailMail(models.Model):
    _inherit = 'mail.mail'

    def _send(self, auto_commit=False, raise_exception=False, smtp_session=None, alias_domain_id=False,
              mail_server=False, post_send_callback=None):
        """Reminders leave one by one, each after a last look at the facts; other mails are core's business."""
        arguments = {
            'auto_commit': auto_commit, 'raise_exception': raise_exception, 'smtp_session': smtp_session,
            'alias_domain_id': alias_domain_id, 'mail_server': mail_server, 'post_send_callback': post_send_callback,
        }
        reminders = self._recouvrement_reminders()
        ordinary = self.filtered(lambda mail: mail.id not in reminders)
        if ordinary:
            super(MailMail, ordinary)._send(**arguments)
        for mail in self - ordinary:
            if reminders[mail.id]._begin_sending(auto_commit):
                super(MailMail, mail)._send(**arguments)
            else:
                mail._recouvrement_give_up(reminders[mail.id], auto_commit)
        return True

    def _recouvrement_reminders(self):
        """{mail id: reminder} of the mails that are reminders."""
        reminders = self.env['recouvrement.reminder'].sudo().search([('mail_id', 'in', self.ids)])
        return {reminder.mail_id.id: reminder for reminder in reminders}

    def _recouvrement_give_up(self, reminder, auto_commit):
        """Take a mail out of the queue when its reminder may not leave (or may have left already)."""
        if reminder.state != 'queued' and reminder.try_lock_for_update() and self.state == 'outgoing':
            self.cancel()
            reminder._commit_point(auto_commit)

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Bring what the mail server answered to the reminder, before the mail's own state is committed."""
        for mail_id, reminder in self._recouvrement_reminders().items():
            sent = bool(success_pids or success_emails)
            if reminder.state in ('queued', 'sending'):
                reminder._after_sending(sent, failure_reason or self.browse(mail_id).failure_reason or failure_type)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type)
