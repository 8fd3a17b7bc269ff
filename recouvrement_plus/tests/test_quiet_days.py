"""Working days, quiet periods, absences: what is put off, until when, and what never is."""
from datetime import datetime

from odoo.tests import freeze_time, tagged

from .common import NOW, RecouvrementCommon, day

SATURDAY, MONDAY = day(5), day(7)


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestQuietDays(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recouvrement_working_days = True
        cls.company.partner_id.write({'country_id': cls.env.ref('base.fr').id, 'zip': '69001'})

    def _period(self, **vals):
        return self.env['recouvrement.quiet.period'].create({
            'name': "Quiet", 'date_from': day(-1), 'date_to': day(1), **vals})

    def test_lesson_28_a_level_of_a_saturday_goes_on_monday_once(self):
        """lesson 28, 21: nothing on week-ends; caught up on the next open day, once."""
        self._make_invoice(day(5 - 15))
        with freeze_time('2026-03-21 10:00:00'):
            row = self._simulate(SATURDAY)
            self.assertEqual((row['decision'], row['reason']), ('hold', 'closed_day'))
            self.assertFalse(self._night(SATURDAY).reminder_ids)
        with freeze_time('2026-03-23 10:00:00'):
            reminder = self._night(MONDAY).reminder_ids
            self.assertEqual(reminder.level_id.name, "Second")
            self.assertEqual(self._night(MONDAY).reminder_ids, reminder)
        with freeze_time('2026-03-24 10:00:00'):
            self.assertFalse(self._night(day(8)).reminder_ids, "not a second time")

    def test_a_holiday_of_the_company_or_of_the_customer(self):
        """Good Friday 2026 is 3 April: a holiday in Strasbourg, at the customer's or at the company's."""
        friday = day(18)
        self._make_invoice(day(18 - 15))
        self.assertEqual(self._simulate(friday)['decision'], 'remind')
        self.debtor.write({'country_id': self.env.ref('base.fr').id, 'zip': '67000'})
        self.assertEqual(self._simulate(friday)['reason'], 'closed_day')
        self.debtor.zip = '75011'
        self.company.partner_id.zip = '57000'
        self.assertEqual(self._simulate(friday)['reason'], 'closed_day')
        self.company.recouvrement_working_days = False
        self.assertEqual(self._simulate(friday)['decision'], 'remind')

    def test_a_person_may_send_on_a_sunday(self):
        """What was prepared on a working day is not withdrawn because a person sends it on another."""
        self._make_invoice(day(-20))
        reminder = self._night().reminder_ids
        with freeze_time('2026-03-22 10:00:00'):
            self._send(reminder)
        self.assertEqual(reminder.state, 'sent')

    def test_e_mails_wait_for_their_hours(self):
        self.company.write({'recouvrement_email_from': 12, 'recouvrement_email_to': 18})
        self._make_invoice(day(-20))
        self.assertEqual(self._night().reminder_ids.mail_id.scheduled_date, datetime(2026, 3, 16, 11), "noon in Paris in winter")

    def _by_the_queue(self):
        with self.mock_mail_gateway():
            self.env['mail.mail'].process_email_queue()

    def test_lesson_28_the_queue_sends_nothing_on_a_closed_day(self):
        """lesson 28: queued on Friday, the queue was late: it waits for Monday, then leaves, once."""
        self.company.write({'recouvrement_email_from': 8, 'recouvrement_email_to': 19})
        with freeze_time('2026-03-20 08:00:00'):
            self._make_invoice(day(4 - 20))
            reminder = self._night(day(4)).reminder_ids
            self.assertFalse(reminder.mail_id.scheduled_date)
        tasks = self._case().activity_ids
        with freeze_time('2026-03-21 22:30:00'):
            self._by_the_queue()
            self.assertRecordValues(reminder, [{'state': 'queued', 'reason': False}])
            self.assertRecordValues(reminder.mail_id, [{'state': 'outgoing', 'scheduled_date': datetime(2026, 3, 23, 7)}])
            self.assertEqual((self._reminders(), self._case().activity_ids), (reminder, tasks))
            self._by_the_queue()
        with freeze_time('2026-03-23 10:00:00'):
            self._by_the_queue()
            self.assertEqual(reminder.state, 'sent')

    def test_e_mails_wait_for_a_holiday_of_the_customer(self):
        """Prepared the evening before Good Friday, which is a holiday in Strasbourg: it leaves on Tuesday."""
        self.company.write({'recouvrement_email_from': 8, 'recouvrement_email_to': 19})
        self.debtor.write({'country_id': self.env.ref('base.fr').id, 'zip': '67000'})
        with freeze_time('2026-04-02 20:30:00'):
            self._make_invoice(day(-3))
            reminder = self._night(day(17)).reminder_ids
        self.assertEqual(reminder.mail_id.scheduled_date, datetime(2026, 4, 7, 6))

    def test_the_day_of_a_call_is_that_of_the_company(self):
        """Monday at 9 in Noumea is Sunday evening in London: the task is for Monday."""
        self.company.partner_id.tz = 'Pacific/Noumea'
        self._level(15).write({'channel': 'phone', 'template_id': False})
        self.debtor.phone = '+687 12 34 56'
        with freeze_time('2026-03-19 20:00:00'):
            self._make_invoice(day(4 - 20))
            reminder = self._night(day(4)).reminder_ids
        with freeze_time('2026-03-20 19:00:00'):  # Saturday there
            self.assertEqual(reminder.sudo()._task_vals(self.env.user)['date_deadline'], MONDAY)

    def test_august_puts_off_firm_levels_by_default(self):
        """The periods that are shipped: August and the end of the year."""
        self.env['recouvrement.quiet.period'].with_context(active_test=False).search([]).active = True
        self._level(30).tone = 'firm'
        self._make_invoice(day(-31))
        self._send(self._night().reminder_ids)
        self._make_invoice(day(141 - 31), 500.0)  # 30 days late on 4 August
        august, september = day(141), day(169)
        self.assertEqual(self._simulate(august)['level_name'], "Second", "the neutral one leaves instead")
        row = self._simulate(september)
        self.assertEqual(row['decision'], 'remind')
        self.assertIn(row['level_name'], ("Firm", "Notice"))

    def test_a_closure_of_the_customer(self):
        self._level(30).tone = 'firm'
        invoice = self._make_invoice(day(-31))
        self._sync()
        self._items(invoice)._enter(self._level(15), day(-10))
        self.assertEqual(self._simulate()['level_name'], "Firm")
        period = self._period(partner_id=self.debtor.id)
        self.assertEqual(self._simulate()['reason'], 'sensitive_period')
        self.assertEqual(self._simulate(day(2))['decision'], 'remind')
        period.partner_id = self._make_debtor("Somebody else")
        self.assertEqual(self._simulate()['decision'], 'remind')

    def test_a_deadline_of_law_is_never_put_off(self):
        self._level(30).tone = 'firm'
        self.notice_level.unlink()
        invoice = self._make_invoice(day(-650))
        self._sync()
        self._items(invoice)._enter(self._level(15), day(-10))
        self._period()
        self.assertEqual(self._simulate()['decision'], 'remind')

    def test_tasks_go_to_somebody_who_is_there(self):
        """Not to who left the company, nor to a substitute who is away too: the next one, at last the administrator."""
        anne, bob, carl = (self._make_user('officer', login=login) for login in ('anne', 'bob', 'carl'))
        administrator = self.env.ref('base.user_admin')
        self._make_invoice(day(-20))
        self._sync()
        case = self._case()
        case.user_id = anne
        self._period(user_id=anne.id, substitute_id=bob.id)
        absence = self._period(user_id=bob.id, substitute_id=carl.id)
        self.assertEqual(case._collector(), carl, "the substitute's own substitute")
        absence.substitute_id = False
        self.assertEqual(case._collector(), administrator, "the substitute is away and named nobody")
        absence.substitute_id = anne
        self.assertEqual(case._collector(), administrator, "each stands in for the other")
        absence.unlink()
        self.assertEqual(case._collector(), bob)
        bob.active = False
        self.assertEqual(case._collector(), administrator, "the substitute left")
        case.user_id = bob
        self.assertEqual(case._collector(), administrator, "the collector left")
        self._period(user_id=bob.id, substitute_id=carl.id)
        self.assertEqual(case._collector(), carl, "and named somebody")

    def test_an_absence_gives_the_tasks_to_the_substitute(self):
        collector, other = self._make_user('officer'), self._make_user('officer', login='other')
        self._make_invoice(day(-20))
        self._sync()
        case = self._case()
        case.user_id = collector
        self.assertEqual(case._collector(), collector)
        period = self._period(user_id=collector.id, substitute_id=other.id)
        self.assertEqual(case._collector(), other)
        self._level(15).tone = 'firm'
        self.assertEqual(self._simulate()['level_name'], "First", "the firm one waits, the courteous one does not")
        period.puts_off_firm = False
        self.assertEqual(self._simulate()['level_name'], "Second")

    def test_what_august_put_off_leaves_first_in_september(self):
        """The firm reminder on 1 September, the formal notice its fifteen days later."""
        self.env['recouvrement.quiet.period'].with_context(active_test=False).search([]).active = True
        self._fake_pdf()
        self.company.recouvrement_working_days = False
        self._level(30).tone = 'firm'
        self._make_invoice(self._dates('2026-07-10')[0])
        for night in ('2026-07-13', '2026-07-25', '2026-08-09', '2026-08-24', '2026-08-31', '2026-09-01', '2026-09-02',
                      '2026-09-15', '2026-09-16'):
            with freeze_time(f'{night} 10:00:00'):
                self._send(self._night(self._dates(night)[0]).reminder_ids)
        self.assertEqual([(reminder.level_id.name, str(reminder.date), reminder.state) for reminder in self._reminders()], [
            ("First", '2026-07-13', 'sent'), ("Second", '2026-07-25', 'sent'), ("Firm", '2026-09-01', 'sent'),
            ("Notice", '2026-09-16', 'draft')])

    def test_the_eve_of_a_monday_is_told_on_the_monday(self):
        """A level of a Sunday goes on the next open day: the due date, still in time. The night looks at it."""
        self._level(-7).days = -1
        invoice = self._make_invoice(MONDAY)
        with freeze_time('2026-03-22 02:00:00'):
            self.assertFalse(self._night(day(6)).reminder_ids)
        with freeze_time('2026-03-23 02:00:00'):
            reminder = self._night(MONDAY).reminder_ids
            self.assertEqual((reminder.level_id.name, reminder.item_ids.move_id), ("Before", invoice))
        with freeze_time('2026-03-23 10:00:00'):
            self._send(reminder)
            self.assertEqual(reminder.state, 'sent', "the last look knows why it leaves on that day")

    def test_after_the_due_date_nothing_is_announced(self):
        """Due on a Sunday: the Monday is too late."""
        self._level(-7).days = -1
        self._make_invoice(day(6))
        for night in ('2026-03-21', '2026-03-22', '2026-03-23'):
            with freeze_time(f'{night} 10:00:00'):
                self.assertFalse(self._night(self._dates(night)[0]).reminder_ids)

    def test_who_gets_no_announcement_gets_none_on_the_due_date(self):
        self.plan.predue_scope = 'nobody'
        self._level(-7).days = -1
        self._make_invoice(MONDAY)
        with freeze_time('2026-03-23 10:00:00'):
            self.assertEqual(self._simulate(MONDAY)['reason'], 'not_due')
