"""The statement as data, on the screen and as PDF: the same figures, to the cent; many invoices read together."""
import base64
import io
import re
from datetime import timedelta

from pypdf import PdfReader

from odoo.addons.recouvrement_plus.engine.types import RATE_BASES, STATEMENT_WARNINGS
from odoo.addons.recouvrement_plus.models.recouvrement_document import BASES, WARNINGS
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import Form, tagged

from .common import TODAY, day
from .test_penalty import PenaltyCommon


def amounts(text):
    """Every amount with two decimals in a text, French or English, as '1234.56', in order."""
    found = re.findall(r'(?<![\d.,])\d{1,3}(?:[ ,\u00a0\u202f]\d{3})*[.,]\d{2}(?!\d)', text)
    return [re.sub(r'[ ,\u00a0\u202f]', '', amount[:-3]) + '.' + amount[-2:] for amount in found]


class StatementCommon(PenaltyCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')

    def _page(self, invoices, as_of=TODAY):
        wizard = self.env['recouvrement.statement'].create({'move_ids': [(6, 0, invoices.ids)], 'as_of': as_of})
        return re.sub(r'<[^>]+>', ' ', str(wizard.html)).replace('\ufeff', '')

    def _pdf_text(self, invoices, as_of=TODAY):
        result = invoices.recouvrement_penalty_statement_pdf(as_of)
        self.assertTrue(result['filename'].endswith('.pdf'))
        pages = PdfReader(io.BytesIO(base64.b64decode(result['content']))).pages
        # The narrow space between thousands comes out of the font as a tab.
        return "\n".join(page.extract_text() for page in pages).replace('\t', ' ')

    def _t6(self, imputation='interest_first'):
        """Published example T6: 10 % by contract, a part payment in the middle."""
        self.company.write({'recouvrement_contract_rate': 10.0, 'recouvrement_imputation': imputation,
                            'recouvrement_contract_floor': 'ignore'})
        invoice = self._late(10000.0, '2025-01-01')
        self._pay(invoice, 4000.0, Date.to_date('2025-07-01'))
        return invoice


@tagged('post_install', '-at_install')
class TestStatementData(StatementCommon):

    def test_payments_say_what_they_covered(self):
        statement = self._statement(self._t6(), '2026-01-01')
        self.assertEqual(statement['total'], '6863.35')
        self.assertEqual(
            [tuple(payment[name] for name in ('date', 'amount', 'on_interest', 'on_principal'))
             for payment in statement['payments']],
            [('2025-07-01', '4000.00', '495.89', '3504.11')])
        self.assertEqual([line['imputed'] for line in statement['lines']], ['4000.00', '0.00'])
        self.assertEqual((statement['interest_accrued'], statement['interest_paid']), ('823.35', '495.89'))

    def test_the_statement_of_many_is_the_statement_of_each(self):
        invoices = self._make_invoice(day(-60), 1000.0) + self._make_invoice(day(-90), 500.0)
        nobody = self._make_debtor("Inconnu", regime=False)
        refused = self._make_invoice(day(-60), 100.0, partner=nobody)
        *known, last = (invoices + refused).recouvrement_penalty_statements(str(TODAY))
        for invoice, data in zip(invoices, known, strict=True):
            self.assertEqual(data, {'error': '', **self._statement(invoice)})
        self.assertEqual((last['move_id'], set(last)), (refused.id, {'move_id', 'name', 'error'}))
        self.assertRegex(last['error'], "Inconnu.*Penalty regime")

    def test_other_documents_are_refused(self):
        invoice, entry = self._make_invoice(day(-30)), self._make_entry(100.0)
        for call in ('recouvrement_penalty_statements', 'recouvrement_penalty_statement_pdf'):
            with self.subTest(call=call), self.assertRaisesRegex(UserError, "posted customer invoice"):
                getattr(invoice + entry, call)(TODAY)

    def test_only_collectors_and_only_their_companies(self):
        invoice = self._make_invoice(day(-30))
        for role, allowed in (('officer', True), ('billing', False), ('internal', False), ('portal', False)):
            theirs = invoice.with_user(self._make_user(role))
            for call, arguments in (('recouvrement_penalty_statements', (TODAY,)), ('action_recouvrement_statement', ()),
                                    ('recouvrement_penalty_statement_pdf', (TODAY,))):
                with self.subTest(role=role, call=call):
                    if allowed:
                        self.assertTrue(getattr(theirs, call)(*arguments))
                    else:
                        with self.assertRaises(AccessError):
                            getattr(theirs, call)(*arguments)

    def test_foreign_currency_in_euros_of_the_stated_day(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 2.0), ('2026-03-10', 1.25)])
        invoice = self._make_invoice(day(-60), 1000.0, currency_id=usd.id)
        before, after = self._statement(invoice, '2026-03-09'), self._statement(invoice, '2026-03-16')
        self.assertEqual((before['currency'], before['company']['currency']), ('USD', 'EUR'))
        self.assertEqual(before['company']['principal'], '500.00')
        self.assertEqual((after['principal'], after['company']['principal']), ('1000.00', '800.00'))
        company = after['company']
        self.assertEqual(float(company['interest']), round(float(after['interest']) / 1.25 + 1e-9, 2))
        parts = [float(company[name]) for name in ('principal', 'interest', 'indemnity')]
        self.assertAlmostEqual(float(company['total']), sum(parts))
        euros = self._statement(self._make_invoice(day(-60), 1000.0))
        self.assertEqual((euros['company']['total'], euros['company']['rate']), (euros['total'], '1'))

    def test_a_thousand_statements_in_under_forty_queries(self):
        """Measured on 60 invoices of as many customers, with payments, a dispute, a notice: the count does not grow."""
        partners = [self._make_debtor(f"Client {number}") for number in range(60)]
        invoices = self.env['account.move'].union(*(self._make_invoice(day(-60), 100.0, partner=partner) for partner in partners))
        for invoice in invoices[:20]:
            self._pay(invoice, 40.0, day(-10))
        self._sync()
        self._hold('dispute', partners[3])
        counts = []
        for part in (invoices[:10], invoices):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            part.recouvrement_penalty_statements(TODAY)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLess(counts[1], 40)
        self.assertLessEqual(counts[1], counts[0], "not one query more for fifty invoices more")

    def test_every_code_has_its_words(self):
        self.assertEqual(set(WARNINGS), set(STATEMENT_WARNINGS))
        self.assertEqual(set(BASES), set(RATE_BASES))


