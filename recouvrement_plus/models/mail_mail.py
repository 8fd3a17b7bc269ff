import smtplib

from odoo import api, fields, models
from odoo.tools import exception_to_unicode

from .smtp_watch import SmtpWatch

# The watch lives in the cursor's cache: from the commit before SMTP to the one after it.
WATCH = 'recouvrement_plus.smtp_watch'


class MailMail(models.Model):
    _inherit = 'mail.mail'

    # Stays when the reminder goes on with another mail: this one must never leave by itself then.
    recouvrement_reminder_id = fields.Many2one(
        'recouvrement.reminder', string="Reminder", readonly=True, index='btree_not_null', ondelete='set null')

    def _send(self, auto_commit=False, raise_exception=False, smtp_session=None, alias_domain_id=False,
              mail_server=False, post_send_callback=None):
        """Reminders leave one by one, each after a last look at the facts; other mails are core's business."""
        arguments = {
            'auto_commit': auto_commit, 'raise_exception': raise_exception, 'smtp_session': smtp_session,
            'alias_domain_id': alias_domain_id, 'mail_server': mail_server, 'post_send_callback': post_send_callback,
        }
        reminders = self._recouvrement_reminders()
        former = self.filtered(lambda mail: mail.id not in reminders and mail.sudo().recouvrement_reminder_id)
        for mail in former:
            mail._recouvrement_stay(mail.sudo().recouvrement_reminder_id, auto_commit)
        ordinary = self.filtered(lambda mail: mail.id not in reminders) - former
        if ordinary:
            super(MailMail, ordinary)._send(**arguments)
        own_session = None
        for mail in self - ordinary - former:
            session = mail._recouvrement_one(reminders[mail.id], arguments)
            if session is not arguments['smtp_session']:
                # Core closes the session that it opened; ours replaces it after it broke.
                own_session = arguments['smtp_session'] = session
        if own_session is not None:
            self._recouvrement_quit(own_session)
        return True

    def _recouvrement_one(self, reminder, arguments):
        """Send one reminder, or take its mail out of the queue; return the session for the next one."""
        if not reminder._hold_sending():
            return arguments['smtp_session']
        try:
            if reminder._begin_sending(arguments['auto_commit']):
                return self._recouvrement_leave(arguments)
            self._recouvrement_give_up(reminder, arguments['auto_commit'])
            return arguments['smtp_session']
        finally:
            reminder._release_sending()

    def _recouvrement_leave(self, arguments):
        """Hand one reminder to the mail server; return the session for the next one, None when it broke."""
        try:
            session = arguments['smtp_session'] or self._recouvrement_connect()
        except Exception as error:  # whatever keeps us from the mail server, the message has not left
            self._recouvrement_failed(error, arguments['auto_commit'])
            return None
        watch = SmtpWatch(session)
        self.env.cr.cache[WATCH] = watch
        try:
            super()._send(**{**arguments, 'smtp_session': session})  # pylint: disable=super-method-mismatch
        except smtplib.SMTPServerDisconnected as error:
            # Core lets this one through and stops the queue; the messages behind this one can still leave.
            self._recouvrement_failed(error, arguments['auto_commit'])
        finally:
            self.env.cr.cache.pop(WATCH, None)
            watch.release()
        return session if watch.alive else None

    def _recouvrement_connect(self):
        """A new session with the mail server that core would choose for this mail."""
        self.ensure_one()
        for mail_server_id, _alias_domain_id, smtp_from, _ids in self._split_by_mail_configuration():
            return self.env['ir.mail_server']._connect__(mail_server_id=mail_server_id, smtp_from=smtp_from)
        return None

    @api.model
    def _recouvrement_quit(self, session):
        try:
            session.quit()
        except (smtplib.SMTPException, OSError):
            session.close()

    def _recouvrement_failed(self, error, auto_commit):
        """Record an error that core does not record."""
        reason = exception_to_unicode(error)
        self.write({'state': 'exception', 'failure_type': 'mail_smtp', 'failure_reason': reason})
        self._postprocess_sent_message(success_pids=[], success_emails=[], failure_reason=reason, failure_type='mail_smtp')
        self.env['recouvrement.reminder']._commit_point(auto_commit)

    def _recouvrement_reminders(self):
        """{mail id: reminder} of the mails that are reminders; the mail queue has no language, what is noted has one."""
        reminders = self.env['recouvrement.reminder'].sudo().search([('mail_id', 'in', self.ids)])
        return {reminder.mail_id.id: reminder.company_id._recouvrement_spoken(reminder) for reminder in reminders}

    def _recouvrement_give_up(self, reminder, auto_commit):
        """Take a mail out of the queue when its reminder may not leave.

        We hold the sender's lock: one that is `sending` all the same has lost its sender, and nobody knows whether it left.
        """
        if reminder.state == 'queued' or not reminder.try_lock_for_update():
            return
        if reminder.state == 'sending':
            reminder._leave_uncertain()
            reminder._commit_point(auto_commit)
        else:
            self._recouvrement_stay(reminder, auto_commit)

    def _recouvrement_stay(self, reminder, auto_commit):
        """This mail does not leave, whoever tries it again: say why, and where the reminder is sent from."""
        if self.state == 'outgoing':
            reminder = reminder.company_id._recouvrement_spoken(reminder)
            labels = dict(reminder._fields['state']._description_selection(reminder.env))
            self.write({'state': 'cancel', 'failure_reason': reminder.env._(
                "This is a mail of the reminder “%(reminder)s”, which is now: %(state)s. It does not leave by itself any more; "
                "see the reminder.", reminder=reminder.display_name, state=labels[reminder.state])})
            reminder._commit_point(auto_commit)

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Bring what the mail server answered to the reminder, before the mail's own state is committed."""
        # `mail_smtp` is core's word, and ours, for a server that could not be reached
        watch = self.env.cr.cache.get(WATCH)
        for mail_id, reminder in self._recouvrement_reminders().items():
            sent = bool(success_pids or success_emails)
            if reminder.state in ('queued', 'sending'):
                failure = failure_reason or self.browse(mail_id).failure_reason or failure_type
                reminder._after_sending(sent, failure, watch, unreachable=failure_type == 'mail_smtp')
        for reminder in self.env['recouvrement.reminder']._of_corrections(self).values():
            if success_pids or success_emails:
                reminder._correction_left()
            else:
                reminder._correction_lost(failure_reason or self[:1].failure_reason or failure_type)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type)

    def write(self, vals):
        """A mail cancelled from the technical menu takes its waiting reminder with it."""
        result = super().write(vals)
        if vals.get('state') == 'cancel':
            self._recouvrement_lost()
        return result

    @api.ondelete(at_uninstall=False)
    def _recouvrement_unlink(self):
        self._recouvrement_lost()

    def _recouvrement_lost(self):
        """Reminders that wait for these mails wait in vain: say so, or they would stay queued for ever. So do corrections."""
        self.env['recouvrement.reminder'].sudo().search([('mail_id', 'in', self.ids), ('state', '=', 'queued')])._mail_lost()
        unsent = self.filtered(lambda mail: mail.state in ('outgoing', 'cancel'))
        for reminder in self.env['recouvrement.reminder']._of_corrections(unsent).values():
            reminder._correction_lost(False)
