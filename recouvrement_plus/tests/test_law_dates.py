"""Edge dates in the books: half-years, leap days, Sundays, periods of public bodies, texts that came later."""
from datetime import date

from odoo.tests import freeze_time, tagged

from .common import NOW, RecouvrementCommon


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestLawDates(RecouvrementCommon):

    def _figures(self, invoice, as_of):
        """(interest, indemnity, days late) of the statement on a day."""
        data = invoice.recouvrement_penalty_statement(str(as_of))
        return data['interest'], data['indemnity'], data['days_late']

    def _lines_of(self, invoice, as_of):
        return [(line['date_from'], line['date_to'], line['days'], line['rate'], line['amount'])
                for line in invoice.recouvrement_penalty_statement(str(as_of))['lines']]

    # === HALF-YEARS === #

    def test_due_on_30_june_the_first_day_is_of_the_second_half_year(self):
        """L441-10 II: 13.15 % until 30 June 2025, 12.15 % from 1 July."""
        invoice = self._make_invoice(date(2025, 6, 30), 36500.0)
        self.assertEqual(self._lines_of(invoice, date(2025, 7, 1)), [('2025-07-01', '2025-07-01', 1, '12.15', '12.15')])

    def test_due_on_29_june_each_half_year_has_its_day(self):
        invoice = self._make_invoice(date(2025, 6, 29), 36500.0)
        self.assertEqual(self._lines_of(invoice, date(2025, 7, 1)), [
            ('2025-06-30', '2025-06-30', 1, '13.15', '13.15'), ('2025-07-01', '2025-07-01', 1, '12.15', '12.15')])

    def test_a_part_payment_across_a_change_of_rate(self):
        """10,000 due 15/06/2025, 4,000 paid on 30 June, the rest open until 10 July."""
        invoice = self._make_invoice(date(2025, 6, 15), 10000.0)
        self._pay(invoice, 4000.0, on=date(2025, 6, 30))
        self.assertEqual(self._lines_of(invoice, date(2025, 7, 10)), [
            ('2025-06-16', '2025-06-30', 15, '13.15', '54.04'), ('2025-07-01', '2025-07-10', 10, '12.15', '19.97')])

    def test_a_public_body_keeps_the_rate_of_the_day_after_the_period(self):
        town = self._make_debtor("Ville de Test", regime='public')
        first = self._make_invoice(date(2025, 6, 29), 36500.0, partner=town)
        second = self._make_invoice(date(2025, 6, 30), 36500.0, partner=town)
        self.assertEqual(self._lines_of(first, date(2025, 7, 9)), [('2025-06-30', '2025-07-09', 10, '11.15', '111.50')])
        self.assertEqual(self._lines_of(second, date(2025, 7, 10)), [('2025-07-01', '2025-07-10', 10, '10.15', '101.50')])

    # === DAYS === #

    def test_the_leap_day_counts_over_365(self):
        """D3: 10,000 due 31/01/2024, paid 31/03/2024: 60 days at 14.50 %, 238.36; over 366 days, 237.70."""
        invoice = self._make_invoice(date(2024, 1, 31), 10000.0)
        self._pay(invoice, on=date(2024, 3, 31))
        self.assertEqual(self._figures(invoice, date(2024, 3, 31)), ('238.36', '40.00', 60))
        self.company.recouvrement_denominator = 'actual'
        self.assertEqual(self._figures(invoice, date(2024, 3, 31))[0], '237.70')

    def test_due_on_29_february(self):
        invoice = self._make_invoice(date(2024, 2, 29), 36500.0)
        self.assertEqual(self._lines_of(invoice, date(2024, 3, 1)), [('2024-03-01', '2024-03-01', 1, '14.50', '14.50')])

    def test_paid_on_the_due_date_nothing_is_owed(self):
        invoice = self._make_invoice(date(2026, 1, 30), 10000.0)
        self._pay(invoice, on=date(2026, 1, 30))
        self.assertEqual(self._figures(invoice, date(2026, 3, 16)), ('0.00', '0.00', 0))

    def test_due_on_a_sunday_is_due_on_that_sunday(self):
        """No text moves a payment date between professionals: paid on the Monday, one day late."""
        sunday = date(2026, 3, 1)
        invoice = self._make_invoice(sunday, 36500.0)
        self._pay(invoice, on=date(2026, 3, 2))
        self.assertEqual((sunday.weekday(), self._figures(invoice, date(2026, 3, 16))), (6, ('12.15', '40.00', 1)))

    def test_payable_at_once_is_late_the_day_after(self):
        invoice = self._make_invoice(date(2026, 3, 10), 36500.0, issued=date(2026, 3, 10))
        self.assertEqual(self._figures(invoice, date(2026, 3, 10)), ('0.00', '0.00', 0))
        self.assertEqual(self._figures(invoice, date(2026, 3, 11)), ('12.15', '40.00', 1))

    def test_without_a_due_date_the_invoice_is_payable_on_its_own(self):
        invoice = self._make_invoice(False, 36500.0, issued=date(2026, 3, 10))
        self.assertEqual(self._figures(invoice, date(2026, 3, 11)), ('12.15', '40.00', 1))

    # === CREDIT NOTES === #

    def test_a_credit_note_before_the_due_date_lowers_the_base(self):
        invoice = self._make_invoice(date(2026, 1, 31), 36500.0)
        self._credit(invoice, 18250.0, on=date(2026, 1, 20))
        self.assertEqual(self._lines_of(invoice, date(2026, 2, 10)), [('2026-02-01', '2026-02-10', 10, '12.15', '60.75')])

    def test_a_credit_note_after_it_counts_by_the_setting(self):
        invoice = self._make_invoice(date(2026, 1, 31), 36500.0)
        self._credit(invoice, 18250.0, on=date(2026, 2, 10))
        self.assertEqual(self._figures(invoice, date(2026, 2, 20))[0], '182.25')
        self.company.recouvrement_credit_note_date = 'invoice_date'
        self.assertEqual(self._figures(invoice, date(2026, 2, 20))[0], '121.50')

    # === WHO, AND WHICH LAW === #

    def test_a_claim_in_another_currency_has_interest_and_no_forty_euros(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 2.0)])
        invoice = self._make_invoice(date(2026, 1, 31), 36500.0, currency_id=usd.id)
        data = invoice.recouvrement_penalty_statement('2026-02-10')
        self.assertEqual(float(data['interest']), 121.5)
        self.assertEqual(float(data['indemnity']), 0.0)
        self.assertIn('indemnity_other_currency', data['warnings'])

    def test_the_forty_euros_exist_since_2013(self):
        before = self._make_invoice(date(2012, 12, 31), 36500.0, issued=date(2012, 12, 1))
        after = self._make_invoice(date(2013, 1, 1), 36500.0, issued=date(2012, 12, 1))
        self.assertEqual(float(self._figures(before, date(2013, 1, 10))[1]), 0.0)
        self.assertEqual(float(self._figures(after, date(2013, 1, 10))[1]), 40.0)

    def test_foreign_and_overseas_professionals_owe_what_others_owe(self):
        for country in ('be', 'gp'):
            partner = self._make_debtor(country, country_id=self.env.ref(f'base.{country}').id)
            invoice = self._make_invoice(date(2026, 1, 31), 36500.0, partner=partner)
            self.assertEqual(self._figures(invoice, date(2026, 2, 10)), ('121.50', '40.00', 10), country)

    def test_a_consumer_owes_nothing_without_a_notice(self):
        person = self._make_debtor("Anne Martin", regime='b2c')
        invoice = self._make_invoice(date(2026, 1, 31), 36500.0, partner=person)
        self.assertEqual(self._figures(invoice, date(2026, 2, 10))[:2], ('0.00', '0.00'))

    # === PERIOD OF A PUBLIC BODY === #

    def _public(self, **facts):
        """An invoice of 1 March 2025, 36,500 euros, payable on 31 March by what it says."""
        town = self._make_debtor("Ville de Test", regime='public', recouvrement_public_kind='state_local')
        invoice = self._make_invoice(date(2025, 3, 31), 36500.0, partner=town, issued=date(2025, 3, 1))
        invoice.write(facts)
        return invoice

    def test_the_period_runs_from_the_receipt(self):
        """R2192-10, -12: received on 11 March, 30 days end on 10 April; L2192-13: interest from the 11th."""
        invoice = self._public(recouvrement_receipt_date=date(2025, 3, 11))
        self.assertEqual(self._figures(invoice, date(2025, 4, 10)), ('0.00', '0.00', 0))
        self.assertEqual(self._lines_of(invoice, date(2025, 4, 20)), [('2025-04-11', '2025-04-20', 10, '11.15', '111.50')])

    def test_paid_within_the_period_bears_nothing(self):
        invoice = self._public(recouvrement_receipt_date=date(2025, 3, 11))
        self._pay(invoice, on=date(2025, 4, 10))
        self.assertEqual(self._figures(invoice, date(2025, 6, 1)), ('0.00', '0.00', 0))

    def test_an_interrupted_period_bears_nothing_until_all_was_received(self):
        """R2192-27 to -29: interrupted on 20 March, complete on 5 May: 30 days from then, to 4 June."""
        invoice = self._public(recouvrement_receipt_date=date(2025, 3, 1), recouvrement_interruption_date=date(2025, 3, 20))
        self.assertEqual(self._figures(invoice, date(2025, 6, 30)), ('0.00', '0.00', 0))
        invoice.recouvrement_completion_date = date(2025, 5, 5)
        self.assertEqual(self._lines_of(invoice, date(2025, 6, 14)), [('2025-06-05', '2025-06-14', 10, '11.15', '111.50')])

    def test_a_period_that_ends_in_the_next_half_year_takes_its_rate(self):
        invoice = self._public(recouvrement_receipt_date=date(2025, 3, 1), recouvrement_interruption_date=date(2025, 3, 20),
                               recouvrement_completion_date=date(2025, 6, 1))
        self.assertEqual(self._lines_of(invoice, date(2025, 7, 11)), [('2025-07-02', '2025-07-11', 10, '10.15', '101.50')])

    def test_a_later_agreed_date_and_facts_not_stated_leave_the_invoice_alone(self):
        self.assertEqual(self._figures(self._public(), date(2025, 4, 10))[2], 10)
        late = self._public(recouvrement_receipt_date=date(2025, 2, 1))
        self.assertEqual(self._figures(late, date(2025, 4, 10))[2], 10, "what the invoice says is later than the period")

    def test_nothing_is_reminded_nor_put_on_notice_within_the_period(self):
        """Received on 14 February 2026: the thirty days end on today, 16 March; what the invoice says is 10 February."""
        town = self._make_debtor("Ville de Test", regime='public', recouvrement_public_kind='state_local')
        invoice = self._make_invoice(date(2026, 2, 10), 1000.0, partner=town, issued=date(2026, 1, 10))
        self._sync()
        self.assertEqual(self._simulate(partner=town)['decision'], 'remind')
        proceeding = self.env['recouvrement.proceeding'].browse(self._case(town).action_open_formal_notice()['res_id'])
        self.assertTrue(proceeding._facts({})['amount_due'])
        invoice.recouvrement_receipt_date = date(2026, 2, 14)
        self.assertEqual(self._simulate(partner=town)['decision'], 'nothing')
        self.assertFalse(proceeding._facts({})['amount_due'])

    def test_a_professional_is_not_concerned(self):
        invoice = self._make_invoice(date(2025, 3, 31), 36500.0, issued=date(2025, 3, 1))
        invoice.recouvrement_receipt_date = date(2025, 3, 11)
        self.assertEqual(self._figures(invoice, date(2025, 4, 10))[2], 10)
