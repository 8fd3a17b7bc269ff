"""Late-payment penalties of real invoices with their real payments: the published figures, through the ORM."""
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


class PenaltyCommon(RecouvrementCommon):

    def _statement(self, invoice, as_of=TODAY):
        return invoice.recouvrement_penalty_statement(as_of)

    def _late(self, amount, due, paid=None, partner=None, **vals):
        """An invoice without tax with its dates as text, paid in full on `paid`."""
        due = Date.to_date(due)
        invoice = self._make_invoice(due, amount, partner=partner, **{'issued': due - timedelta(days=30), **vals})
        if paid:
            self._pay(invoice, on=Date.to_date(paid))
        return invoice

    def _figures(self, statement):
        return [(line['days'], line['rate'], line['amount']) for line in statement['lines']]


@tagged('post_install', '-at_install')
class TestPenaltyFigures(PenaltyCommon):
    """Figures published by others (T), and figures derived from the official rates (D)."""

    def _assert(self, statement, lines, interest, indemnity='40.00'):
        found = [(line['days'], float(line['rate']), line['amount']) for line in statement['lines']]
        self.assertEqual(found, lines)
        self.assertEqual((statement['interest'], statement['indemnity']), (interest, indemnity))

    def test_d1_company_over_the_new_year(self):
        statement = self._statement(self._late(12000.0, '2025-11-30', '2026-03-15'))
        self._assert(statement, [(31, 12.15, '123.83'), (74, 12.15, '295.59')], '419.42')
        self.assertEqual((statement['regime'], statement['method'], statement['principal']), ('b2b', 'per_semester', '0.00'))

    def test_d1p_public_body_over_the_new_year(self):
        """One rate for the whole delay (CCP R2192-31)."""
        town = self._make_debtor("Commune", regime='public')
        statement = self._statement(self._late(12000.0, '2025-11-30', '2026-03-15', partner=town))
        self._assert(statement, [(105, 10.15, '350.38')], '350.38')
        self.assertEqual(statement['method'], 'fixed_at_start')

    def test_d2_four_half_years(self):
        statement = self._statement(self._late(6000.0, '2025-05-31'), '2026-07-31')
        self._assert(statement, [(30, 13.15, '64.85'), (184, 12.15, '367.50'), (181, 12.15, '361.50'), (31, 12.4, '63.19')],
                     '857.04')
        self.assertEqual((statement['principal'], statement['total'], statement['days_late']), ('6000.00', '6897.04', 426))

    def test_d3_leap_year_counts_365(self):
        statement = self._statement(self._late(10000.0, '2024-01-31', '2024-03-31'))
        self._assert(statement, [(60, 14.5, '238.36')], '238.36')

    def test_d4_company(self):
        statement = self._statement(self._late(10000.0, '2022-12-15', '2023-01-15'))
        self._assert(statement, [(16, 10.0, '43.84'), (15, 12.5, '51.37')], '95.21')

    def test_d3_with_the_real_days_of_the_year(self):
        self.company.recouvrement_denominator = 'actual'
        self.assertEqual(self._statement(self._late(10000.0, '2024-01-31', '2024-03-31'))['interest'], '237.70')

    def test_d4_company_with_the_rate_of_the_first_day(self):
        self.company.recouvrement_semester_method = 'fixed_at_start'
        self._assert(self._statement(self._late(10000.0, '2022-12-15', '2023-01-15')), [(31, 10.0, '84.93')], '84.93')

    def test_t8_a_clause_below_the_floor_may_fall_back_to_the_legal_default(self):
        self.company.write({'recouvrement_contract_rate': 8.0, 'recouvrement_contract_floor': 'fallback'})
        line = self._statement(self._late(1000.0, '2026-07-01'), '2026-07-31')['lines'][0]
        self.assertEqual(float(line['rate']), 12.4)

    def test_d4_public_body(self):
        town = self._make_debtor("Commune", regime='public')
        statement = self._statement(self._late(10000.0, '2022-12-15', '2023-01-15', partner=town))
        self._assert(statement, [(31, 8.0, '67.95')], '67.95')

    def test_d4_consumer_without_formal_notice(self):
        """A consumer owes interest from the formal notice only (C. civ. 1231-6), and no indemnity."""
        person = self._make_debtor("Madame Petit", regime='b2c')
        statement = self._statement(self._late(10000.0, '2022-12-15', '2023-01-15', partner=person))
        self._assert(statement, [], '0.00', '0.00')
        self.assertIn('no_formal_notice', statement['warnings'])

    def test_t5_two_half_years(self):
        invoice = self._late(10000.0, '2026-06-20')
        self._pay(invoice, on=Date.to_date('2026-07-10'))
        statement = self._statement(invoice, '2026-07-10')
        self._assert(statement, [(10, 12.15, '33.29'), (10, 12.4, '33.97')], '67.26')
        self.assertEqual(statement['total'], '107.26')

    def test_t5_paid_on_the_due_date(self):
        statement = self._statement(self._late(10000.0, '2026-02-20', '2026-02-20'))
        self._assert(statement, [], '0.00', '0.00')
        self.assertEqual((statement['total'], statement['days_late']), ('0.00', 0))

    def _t6(self, imputation):
        self.company.write({'recouvrement_contract_rate': 10.0, 'recouvrement_imputation': imputation})
        invoice = self._late(10000.0, '2025-01-01')
        self._pay(invoice, 4000.0, on=Date.to_date('2025-07-01'))
        return self._statement(invoice, '2026-01-01')

    def test_t6_principal_first(self):
        """10 % is below three times the legal rate of 2025 S1 (11.13): the clause is raised to it and says so."""
        statement = self._t6('principal_first')
        self.assertIn('contract_rate_below_floor', statement['warnings'])
        self.assertEqual((statement['lines'][0]['days'], float(statement['lines'][0]['rate'])), (180, 11.13))
        self.assertEqual(statement['principal'], '6000.00')

    def test_t6_figures_at_a_date_where_the_clause_stands(self):
        """The published figures, 181 then 184 days at 10 %, moved to years where 10 % is above the floor."""
        for imputation, interest, principal, total in (
                ('principal_first', '798.36', '6000.00', '6838.36'), ('interest_first', '327.46', '6495.89', '6863.35')):
            with self.subTest(imputation=imputation):
                self.company.write({'recouvrement_contract_rate': 10.0, 'recouvrement_imputation': imputation})
                invoice = self._late(10000.0, '2021-01-01')
                self._pay(invoice, 4000.0, on=Date.to_date('2021-07-01'))
                statement = self._statement(invoice, '2022-01-01')
                self.assertEqual(
                    (statement['interest'], statement['principal'], statement['total']), (interest, principal, total))
                self.assertEqual([line['days'] for line in statement['lines']], [181, 184])
                self.assertEqual(statement['lines'][0]['amount'], '495.89')

    def test_t1_t2_t3_contract_rates(self):
        """15 000 at 15 % and 12 %, 5 000 at 10 %, thirty days, in a half-year whose floor is lower (2026 S1: 7.86)."""
        for amount, rate, interest in ((15000.0, 15.0, '184.93'), (15000.0, 12.0, '147.95'), (5000.0, 10.0, '41.10')):
            with self.subTest(rate=rate):
                self.company.recouvrement_contract_rate = rate
                statement = self._statement(self._late(amount, '2026-01-15'), '2026-02-14')
                self._assert(statement, [(30, rate, interest)], interest)
                self.assertEqual(statement['warnings'], [])

    def test_t7_day_count(self):
        self.assertEqual(self._statement(self._late(1000.0, '2025-01-01'), '2025-01-31')['lines'][0]['days'], 30)

    def test_t8_a_clause_below_the_floor(self):
        """8 % in 2026 S2, floor 8.25: raised, with a warning; in 2026 S1, floor 7.86, it stands."""
        self.company.recouvrement_contract_rate = 8.0
        low = self._statement(self._late(1000.0, '2026-07-01'), '2026-07-31')
        self.assertEqual(
            (float(low['lines'][0]['rate']), low['warnings']), (8.25, ['contract_rate_below_floor', 'rate_unconfirmed']))
        fine = self._statement(self._late(1000.0, '2026-02-01'), '2026-03-01')
        self.assertEqual((float(fine['lines'][0]['rate']), fine['warnings']), (8.0, []))


