"""Undo: what has not left is withdrawn; what has left is corrected by a second message, and its levels are free again."""
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    def withdraw(self, reason, correct=False):
        """Take messages back: what has not left is cancelled, the level becomes free again for a later night.

        A message that has left stays in the history as it was sent, its level reached, and what was said of it is noted, once
        for the same words; the answer says `not_corrected`. Unless `correct` is true: then a correction is sent to the same
        person, the message is withdrawn and the levels go back. One that may have left (`uncertain`) is taken back: a person
        has looked, and may have it sent again.
        One of several that cannot be withdrawn stays as it is with the reason in words; the others are withdrawn.

        :param reason: words for the history, required; the customer does not read them
        :param correct: send a correction for what has left
        :return: [{id, state, reason}]
        :raises UserError: without words; when the only one asked for is leaving at this moment, or is a formal notice that
            has left
        """
        run = self.env['recouvrement.run']
        run._check_records('officer', self)
        run._check_arguments(words={'reason': reason})
        if not (reason or '').strip():
            raise UserError(self.env._("Say why the reminder is withdrawn: the reason stays in its history."))
        results = []
        for reminder in self.sudo():
            refusal = reminder._done_or_refused(
                lambda reminder=reminder: reminder._withdraw_or_correct(reason, correct), alone=len(self) == 1)
            said = 'not_corrected' if reminder.state == 'sent' else reminder.reason or ''
            results.append({'id': reminder.id, 'state': reminder.state, 'reason': refusal or said})
        self.sudo()._renew_approval_tasks()
        return results

    def _withdraw_or_correct(self, reason, correct):
        if self.state == 'sending':
            self._look_after_sender()
        if self.state == 'sending':
            raise UserError(self.env._("This reminder is leaving at this moment; withdraw it once it has left."))
        if self.state == 'withdrawn':
            return
        left = self.state in ('sent', 'uncertain') or self.reason == 'bounced'
        if self.state == 'sent' and not correct:
            self._note_mistake(reason)
            return
        if correct and left:
            self._correct()
        self._note_withdrawal(reason)
        self._withdraw_one('withdrawn_by_user', reason)

    def _note_mistake(self, reason):
        """The customer has the message and is told nothing: it stays sent; history and case say what was said of it."""
        if reason in self.event_ids.filtered(lambda event: event.kind == 'noted').mapped('note'):
            return
        self._log_event('noted', reason)
        body = self.env._("Reminder “%(level)s” of %(date)s has left and was not corrected, it stays as it was sent: %(reason)s",
                          level=self.level_id.name, date=format_date(self.env, self._figures_day()), reason=reason)
        self.case_id._message_log(body=Markup.escape(body))

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

    # === WHAT BECAME OF A CORRECTION === #

    @api.model
    def _of_corrections(self, mails):
        """{mail or message: reminder that it corrects}; a correction is known by its message id in the history."""
        ours = mails.filtered(lambda mail: mail.model == 'recouvrement.case' and mail.message_id)
        if not ours:
            return {}
        events = self.env['recouvrement.reminder.event'].sudo().search([
            ('case_id', 'in', ours.mapped('res_id')), ('kind', '=', 'correction'), ('note', 'in', ours.mapped('message_id'))])
        corrected = {event.note: event.reminder_id for event in events}
        return {mail: corrected[mail.message_id] for mail in ours if mail.message_id in corrected}

    def _correction_left(self):
        """The mail server took the correction."""
        if 'corrected' not in self.event_ids.mapped('kind'):
            self._log_event('corrected', self.email_to)

    def _correction_lost(self, technical):
        """The customer does not know: a person tells him."""
        reminder = self.company_id._recouvrement_spoken(self)
        reminder._log_event('uncorrected', technical)
        reminder._ask_collector(reminder.env._(
            "The correction of a reminder did not reach the customer: tell him by another way to disregard it."), technical)
