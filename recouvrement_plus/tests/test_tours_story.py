"""Two stories from end to end in Chromium, in French, on stated days: invoice to enforced title, judgment to admitted claim."""
import base64
import io
from datetime import date

from pypdf import PdfReader

from odoo import fields
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .browser import FrenchBrowser
from .common import GROUPS

LOGIN = 'contentieux'


@tagged('post_install', '-at_install')
class TestStories(AccountTestInvoicingCommon, FrenchBrowser, HttpCase):
    """The company's today is the one that the tour states; the browser's own clock is asked nothing."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country('fr')
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(GROUPS['manager']) + cls.env.ref(GROUPS['legal'])
        cls.company = cls.env.company
        cls.company.write({'name': "Toitures du Rhône SAS", 'street': "12 quai des Tanneurs", 'zip': '69002', 'city': "Lyon"})
        cls.company.recouvrement_plan_id = cls.env.ref('recouvrement_plus.plan_default')
        cls._make_browser_user(LOGIN, GROUPS['manager'], GROUPS['legal'], 'account.group_account_manager', 'base.group_system')

    def setUp(self):
        super().setUp()
        self.patch(self.env.registry['res.company'], '_recouvrement_today', lambda company: fields.Date.to_date(
            company.env['ir.config_parameter'].sudo().get_param('recouvrement_plus.story_day')))

    def _day(self, day):
        self.env['ir.config_parameter'].sudo().set_param('recouvrement_plus.story_day', day)

    def _customer(self, name, **values):
        return self.env['res.partner'].create({
            'name': name, 'is_company': True, 'email': 'compta@client.example', 'lang': 'fr_FR', 'recouvrement_regime': 'b2b',
            'street': "3 rue Haute", 'zip': '69003', 'city': "Lyon", 'company_registry': '55210055400013',
            'recouvrement_legal_form': "SARL", 'recouvrement_court_kind': 'commercial', 'recouvrement_court': "Lyon", **values})

    def _invoice(self, partner, issued, due, amount=1200.0):
        return self._create_invoice_one_line(
            price_unit=amount, tax_ids=[Command.clear()], name="Réfection de toiture", partner_id=partner.id,
            invoice_payment_term_id=False, invoice_date=issued, delivery_date=issued, invoice_date_due=due, post=True)

    def _text(self, attachment):
        sheets = PdfReader(io.BytesIO(base64.b64decode(attachment.datas))).pages
        return ' '.join(' '.join(sheet.extract_text() for sheet in sheets).split())

    # === UNPAID INVOICE TO ENFORCED TITLE === #

    def test_tours_unpaid_invoice_to_enforced_title(self):
        self._day('2026-07-20')
        invoice = self._invoice(self._customer("Couverture Grandin"), date(2026, 5, 4), date(2026, 6, 3))
        self.start_tour('/odoo/recouvrement-runs', 'recouvrement_story_court', login=LOGIN, timeout=180)
        proceeding = self.env['recouvrement.proceeding'].search([('partner_id', '=', invoice.partner_id.id)])
        self.assertRecordValues(proceeding, [{
            'state': 'paid', 'title_kind': 'court_decision', 'registered_number': "1A 234 567 8901 2",
            'date_notice': date(2026, 7, 20), 'date_received': date(2026, 7, 23), 'date_pay_before': date(2026, 7, 28),
            'cost_total': 272.9, 'cost_recoverable': 180.5, 'amount_due': 0.0}])
        self.assertEqual([(event.action, str(event.day)) for event in proceeding.event_ids.sorted('id')], [
            ('prepare_notice', '2026-07-20'), ('approve_notice', '2026-07-20'), ('send_notice', '2026-07-20'),
            ('record_deposit', '2026-07-20'), ('record_receipt', '2026-07-23'), ('prepare_order', '2026-08-17'),
            ('file_order', '2026-08-24'), ('record_order', '2026-09-01'), ('serve_order', '2026-09-07'),
            ('order_final', '2026-11-10'), ('enforce', '2026-11-12'), ('denounce_attachment', '2026-11-16'),
            ('close_paid', '2026-11-18'), ('issue_release', '2026-11-18')])
        self.assertEqual({event.user_id.login for event in proceeding.event_ids}, {LOGIN})
        self._check_deadlines(proceeding)
        self._check_limitation(proceeding, invoice)
        self._check_papers(proceeding)
        self.assertEqual(invoice.payment_state, self.env['account.move']._get_invoice_in_payment_state())

    def _check_deadlines(self, proceeding):
        """Each date of the story, with its text; at the end none waits."""
        self.assertFalse(proceeding.deadline_ids.filtered(lambda line: line.state == 'open') or proceeding.activity_ids)
        self.assertEqual({line.code: (str(line.date), line.source or '') for line in proceeding.deadline_ids}, {
            'pay_before': ('2026-07-28', ''), 'order_fee': ('2026-09-08', "CPC art. 1425"),
            'order_service': ('2026-12-01', "CPC art. 1411 (décret 2026-96 art. 9)"),
            'opposition': ('2026-10-07', "CPC art. 1416"),
            'enforceable_from': ('2026-11-09', "CPC art. 1422 (décret 2026-96)"),
            'title_expiry': ('2036-11-10', "CPCE art. L111-4"), 'attachment_denounce': ('2026-11-20', "CPCE art. R211-3"),
            'attachment_contest': ('2026-12-16', "CPCE art. R211-11")})

    def _check_limitation(self, proceeding, invoice):
        """The request interrupts nothing, its service and the attachment do; each is proposed with its day, none applied."""
        stops = proceeding.event_ids.filtered('interrupts_limitation').sorted('id')
        self.assertEqual([(event.action, str(event.day)) for event in stops], [
            ('serve_order', '2026-09-07'), ('enforce', '2026-11-12')])
        self.assertEqual(invoice.recouvrement_limitation()['safe_expiry'], '2031-05-04', "delivery plus five years")

    def _check_papers(self, proceeding):
        papers = {event.action: self._text(event.attachment_id) for event in proceeding.event_ids if event.attachment_id}
        self.assertLessEqual({'send_notice', 'prepare_order', 'issue_release'}, set(papers))
        for action, words in {
            'send_notice': ("mise en demeure", "Couverture Grandin", "28/07/2026"),
            'prepare_order': ("injonction de payer", "Tribunal de commerce de Lyon", "1A 234 567 8901 2", "23/07/2026"),
            'issue_release': ("Toitures du Rhône SAS", "Couverture Grandin"),
        }.items():
            for word in words:
                self.assertIn(word, papers[action], action)
        mailing = proceeding.mailing_id
        self.assertIn("Couverture Grandin", self._text(mailing.slip_id))
        self.assertIn("mise en demeure", self._text(mailing.letters_id))

    # === OPENING JUDGMENT TO ADMITTED CLAIM === #

    def test_tours_opening_judgment_to_admitted_claim(self):
        self._day('2026-09-21')
        self.env['res.partner'].create({
            'name': "SELARL Durand", 'street': "3 quai Nord", 'zip': '69002', 'city': "Lyon", 'email': 'durand@mj.example',
            'lang': 'fr_FR'})
        customer = self._customer("Charpente Deroute", company_registry='73282932000074')
        before = self._invoice(customer, date(2026, 5, 4), date(2026, 6, 3))
        after = self._invoice(customer, date(2026, 9, 21), date(2026, 10, 21), 800.0)
        self.env['recouvrement.item']._sync(self.company)
        case = self.env['recouvrement.case'].search([('partner_id', '=', customer.id)])
        case._refresh_state(date(2026, 9, 21))
        self.start_tour('/odoo/recouvrement', 'recouvrement_story_insolvency', login=LOGIN, timeout=180)
        record = case.insolvency_ids
        self.assertRecordValues(record, [{
            'state': 'admitted', 'kind': 'liquidation', 'date_judgment': date(2026, 9, 10), 'date_published': date(2026, 9, 20),
            'date_declare': date(2026, 11, 20)}])
        self.assertEqual([(event.action, str(event.day)) for event in record.event_ids.sorted('id')], [
            ('record', '2026-09-10'), ('prepare_declaration', '2026-09-21'), ('approve_declaration', '2026-09-22'),
            ('send_declaration', '2026-09-22'), ('admit_claim', '2026-11-16')])
        self._check_the_declared_claim(record, before, after)
        self._check_who_is_still_dunned(case, before, after)

    def _check_the_declared_claim(self, record, before, after):
        """The earlier debt, with interest up to the eve of the judgment and the indemnity; the later one is not declared."""
        self.assertEqual(record.line_ids.move_id, before)
        statement = before.recouvrement_penalty_statement('2026-11-16')
        self.assertIn('interest_stopped_by_insolvency', statement['warnings'])
        self.assertEqual(max(line['date_to'] for line in statement['lines']), '2026-09-09')
        self.assertEqual(f"{record.amount_declared:.2f}", statement['total'])
        self.assertEqual(record.amount_admitted, record.amount_declared)
        [paper] = [event.attachment_id for event in record.event_ids if event.action == 'approve_declaration']
        text = self._text(paper)
        for words in ("SELARL Durand", "L622-24", "10/09/2026", "09/09/2026", "certifions", before.name):
            self.assertIn(words, text)
        self.assertNotIn(after.name, text)

    def _check_who_is_still_dunned(self, case, before, after):
        reminder = case.reminder_ids
        self.assertEqual((len(reminder), reminder.item_ids.move_id, reminder.amount_due), (1, after, 800.0))
        self.assertEqual(reminder.contact_ids.mapped('name') or reminder.contact_id.mapped('name'), ["SELARL Durand"])
        held = self.env['recouvrement.item'].search([('move_id', '=', before.id)])
        self.assertEqual(held.hold_reason, 'insolvency')
        notice = self.env['recouvrement.proceeding'].browse(case.action_open_formal_notice()['res_id'])
        self.assertEqual(notice.item_ids.move_id, after, "nothing is asked for what was owed before")
