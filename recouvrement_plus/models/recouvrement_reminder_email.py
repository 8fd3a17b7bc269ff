"""An e-mail on its way: `sending` is written before it is handed over, so that what nobody can know is never sent twice."""
import logging
from datetime import timedelta
from itertools import takewhile

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, email_split, plaintext2html

from .recouvrement_engine_facts import UNREACHED

_logger = logging.getLogger(__name__)

# Namespace of the advisory locks of those who send (any constant that nobody else uses).
SENDING_CLASS = 1380012113
# After how long a message is tried again when the mail server could not be reached; then a person is asked.
WAITS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    def _send_email(self, commit):
        """Through the mail queue's own sending: its override does the last check (see `mail_mail.py`)."""
        if self.state != 'queued' or not self.mail_id:
            self._queue()
        if commit:
            # The mail must survive what follows.
            self.env.cr.commit()  # pylint: disable=invalid-commit
        # a person may write at any hour, the queue may not; and is there to act: what does not leave is told at once
        self.mail_id.with_context(recouvrement_by_hand=True).send(auto_commit=commit)
        self.invalidate_recordset()

    def _begin_sending(self, commit):
        """Last look before SMTP. Return whether the message may leave; if so its state `sending` is committed.

        Two locks. One of the session (`_hold_sending`), held by the caller from before this to the answer of the mail
        server: it survives commits and dies with the process, so that who finds `sending` without it knows that the
        sender died. One of the row, the first statement of a new transaction: the database is REPEATABLE READ, an older
        transaction would read old facts.
        """
        self._commit_point(commit)
        if not self.try_lock_for_update() or self.state != 'queued':
            return False
        if self._puts_off():
            self._commit_point(commit)
            return False
        self._ensure_tokens()
        if self._refuse_or_fail():
            self._commit_point(commit)
            return False
        self.write({'state': 'sending'})
        self._commit_point(commit)
        return True

    def _puts_off(self):
        """Outside of the days and hours of e-mails the queue leaves the message for the next open moment."""
        moment = not self.env.context.get('recouvrement_by_hand') and self._next_moment('email')
        if moment:
            self.mail_id.scheduled_date = moment
        return bool(moment)

    def _refuse_or_fail(self):
        """The last look; a message whose look fails does not leave, and stops none of those behind it in the queue."""
        try:
            with self.env.cr.savepoint():
                return self._refuse_or_refresh() or self._refuse_address()
        except psycopg2.OperationalError:
            raise  # serialization or lost connection: tried again
        except Exception as error:
            _logger.warning("Reminder %s cannot be made ready to leave", self.id, exc_info=True)
            self.env.invalidate_all()
            self._fail('mail_failed', str(error)[:200], self.env._(
                "A reminder could not be sent: %(failure)s", failure=str(error)[:200]))
            return True

    def _hold_sending(self):
        """Take the sender's lock of this reminder, if nobody has it."""
        return self.env.execute_query(SQL("SELECT pg_try_advisory_lock(%s, %s)", SENDING_CLASS, self.id))[0][0]

    def _release_sending(self):
        query = SQL("SELECT pg_advisory_unlock(%s, %s)", SENDING_CLASS, self.id)
        try:
            self.env.cr.execute(query)
        except psycopg2.Error:
            self.env.cr.rollback()  # the transaction had failed: the lock is the session's, free it all the same
            self.env.cr.execute(query)

    def _commit_point(self, commit):
        if commit:
            # A message that leaves cannot be rolled back.
            self.env.cr.commit()  # pylint: disable=invalid-commit
            self.env.invalidate_all()
        else:
            self.env.flush_all()

    def _after_sending(self, sent, failure, watch=None, unreachable=False):
        """What the mail server answered; called before the mail's own state is committed.

        Without an answer after the text was handed over nobody knows whether the message was accepted: it is uncertain,
        and never sent again by itself.

        :param watch: the `SmtpWatch` of the session, None when there was no session
        :param unreachable: whether nothing could be given to the server at all
        """
        unanswered, refused = (watch.unanswered, watch.refused) if watch else (False, {})
        if unanswered:
            self._turn_uncertain('no_answer', failure)
        elif sent and not self._all_refused(refused):
            self.write({'state': 'sent', 'reason': False, 'date_sent': fields.Datetime.now(), 'sent_by_id': self.env.uid,
                        'note': "; ".join(f"{address}: {answer}" for address, answer in refused.items()) or failure or False})
            self._keep_proof(watch)
            self._claim_penalties()
            if self.note:
                self._ask_collector(self.env._("A reminder did not reach all its recipients: %(failure)s", failure=self.note))
        elif not (unreachable and not refused and self._try_again_later(failure)):
            self._fail_to_send(failure, refused, unreachable)

    def _fail_to_send(self, failure, refused, unreachable):
        """The message did not leave, in one sentence; what the machines said stands behind it."""
        technical = "; ".join(refused.values()) or " ".join((failure or '').split())
        if refused:
            why = self.env._("the mail server refused %(addresses)s", addresses=', '.join(refused))
        elif unreachable:
            why = self.env._("the mail server could not be reached")
        else:
            why = self.env._("the mail server did not take it")
        words = self.env._("A reminder could not be sent: %(failure)s", failure=why)
        if unreachable and not refused and not self._by_hand():
            self._note_failure('mail_failed', technical, f"{words} ({technical})")
            self._ask_collector_once(self.env._(
                "The mail server of %(company)s could not be reached for hours: send the reminders that failed again.",
                company=self.company_id.name), technical)
        else:
            self._fail('mail_failed', technical, words, technical)

    def _all_refused(self, refused):
        """Whether the mail server refused every address of the customer (a copy to a colleague may have been taken)."""
        addresses = {address.lower() for address in email_split(self.email_to or '')}
        return bool(addresses) and addresses <= set(refused)

    def _fail(self, reason, note, summary, technical=False):
        """The message did not leave: say why, and ask a person."""
        self._note_failure(reason, note, f"{summary} ({technical})" if technical else note)
        self._ask_collector(summary, technical)

    def _note_failure(self, reason, note, words):
        self.write({'state': 'failed', 'reason': reason, 'note': note or False})
        self._log_event('failed', words)
        if reason in UNREACHED:
            self.case_id._refresh_held()  # the screens say at once that nobody was reached

    # === A MAIL SERVER THAT CANNOT BE REACHED === #

    def _by_hand(self):
        return bool(self.env.context.get('recouvrement_by_hand'))

    def _try_again_later(self, failure):
        """Leave the message in the queue for another attempt, with all facts read anew; False once that was tried enough."""
        tries = len(list(takewhile(lambda event: event.kind == 'waiting', self.event_ids.sorted('id', reverse=True))))
        if self._by_hand() or not self.mail_id or tries >= len(WAITS):
            return False
        moment = fields.Datetime.now() + WAITS[tries]
        moment = self._next_moment('email', after=moment) or moment
        technical = " ".join((failure or '').split())
        self.write({'state': 'queued', 'reason': 'server_unreachable', 'note': technical or False})
        self._log_event('waiting', technical)
        self.mail_id.write({'state': 'outgoing', 'scheduled_date': moment})
        self.env.ref('mail.ir_cron_mail_scheduler_action')._trigger(at=moment)
        return True

    def _mail_lost(self):
        """Someone cancelled or deleted the mail of these reminders before it left."""
        for reminder in self:
            reminder = reminder.company_id._recouvrement_spoken(reminder)
            reminder._fail('mail_cancelled', False, reminder.env._("The e-mail of a reminder was cancelled before it left."))

    def _turn_uncertain(self, reason, note=False):
        self.write({'state': 'uncertain', 'reason': reason, 'note': note or False})
        self._log_event('uncertain', note)
        self._ask_collector(
            self.env._("A reminder may or may not have left. Check whether the customer received it; it is not sent again."))

    @api.model
    def _mark_uncertain(self):
        """Messages whose sender died while they were leaving: nobody knows, a person decides, nothing is resent."""
        for reminder in self.search([('state', '=', 'sending')]):
            self.env['recouvrement.run']._guarded(reminder._look_after_sender)

    def _look_after_sender(self):
        """One of them; one that is really leaving is its sender's business."""
        if self.try_lock_for_update() and self.state == 'sending' and self._sender_is_gone():
            self.company_id._recouvrement_spoken(self)._leave_uncertain()

    def _leave_uncertain(self):
        self._turn_uncertain('interrupted')
        self.mail_id.filtered(lambda mail: mail.state == 'outgoing').cancel()

    def _sender_is_gone(self):
        """Whether no process holds the sender's lock; then nobody takes it before the end of this transaction."""
        return self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", SENDING_CLASS, self.id))[0][0]

    def _ask_collector(self, summary, technical=False):
        """A task for the collector.

        :param technical: words of a machine, behind the sentence that a person reads
        """
        user = self.case_id._collector()
        self.case_id.activity_schedule(
            'recouvrement_plus.mail_activity_type_check', summary=summary, user_id=user.id,
            note=plaintext2html(technical) if technical else False, date_deadline=self.company_id._recouvrement_today())

    def _ask_collector_once(self, summary, technical):
        """The same for what concerns many messages: one open task for each collector, on the first of their cases."""
        asked = self.env['mail.activity'].search_count([
            ('activity_type_id', '=', self.env.ref('recouvrement_plus.mail_activity_type_check').id),
            ('user_id', '=', self.case_id._collector().id), ('summary', '=', summary)], limit=1)
        if not asked:
            self._ask_collector(summary, technical)
