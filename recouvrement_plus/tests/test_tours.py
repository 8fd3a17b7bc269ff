"""The screens in Chromium, clicked by a French collection manager on the evening of a real night."""
from datetime import timedelta

from odoo.addons.mail.tests.common import MockEmail
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .browser import FrenchBrowser
from .common import GROUPS
from .companies import FrenchCompany

LOGIN = 'responsable'


@tagged('post_install', '-at_install')
class TestTours(FrenchCompany, FrenchBrowser, MockEmail, HttpCase):
    """Today is the real one: a browser has its own clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(GROUPS['manager']) + cls.env.ref(GROUPS['legal'])
        cls.company = cls.env.company
        cls.company.recouvrement_plan_id = cls.env.ref('recouvrement_plus.plan_default')
        cls.company.email = 'compta@atelier.example'
        cls.today = cls.company._recouvrement_today()
        cls._make_browser_user(LOGIN, GROUPS['manager'], GROUPS['legal'], 'account.group_account_manager', 'base.group_system')
        cls.invoice = cls._late_invoice("Menuiserie Blanc", 16)
        cls._late_invoice("Silence Bois", 50)
        disputed = cls._late_invoice("Contredit Verre", 20)
        cls.env['recouvrement.item']._sync(cls.company)
        item = cls.env['recouvrement.item'].search([('move_id', '=', disputed.id)])
        cls.env['recouvrement.hold'].create({
            'case_id': item.case_id.id, 'item_id': item.id, 'kind': 'dispute', 'date_from': cls.today})
        cls.env['recouvrement.run'].execute(cls.today)

    @classmethod
    def _late_invoice(cls, name, days):
        customer = cls.env['res.partner'].create({
            'name': name, 'is_company': True, 'email': 'compta@client.example', 'lang': 'fr_FR', 'recouvrement_regime': 'b2b',
            'street': "3 rue Haute", 'zip': '75011', 'city': "Paris", 'company_registry': '55210055400013',
            'recouvrement_legal_form': "SARL", 'recouvrement_court_kind': 'commercial', 'recouvrement_court': "Paris"})
        customer.recouvrement_check_identity()
        due = cls.today - timedelta(days=days)
        return cls._create_invoice_one_line(
            price_unit=1000.0, tax_ids=[Command.clear()], name="Travaux", partner_id=customer.id, invoice_payment_term_id=False,
            invoice_date=due - timedelta(days=30), invoice_date_due=due, post=True)

    def _reminder(self, name):
        return self.env['recouvrement.reminder'].search([('partner_id.name', '=', name), ('company_id', '=', self.company.id)])

    def test_tours_case_list_to_its_reminders(self):
        self.start_tour('/odoo/recouvrement', 'recouvrement_case', login=LOGIN)

    def test_tours_approve_a_formal_notice(self):
        reminder = self._reminder("Silence Bois")
        self.assertEqual(reminder.state, 'draft')
        self.start_tour('/odoo/recouvrement-reminders', 'recouvrement_approve', login=LOGIN)
        self.assertEqual(reminder.state, 'approved')
        self.assertEqual(reminder.approved_by_id.login, LOGIN)

    def test_tours_withdraw_a_reminder(self):
        reminder = self._reminder("Menuiserie Blanc")
        self.start_tour('/odoo/recouvrement-reminders', 'recouvrement_withdraw', login=LOGIN)
        self.assertRecordValues(reminder, [{'state': 'withdrawn', 'note': "Le client a appelé, chèque reçu"}])
        self.assertFalse(reminder.item_ids.level)

    def _notice(self, name):
        """A proceeding whose formal notice was sent and received, and whose date has passed."""
        invoice = self._late_invoice(name, 60)
        self.env['recouvrement.item']._sync(self.company, invoice.partner_id)
        case = self.env['recouvrement.case'].search([('partner_id', '=', invoice.partner_id.id)])
        proceeding = self.env['recouvrement.proceeding'].browse(case.action_open_formal_notice()['res_id'])
        self.patch(self.env.registry['recouvrement.letter'], '_pdf', lambda *args, **kwargs: b'%PDF-1.4 test')
        for action, facts in (
                ('prepare_notice', {}), ('approve_notice', {}),
                ('send_notice', {'sent_on': str(self.today - timedelta(days=30)), 'channel': 'registered_letter'}),
                ('record_receipt', {'received_on': str(self.today - timedelta(days=27))})):
            proceeding.apply_transition(action, facts)
        return proceeding

    def test_tours_from_notice_to_court(self):
        proceeding = self._notice("Charpente Muette")
        self.start_tour('/odoo/recouvrement-proceedings', 'recouvrement_court', login=LOGIN)
        self.assertEqual(proceeding.state, 'order_filed')

    def test_tours_from_order_to_enforced_title(self):
        proceeding = self._notice("Couverture Sourde")

        def ago(days):
            return str(self.today - timedelta(days=days))

        for action, facts in (
                ('prepare_order', {'court': "Paris"}), ('file_order', {'done_on': ago(20)}), ('record_order', {'done_on': ago(10)}),
                ('serve_order', {'done_on': ago(5), 'professional': "Me Martin"})):
            proceeding.apply_transition(action, facts)
        # two months later
        proceeding.sudo().deadline_ids.filtered(lambda line: line.wait and line.state == 'open').date = ago(1)
        self.start_tour('/odoo/recouvrement-proceedings', 'recouvrement_title', login=LOGIN)
        self.assertRecordValues(proceeding, [{'state': 'enforcement', 'title_kind': 'court_decision'}])

    def test_tours_legal_calendar(self):
        self._notice("Plomberie Lente")
        self.start_tour('/odoo/recouvrement-deadlines', 'recouvrement_calendar', login=LOGIN)

    def _insolvent(self, name, registry):
        invoice = self._late_invoice(name, 60)
        invoice.partner_id.company_registry = registry
        self.env['recouvrement.item']._sync(self.company, invoice.partner_id)
        self.patch(self.env.registry['recouvrement.letter'], '_pdf', lambda *args, **kwargs: b'%PDF-1.4 test')
        return self.env['recouvrement.case'].search([('partner_id', '=', invoice.partner_id.id)])

    def test_tours_insolvency(self):
        case = self._insolvent("Charpente Éteinte", '73282932000074')
        self.env['res.partner'].create({'name': "SELARL Durand", 'street': "3 quai Nord", 'city': "Lyon"})
        self.env['recouvrement.bodacc'].sudo().create({
            'case_id': case.id, 'company_id': self.company.id, 'siren': '732829320', 'reference': "A202600421234",
            'date_published': self.today - timedelta(days=10), 'type': 'announcement', 'event': 'opening', 'kind': 'liquidation',
            'date_judgment': self.today - timedelta(days=20), 'court': "Tribunal des Activités Économiques de Lyon",
            'origin': "Fichier"})
        self.start_tour('/odoo/recouvrement-bodacc', 'recouvrement_insolvency', login=LOGIN)
        self.assertRecordValues(case.insolvency_ids, [{'state': 'admitted', 'bodacc_reference': "A202600421234"}])
        self.assertTrue(case.insolvency_ids.amount_admitted)

    def test_tours_insolvency_list(self):
        case = self._insolvent("Plomberie Close", '73282932000074')
        self.env['recouvrement.insolvency'].record(
            case.id, self.today - timedelta(days=15), 'redressement', "Lyon", source="Courrier du mandataire")
        self.start_tour('/odoo/recouvrement-insolvencies', 'recouvrement_insolvency_list', login=LOGIN)

    def test_tours_plan_rates_and_settings(self):
        self.start_tour('/odoo/recouvrement-plans', 'recouvrement_configuration', login=LOGIN)

    def test_tours_nights(self):
        self.start_tour('/odoo/recouvrement-runs', 'recouvrement_nights', login=LOGIN)

    def test_tours_invoice_tab(self):
        self.start_tour(f'/odoo/customer-invoices/{self.invoice.id}', 'recouvrement_invoice', login=LOGIN)

    def test_tours_customer_tab(self):
        self.start_tour(f'/odoo/customers/{self.invoice.partner_id.id}', 'recouvrement_customer', login=LOGIN)

    def test_tours_start_the_follow_up(self):
        """The start: who is late, at which level each would enter, everybody quietly."""
        late = self._late_invoice("Ancien Retard", 33)
        self.start_tour('/odoo/recouvrement', 'recouvrement_start', login=LOGIN)
        item = self.env['recouvrement.item'].search([('move_id', '=', late.id)])
        self.assertEqual(item.entry_level_id, self.env.ref('recouvrement_plus.plan_default_firm'))
        self.assertFalse(self._reminder("Ancien Retard"))
        self.assertTrue(self.env.ref('recouvrement_plus.ir_cron_recouvrement_run_night').active)

    def test_tours_simulator(self):
        self._late_invoice("Simulée Bois", 17)
        self.env['recouvrement.item']._sync(self.company)
        self.start_tour('/odoo/recouvrement-simulator', 'recouvrement_simulator', login=LOGIN)
        reminder = self._reminder("Simulée Bois")
        self.assertEqual((reminder.state, reminder.subject), ('queued', "Suite à notre échange"))

    # === A DAY OF FOLLOW-UP === #

    def test_tours_call(self):
        """A reminder by phone: from the call list to the promise."""
        self.env.ref('recouvrement_plus.plan_default_second').channel = 'phone'
        customer = self._late_invoice("Appelée Bois", 16).partner_id
        self.env['res.partner'].create({
            'name': "Mme Roux", 'parent_id': customer.id, 'type': 'invoice', 'phone': '04 72 00 00 02'})
        self.env['recouvrement.item']._sync(self.company)
        case = self.env['recouvrement.case'].search([('partner_id', '=', customer.id)])
        case.action_sync()
        self.env['recouvrement.run'].prepare(self.today, case.ids)
        call = self._reminder("Appelée Bois")
        self.assertEqual((call.channel, call.state), ('phone', 'queued'))
        call.activity_id.date_deadline = self.today
        self.start_tour('/odoo/recouvrement-call-list', 'recouvrement_call', login=LOGIN)
        done = call.case_id.call_ids
        self.assertEqual((call.state, done.result, done.said_by), ('sent', 'promise', "Mme Roux"))
        self.assertEqual((done.promise_id.date_promised, done.promise_id.amount), (self.today, 1000.0))

    def test_tours_simulate_approve_send(self):
        self.env.ref('recouvrement_plus.plan_default_second').automatic = False
        self._late_invoice("Simulée Bois", 17)
        self.env['recouvrement.item']._sync(self.company)
        with self.mock_mail_gateway():
            self.start_tour('/odoo/recouvrement-simulator', 'recouvrement_simulate_approve_send', login=LOGIN)
        reminder = self._reminder("Simulée Bois")
        self.assertEqual((reminder.state, reminder.approved_by_id.login, reminder.sent_by_id.login), ('sent', LOGIN, LOGIN))
        self.assertEqual(len(self._mails), 1)

    def test_tours_withdraw_what_was_sent_with_a_correction(self):
        reminder = self._reminder("Menuiserie Blanc")
        with self.mock_mail_gateway():
            reminder.send()
            self.start_tour(f'/odoo/recouvrement-reminders/{reminder.id}', 'recouvrement_correct', login=LOGIN)
            corrections = self.env['mail.mail'].sudo().search([('subject', 'ilike', "rectificatif")]) | self._new_mails
        self.assertRecordValues(reminder, [{'state': 'withdrawn', 'note': "Facture réglée la veille"}])
        self.assertEqual(reminder.event_ids.mapped('kind')[:1], ['withdrawn'])
        self.assertTrue(corrections)
        self.assertFalse(reminder.item_ids.level)
