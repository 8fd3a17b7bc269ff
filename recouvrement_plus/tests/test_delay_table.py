"""The payment-delay table of the management report (D441-6): what the books say, the same on the screen and in the workbook."""
import base64
import io
import re
from datetime import date

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import GROUPS, RecouvrementCommon

CLOSING = date(2025, 12, 31)


class DelayCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.Table = cls.env['recouvrement.delay.table']

    @classmethod
    def _bill(cls, due, amount=1000.0, issued=None, post=True, **vals):
        return cls._create_invoice_one_line(
            move_type='in_invoice', price_unit=amount, tax_ids=[Command.clear()], invoice_date=issued or date(2025, 6, 1),
            invoice_date_due=due, invoice_payment_term_id=False, partner_id=cls.debtor.id, post=post, **vals)

    @classmethod
    def _books(cls):
        """Customers: 20, 45 and 100 days late at closing, one not late, one paid 15 days late. Suppliers: one 70 days late."""
        cls.late = cls._make_invoice(date(2025, 12, 11), 1000.0)
        cls.later = cls._make_invoice(date(2025, 11, 16), 400.0)
        cls.latest = cls._make_invoice(date(2025, 9, 22), 250.0)
        cls.coming = cls._make_invoice(date(2026, 1, 20), 3000.0, issued=date(2025, 12, 20))
        cls.paid = cls._make_invoice(date(2025, 5, 1), 600.0)
        cls._pay(cls.paid, on=date(2025, 5, 16))
        cls.bill = cls._bill(date(2025, 10, 22), 800.0)

    def _side(self, option='unpaid', side='issued', closing=CLOSING, **options):
        return self.Table.compute(closing, self.company.id, **options)['options'][option][side]

    def _cells(self, option='unpaid', side='issued', **options):
        cells = self._side(option, side, **options)['cells']
        return {code: (cell['invoices'], cell['amount']) for code, cell in cells.items() if cell['invoices']}


