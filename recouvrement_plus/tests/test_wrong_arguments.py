"""What a script hands over by mistake is refused in words that name it, and nothing is written."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOW, TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestWrongArguments(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._make_invoice(day(-20))
        cls._night()
        cls.reminder = cls._reminders()
        cls.case = cls._case()

    def _refused(self, words, work):
        with self.assertRaisesRegex(UserError, words) as caught:
            work()
        self.assertNotIsInstance(caught.exception, AccessError)

    def test_what_is_no_words_is_named(self):
        for name, work in (
                ('reason', lambda: self.reminder.withdraw(5)), ('subject', lambda: self.reminder.edit_text(5, "x")),
                ('body', lambda: self.reminder.edit_text("x", 7)), ('subject', lambda: self.reminder.edit_text(['a'], "x")),
                ('tracking_number', lambda: self.reminder.record_posting(123)),
                ('result', lambda: self.case.log_call(['informed'])), ('facts', lambda: self.case.log_call('informed', 'x'))):
            with self.subTest(name):
                self._refused(f"“{name}”: give", work)
        self.assertFalse(self.reminder.custom_subject)

    def test_a_subject_has_one_line(self):
        """A line break would begin another header of the e-mail."""
        for subject in ("Re\nBcc: x@y.example", "Re\r\nBcc: x@y.example", "Re\u2028x"):
            with self.subTest(subject):
                self._refused("one line", lambda subject=subject: self.reminder.edit_text(subject, "x"))

    def test_what_are_no_records_is_refused(self):
        reminders = self.env['recouvrement.reminder']
        for ids in (['x'], [0], [None], [-1], [True]):
            for work in (lambda one: one.send(), lambda one: one.approve(), lambda one: one.withdraw("x"),
                         lambda one: one.record_posting("1"), lambda one: one.edit_text("x")):
                with self.subTest(ids=ids):
                    self._refused("ids", lambda work=work, ids=ids: work(reminders.browse(ids)))

    def test_one_at_a_time_is_said_so(self):
        other = self._make_debtor("Other")
        self._make_invoice(day(-20), partner=other)
        self._sync()
        cases = self.case + self._case(other)
        for records in (cases, cases.browse()):
            self._refused("one at a time", lambda records=records: records.log_call('informed'))
        self._refused("one at a time", lambda: self.reminder.browse().edit_text("x"))

    def test_what_is_no_company_is_refused(self):
        run = self.env['recouvrement.run']
        for company in (1.5, True, [1], {}, 'x'):
            with self.subTest(company=company):
                self._refused("company_id", lambda company=company: run.simulate(TODAY, company))
                self._refused("company_id", lambda company=company: run.execute(TODAY, company))
        for company in (None, False, self.company.id):
            run.simulate(TODAY, company)

    def test_facts_of_a_call_that_cannot_be(self):
        for name, facts in (('contact_id', {'contact_id': 'x'}), ('note', {'note': 5}), ('reminder_id', {'reminder_id': '1'})):
            self._refused(f"“{name}”", lambda facts=facts: self.case.log_call('informed', facts))
        self._refused("“item_ids”", lambda: self.case.log_call('promise', {'date_promised': str(day(3)), 'item_ids': 'x'}))
        self._refused("“move_ids”", lambda: self.case.log_call('dispute', {'move_ids': 5}))
        self.assertFalse(self.case.call_ids)

    def test_a_day_before_the_first_invoice_cannot_be(self):
        self._refused("before the first invoice", lambda: self.case.log_call('informed', {'date': '1990-01-01'}))
        self._refused("before the first invoice", lambda: self.case.log_call('announced', {'on': '2019-01-01'}))
        self._refused("is to come", lambda: self.case.log_call('informed', {'date': str(day(1))}))
        self.assertFalse(self.case.call_ids)
