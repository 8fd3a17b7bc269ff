"""Nine situations in which follow-up modules go wrong, played in one database: each comes out right."""
from odoo.tests import freeze_time, tagged

from .common import NOW, TODAY, RecouvrementCommon, day


@freeze_time(NOW)
@tagged('post_install', '-at_install')
class TestScenarioProbe(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.setup_other_currency('USD', rates=[('2020-01-01', 2.0)])
        cls.plan.min_amount = 10.0
        cls.due = day(-20)
        cls.people = {}
        cls._small_foreign_debt()
        cls._credit_note_not_matched()
        cls._excluded_from_follow_up()
        cls._paid_between_night_and_sending()
        cls._company_and_its_contact()
        cls._two_instalments()
        cls._reset_to_draft()

    @classmethod
    def _person(cls, name):
        cls.people[name] = cls._make_debtor(name)
        return cls.people[name]

    @classmethod
    def _small_foreign_debt(cls):
        cls._make_invoice(cls.due, 15.0, cls._person("Small"), currency_id=cls.usd.id)

    @classmethod
    def _credit_note_not_matched(cls):
        cls._credit(cls._make_invoice(cls.due, 100.0, cls._person("Credited")), match=False)

    @classmethod
    def _excluded_from_follow_up(cls):
        cls._make_invoice(cls.due, 200.0, cls._person("Excluded")).no_followup = True

    @classmethod
    def _paid_between_night_and_sending(cls):
        cls.paid_later = cls._make_invoice(cls.due, 300.0, cls._person("Paid"))

    @classmethod
    def _company_and_its_contact(cls):
        company = cls._person("Company")
        contact = cls.env['res.partner'].create({'name': "Accounts", 'type': 'invoice', 'parent_id': company.id})
        cls._make_invoice(cls.due, 500.0, company)
        cls._make_invoice(cls.due, 600.0, contact)

    @classmethod
    def _two_instalments(cls):
        cls._make_invoice(instalments=[cls.due, day(100)], amount=1000.0, partner=cls._person("Instalments"))

    @classmethod
    def _reset_to_draft(cls):
        cls.to_draft = cls._make_invoice(cls.due, 700.0, cls._person("Draft"))

    def _claimed(self, name):
        return [reminder.amount_due for reminder in self._reminders(self.people[name])]

    def test_the_probe(self):
        self._night()
        expected = {"Small": [], "Credited": [], "Excluded": [], "Paid": [300.0], "Company": [1100.0],
                    "Instalments": [500.0], "Draft": [700.0]}
        self.assertEqual({name: self._claimed(name) for name in expected}, expected)
        self._pay(self.paid_later)
        self.to_draft.button_draft()
        with self.mock_mail_gateway():
            self.env['recouvrement.reminder'].search([('state', '=', 'queued')]).send()
        states = {name: self._reminders(self.people[name]).mapped('state') for name in expected}
        self.assertEqual(states["Paid"], ['withdrawn'], "paid between the night and the sending")
        self.assertEqual(states["Draft"], ['withdrawn'], "reset to draft: nothing is owed any more, and the trace stays")
        self.assertTrue(self._reminders(self.people["Draft"]).reason, "it says why it did not leave")
        self.assertEqual(len(self._case(self.people["Draft"])), 1, "the case stays, with its history")
        self.assertEqual((states["Company"], states["Instalments"]), (['sent'], ['sent']))
        before = self.env['recouvrement.reminder'].search_count([])
        self._night()
        self.assertEqual(self.env['recouvrement.reminder'].search_count([]), before, "the same night again adds nothing")

    def test_another_company_may_run_an_earlier_day(self):
        self._night()
        other = self.setup_other_company(name="Second company")['company']
        other.recouvrement_plan_id = self._make_plan((("First", 3),), other)
        self.assertEqual(self._night(day(-5), other).state, 'done')
        self.assertEqual(self._night(TODAY, other).state, 'done')
