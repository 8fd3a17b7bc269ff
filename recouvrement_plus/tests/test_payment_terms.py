"""The lawful due date of invoices, asked by the public method and shown on the invoice."""
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import RecouvrementCommon


@tagged('post_install', '-at_install')
class TestPaymentTerms(RecouvrementCommon):

    def _invoice(self, due, issued=date(2026, 1, 15), partner=None, **vals):
        return self._make_invoice(due, partner=partner, issued=issued, **vals)

    def test_sixty_days_after_issue(self):
        good, bad = self._invoice(date(2026, 3, 16)), self._invoice(date(2026, 3, 17))
        self.assertEqual(good.recouvrement_payment_term_check() | {'source': ''}, {
            'compliant': True, 'latest_due_date': '2026-03-16', 'rule': 'agreed_60', 'source': '', 'excess_days': 0,
            'agreed_due_date': '2026-03-16', 'warnings': []})
        check = bad.recouvrement_payment_term_check()
        self.assertEqual((check['compliant'], check['excess_days']), (False, 1))
        self.assertIn('L441-10', check['source'])

    def test_the_last_instalment_counts(self):
        invoice = self._make_invoice(instalments=[date(2026, 2, 1), date(2026, 6, 1)], issued=date(2026, 1, 15))
        self.assertFalse(invoice.recouvrement_payment_term_check()['compliant'])

    def test_end_of_month_by_the_chosen_method(self):
        """15 January: method A allows 28 February or the 60 days, method B 17 March (law: 45 days end of month)."""
        term = self.env['account.payment.term'].create({'name': "45 EOM", 'line_ids': [Command.create({
            'value': 'percent', 'value_amount': 100, 'delay_type': 'days_after_end_of_month', 'nb_days': 45})]})
        invoice = self._create_invoice_one_line(
            price_unit=100, tax_ids=[Command.clear()], invoice_date=date(2026, 1, 15), post=True, partner_id=self.debtor.id,
            invoice_payment_term_id=term.id)
        self.company.recouvrement_end_of_month_method = 'B'
        check = invoice.recouvrement_payment_term_check()
        self.assertEqual((check['rule'], check['latest_due_date'], check['compliant']), ('end_of_month_45', '2026-03-17', True))
        self.company.recouvrement_end_of_month_method = 'A'
        self.assertEqual(invoice.recouvrement_payment_term_check()['latest_due_date'], '2026-03-31')

    def test_a_sector_has_its_own_cap(self):
        self.company.recouvrement_sector = 'transport'
        check = self._invoice(date(2026, 2, 15)).recouvrement_payment_term_check()
        self.assertEqual((check['compliant'], check['latest_due_date']), (False, '2026-02-14'))

    def test_a_cap_that_nobody_read_is_refused_until_accepted(self):
        self.company.recouvrement_sector = 'leather'
        invoice = self._invoice(date(2026, 2, 15))
        with self.assertRaisesRegex(UserError, "settings"):
            invoice.recouvrement_payment_term_check()
        self.company.recouvrement_accept_unconfirmed_cap = True
        self.assertEqual(invoice.recouvrement_payment_term_check()['warnings'], ['rule_unconfirmed'])

    def test_consumers_have_no_cap_and_the_unclassified_are_refused(self):
        consumer = self._make_debtor("Anne Martin", regime='b2c')
        self.assertEqual(self._invoice(date(2026, 12, 1), partner=consumer).recouvrement_payment_term_check()['rule'], 'no_cap')
        unknown = self._make_debtor("Inconnu SARL", regime=False)
        with self.assertRaisesRegex(UserError, "Inconnu SARL"):
            self._invoice(date(2026, 2, 1), partner=unknown).recouvrement_payment_term_check()

    def test_a_supplier_invoice_is_checked_too(self):
        bill = self._create_invoice_one_line(
            move_type='in_invoice', price_unit=100, tax_ids=[Command.clear()], invoice_date=date(2026, 1, 15),
            invoice_date_due=date(2026, 5, 1), invoice_payment_term_id=False, partner_id=self.debtor.id, post=True)
        self.assertFalse(bill.recouvrement_payment_term_check()['compliant'])

    def test_the_invoice_shows_it(self):
        bad, good = self._invoice(date(2026, 4, 30)), self._invoice(date(2026, 2, 14))
        self.assertIn('recouvrement_payment_term', bad._get_alerts())
        self.assertIn('L441-10', bad._get_alerts()['recouvrement_payment_term']['message'])
        self.assertNotIn('recouvrement_payment_term', good._get_alerts())

    def test_roles_and_kinds_of_documents(self):
        invoice = self._invoice(date(2026, 2, 14))
        with self.assertRaises(AccessError):
            invoice.with_user(self._make_user('billing')).recouvrement_payment_term_check()
        self.assertTrue(invoice.with_user(self._make_user('officer')).recouvrement_payment_term_check()['compliant'])
        with self.assertRaises(UserError):
            self._credit(invoice).recouvrement_payment_term_check()
