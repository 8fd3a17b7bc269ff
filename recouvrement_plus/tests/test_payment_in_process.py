"""A payment that the books do not have yet and that names no invoice: no message claims that money, no notice leaves."""
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import NOW, day
from .test_never import NeverCommon
from .test_notice_credits import NoticeCommon


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestPaymentInProcess(NeverCommon):

    def _credits(self, reminder):
        return [(line.name, line.amount_residual) for line in reminder.line_ids if line.active and line.kind == 'credit']

    def test_a_message_names_it_and_claims_the_rest(self):
        payment = self._pay_on_account_without_entry(400.0, day(-1))
        self._make_invoice(day(-20), amount=1000.0)
        self.assertEqual(self._simulate()['amount_due'], '600.00')
        reminder = self._night().reminder_ids
        self.assertEqual((reminder.amount_due, self._credits(reminder)), (600.0, [(payment.name, -400.0)]))
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.amount_due, self._credits(reminder)), ('sent', 600.0, [(payment.name, -400.0)]))

    def test_one_entered_after_the_night_is_deducted_before_the_message_leaves(self):
        _invoice, reminder = self._queued(amount=1000.0)
        payment = self._pay_on_account_without_entry(400.0)
        self._send(reminder)
        self.assertEqual((reminder.state, reminder.amount_due), ('sent', 600.0))
        self.assertEqual(self._credits(reminder), [(payment.name, -400.0)])

    def test_one_that_covers_everything_withdraws_the_message(self):
        _invoice, reminder = self._queued(amount=1000.0)
        self._pay_on_account_without_entry(1000.0)
        self._assert_withdrawn(reminder, 'net_credit')

    def test_one_that_the_bank_refused_counts_no_more(self):
        _invoice, reminder = self._queued(amount=1000.0)
        self._pay_on_account_without_entry(400.0).action_reject()
        self._send(reminder)
        self.assertEqual((reminder.amount_due, self._credits(reminder)), (1000.0, []))


@tagged('post_install', '-at_install')
class TestNoticeWithPaymentInProcess(NoticeCommon):
    """A judge is told what is owed: nobody can say it before the payment is matched, or refused."""

    def test_a_notice_by_hand_waits(self):
        self._pay_on_account_without_entry(400.0)
        self._sync()
        with self.assertRaisesRegex(UserError, "Payment in process"):
            self._open().apply_transition('prepare_notice')

    def test_a_notice_of_the_night_waits_and_leaves_once_it_is_refused(self):
        payment = self._pay_on_account_without_entry(400.0)
        self._night()
        notice = self._reminders()
        self.assertEqual((notice.formal_notice, notice.amount_due), (True, 600.0))
        with self.assertRaisesRegex(UserError, "Payment in process"):
            notice.approve()
        self.assertEqual(notice.state, 'draft')
        payment.action_reject()
        notice.approve()
        self.assertEqual((notice.state, notice.amount_due), ('approved', 1000.0))