@tagged('post_install', '-at_install')
class TestDelayTable(DelayCommon):

    def test_option_one_by_tranche_and_percentages(self):
        self._books()
        issued = self._side()
        self.assertEqual(self._cells(), {
            'on_time': (1, '3000.00'), '1_30': (1, '1000.00'), '31_60': (1, '400.00'), '91_more': (1, '250.00'),
            'total': (3, '1650.00')})
        # turnover of the year: 1000 + 400 + 250 + 3000 + 600
        self.assertEqual((issued['base'], issued['cells']['total']['percent']), (
            {'invoices': 5, 'amount': '5250.00', 'stated': False}, '31.43'))
        self.assertEqual(issued['terms'], [30, 31])
        self.assertEqual(self._cells(side='received'), {'61_90': (1, '800.00'), 'total': (1, '800.00')})
        self.assertEqual(self._side(side='received')['cells']['total']['percent'], '100.00')

    def test_option_two_counts_what_was_paid_late_in_the_year(self):
        self._books()
        self.assertEqual(self._cells('paid_late'), {'1_30': (1, '600.00'), 'total': (1, '600.00')})
        self.assertEqual(self._side('paid_late')['cells']['total']['percent_invoices'], '20.00')
        self.assertEqual(self._cells('paid_late', unpaid_too=True)['total'], (4, '2250.00'))

    def test_the_books_as_they_stood_on_the_closing_date(self):
        """Paid in January: still unpaid on 31 December; half paid in December: the rest is."""
        self._books()
        self._pay(self.late, on=date(2026, 1, 15))
        self._pay(self.later, 150.0, on=date(2025, 12, 20))
        self.assertEqual(self._cells()['1_30'], (1, '1000.00'))
        self.assertEqual(self._cells()['31_60'], (1, '250.00'))
        self.assertEqual(self._cells('paid_late')['31_60'], (1, '150.00'))

    def test_a_credit_note_lowers_the_debt_and_the_turnover(self):
        self._books()
        self._credit(self.late, 300.0, on=date(2025, 12, 20))
        self.assertEqual(self._cells()['1_30'], (1, '700.00'))
        self.assertNotIn('31_60', self._cells('paid_late'))
        self.assertEqual(self._side()['base']['amount'], '4950.00')

    def test_disputed_invoices_are_left_out_and_counted(self):
        self._books()
        self._sync()
        self._hold('dispute', item=self._items(self.later), date_from=date(2025, 12, 1))
        self.bill.write({'recouvrement_disputed_from': date(2025, 11, 1)})
        cells = self._cells()
        self.assertEqual((cells['disputed'], cells['total']), ((1, '400.00'), (2, '1250.00')))
        self.assertEqual(self._cells(side='received'), {'disputed': (1, '800.00')})
        # a dispute that begins after the closing changes nothing of that year
        self.bill.write({'recouvrement_disputed_from': date(2026, 2, 1)})
        self.assertNotIn('disputed', self._cells(side='received'))

    def test_a_disputed_customer_is_left_out_whole(self):
        self._books()
        self._sync()
        self._hold('dispute', date_from=date(2025, 12, 1))
        self.assertEqual(self._cells()['disputed'], (3, '1650.00'))
        self.assertNotIn('total', self._cells())

    def test_invoices_that_the_books_did_not_hold(self):
        """A draft, and a bill of November booked in January: counted apart, with their amount."""
        self._bill(date(2025, 12, 15), 70.0, issued=date(2025, 11, 15), post=False)
        self._bill(date(2025, 12, 15), 30.0, issued=date(2025, 11, 15), date=date(2026, 1, 10))
        self.assertEqual(self._cells(side='received'), {'unrecognised': (2, '100.00')})
        self.assertEqual(self._side(side='received')['base']['amount'], '0.00')

    def test_penalty_documents_are_no_invoices(self):
        self._books()
        before = self.Table.compute(CLOSING, self.company.id)
        note = self._make_invoice(date(2025, 11, 1), 77.0)
        self._sync()
        claim = self.env(su=True)['recouvrement.penalty']._claim(
            self._case().sudo(), self.latest.sudo(), date(2025, 12, 31), {})
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET recouvrement_penalty_id = %s WHERE id = %s", [claim.id, note.id])
        self.env.invalidate_all()
        self.assertEqual(self.Table.compute(CLOSING, self.company.id), before)

    def test_without_tax(self):
        """1,000 and 20 % tax, half paid: 500 without tax are open, whatever the payment was called."""
        tax = self.company_data['default_tax_sale']
        tax.write({'amount': 20.0, 'amount_type': 'percent', 'price_include_override': 'tax_excluded'})
        invoice = self._create_invoice_one_line(
            price_unit=1000.0, tax_ids=[Command.set(tax.ids)], invoice_date=date(2025, 11, 1), invoice_payment_term_id=False,
            invoice_date_due=date(2025, 12, 1), partner_id=self.debtor.id, post=True)
        self._pay(invoice, 600.0, on=date(2025, 12, 5))
        self.assertEqual(self._cells()['1_30'], (1, '600.00'))
        self.assertEqual(self._cells(basis='ht')['1_30'], (1, '500.00'))
        self.assertEqual(self._side(basis='ht')['cells']['total']['percent'], '50.00')

    def test_another_currency_counts_at_the_rate_of_the_invoice(self):
        usd = self.setup_other_currency('USD', rates=[('2025-01-01', 2.0), ('2025-12-01', 4.0)])
        invoice = self._make_invoice(date(2025, 11, 30), 1000.0, currency_id=usd.id)
        self._pay(invoice, 250.0, on=date(2025, 12, 10))
        self.assertEqual(self._cells()['31_60'], (1, '375.00'))
        self.assertEqual(self._cells('paid_late')['1_30'], (1, '125.00'))

    def test_a_payment_without_an_entry_has_paid(self):
        """A database with bank reconciliation: the customer has paid, the statement has not come."""
        self._books()
        self._pay_without_entry(self.late, on=date(2025, 12, 20))
        self.assertNotIn('1_30', self._cells())
        self.assertEqual(self._cells('paid_late')['1_30'], (2, '1600.00'))

    def test_instalments_of_one_invoice_count_once(self):
        self._make_invoice(amount=900.0, instalments=[date(2025, 9, 1), date(2025, 11, 1), date(2026, 1, 1)],
                           issued=date(2025, 8, 1))
        cells = self._cells()
        self.assertEqual((cells['31_60'][1], cells['91_more'][1], cells['total']), ('300.00', '300.00', (1, '600.00')))

    def test_legal_terms_and_stated_amounts(self):
        self._books()
        side = self._side(reference='legal', legal_days=60, turnover='16500.00')
        # 20 days after a term of 30: 10 days before one of 60
        self.assertEqual({code: cell['invoices'] for code, cell in side['cells'].items() if cell['invoices']},
                         {'on_time': 2, '1_30': 1, '61_90': 1, 'total': 2})
        self.assertEqual(side['base'], {'invoices': 5, 'amount': '16500.00', 'stated': True})
        self.assertEqual(side['cells']['total']['percent'], '3.94')

    def test_the_year_is_the_companys(self):
        """A year that ends on 31 March: what was paid in February 2025 belongs to the one before."""
        self.company.write({'fiscalyear_last_month': '3', 'fiscalyear_last_day': 31})
        self._books()
        result = self.Table.compute('2026-03-31', self.company.id)
        self.assertEqual((result['date_from'], result['closing_date']), ('2025-04-01', '2026-03-31'))

    def test_the_queries_do_not_grow_with_the_books(self):
        self._books()
        self.env.flush_all()
        self.Table.compute(CLOSING, self.company.id)
        with self.assertQueryCount(25):
            self.Table.compute(CLOSING, self.company.id)

    def test_what_cannot_be_read_is_refused(self):
        for options in ({'basis': 'net'}, {'reference': 'guess'}, {'legal_days': -1}, {'turnover': "many"}):
            with self.subTest(options=options), self.assertRaises(UserError):
                self.Table.compute(CLOSING, self.company.id, **options)
        with self.assertRaisesRegex(UserError, "YYYY-MM-DD"):
            self.Table.compute("31/12/2025", self.company.id)

    def test_roles(self):
        for role in GROUPS:
            table = self.Table.with_user(self._make_user(role))
            with self.subTest(role=role):
                if role in ('officer', 'manager', 'legal'):
                    table.compute(CLOSING, self.company.id)
                    table.export_xlsx(CLOSING, self.company.id)
                    wizard = self.env['recouvrement.delay.wizard'].with_user(table.env.user).create({'closing_date': CLOSING})
                    wizard.action_refresh()
                else:
                    for method in ('compute', 'export_xlsx'):
                        with self.assertRaises(AccessError):
                            getattr(table, method)(CLOSING, self.company.id)
        other = self.setup_other_company(name="Second company")['company']
        stranger = self._make_user('manager', other)
        with self.assertRaises(AccessError):
            self.Table.with_user(stranger).compute(CLOSING, self.company.id)


