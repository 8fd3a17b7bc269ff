"""What was sent by mistake is corrected; what happened to a message stays in its history, with its proof."""
from email import message_from_string

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RecouvrementCommon, day

FAILED = message_from_string(
    "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx\n\nAction: failed\nStatus: 5.1.1\n--x--\n")


@tagged('post_install', '-at_install')
class TestUndo(RecouvrementCommon):

    def setUp(self):
        super().setUp()
        self.invoice = self._make_invoice(day(-20))
        self.reminder = self._night(day(-1)).reminder_ids
        self._send(self.reminder)

    def test_a_correction_is_sent_and_the_levels_go_back(self):
        self.assertEqual(self._items(self.invoice).level_days, 15)
        self.assertEqual(self.reminder.withdraw("Wrong customer", correct=True)[0]['state'], 'withdrawn')
        self.assertEqual(self._items(self.invoice).level, 0)
        correction = self.env['mail.mail'].search([], limit=1, order='id desc')
        self.assertEqual((correction.res_id, correction.recipient_ids), (self.reminder.case_id.id, self.debtor))
        self.assertIn("disregard", correction.body_html)
        self.assertNotIn("Wrong customer", correction.body_html, "the reason is ours")
        self.assertTrue(self.reminder.body_html and self.reminder.date_sent, "what was sent stays in the history")
        self.assertEqual(self.reminder.event_ids.sorted('id').mapped('kind'), ['sent', 'correction', 'withdrawn'])
        self.assertEqual(self._night().reminder_ids.level_id, self._level(15), "the step may be taken again")

    def test_who_was_written_to_by_mistake_is_left_in_peace_as_after_any_message(self):
        """He read the reminder and the correction: the same reminder does not come back the next day."""
        self.plan.min_interval_days = 5
        self.reminder.withdraw("Wrong customer", correct=True)
        self.assertEqual(self._simulate()['reason'], 'recent_contact')
        self.assertEqual(self._simulate(day(4))['decision'], 'remind')

    def test_the_conversation_says_of_a_message_that_did_not_leave_that_it_did_not(self):
        partner = self._make_debtor("Later")
        invoice = self._make_invoice(day(-20), partner=partner)
        reminder = self._night().reminder_ids.filtered(lambda one: one.partner_id == partner)
        self.assertIn(reminder.mail_message_id, self._case(partner).message_ids)
        invoice.recouvrement_dispute('quality')
        self.assertEqual(reminder.state, 'withdrawn')
        self.assertIn("did not leave: Dispute", reminder.mail_message_id.body)
        self.assertNotIn("did not leave", self.reminder.mail_message_id.body, "the other one left")

    def test_twice_is_once(self):
        self.reminder.withdraw("Wrong customer", correct=True)
        count = self.env['mail.mail'].search_count([])
        self.reminder.withdraw("Wrong customer", correct=True)
        self.assertEqual(self.env['mail.mail'].search_count([]), count)

    def _correct(self):
        self.reminder.withdraw("Wrong customer", correct=True)
        return self.env['mail.mail'].search([('subject', 'ilike', "disregard")])

    def _kinds(self):
        return self.reminder.event_ids.sorted('id').mapped('kind')

    def test_a_correction_is_sent_once_the_mail_server_took_it(self):
        correction = self._correct()
        self.assertNotIn('corrected', self._kinds())
        with self.mock_mail_gateway():
            correction.send()
        self.assertEqual(self._kinds(), ['sent', 'correction', 'withdrawn', 'corrected'])

    def test_a_correction_that_is_cancelled_or_bounces_is_a_task_for_the_collector(self):
        correction = self._correct()
        correction.cancel()
        self.assertEqual(self._kinds()[-1], 'uncorrected')
        self.env['mail.thread']._routing_handle_bounce(FAILED, {
            'bounced_message': correction.mail_message_id, 'bounced_email': self.debtor.email, 'bounced_partner': self.debtor,
            'bounced_msg_ids': [correction.message_id], 'message_id': 'x', 'parent_id': False, 'body': '',
            'email_from': 'x@x.example', 'to': ''})
        self.assertEqual(self._kinds()[-2:], ['uncorrected', 'uncorrected'])

    def test_said_to_be_wrong_without_a_correction_it_stays_sent_and_every_place_says_so(self):
        """State, history and case agree; the same words again add nothing."""
        notes = len(self._case().message_ids)
        for _twice in range(2):
            [answer] = self.reminder.withdraw("Sent too early")
            self.assertEqual((answer['state'], answer['reason']), ('sent', 'not_corrected'))
        self.assertEqual((self.reminder.state, self._kinds()), ('sent', ['sent', 'noted']))
        self.assertEqual(len(self._case().message_ids), notes + 1)
        self.assertIn("was not corrected", self._case().message_ids[0].body)

    def test_the_penalties_it_claimed_are_taken_back(self):
        penalty = self.env['recouvrement.penalty'].sudo()._claim(
            self.reminder.case_id, self.invoice, day(-1), {'reminder_id': self.reminder.id})
        self.assertEqual(penalty.state, 'claimed')
        self.reminder.withdraw("Wrong customer", correct=True)
        self.assertEqual(penalty.state, 'cancelled')

    def test_a_formal_notice_that_left_is_not_undone_by_a_letter_of_apology(self):
        self._fake_pdf()
        self.debtor.write({'street': "3 rue du Port", 'city': "Nantes"})
        self._make_invoice(day(-60))
        notice = self._night().reminder_ids.filtered('formal_notice')
        notice.approve()
        notice.send()
        self.assertEqual(notice.state, 'sent')
        with self.assertRaisesRegex(UserError, "legal act"):
            notice.withdraw("Mistake", correct=True)

    def test_the_history_is_append_only(self):
        event = self.reminder.event_ids
        self.assertEqual(event.kind, 'sent')
        with self.assertRaisesRegex(UserError, "evidence"):
            event.sudo().unlink()
        officer = self._make_user('officer')
        for verb, arguments in (('write', ({'note': "x"},)), ('unlink', ()), ('create', ({'reminder_id': self.reminder.id},))):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(event.with_user(officer), verb)(*arguments)
        self.assertEqual(event.with_user(officer).kind, 'sent')
        self.assertIn(event, self._case().event_ids)

    def test_the_tracking_number_of_a_letter(self):
        """lesson 5: what is printed, posted and sent keeps each its own trace."""
        self._fake_pdf()
        other = self._make_debtor("Sans adresse", email=False, street="3 rue du Port", city="Nantes")
        self._make_invoice(day(-20), partner=other)
        letter = self._night().reminder_ids.filtered(lambda one: one.partner_id == other)
        letter.send()
        letter.record_posting("1A 234 567 8901 2")
        letter.record_posting("1A 234 567 8901 2")
        events = letter.event_ids.sorted('id')
        self.assertEqual(events.mapped('kind'), ['sent', 'posted'])
        self.assertEqual(events[1].note, "1A 234 567 8901 2")
        self.assertTrue(events[0].attachment_id and events[0].sha256)
        with self.assertRaisesRegex(UserError, "Only a letter"):
            self.reminder.record_posting("1A")
        with self.assertRaisesRegex(UserError, "tracking number"):
            letter.record_posting(" ")

    def test_the_numbers_of_several_letters_in_one_window(self):
        self._fake_pdf()
        for name in ("Sans adresse", "Sans adresse non plus"):
            other = self._make_debtor(name, email=False, street="3 rue du Port", city="Nantes")
            self._make_invoice(day(-20), partner=other)
        letters = self._night().reminder_ids.filtered(lambda one: one.channel == 'letter')
        letters.send()
        officer = self._make_user('officer')
        action = (letters | self.reminder).with_user(officer).action_record_posting()
        window = self.env['recouvrement.posting'].with_user(officer).with_context(**action['context']).create({})
        self.assertEqual(window.line_ids.reminder_id, letters)
        with self.assertRaisesRegex(UserError, "tracking number"):
            window.action_record()
        window.line_ids[0].number = "1A 1"
        window.action_record()
        self.assertEqual([event.note for letter in letters for event in letter.event_ids if event.kind == 'posted'], ["1A 1"])
        with self.assertRaisesRegex(UserError, "None of these"):
            self.reminder.action_record_posting()

    def test_one_of_several_that_is_leaving_does_not_keep_the_others(self):
        partners = [self._make_debtor(f"Autre {number}") for number in range(3)]
        for partner in partners:
            self._make_invoice(day(-20), partner=partner)
        reminders = self._night().reminder_ids.filtered(lambda one: one.partner_id in sum(partners, self.debtor.browse()))
        leaving = reminders[1]
        leaving.sudo().state = 'sending'
        self.patch(self.env.registry['recouvrement.reminder'], '_look_after_sender', lambda self: None)  # its sender lives
        results = {result['id']: result for result in reminders.withdraw("Mistake")}
        self.assertEqual(leaving.state, 'sending')
        self.assertIn("leaving at this moment", results[leaving.id]['reason'])
        self.assertEqual(set((reminders - leaving).mapped('state')), {'withdrawn'})
        window = self.env['recouvrement.withdraw'].create({'reminder_ids': reminders.ids, 'reason': "Mistake"})
        self.assertIn("leaving at this moment", window.action_withdraw()['params']['message'])
