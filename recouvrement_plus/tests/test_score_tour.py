"""The explanation of a score in Chromium: every factor leads to its instalments."""
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .browser import FrenchBrowser
from .common import GROUPS
from .companies import FrenchCompany

LOGIN = 'responsable_score'


@tagged('post_install', '-at_install')
class TestScoreTour(FrenchCompany, FrenchBrowser, HttpCase):
    """Today is the real one: a browser has its own clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(GROUPS['manager'])
        cls.company = cls.env.company
        cls.today = cls.company._recouvrement_today()
        cls._make_browser_user(LOGIN, GROUPS['manager'], 'account.group_account_manager')
        cls.customer = cls.env['res.partner'].create({
            'name': "Menuiserie Blanc", 'is_company': True, 'lang': 'fr_FR', 'recouvrement_regime': 'b2b'})
        for number, late in enumerate((20, 20, 20, 0)):
            due = cls.today - timedelta(days=200 - 30 * number)
            cls._invoice(due, due + timedelta(days=late))
        cls._invoice(cls.today - timedelta(days=16))
        cls.env['recouvrement.run'].execute(cls.today)
        cls.case = cls.env['recouvrement.case'].search([('partner_id', '=', cls.customer.id), ('company_id', '=', cls.company.id)])

    @classmethod
    def _invoice(cls, due, paid=None):
        invoice = cls._create_invoice_one_line(
            price_unit=100.0, tax_ids=[Command.clear()], name="Travaux", partner_id=cls.customer.id, invoice_payment_term_id=False,
            invoice_date=due - timedelta(days=30), invoice_date_due=due, post=True)
        if paid:
            cls.pay_with_statement_line(invoice, cls.company_data['default_journal_bank'].id, paid, 100.0)

    def test_tours_score(self):
        self.start_tour(f'/odoo/recouvrement/{self.case.id}', 'recouvrement_score', login=LOGIN)

    def test_tours_why_an_instalment_is_expected_late(self):
        self.start_tour('/odoo/recouvrement-items', 'recouvrement_score_instalment', login=LOGIN)

    def test_tours_score_quality(self):
        self.start_tour('/odoo/recouvrement-score-quality', 'recouvrement_score_quality', login=LOGIN)
        measures = self.env['recouvrement.score.weights'].search([('company_id', '=', self.company.id)])
        self.assertEqual(measures.mapped('state'), ['waiting', 'waiting'])

