"""Each reminder says how to pay it: account, reference of its own, QR code, page on the web; of the right company."""
import io

from PIL import Image

from odoo.addons.account.tools import is_valid_structured_reference
from odoo.tests import new_test_user, tagged

from .common import RecouvrementCommon, day

IBAN = 'FR7630006000011234567890189'


@tagged('post_install', '-at_install')
class TestReminderPayment(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.body_html = '<div><t t-out="object.items_table"/></div>'
        cls.bank = cls.env['res.partner.bank'].create({'acc_number': IBAN, 'partner_id': cls.company.partner_id.id})
        cls.bank_journal.bank_account_id = cls.bank

    def _sent(self, **vals):
        self._make_invoice(day(-20), 1000.0, **vals)
        reminder = self._night().reminder_ids.filtered(lambda one: one.state == 'queued')
        self._send(reminder)
        return reminder

    def test_account_reference_code_and_link(self):
        reminder = self._sent()
        self.assertEqual(reminder.state, 'sent')
        self.assertTrue(is_valid_structured_reference(reminder.payment_reference))
        for part in ('FR76', reminder._reference_text(), '/my/invoices/', 'access_token='):
            self.assertIn(part, reminder.body_html)
        self.assertIn('/report/barcode/', reminder.body_html)
        self.assertIn('EUR1000.0', reminder.body_html)

    def test_who_reads_it_on_the_screen_sees_the_code_too(self):
        """Whatever address the users of this company work at: that of the messages is the one of its customers."""
        parameters = self.env['ir.config_parameter'].sudo()
        parameters.set_param('web.base.url', 'https://customers.example.com')
        reminder = self._sent()
        self.assertIn('src="https://customers.example.com/report/barcode/', reminder.body_html)
        parameters.set_param('web.base.url', 'https://moved.example.com')  # as the log-in of an administrator does
        self.assertIn('src="/report/barcode/', reminder.preview_html)
        self.assertIn('href="https://customers.example.com/my/invoices/', reminder.preview_html)

    def test_the_code_is_drawn_on_every_server(self):
        """With or without reportlab's renderer: a square picture, dark and light, as large as was asked."""
        content = self.env['ir.actions.report'].barcode('QR', "BCD\n002\n1\nSCT", width=128, height=128)
        picture = Image.open(io.BytesIO(content))
        self.assertEqual((picture.format, picture.size), ('PNG', (128, 128)))
        dark = sum(1 for value in picture.convert('L').tobytes() if value < 128)
        self.assertTrue(0.2 < dark / (128 * 128) < 0.6)

    def test_two_reminders_have_two_references(self):
        first = self._sent()
        self.assertNotEqual(first.payment_reference, self._sent(partner=self._make_debtor("Other")).payment_reference)

    def test_no_code_where_core_cannot_make_one(self):
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        reminder = self._sent(currency_id=usd.id)
        self.assertNotIn('/report/barcode/', reminder.body_html)
        self.assertIn(reminder._reference_text(), reminder.body_html)

    def test_a_letter_carries_the_image_itself_and_no_link(self):
        self.debtor.write({'email': False, 'street': "3 rue du Port", 'city': "Nantes"})
        self._make_invoice(day(-20), 1000.0)
        reminder = self._night().reminder_ids
        self.assertIn('data:image/svg+xml', reminder.items_table)
        self.assertNotIn('/my/invoices', reminder.items_table)

    def test_the_page_of_an_invoice_is_made_without_touching_the_invoice(self):
        self._make_invoice(day(-20), 1000.0)
        reminder = self._night().reminder_ids
        move = reminder.item_ids.move_id
        before = move.write_date
        self._send(reminder)
        self.assertTrue(move.access_token)
        self.assertEqual(move.write_date, before)

    def test_several_invoices_each_with_its_page(self):
        self._make_invoice(day(-20), 300.0)
        reminder = self._sent()
        self.assertEqual(reminder.body_html.count('access_token='), 2)

    def test_another_company_has_its_own_header_sender_account_and_subject(self):
        """lesson 17: nothing of company 1 in the message of company 2."""
        other = self.setup_other_company(name="Second company")
        company = other['company']
        company.write({'email': 'compta@second.example', 'recouvrement_plan_id': self.plan.id})
        self.template.subject = "{{ object.company_id.name }}: reminder"
        account = self.env['res.partner.bank'].create({
            'acc_number': 'FR1420041010050500013M02606', 'partner_id': company.partner_id.id})
        other['default_journal_bank'].bank_account_id = account
        self.env['account.move'].with_company(company).create({
            'move_type': 'out_invoice', 'partner_id': self.debtor.id, 'invoice_date': day(-50), 'invoice_date_due': day(-20),
            'invoice_payment_term_id': False,
            'invoice_line_ids': [self._prepare_invoice_line(price_unit=500.0, tax_ids=[(5,)])]}).action_post()
        own = self._sent()
        self.env.user.company_ids += company
        reminder = self._night(company=company).reminder_ids
        with self.mock_mail_gateway():
            reminder.with_context(allowed_company_ids=company.ids).send()
        self.assertEqual((reminder.company_id, reminder.state), (company, 'sent'))
        mail = reminder.mail_id
        self.assertEqual((mail.subject, mail.author_id), ("Second company: reminder", company.partner_id))
        self.assertIn('compta@second.example', mail.email_from)
        self.assertIn('FR14', reminder.body_html)
        self.assertNotIn('FR14', own.body_html)
        self.assertNotIn('FR76', reminder.body_html)

    def test_the_reference_is_there_without_an_account(self):
        self.bank_journal.bank_account_id = False
        self.company.partner_id.bank_ids.unlink()
        reminder = self._sent()
        self.assertIn(reminder._reference_text(), reminder.body_html)
        self.assertNotIn('IBAN', reminder.body_html)

    def test_a_formal_notice_carries_its_reference_and_its_code(self):
        self._make_invoice(day(-60), 1000.0)
        notice = self._night().reminder_ids.filtered('formal_notice')
        for part in (notice._reference_text(), 'data:image/svg+xml', self.bank.acc_number):
            self.assertIn(part, notice.preview_html)
        self.assertNotIn("numbers of the invoices", notice.preview_html)

    def test_a_notice_opened_by_hand_quotes_the_invoices(self):
        invoice = self._make_invoice(day(-60), 1000.0)
        self._sync()
        proceeding = self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self._case().id, 'company_id': self.company.id, 'item_ids': self._items(invoice).ids})
        page = self.env['ir.qweb']._render('recouvrement_plus.report_formal_notice_document', {
            'proceeding': proceeding, 'lang': 'en_US'})
        for part in ("numbers of the invoices", 'data:image/svg+xml', self.bank.acc_number):
            self.assertIn(part, page)

    def test_a_link_that_would_not_open_is_left_out(self):
        """The list of all invoices is for who can log in; each line has a page that opens."""
        self._make_invoice(day(-20), 300.0)
        self.assertNotIn('/my/invoices/overdue', self._sent().body_html)
        other = self._make_debtor("Logs in")
        new_test_user(self.env, login='logs_in', groups='base.group_portal', partner_id=other.id)
        self._make_invoice(day(-20), 300.0, partner=other)
        self.assertIn('/my/invoices', self._sent(partner=other)._payment_link())

    def test_the_page_of_one_invoice_has_a_clean_address(self):
        reminder = self._sent()
        move = reminder.item_ids.move_id
        self.patch(type(move), '_has_to_be_paid', lambda move: True)
        self.assertNotIn('//my', reminder._payment_link())
        self.assertIn('/my/invoices/', reminder._payment_link())

    # === SEVERAL CURRENCIES === #

    def _dollars(self):
        """A journal and an account in dollars, listed before those in euros."""
        usd = self.setup_other_currency('USD', rates=[('2020-01-01', 1.2)])
        account = self.env['res.partner.bank'].create({
            'acc_number': 'FR1420041010050500013M02606', 'partner_id': self.company.partner_id.id, 'sequence': 0})
        self.bank.sequence = 5
        self.bank_journal.copy({'code': 'USD1', 'currency_id': usd.id, 'sequence': -1, 'bank_account_id': account.id})
        return usd, account

    def _read(self):
        """The pages that are printed, as text."""
        pages = []
        self.patch(self.env.registry['recouvrement.letter'], '_run', lambda _self, bodies: pages.extend(bodies) or b'%PDF-1.4')
        return pages

    def test_a_message_and_all_that_goes_with_it_name_one_account_in_its_currency(self):
        usd, account = self._dollars()
        self._level(15).write({'attach_account': True, 'attach_penalties': True})
        pages = self._read()
        for currency, iban in ((self.eur, self.bank.acc_number), (usd, account.acc_number)):
            with self.subTest(currency.name):
                pages.clear()
                reminder = self._sent(partner=self._make_debtor(currency.name), currency_id=currency.id)
                self.assertEqual(len(pages), 2)
                other = (self.bank + account).filtered(lambda bank, iban=iban: bank.acc_number != iban).acc_number
                for text in (reminder.body_html, *pages):
                    self.assertIn(iban, text)
                    self.assertNotIn(other, text)

    def test_the_formal_notice_names_the_account_of_its_currency(self):
        self._dollars()
        self._make_invoice(day(-60), 1000.0)
        notice = self._night().reminder_ids.filtered('formal_notice')
        self.assertIn(self.bank.acc_number, notice.preview_html)
        self.assertNotIn('FR14', notice.preview_html)

    def test_a_journal_without_account_never_lends_that_of_another_currency(self):
        usd, account = self._dollars()
        self.bank_journal.bank_account_id = False
        self.assertEqual(self.company._recouvrement_bank_account(self.eur), self.bank)
        self.assertEqual(self.company._recouvrement_bank_account(usd), account)
        self.bank.active = False
        self.assertEqual(self.company._recouvrement_bank_account(self.eur), account, "better than none")

    def test_the_account_is_looked_up_once_for_many_messages(self):
        for number in range(4):
            self._make_invoice(day(-20), partner=self._make_debtor(f"Debtor {number}"))
        found = []
        look = self.env.registry['res.company']._recouvrement_bank_account
        self.patch(self.env.registry['res.company'], '_recouvrement_bank_account',
                   lambda company, currency=None: found.append(currency) or look(company, currency))
        self.assertEqual(len(self._night().reminder_ids), 4)
        self.assertEqual(found, [self.eur])

    def test_a_branch_without_address_or_account_uses_those_of_its_parent(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.assertEqual(branch._recouvrement_bank_account(), self.bank)
        self.assertIn('compta@atelier.example', branch._recouvrement_sender())
