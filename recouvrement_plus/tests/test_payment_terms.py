"""The lawful due date of invoices, asked by the public method and shown on the invoice."""
from datetime import date

from odoo.addons.recouvrement_plus.engine.types import TERM_RULES
from odoo.addons.recouvrement_plus.models.account_move_terms import RULES
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

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


@tagged('post_install', '-at_install')
class TestTermFacts(RecouvrementCommon):
    """Facts that core does not hold: a person states them on the invoice, the verdict follows."""

    def _check(self, due=date(2026, 4, 10), partner=None, **facts):
        """A customer invoice of 15 January 2026: 60 days end on 16 March."""
        invoice = self._make_invoice(due, partner=partner, issued=date(2026, 1, 15))
        invoice.write(facts)
        check = invoice.recouvrement_payment_term_check()
        return check['rule'], check['latest_due_date'], check['compliant']

    def _public(self, kind='state_local'):
        return self._make_debtor("Ville de Test", regime='public', recouvrement_public_kind=kind)

    def test_a_periodic_invoice_has_45_days(self):
        self.assertEqual(self._check(date(2026, 3, 2), recouvrement_periodic=True), ('periodic_45', '2026-03-01', False))

    def test_an_export_has_90_days_except_for_a_large_buyer(self):
        self.assertEqual(self._check(recouvrement_export=True), ('export_90', '2026-04-15', True))
        large = self._make_debtor("Grand groupe", recouvrement_large_company=True)
        self.assertEqual(self._check(partner=large, recouvrement_export=True), ('agreed_60', '2026-03-16', False))

    def test_nothing_agreed_is_thirty_days_after_delivery(self):
        invoice = self._make_invoice(date(2026, 4, 10), issued=date(2026, 1, 15))
        invoice.recouvrement_no_term_agreed = True
        with self.assertRaisesRegex(UserError, "delivery date"):
            invoice.recouvrement_payment_term_check()
        invoice.delivery_date = date(2026, 1, 10)
        check = invoice.recouvrement_payment_term_check()
        self.assertEqual(
            (check['rule'], check['latest_due_date'], check['agreed_due_date']), ('nothing_agreed_30', '2026-02-09', ''))

    def test_a_public_body_from_receipt_with_its_one_interruption(self):
        """Received on 20 January: 30 days end on 19 February; stopped on 9 February, complete on the 16th: 30 days more."""
        commune = self._public()
        self.assertEqual(self._check(partner=commune)[1], '2026-02-16', "not recorded: issue + 2 days")
        facts = {'recouvrement_receipt_date': date(2026, 1, 20)}
        self.assertEqual(self._check(partner=commune, **facts), ('public_30', '2026-02-19', False))
        facts['recouvrement_interruption_date'] = date(2026, 2, 9)
        self.assertEqual(self._check(partner=commune, **facts), ('public_interrupted', '', True))
        facts['recouvrement_completion_date'] = date(2026, 2, 16)
        self.assertEqual(self._check(partner=commune, **facts)[:2], ('public_interrupted', '2026-03-18'))
        hospital = self._public('hospital')
        self.assertEqual(self._check(partner=hospital, recouvrement_receipt_date=date(2026, 1, 20))[1], '2026-03-11')

    def test_receipt_that_is_uncertain_needs_the_performance(self):
        invoice = self._make_invoice(date(2026, 4, 10), partner=self._public(), issued=date(2026, 1, 15))
        invoice.recouvrement_receipt_uncertain = True
        with self.assertRaisesRegex(UserError, "delivery date"):
            invoice.recouvrement_payment_term_check()
        invoice.delivery_date = date(2026, 1, 31)
        self.assertEqual(invoice.recouvrement_payment_term_check()['latest_due_date'], '2026-03-02')

    def test_facts_that_contradict_each_other_are_refused(self):
        invoice = self._make_invoice(date(2026, 4, 10), issued=date(2026, 1, 15))
        for vals in ({'recouvrement_completion_date': date(2026, 2, 1)},
                     {'recouvrement_interruption_date': date(2026, 2, 2), 'recouvrement_completion_date': date(2026, 2, 1)},
                     {'recouvrement_disputed_to': date(2026, 2, 1)}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError), self.env.cr.savepoint():
                invoice.write(vals)

    def test_the_sector_of_what_is_sold_goes_before_the_companys(self):
        """Transport inside a company of watches; a category of the general rule inside transport; the strictest of two."""
        transport = self.env['product.category'].create({'name': "Transport", 'recouvrement_sector': 'transport'})
        below = self.env['product.category'].create({'name': "Road", 'parent_id': transport.id})
        general = below.copy({'name': "Parts", 'recouvrement_sector': 'general'})
        road, part = (self.env['product.product'].create({'name': "P", 'categ_id': category.id}) for category in (below, general))

        def rule(*products):
            invoice = self.env['account.move'].create({
                'move_type': 'out_invoice', 'partner_id': self.debtor.id, 'invoice_date': date(2026, 1, 15),
                'invoice_payment_term_id': False, 'invoice_date_due': date(2026, 4, 1), 'invoice_line_ids': [
                    Command.create({'product_id': product.id, 'price_unit': 10, 'tax_ids': False}) for product in products]})
            check = invoice.recouvrement_payment_term_check()
            return check['rule'], check['latest_due_date']

        self.assertEqual(rule(road), ('sector', '2026-02-14'))
        self.assertEqual(rule(part), ('agreed_60', '2026-03-16'))
        self.assertEqual(rule(part, road), ('sector', '2026-02-14'))
        self.company.recouvrement_sector = 'wine'
        self.assertEqual(rule(part), ('agreed_60', '2026-03-16'))
        self.assertEqual(rule(self.product_a), ('sector', '2026-03-16'))

    def test_the_screen_says_the_date_or_what_is_missing(self):
        invoice = self._make_invoice(date(2026, 4, 10), issued=date(2026, 1, 15))
        self.assertIn("03/16/2026", invoice.recouvrement_term_text)
        self.assertIn("L441-10", invoice.recouvrement_term_text)
        invoice.recouvrement_no_term_agreed = True
        self.assertIn("delivery date", invoice.recouvrement_term_text)
        consumer = self._make_debtor("Anne Martin", regime='b2c')
        self.assertIn("consumer", self._make_invoice(date(2026, 4, 10), partner=consumer).recouvrement_term_text)
        self.assertEqual([code for code, _label in RULES], list(TERM_RULES))

    def test_the_banner_follows_the_form_before_it_is_saved(self):
        with Form(self._make_invoice(date(2026, 3, 1), issued=date(2026, 1, 15), post=False)) as form:
            self.assertNotIn('recouvrement_payment_term', form.alerts or {})
            form.invoice_date_due = date(2026, 5, 1)
            self.assertIn('recouvrement_payment_term', form.alerts)
            form.invoice_date_due = date(2026, 3, 1)

    def test_a_suppliers_invoice_has_the_banner(self):
        bill = self._create_invoice_one_line(
            move_type='in_invoice', price_unit=100, tax_ids=[Command.clear()], invoice_date=date(2026, 1, 15),
            invoice_date_due=date(2026, 5, 1), invoice_payment_term_id=False, partner_id=self.debtor.id, post=True)
        self.assertIn("46 days beyond", bill._get_alerts()['recouvrement_payment_term']['message'])
        officer = bill.with_user(self._make_user('officer'))
        self.assertIn('recouvrement_payment_term', officer._get_alerts())
        self.assertNotIn('recouvrement_payment_term', bill.with_user(self._make_user('billing'))._get_alerts())