@tagged('post_install', '-at_install')
class TestDelayScreen(DelayCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._books()
        cls.french = cls.env(context={**cls.env.context, 'lang': 'fr_FR'})

    def _wizard(self, **vals):
        return self.french['recouvrement.delay.wizard'].create({'closing_date': CLOSING, **vals})

    def _workbook(self, **options):
        result = self.Table.export_xlsx(str(CLOSING), self.company.id, **options)
        self.assertTrue(result['filename'].endswith('.xlsx'))
        return load_workbook(io.BytesIO(base64.b64decode(result['content'])))

    def _numbers(self, sheet):
        """Every number of a sheet, row by row; percentages as they are read."""
        return [f"{cell.value * (100 if '%' in cell.number_format else 1):.2f}" for row in sheet.iter_rows() for cell in row
                if isinstance(cell.value, (int, float))]

    def _screen_numbers(self, wizard):
        rows = re.findall(r'<td class="text-end[^"]*">(.*?)</td>', str(wizard.html), re.DOTALL)
        texts = [re.sub(r'<[^>]+>|[\s\u00a0\u202f\ufeff€%]', '', row).replace(',', '.') for row in rows]
        return [f"{float(text):.2f}" for text in texts if text]

    def test_the_screen_and_the_workbook_have_the_same_figures(self):
        book = self._workbook()
        for option, name in (('unpaid', "Option I"), ('paid_late', "Option II")):
            with self.subTest(option=option):
                numbers = self._numbers(book[name])
                self.assertEqual(self._screen_numbers(self._wizard(option=option)), numbers)
                self.assertTrue({'unpaid': '1650.00', 'paid_late': '600.00'}[option] in numbers)

    def test_the_workbook_is_french_with_real_numbers(self):
        book = self._workbook()
        self.assertEqual(book.sheetnames, ["Option I", "Option II", "Factures", "Méthode"])
        texts = [cell.value for row in book["Option I"].iter_rows() for cell in row if isinstance(cell.value, str)]
        for text in ("0 jour (indicatif)", "1 à 30 jours", "91 jours et plus", "Total (1 jour et plus)",
                     "Montant total des factures concernées (TTC)", "Factures reçues (fournisseurs)"):
            self.assertIn(text, texts)
        rows = list(book["Factures"].iter_rows(values_only=True))
        self.assertEqual(rows[0][3:5], ("Facture", "Partenaire"))
        late = next(row for row in rows if row[0] == "I" and row[3] == self.late.name)
        self.assertEqual((late[2], late[6].date(), late[7], late[8]), ("1 à 30 jours", date(2025, 12, 11), 20, 1000))

    def test_each_figure_opens_its_invoices(self):
        wizard = self._wizard()
        line = wizard.line_ids.filtered(lambda line: (line.side, line.cell) == ('issued', 'total'))
        self.assertEqual((line.invoices, line.amount), (3, 1650.0))
        moves = self.env['account.move'].search(line.action_open_invoices()['domain'])
        self.assertEqual(moves, self.late + self.later + self.latest)

    def test_a_change_of_the_question_makes_the_figures_again(self):
        with Form(self._wizard()) as form:
            form.option = 'paid_late'
        wizard = form.record
        total = wizard.line_ids.filtered(lambda line: (line.side, line.cell) == ('issued', 'total'))
        self.assertEqual(total.amount, 600.0)
        self.assertIn("Option II", str(wizard.html))

    def test_the_menu_opens_the_last_year_that_is_over(self):
        officer = self._make_user('officer')
        action = self.env.ref('recouvrement_plus.recouvrement_delay_wizard_action').with_user(officer).run()
        wizard = self.env[action['res_model']].with_user(officer).browse(action['res_id'])
        self.assertEqual((wizard.closing_date, wizard.option), (CLOSING, 'unpaid'))
        self.assertIn('/web/content/', wizard.action_export()['url'])
