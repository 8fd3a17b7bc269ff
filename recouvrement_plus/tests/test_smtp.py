"""What the mail server answers, or does not, decides what a reminder becomes: a real SMTP session each time."""
from unittest.mock import patch

from odoo.addons.base.models import ir_mail_server
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, RecouvrementCommon, day
from .smtp_server import mail_server

QUIET = ('odoo.addons.mail.models.mail_mail', 'odoo.addons.base.models.ir_mail_server')


@tagged('post_install', '-at_install')
class TestSmtp(RecouvrementCommon):

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(mail_server())
        self.env['ir.mail_server'].search([]).active = False
        self.outgoing = self.env['ir.mail_server'].create({
            'name': "test", 'smtp_host': '127.0.0.1', 'smtp_port': self.server.port, 'smtp_encryption': 'none'})
        self.enterContext(patch.object(type(self.env['ir.mail_server']), '_disable_send', lambda model: False))
        self.enterContext(patch.object(ir_mail_server, 'SMTP_TIMEOUT', 0.5))
        self.enterContext(mute_logger(*QUIET))
        self.invoice = self._make_invoice(day(-20))

    def _prepare(self):
        self.reminder = self._night().reminder_ids.filtered(lambda reminder: reminder.partner_id == self.debtor)
        return self.reminder

    def _tasks(self, partner=None):
        return self._case(partner).activity_ids

    def test_taken_is_sent_with_the_text_and_the_answer_as_proof(self):
        """lessons 7, 8: the state follows what the mail server said."""
        self._prepare().send()
        self.assertRecordValues(self.reminder, [{'state': 'sent', 'reason': False, 'note': False}])
        event = self.reminder.event_ids
        self.assertEqual((event.kind, event.note), ('sent', '250 queued as 42'))
        self.assertIn(self.reminder.mail_message_id.message_id.encode(), event.attachment_id.raw)
        self.assertEqual(len(event.sha256), 64)

    def test_no_answer_after_the_text_is_uncertain_and_is_not_sent_again(self):
        """lesson 9: it may have been accepted; only a person can find out."""
        for after in ('silence', 'drop'):
            with self.subTest(after=after):
                self.server.after_text, self.server.texts[:] = after, []
                partner = self._make_debtor(after)
                self._make_invoice(day(-20), partner=partner)
                reminder = self._night().reminder_ids.filtered(lambda one, partner=partner: one.partner_id == partner)
                reminder.send()
                self.assertRecordValues(reminder, [{'state': 'uncertain', 'reason': 'no_answer'}])
                self.assertTrue(self._tasks(partner))
                self.assertEqual(reminder.event_ids.kind, 'uncertain')
                self.server.after_text = 'accept'
                reminder.send()
                reminder.mail_id.mark_outgoing()
                self.env['mail.mail'].process_email_queue(reminder.mail_id.ids)
                self.assertEqual((reminder.state, len(self.server.texts)), ('uncertain', 1))

    def test_a_connection_lost_before_the_text_is_a_failure_that_can_be_sent_later(self):
        self.server.before_text = 'drop'
        self._prepare().send()
        self.assertRecordValues(self.reminder, [{'state': 'failed', 'reason': 'mail_failed'}])
        self.assertTrue(self._tasks())
        self.server.before_text = 'accept'
        self.reminder.send()
        self.assertEqual((self.reminder.state, len(self.server.texts)), ('sent', 1))

    def test_a_text_that_is_rejected_is_a_failure(self):
        self.server.after_text = 'reject'
        self._prepare().send()
        self.assertRecordValues(self.reminder, [{'state': 'failed', 'reason': 'mail_failed'}])

    def test_a_refused_recipient_is_a_failure_with_the_server_s_words(self):
        self.server.refuse.add(self.debtor.email)
        self._prepare().send()
        self.assertRecordValues(self.reminder, [{'state': 'failed', 'note': '550 no such user'}])
        self.assertFalse(self.server.texts)

    def test_a_correction_that_is_refused_is_a_task_and_not_said_to_be_sent(self):
        self._prepare().send()
        self.server.refuse.add(self.debtor.email)
        self.reminder.withdraw("Wrong customer", correct=True)
        correction = self.env['mail.mail'].search([('subject', 'ilike', "disregard")])
        self.env['mail.mail'].process_email_queue(correction.ids)
        self.assertEqual(correction.state, 'exception')
        self.assertEqual(self.reminder.event_ids.sorted('id').mapped('kind'), ['sent', 'correction', 'withdrawn', 'uncorrected'])
        self.assertIn("by another way", self._tasks().summary)
        self.server.refuse.clear()
        correction.mark_outgoing()
        self.env['mail.mail'].process_email_queue(correction.ids)
        self.assertIn('corrected', self.reminder.event_ids.mapped('kind'))

    def test_no_mail_server_at_all(self):
        self.outgoing.smtp_port = 9
        self._prepare().send()
        self.assertRecordValues(self.reminder, [{'state': 'failed', 'reason': 'mail_failed'}])
        self.assertTrue(self._tasks())

    # === THE QUEUE, WITHOUT ITS SERVER === #

    def _queue_run(self, reminders):
        self.env['mail.mail'].process_email_queue(reminders.mail_id.ids)

    def _several(self):
        others = [self._make_debtor(f"Other {number}") for number in range(2)]
        for partner in others:
            self._make_invoice(day(-20), partner=partner)
        return self._night().reminder_ids.sorted('id')

    def test_a_server_that_is_down_for_a_minute_costs_no_message_and_no_task(self):
        reminders = self._several()
        self.outgoing.smtp_port = 9
        self._queue_run(reminders)
        self.assertEqual(set(reminders.mapped('state')), {'queued'})
        self.assertEqual(set(reminders.mapped('reason')), {'server_unreachable'})
        self.assertFalse(reminders.case_id.activity_ids)
        self.assertEqual(set(reminders.event_ids.mapped('kind')), {'waiting'})
        self._queue_run(reminders)
        self.assertEqual(len(reminders.event_ids), 3, "not before its time")
        self.outgoing.smtp_port = self.server.port
        self._pay(self.invoice)
        with freeze_time('2026-03-16 10:16:00'):
            self._queue_run(reminders)
        paid = reminders.filtered(lambda reminder: reminder.partner_id == self.debtor)
        self.assertEqual((paid.state, paid.reason), ('withdrawn', 'paid'), "the facts are read again")
        self.assertEqual(set((reminders - paid).mapped('state')), {'sent'})
        self.assertEqual(len(self.server.texts), 2)

    def test_a_server_that_stays_down_ends_in_failed_with_one_task(self):
        reminders = self._several()
        self.outgoing.smtp_port = 9
        for moment in ('10:00', '10:16', '11:20', '15:30'):
            with freeze_time(f'2026-03-16 {moment}:00'):
                self._queue_run(reminders)
        self.assertEqual(set(reminders.mapped('state')), {'failed'})
        tasks = reminders.case_id.activity_ids
        self.assertEqual(len(tasks), 1)
        self.assertIn("could not be reached for hours", tasks.summary)
        self.outgoing.smtp_port = self.server.port
        reminders.send()
        self.assertEqual(set(reminders.mapped('state')), {'sent'})

    def test_a_connection_lost_before_the_text_waits_in_the_queue(self):
        self._prepare()
        self.server.before_text = 'drop'
        self._queue_run(self.reminder)
        self.assertRecordValues(self.reminder, [{'state': 'queued', 'reason': 'server_unreachable'}])
        self.assertFalse(self._tasks())

    def test_a_refused_recipient_fails_at_once_in_one_sentence(self):
        self._prepare()
        self.server.refuse.add(self.debtor.email)
        self._queue_run(self.reminder)
        self.assertEqual(self.reminder.state, 'failed')
        self.assertEqual(self._tasks().summary, f"A reminder could not be sent: the mail server refused {self.debtor.email}")
        self.assertIn("550 no such user", self._tasks().note)
        self.assertNotIn('\n', self.reminder.event_ids.note)

    def test_the_queue_says_uncertain_of_what_its_sender_left_behind(self):
        """Killed while it was leaving: the next turn of the mail queue says so, with a task, and sends nothing."""
        self._prepare().sudo().state = 'sending'
        self._queue_run(self.reminder)
        self.assertRecordValues(self.reminder, [{'state': 'uncertain', 'reason': 'interrupted'}])
        self.assertTrue(self._tasks())
        self.assertFalse(self.server.texts)

    def test_a_night_by_hand_and_a_withdrawal_see_what_a_dead_sender_left_behind(self):
        self._prepare().sudo().state = 'sending'
        self.env['recouvrement.run'].execute(TODAY)
        self.assertRecordValues(self.reminder, [{'state': 'uncertain', 'reason': 'interrupted'}])
        self.reminder.sudo().state = 'sending'
        self.assertEqual(self.reminder.withdraw("Killed")[0]['state'], 'withdrawn')

    def test_one_silence_does_not_stop_the_messages_behind_it(self):
        """lesson 11: the queue goes on after a message that failed, each customer gets his own."""
        others = [self._make_debtor(f"Other {number}") for number in range(3)]
        for partner in others:
            self._make_invoice(day(-20), partner=partner)
        reminders = self._night().reminder_ids.sorted('id')
        self.server.drop_first = True
        self.env['mail.mail'].process_email_queue(reminders.mail_id.ids)
        self.assertEqual(sorted(reminders.mapped('state')), ['sent', 'sent', 'sent', 'uncertain'])
        self.assertEqual(len(self.server.texts), 4)

    def test_a_blacklisted_address_ends_in_failed_with_a_task(self):
        """lesson 6"""
        self._prepare()
        self.env['mail.blacklist'].create({'email': self.debtor.email})
        self.reminder.send()
        self.assertRecordValues(self.reminder, [{'state': 'failed', 'reason': 'blacklisted'}])
        self.assertTrue(self._tasks())
        self.assertFalse(self.server.texts)

    def test_a_mail_cancelled_or_deleted_from_the_menu_ends_in_failed_with_a_task(self):
        """lessons 5, 6: nothing stays queued for ever."""
        self._prepare().mail_id.cancel()
        self.assertRecordValues(self.reminder, [{'state': 'failed', 'reason': 'mail_cancelled'}])
        self.assertTrue(self._tasks())
        self.reminder.send()
        self.assertEqual(self.reminder.state, 'sent', "a person may have it sent after all")
        other = self._make_debtor("Other")
        self._make_invoice(day(-20), partner=other)
        reminder = self._night().reminder_ids.filtered(lambda one: one.partner_id == other)
        reminder.mail_id.unlink()
        self.assertRecordValues(reminder, [{'state': 'failed', 'reason': 'mail_cancelled'}])

    def test_queueing_again_never_moves_a_sent_message_back(self):
        """lessons 9, 10: the state never moves backwards, whoever calls."""
        self._prepare().send()
        self.reminder.mail_id.mark_outgoing()
        self.env['mail.mail'].process_email_queue(self.reminder.mail_id.ids)
        self._night()
        self.assertEqual((self.reminder.state, len(self.server.texts)), ('sent', 1))

    def _retry(self, mail):
        """What “Retry” of the technical menu does, and the mail queue after it."""
        mail.mark_outgoing()
        self.env['mail.mail'].process_email_queue(mail.ids)

    def test_a_failed_mail_retried_after_its_reminder_left_by_another_stays_here(self):
        self.server.before_text = 'drop'
        self._prepare().send()
        failed = self.reminder.mail_id
        self.server.before_text = 'accept'
        self.reminder.send()
        self.assertEqual((self.reminder.state, len(self.server.texts)), ('sent', 1))
        self.assertNotEqual(self.reminder.mail_id, failed)
        self._pay(self.reminder.item_ids.move_id)
        self._retry(failed)
        self.assertEqual((len(self.server.texts), failed.state), (1, 'cancel'))
        self.assertIn("Sent", failed.failure_reason)
        failed.send()
        self.assertEqual(len(self.server.texts), 1, "whoever tries, by any button")

    def test_words_that_were_replaced_before_approval_never_leave(self):
        level = self._level(15)
        level.automatic = False
        self._prepare().approve()
        former = self.reminder.mail_id
        self.reminder.with_user(self._make_user('officer')).edit_text("Hello", "<p>Other words</p>")
        self.assertEqual((self.reminder.state, former.state), ('draft', 'cancel'))
        self._retry(former)
        self.assertEqual((self.server.texts, former.state), ([], 'cancel'))
        self.reminder.approve()
        self._retry(former)
        self.assertFalse(self.server.texts)
        self.reminder.send()
        self.assertEqual((self.reminder.state, len(self.server.texts)), ('sent', 1))

    def test_a_correction_is_no_mail_of_the_reminder_and_leaves(self):
        self._prepare().send()
        self.reminder.withdraw("Wrong customer", correct=True)
        self.env['mail.mail'].process_email_queue()
        self.assertEqual(len(self.server.texts), 2)