@tagged('post_install', '-at_install')
class TestTermBanner(RecouvrementCommon):
    """What a payment term can exceed, before any invoice uses it."""

    def _term(self, days=0, delay='days_after', **vals):
        return self.env['account.payment.term'].create({'name': "Term", **vals, 'line_ids': [Command.create({
            'value': 'percent', 'value_amount': 100, 'delay_type': delay, 'nb_days': days, 'days_next_month': '0'})]})

    def test_plain_days(self):
        self.assertFalse(self._term(30).recouvrement_term_warning)
        self.assertFalse(self._term(30).recouvrement_term_note)
        self.assertFalse(self._term(60).recouvrement_term_warning)
        text = self._term(75).recouvrement_term_warning
        self.assertIn("15 days after", text)
        self.assertIn("L441-10 I", text)

    def test_who_has_less_is_named(self):
        note = self._term(60).recouvrement_term_note
        self.assertIn("periodic invoices: 45 days", note)
        self.assertIn("R2192-10", note)
        self.assertNotIn("periodic", self._term(40).recouvrement_term_note)

    def test_forty_five_days_end_of_month_by_the_method_of_the_contract(self):
        """Core's two ways of writing it are the two lawful methods; each exceeds the other's date on some day."""
        after_month, then_month = self._term(45, 'days_after_end_of_month'), self._term(45, 'days_end_of_month_on_the')
        self.company.recouvrement_end_of_month_method = 'B'
        self.assertFalse(after_month.recouvrement_term_warning)
        self.assertTrue(then_month.recouvrement_term_warning)
        self.company.recouvrement_end_of_month_method = 'A'
        terms = (after_month + then_month)
        terms.invalidate_recordset()
        self.assertTrue(after_month.recouvrement_term_warning)
        self.assertFalse(then_month.recouvrement_term_warning)

    def test_sixty_days_end_of_month_is_too_long(self):
        self.assertTrue(self._term(60, 'days_after_end_of_month').recouvrement_term_warning)

    def test_the_sector_of_the_company_counts(self):
        self.company.recouvrement_sector = 'transport'
        self.assertIn("L441-11 II 5°", self._term(45).recouvrement_term_warning)
        self.company.recouvrement_sector = 'livestock'
        term = self._term(45)
        self.assertFalse(term.recouvrement_term_warning)
        self.assertIn("on each invoice", term.recouvrement_term_note)

    def test_another_country_has_other_laws(self):
        self.company.country_id = self.env.ref('base.be')
        self.assertFalse(self._term(120).recouvrement_term_warning)

    def test_the_form_shows_it_to_collectors(self):
        term = self._term(30).with_user(self._make_user('manager'))
        self.assertFalse(term.recouvrement_term_warning)
        with Form(self._term(30)) as form:
            with form.line_ids.edit(0) as line:
                line.nb_days = 90
            self.assertIn("30 days after", form.recouvrement_term_warning)
            with form.line_ids.edit(0) as line:
                line.nb_days = 30
        with self.assertRaises(AccessError):
            self._term(30).with_user(self._make_user('billing')).read(['recouvrement_term_warning'])
