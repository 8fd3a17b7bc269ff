"""What becomes of a prepared message: approved by a person, put in the way out, withdrawn."""
import time
from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .recouvrement_run import RPC_SECONDS

# Messages approved between two commits: what is done is kept, whatever becomes of the rest.
APPROVE_SLICE = 50


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    def approve(self):
        """Approve prepared messages; they wait for `send` or for the queue.

        Each is looked at again first: what is no longer owed, or is held by now, is withdrawn with its reason. One of
        several that cannot be approved stays a draft with the reason in words; the others are approved.
        A formal notice is a legal step: its proceeding is opened, and records who approved.

        Works for up to 30 seconds, and what is approved by then is kept; what is left stays a draft and says so: called
        again, it goes on there.

        :return: [{id, state, reason}]
        :raises AccessError: for an officer: a manager approves
        :raises UserError: when the only one asked for cannot be approved
        """
        self.env['recouvrement.run']._check_records('manager', self)
        deadline, results = time.monotonic() + RPC_SECONDS, []
        for number, reminder in enumerate(self.sudo(), start=1):
            refusal = ''
            if reminder.state == 'draft':
                late = number > 1 and time.monotonic() > deadline
                refusal = self._late_words() if late else (
                    reminder._approve_or_refuse(alone=len(self) == 1))
            results.append({'id': reminder.id, 'state': reminder.state, 'reason': refusal or reminder.reason or ''})
            if number % APPROVE_SLICE == 0:
                self.env['recouvrement.run']._commit()
                self.env.invalidate_all()
        self.sudo()._renew_approval_tasks()
        return results

    def _renew_approval_tasks(self):
        """Fewer drafts wait, or more: tell those who approve."""
        for company in self.company_id:
            self.env['recouvrement.run']._ask_approval(company)

    def _approve_or_refuse(self, alone):
        """Approve one draft after a fresh look; return why not, in words, when others wait behind it."""
        return self._done_or_refused(lambda: self._refuse_or_refresh() or self._approve_one(), alone)

    @api.model
    def _done_or_refused(self, work, alone):
        """Do something with one message, undone when it is refused; return why, in words, when others wait behind it, else ''.

        :raises UserError: when it is refused and is the only one asked for
        """
        try:
            with self.env.cr.savepoint():
                work()
        except UserError as error:
            if alone:
                raise
            self.env.invalidate_all()
            return str(error)
        return ''

    def _approve_one(self):
        if self.formal_notice:
            self.env['recouvrement.proceeding']._approve_notice(self)
        self.write({
            'state': 'approved', 'reason': False, 'note': False,
            'date_approved': fields.Datetime.now(), 'approved_by_id': self.env.uid})
        if self.channel == 'email':
            self._queue()
        else:
            self._render_content()

    # === QUEUE === #

    def _queue(self):
        """Put approved messages in the way out: e-mails in Odoo's own mail queue, letters in the pile to print."""
        self._render_content()
        self.write({'state': 'queued', 'reason': False})
        emails = self.filtered(lambda reminder: reminder.channel == 'email')
        reply_to = {}
        for company, own in emails.grouped('company_id').items():
            if mailbox := company._recouvrement_inherited('recouvrement_reply_to'):
                reply_to |= dict.fromkeys(own.case_id.ids, mailbox)
            else:
                reply_to |= own._replies_to()
        mails = self.env['mail.mail'].create([reminder._mail_vals(reply_to) for reminder in emails])
        self.flush_recordset()
        self.env['recouvrement.bulk']._update(self, ['mail_id', 'mail_message_id'], [
            (reminder.id, mail.id, mail.mail_message_id.id) for reminder, mail in zip(emails, mails, strict=True)])
        # a night queues slice by slice, and wakes the mail queue with the last one
        if not self.env.context.get('recouvrement_more_to_queue', not emails):
            self.env.ref('mail.ir_cron_mail_scheduler_action')._trigger()

    def _replies_to(self):
        """{case id: where answers go}, for messages of one company: the address that Odoo makes for the case, else its sender."""
        sender = self.company_id._recouvrement_sender()
        found = self.case_id._notify_get_reply_to(default=sender)
        return found if sender else {one.case_id.id: found[one.case_id.id] or one._sender() for one in self}

    def _sender(self):
        """Who writes; '' when nobody could be answered."""
        return self.company_id._recouvrement_sender() or self.case_id._recouvrement_sender()

    def _mail_vals(self, reply_to):
        """The message in Odoo's mail queue: it belongs to the thread of the case, so that answers come back to it."""
        self.ensure_one()
        return {
            'model': 'recouvrement.case', 'res_id': self.case_id.id, 'subject': self.subject, 'body_html': self.body_html,
            'body': self.body_html, 'email_from': self._sender(),
            'author_id': self.company_id.partner_id.id, 'reply_to': reply_to[self.case_id.id],
            'recipient_ids': [fields.Command.set(self.contact_id.ids)], 'auto_delete': False,
            'message_type': 'email_outgoing', 'is_notification': False, 'recouvrement_reminder_id': self.id,
        }

    # === WITHDRAW === #

    def _note_withdrawal(self, words):
        body = self.env._("Reminder “%(level)s” of %(date)s withdrawn: %(reason)s", level=self.level_id.name,
                          date=format_date(self.env, self._figures_day()), reason=words)
        self.case_id._message_log(body=Markup.escape(body))

    def _withdraw_one(self, reason, note=False):
        """Cancel what has not left, free the keys of the lines and recompute the levels."""
        items = self.item_ids
        if self.formal_notice:
            self.env['recouvrement.proceeding']._abandon_notice(self, note or reason)
        self._mark_unsent(reason)
        self.write({'state': 'withdrawn', 'reason': reason, 'note': note})
        self._log_event('withdrawn', note or reason)
        if self.mail_id.state in ('outgoing', 'exception'):
            self.mail_id.cancel()
        self.line_ids.write({'active': False})
        items._refresh_level()

    def _mark_unsent(self, reason):
        """The conversation of the case shows what was queued: say there that it did not leave, nobody was contacted."""
        message = self.mail_message_id
        if message and not self.date_sent and self.state in ('approved', 'queued', 'failed'):
            run = self.company_id._recouvrement_spoken(self.env['recouvrement.run'])
            words = run.env._("This message did not leave: %(reason)s", reason=run._any_reason_label(reason))
            message.body = Markup("<p><b>%s</b></p>%s") % (words, message.body)

    def _late_words(self):
        return self.env._("Not reached in one click: approve the rest again")

    # === ACTIONS === #

    def action_approve(self):
        """Approve from the screen and tell what was not."""
        return self._tell_approved(self.approve())

    def action_send(self):
        """Send from the screen and tell what did not leave."""
        return self._tell(self.send(), ('sent',), self.env._("%(count)s sent"))

    def _tell(self, results, good, words):
        """A notification: how many went well, and why the others did not."""
        refused = [result for result in results if result['state'] not in good]
        label = self.env['recouvrement.run']._any_reason_label
        message = words % {'count': len(results) - len(refused)}
        if refused:
            reasons = Counter(label(result['reason']) or result['state'] for result in refused)
            message += ". " + ", ".join(
                f"{reason} ({count})" if count > 1 else reason for reason, count in sorted(reasons.items()))
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'type': 'warning' if refused else 'success', 'message': message,
            'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}}}
