"""A half-year begins without its rates: managers are warned in time, and the principal is claimed all the same."""
from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .common import day
from .test_rate import RateCommon

NEW_YEAR = '2027-01-02 06:00:00'
ACTIVITY = 'recouvrement_plus.mail_activity_type_rate'


class RateWatchCommon(RateCommon):

    def _tasks(self):
        return self.env['mail.activity'].search([
            ('res_model', '=', 'recouvrement.rate'), ('activity_type_id', '=', self.env.ref(ACTIVITY).id)])

    def _warn(self, on):
        self.env['recouvrement.rate'].sudo()._warn(Date.to_date(on))

    def _enter(self, code, percent, start='2027-01-01', end='2027-06-30'):
        return self.env['recouvrement.rate'].create({
            'code': code, 'date_from': start, 'date_to': end, 'percent': percent, 'source': "JORF", 'confirmed': True})

    def _enter_2027(self):
        self._rate('2026-09-16').date_to = '2026-12-31'
        return self._enter('ecb_mro', 2.65) + self._enter('legal_professional', 2.8)


@tagged('post_install', '-at_install')
class TestRateWarning(RateWatchCommon):

    def test_one_month_before_and_once(self):
        manager, officer = self._make_user('manager'), self._make_user('officer')
        self._warn('2026-11-30')
        self.assertFalse(self._tasks(), "not yet")
        for on in ('2026-12-01', '2026-12-02', '2026-12-31'):
            self._warn(on)
        task = self._tasks().filtered(lambda one: one.user_id == manager)
        self.assertEqual(len(task), 1)
        self.assertEqual((task.date_deadline, task.res_id), (Date.to_date('2027-01-01'), self._rate('2026-09-16').id))
        for word in ("ECB main refinancing rate", "Legal interest rate, professional creditor", "2027-01-01"):
            self.assertIn(word, task.note)
        self.assertNotIn(officer, self._tasks().user_id)

    def test_a_task_that_is_ticked_off_does_not_come_back_before_the_day(self):
        self._warn('2026-12-01')
        self._tasks().action_done()
        self._warn('2026-12-05')
        self.assertFalse(self._tasks())
        self._warn('2027-01-01')
        self.assertTrue(self._tasks(), "the day it is missing")
        self._tasks().action_done()
        self._warn('2027-01-02')
        self.assertFalse(self._tasks())

    def test_only_what_is_missing_is_asked_for(self):
        self._enter('legal_professional', 2.8)
        self._warn('2026-12-29')
        self.assertNotIn("Legal interest", self._tasks()[0].note)
        self._warn('2027-06-01')
        self.assertIn("Legal interest", self._tasks().filtered(lambda one: one.date_deadline == Date.to_date('2027-07-01'))[0].note)

    def test_nothing_is_said_when_the_rates_are_there(self):
        self._enter_2027()
        self._warn('2026-12-15')
        self._warn('2027-01-15')
        self.assertFalse(self._tasks())

    def test_the_task_goes_when_the_rates_come(self):
        self._warn('2026-12-01')
        self._warn('2027-01-01')
        self._enter('legal_professional', 2.8)
        self.assertTrue(self._tasks())
        self._rate('2026-09-16').date_to = '2027-01-01'
        self.assertFalse(self._tasks())

    def test_a_proposal_waiting_is_not_a_rate(self):
        self._enter('legal_professional', 2.8)
        rate = self._rate('2026-09-16')
        proposal = self._correct(rate, 2.65, date_to='2027-01-01')
        self._warn('2027-01-01')
        self.assertTrue(self._tasks())
        proposal.confirm()
        self.assertFalse(self._tasks())

    def test_managers_are_warned_in_their_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        manager = self._make_user('manager')
        manager.lang = 'fr_FR'
        self._warn('2026-12-01')
        self.assertTrue(self._tasks().filtered(lambda one: one.user_id == manager))

    @freeze_time('2026-12-01 05:30:00')
    def test_the_scheduled_action_warns(self):
        self.env['recouvrement.rate'].with_user(self.env.ref('base.user_root'))._cron_warn()
        self.assertTrue(self._tasks())


@tagged('post_install', '-at_install')
class TestHalfYearOf2027(RateWatchCommon):
    """2 January 2027, nobody has entered the rates: what the night does, and what entering them changes."""

    def test_a_change_inside_a_half_year_waits_for_the_next(self):
        """The ECB's rate of 16 September 2026 counts from 1 January 2027 on."""
        invoice = self._make_invoice(day(0))
        self.assertEqual(invoice.recouvrement_penalty_statement('2026-12-31')['lines'][-1]['rate'], '12.40')

    def _items_of_2027(self):
        return (self._make_invoice(Date.to_date('2026-12-15'), 1000.0),
                self._make_invoice(Date.to_date('2026-11-10'), 500.0, partner=self._make_debtor("Late")))

    @freeze_time(NEW_YEAR)
    def test_the_principal_is_claimed_and_the_notice_waits(self):
        recent, old = self._items_of_2027()
        with self.assertRaisesRegex(UserError, "ECB main refinancing rate.*2027-01-01"):
            self._statement(recent)
        self.assertEqual(self._execute()['errors'], 0)
        reminder = self._reminders()
        self.assertEqual((reminder.level_id.name, reminder.amount_due), ("Second", 1000.0))
        self.assertRecordValues(reminder, [{'interest': 0.0, 'indemnity': 0.0, 'penalty_block': 'rate_unknown'}])
        late = self._reminders(old.partner_id)
        self.assertEqual(late.level_id.name, "Firm", "the formal notice states penalties: it waits, the firm reminder does not")

    @freeze_time(NEW_YEAR)
    def test_the_rates_lift_it(self):
        recent, old = self._items_of_2027()
        before = self._simulate('2027-01-02', old.partner_id)
        self.assertEqual((before['level_name'], before['penalty_block']), ("Firm", 'rate_unknown'))
        self._enter_2027()
        after = self._simulate('2027-01-02', old.partner_id)
        self.assertEqual((after['level_name'], after['penalty_block']), ("Notice", ''))
        statement = self._statement(recent)
        self.assertEqual([(line['days'], line['rate']) for line in statement['lines']], [(16, '12.40'), (2, '12.65')])
        self.assertEqual(statement['indemnity'], '40.00')

    @freeze_time(NEW_YEAR)
    def test_one_rate_of_two_is_enough_for_the_default_rate(self):
        """Between professionals without a clause the ECB's rate alone decides; the legal rate is only its floor."""
        recent, _old = self._items_of_2027()
        self._rate('2026-09-16').date_to = '2027-01-02'
        self.assertEqual(self._statement(recent)['lines'][-1]['rate'], '12.65')

    def _statement(self, invoice):
        return invoice.recouvrement_penalty_statement('2027-01-02')

    def _execute(self):
        return self.env['recouvrement.run'].execute('2027-01-02', self.company.id)