@tagged('post_install', '-at_install')
class TestStatementPage(StatementCommon):

    def _check_same(self, invoices, as_of, pdf):
        """Every figure of the data is on the page and in the PDF; both show the same amounts in the same order."""
        page = amounts(self._page(invoices, as_of))
        printed = amounts(pdf) if pdf else page
        for data in invoices.recouvrement_penalty_statements(as_of):
            wanted = [data[name] for name in ('principal', 'interest', 'total')] + [
                line[name] for line in data['lines'] for name in ('base', 'amount')]
            self.assertFalse(set(wanted) - set(page), "on the screen")
            self.assertFalse(set(wanted) - set(printed), "in the letter")
        self.assertEqual(sorted(page), sorted(amount for amount in printed), "the same figures on the screen and in the letter")

    def test_screen_letter_and_data_have_the_same_figures(self):
        self.debtor.lang = 'fr_FR'
        invoice = self._t6()
        text = self._pdf_text(invoice, '2026-01-01')
        self._check_same(invoice, '2026-01-01', text)
        for words in ("6863.35", "495.89", "327.46", "6495.89"):
            self.assertIn(words, amounts(text))
        flat = ' '.join(text.split())
        self.assertIn("Décompte", flat)
        self.assertIn("Six mille huit cent soixante-trois euros et trente-cinq centimes", flat)
        self.assertIn("L441-10", flat)

    def test_rates_texts_and_warnings_are_in_plain_words(self):
        invoice = self._late(6000.0, '2025-05-31')
        text = self._page(invoice, '2026-07-31')
        flat = ' '.join(text.split())
        self.assertIn("ECB rate 2.15 % plus 10 points", flat)
        self.assertIn("C. com. art. L441-10 II", flat)
        self.assertIn("http", flat, "the rate names its source")
        person = self._make_debtor("Madame Petit", regime='b2c')
        flat = ' '.join(self._page(self._make_invoice(day(-60), 100.0, partner=person)).split())
        self.assertIn("interest owed by a consumer", flat)
        self.assertNotIn('no_formal_notice', flat)

    def test_one_document_for_each_customer_with_subtotals(self):
        other = self._make_debtor("Charpentes Noir", regime='public')
        first, second = self._make_invoice(day(-60), 1000.0), self._make_invoice(day(-30), 300.0)
        third = self._make_invoice(day(-60), 70.0, partner=other)
        documents = (first + third + second)._recouvrement_documents(TODAY)
        self.assertEqual([document['partner'] for document in documents], [self.debtor, other])
        total = documents[0]['totals'][0]
        self.assertEqual(f"{total['total']:.2f}", f"{sum(float(self._statement(move)['total']) for move in first + second):.2f}")
        self.assertEqual(total['count'], 2)
        page = self._page(first + third + second)
        self.assertEqual((page.count("Subtotal"), page.count("Statement of late-payment penalties")), (2, 1))
        self.assertEqual(page.count("Statement of interest for late payment"), 1, "a public body owes moratory interest")

    def test_totals_by_currency_and_in_euros(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.25)])
        euros, dollars = self._make_invoice(day(-60), 1000.0), self._make_invoice(day(-60), 1000.0, currency_id=usd.id)
        document = (euros + dollars)._recouvrement_documents(TODAY)[0]
        self.assertEqual({total['currency'].name for total in document['totals']}, {'EUR', 'USD'})
        self.assertEqual(f"{document['converted']['principal']:.2f}", '1800.00')
        expected = sum(float(self._statement(move)['company']['total']) for move in euros + dollars)
        self.assertEqual(f"{document['converted']['total']:.2f}", f'{expected:.2f}')

    def test_a_refused_invoice_is_shown_with_the_reason_and_without_figures(self):
        nobody = self._make_debtor("Inconnu SARL", regime=False)
        invoice = self._make_invoice(day(-60), 123.45, partner=nobody)
        text = self._page(invoice)
        self.assertIn("Inconnu SARL is not classified", text)
        self.assertFalse(amounts(text))

    def _letter(self, invoices, as_of=TODAY):
        """The page that leaves, before it is printed."""
        [document] = invoices._recouvrement_documents(as_of)
        page = self.env['recouvrement.letter']._page('recouvrement_plus.report_statement_document', {'document': document}, 'en_US')
        return ' '.join(re.sub(r'<[^>]+>', ' ', page).split())

    def test_what_leaves_says_nothing_of_our_doubts(self):
        """An unconfirmed rate is for who approves, on the screen; the customer reads the figures alone."""
        self.env['recouvrement.rate'].search([('code', '=', 'ecb_mro')]).confirmed = False
        invoice = self._make_invoice(day(-60), 1000.0)
        self.assertIn("has not been confirmed", ' '.join(self._page(invoice).split()))
        letter = self._letter(invoice)
        self.assertNotIn("confirmed", letter)
        self.assertIn("Late-payment penalties", letter)

    def test_what_concerns_the_customer_is_printed(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._sync()
        self._hold('dispute', item=self._items(invoice))
        self.assertIn("in dispute", self._letter(invoice, TODAY))

    def test_our_reason_for_not_computing_is_not_printed(self):
        nobody = self._make_debtor("Inconnu SARL", regime=False)
        invoice = self._make_invoice(day(-60), 123.45, partner=nobody)
        self.assertNotIn("classified", self._letter(invoice))
        self.assertIn(f"Invoice {invoice.name}: no late-payment penalty is claimed", self._letter(invoice))

    def test_the_window_computes_for_the_day_that_is_asked(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        action = invoice.action_recouvrement_statement()
        wizard = self.env[action['res_model']].browse(action['res_id'])
        form = Form(wizard)
        self.assertEqual(str(form.as_of), str(TODAY))
        before = str(form.html)
        form.as_of = TODAY - timedelta(days=30)
        self.assertNotEqual(amounts(str(form.html)), amounts(before))
        self.assertIn(self._statement(invoice, TODAY - timedelta(days=30))['interest'], amounts(str(form.html)))

    def test_print_gives_a_file(self):
        officer = self._make_user('officer')
        wizard = self.env['recouvrement.statement'].with_user(officer).create(
            {'move_ids': [(6, 0, self._make_invoice(day(-60)).ids)], 'as_of': TODAY})
        self.assertRegex(wizard.action_print()['url'], r'^/web/content/\d+\?download=true$')

    def test_the_formal_notice_encloses_the_statement(self):
        invoice = self._t6()
        self._sync(as_of=TODAY)
        notice = self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self._case().id, 'company_id': self.company.id, 'item_ids': [(6, 0, self._items(invoice).ids)]})
        html = str(self.env['ir.qweb']._render(
            'recouvrement_plus.report_formal_notice_document', {'proceeding': notice, 'lang': 'en_US'}))
        letter, _cut, enclosed = html.partition('page-break-before:always')
        statement = self._statement(invoice)
        self.assertIn(statement['total'], amounts(re.sub(r'<[^>]+>', ' ', letter)), "the letter claims what the statement totals")
        text = re.sub(r'<[^>]+>', ' ', enclosed)
        self.assertFalse({line['amount'] for line in statement['lines']} - set(amounts(text)))
        self.assertIn(statement['total'], amounts(text))
