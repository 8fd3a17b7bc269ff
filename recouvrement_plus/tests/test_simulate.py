"""What the simulation answers: every customer once, largest first, totals that agree with the rows."""
from decimal import Decimal

from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestSimulate(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amounts = (300.0, 10.0, 2000.0, 40.0)
        cls.partners = [cls._make_debtor(f"Debtor {number}") for number in range(len(cls.amounts))]
        for partner, amount in zip(cls.partners, cls.amounts, strict=True):
            cls._make_invoice(day(-20), amount, partner=partner)
        cls._make_invoice(day(20), 5.0)
        cls._sync()
        cls._hold('promise', partner=cls.partners[2], date_to=day(5))
        cls.nights = cls.env['recouvrement.run']

    def test_largest_first(self):
        rows = self.nights.simulate(TODAY)
        self.assertEqual([row['amount_due'] for row in rows], ['2000.00', '300.00', '40.00', '10.00', '0.00'])
        self.assertEqual([row['decision'] for row in rows], ['hold', 'remind', 'remind', 'remind', 'nothing'])

    def test_pages_follow_each_other(self):
        rows = self.nights.simulate(TODAY)
        pages = [row for start in range(0, 6, 2) for row in self.nights.simulate(TODAY, limit=2, offset=start)]
        self.assertEqual(pages, rows)
        self.assertEqual(self.nights.simulate(TODAY, offset=100), [])

    def test_items_on_demand(self):
        self.assertTrue(all('items' in row for row in self.nights.simulate(TODAY)))
        self.assertFalse(any('items' in row for row in self.nights.simulate(TODAY, with_items=False)))

    def test_some_cases_only(self):
        cases = self._case(self.partners[0]) | self._case(self.partners[1])
        rows = self.nights.simulate(TODAY, case_ids=cases.ids)
        self.assertEqual({row['case_id'] for row in rows}, set(cases.ids))
        self.assertEqual(self.nights.simulate(TODAY, case_ids=[]), [])

    def test_the_summary_is_the_sum_of_the_rows(self):
        rows, summary = self.nights.simulate(TODAY), self.nights.simulate_summary(TODAY)
        self.assertEqual(summary['customers'], len(rows))
        for decision in ('remind', 'hold', 'nothing'):
            self.assertEqual(summary[decision], sum(1 for row in rows if row['decision'] == decision), decision)
        asked = sum(Decimal(row['amount_due']) for row in rows if row['decision'] == 'remind')
        self.assertEqual(summary['amount_due'], {'EUR': str(asked)})
        self.assertEqual(summary['by_reason'], {'promise': 1, 'not_due': 1})
        self.assertEqual(summary['by_level'], {str(self._level(15).id): 3})

    def test_a_customer_who_owes_in_two_currencies_is_one_customer(self):
        before = self.nights.simulate_summary(TODAY)
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self._make_invoice(day(-20), 100.0, partner=self.partners[0], currency_id=dollar.id)
        after = self.nights.simulate_summary(TODAY)
        self.assertEqual((after['customers'], after['by_level']), (before['customers'], before['by_level']))
        self.assertEqual((after['remind'], set(after['amount_due'])), (before['remind'] + 1, {'EUR', 'USD'}))

    def test_the_night_does_what_was_simulated(self):
        expected = {row['partner_id']: (row['level_id'], row['amount_due'], row['channel'], row['interest'], row['indemnity'])
                    for row in self.nights.simulate(TODAY) if row['decision'] == 'remind'}
        found = {reminder.partner_id.id: (
            reminder.level_id.id, f'{reminder.amount_due:.2f}', reminder.channel, f'{reminder.interest:.2f}',
            f'{reminder.indemnity:.2f}') for reminder in self._night().reminder_ids}
        self.assertEqual(found, expected)

    def test_a_customer_without_address_is_simulated_as_a_letter(self):
        self.partners[0].email = False
        self.assertEqual(self._simulate(partner=self.partners[0])['channel'], 'letter')
