"""One formal notice of one invoice: begun by hand or prepared by the night, never both."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TODAY
from .test_notice_credits import NoticeCommon


@tagged('post_install', '-at_install')
class TestNoticeOnce(NoticeCommon):

    def _proceeding(self):
        """A second proceeding about the same invoice, as RPC or an earlier version may have left one."""
        return self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self._case().id, 'company_id': self.company.id, 'item_ids': [Command.set(self._items(self.first).ids)]})

    def test_starting_by_hand_opens_the_draft_of_the_night(self):
        self._night()
        self.assertEqual(self._open(), self._reminders())

    def test_its_message_goes_by_registered_letter_as_it_says(self):
        self._night()
        notice = self._reminders()
        self.assertEqual(notice.channel, 'registered')
        self.assertIn("Registered letter", str(notice.preview_html))
        notice.approve()
        notice.send()
        self.assertEqual((notice.state, self._open_proceeding().notice_channel), ('sent', 'registered_letter'))

    def _open_proceeding(self):
        return self.env['recouvrement.proceeding'].search([('case_id', '=', self._case().id)])

    def test_one_sent_as_a_simple_letter_does_not_call_itself_registered(self):
        self._sync()
        proceeding = self._open()
        for action in ('prepare_notice', 'approve_notice'):
            proceeding.apply_transition(action)
        self.assertIn("Registered letter", self._letter(proceeding))
        proceeding.apply_transition('send_notice', {'sent_on': str(TODAY), 'channel': 'letter'})
        self.assertNotIn("Registered letter", self._letter(proceeding))
        self.assertEqual(self._case().last_reminder_date, TODAY, "a notice begun by hand is the last reminder")

    def test_starting_by_hand_opens_what_its_approval_made(self):
        self._night()
        self._reminders().approve()
        self.assertEqual(self._open().reminder_id, self._reminders())

    def test_a_draft_of_the_night_is_not_approved_beside_one_begun_by_hand(self):
        self._sync()
        proceeding = self._open()
        self._night()
        proceeding.apply_transition('prepare_notice')
        with self.assertRaisesRegex(UserError, proceeding.reference):
            self._reminders().approve()
        self.assertEqual(self._reminders().state, 'draft')

    def test_a_second_notice_is_not_recorded_as_sent(self):
        self._night()
        second = self._proceeding()
        second.apply_transition('prepare_notice')
        second.apply_transition('approve_notice')
        second.state = 'draft'  # as both were approved before this was checked
        self._reminders().approve()
        second.state = 'notice_approved'
        first = self.env['recouvrement.proceeding'].search([('reminder_id', '=', self._reminders().id)])
        with self.assertRaisesRegex(UserError, f"{self.first.name}.*{first.reference}"):
            second.apply_transition('send_notice', {'sent_on': str(TODAY), 'channel': 'registered_letter'})
        second.apply_transition('withdraw', {'reason': "Twice"})
        self._reminders().send()
        self.assertEqual(first.state, 'mise_en_demeure')

    def test_of_two_sent_before_this_was_checked_neither_goes_to_court(self):
        self._sync()
        first, second = self._open(), self._proceeding()
        self._send_by_hand(first)
        second.state = 'mise_en_demeure'
        with self.assertRaisesRegex(UserError, second.reference):
            first.apply_transition('prepare_order', {'court': "Tribunal de commerce de Lyon"})