@tagged('post_install', '-at_install')
class TestPenaltyRules(PenaltyCommon):

    # === REFUSALS === #

    def test_an_unknown_rate_is_named_with_its_date_and_its_screen(self):
        invoice = self._late(1000.0, '2026-12-01')
        self.assertTrue(self._statement(invoice, '2026-12-31'))
        with self.assertRaisesRegex(UserError, "ECB main refinancing rate.*2027-01-01.*Legal rates"):
            self._statement(invoice, '2027-01-15')

    def test_a_rate_that_is_entered_makes_it_possible(self):
        invoice = self._late(1000.0, '2026-12-01')
        last = self.env['recouvrement.rate'].search([('code', '=', 'ecb_mro')], order='date_to desc', limit=1)
        last.date_to = '2026-12-31'
        self.env['recouvrement.rate'].create({
            'code': 'ecb_mro', 'date_from': '2027-01-01', 'date_to': '2027-06-30', 'percent': 2.65, 'source': "test"})
        statement = self._statement(invoice, '2027-01-15')
        self.assertEqual(float(statement['lines'][-1]['rate']), 12.65)
        self.assertEqual(statement['warnings'], ['rate_unconfirmed'])

    def test_an_unclassified_customer_is_named_with_the_field(self):
        nobody = self._make_debtor("Inconnu SARL", regime=False)
        invoice = self._late(1000.0, '2026-01-15', partner=nobody)
        with self.assertRaisesRegex(UserError, "Inconnu SARL.*Penalty regime"):
            self._statement(invoice)

    def test_only_posted_customer_invoices(self):
        invoice = self._make_invoice(day(-30))
        note = self._credit(self._make_invoice(day(-30)), match=False)
        draft = self._make_invoice(day(-30), post=False)
        entry = self._make_entry(100.0)
        bill = self._create_invoice_one_line(move_type='in_invoice', price_unit=10.0, partner_id=self.debtor.id,
                                             invoice_date=day(-30), post=True)
        for move in (note, draft, entry, bill):
            with self.subTest(move=move.move_type, state=move.state), self.assertRaisesRegex(UserError, "posted customer invoice"):
                self._statement(move)
        self.assertEqual(self._statement(invoice)['days_late'], 30)
        with self.assertRaises(ValueError):
            self._statement(invoice + draft)

    def test_the_regime_is_that_of_the_commercial_entity(self):
        contact = self.env['res.partner'].create({'name': "Buyer", 'parent_id': self.debtor.id, 'type': 'contact'})
        self.assertEqual(self._statement(self._make_invoice(day(-30), partner=contact))['regime'], 'b2b')

    # === PRINCIPAL, PAYMENTS, CREDIT NOTES === #

    def test_tax_is_in_the_base(self):
        """The base is what is owed, tax included."""
        tax = self.env['account.tax'].create({'name': "20", 'amount': 20.0, 'company_id': self.company.id})
        invoice = self._create_invoice_one_line(
            price_unit=1000.0, tax_ids=tax, partner_id=self.debtor.id, invoice_date=day(-60),
            invoice_date_due=day(-30), invoice_payment_term_id=None, post=True)
        invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term').date_maturity = day(-30)
        self.assertEqual(self._statement(invoice)['lines'][0]['base'], '1200.00')

    def test_a_late_payment_keeps_its_interest_and_its_indemnity(self):
        statement = self._statement(self._late(1000.0, '2026-01-10', '2026-02-09'))
        self.assertEqual((statement['principal'], statement['interest'], statement['indemnity']), ('0.00', '9.99', '40.00'))

    def test_a_credit_note_lowers_the_principal(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._credit(invoice, 400.0, on=day(-70))
        statement = self._statement(invoice)
        self.assertEqual((statement['principal'], statement['lines'][0]['base']), ('600.00', '600.00'))

    def test_a_credit_note_never_covers_interest(self):
        self.company.recouvrement_imputation = 'interest_first'
        invoice = self._make_invoice(day(-60), 1000.0)
        self._credit(invoice, 400.0, on=day(-30))
        self.assertEqual(self._statement(invoice)['principal'], '600.00')

    def test_an_invoice_wholly_credited_was_never_owed(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._credit(invoice, on=day(-5))
        statement = self._statement(invoice)
        self.assertEqual((statement['interest'], statement['indemnity'], statement['total']), ('0.00', '0.00', '0.00'))

    def test_a_settlement_by_journal_entry_is_a_payment(self):
        """A set-off, or a bank file booked in the general journal: paid late is late all the same."""
        invoice = self._make_invoice(day(-60), 1000.0)
        entry = self._make_entry(-1000.0, on=day(-30))
        (self._lines(entry) + self._lines(invoice)).reconcile()
        statement = self._statement(invoice)
        self.assertEqual((statement['lines'][0]['days'], statement['interest'], statement['indemnity']), (30, '9.99', '40.00'))

    def test_a_bank_line_is_a_payment(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._bank(1000.0, invoice, on=day(-30))
        self.assertEqual(self._statement(invoice)['lines'][0]['days'], 30)

    def test_a_payment_of_after_the_statement_is_not_known_yet(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._pay(invoice, on=day(-10))
        self.assertEqual(self._statement(invoice, day(-20))['principal'], '1000.00')

    def test_instalments_each_from_its_own_date_and_one_indemnity(self):
        invoice = self._make_invoice(amount=2000.0, instalments=[day(-60), day(-30)])
        statement = self._statement(invoice)
        self.assertEqual([(line['days'], line['base']) for line in statement['lines']], [(60, '1000.00'), (30, '1000.00')])
        self.assertEqual((statement['indemnity'], statement['days_late']), ('40.00', 60))

    def test_an_instalment_not_yet_due_is_not_in_the_principal(self):
        invoice = self._make_invoice(amount=2000.0, instalments=[day(-60), day(30)])
        self.assertEqual(self._statement(invoice)['principal'], '1000.00')

    def test_the_indemnity_is_due_even_when_part_was_paid_in_time(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._pay(invoice, 999.0, on=day(-70))
        self.assertEqual(self._statement(invoice)['indemnity'], '40.00')

    def test_another_currency_has_interest_and_no_forty_euros(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        statement = self._statement(self._make_invoice(day(-60), 1000.0, currency_id=usd.id))
        self.assertEqual((statement['currency'], statement['indemnity']), ('USD', '0.00'))
        self.assertIn('indemnity_other_currency', statement['warnings'])

    def test_insolvency_stops_the_interest(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._sync()
        self._hold('insolvency', date_from=day(-30))
        statement = self._statement(invoice)
        self.assertEqual(statement['lines'][-1]['date_to'], str(day(-31)))
        self.assertIn('interest_stopped_by_insolvency', statement['warnings'])

    def test_debts_born_after_the_judgment_bear_interest(self):
        """C. com. L622-17: they are paid when due; only earlier claims are frozen."""
        self._make_invoice(day(-90))
        self._sync()
        self._hold('insolvency', date_from=day(-60))
        later = self._make_invoice(day(-20), 1000.0, issued=day(-50))
        statement = self._statement(later)
        self.assertEqual((statement['lines'][0]['days'], statement['indemnity']), (20, '40.00'))

    def test_the_text_is_cited_as_of_the_days_it_covers(self):
        old = self._statement(self._late(1000.0, '2018-03-01', '2018-04-01'))
        self.assertIn('C. com. art. L441-6 I', old['sources'])
        new = self._statement(self._late(1000.0, '2026-01-15'))
        self.assertIn('C. com. art. L441-10 II', new['sources'])

    def test_plain_data_comes_back(self):
        """Money as text at the precision of the currency, dates as text, nothing that a client cannot read."""
        statement = self._statement(self._make_invoice(day(-60), 1000.0), str(TODAY))
        self.assertLessEqual({
            'regime', 'method', 'currency', 'principal', 'interest', 'indemnity', 'total', 'days_late', 'lines', 'warnings',
            'sources', 'payments', 'company'}, set(statement))
        for line in statement['lines']:
            self.assertEqual({name: type(line[name]) for name in ('date_from', 'date_to', 'days', 'base', 'rate', 'amount')}, {
                'date_from': str, 'date_to': str, 'days': int, 'base': str, 'rate': str, 'amount': str})

    def test_yen_have_no_cents(self):
        jpy = self.setup_other_currency('JPY', rates=[('2020-01-01', 150.0)], rounding=1.0)
        statement = self._statement(self._make_invoice(day(-60), 100000.0, currency_id=jpy.id))
        self.assertEqual(statement['principal'], '100000')
        self.assertEqual(statement['interest'], '1997')
        statement = self._statement(self._late(12000.0, '2025-11-30', '2026-03-15', currency_id=jpy.id))
        self.assertEqual(([line['amount'] for line in statement['lines']], statement['interest']), (['124', '296'], '420'))
