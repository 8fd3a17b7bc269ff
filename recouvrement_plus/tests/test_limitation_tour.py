"""The list of claims about to be lost and the tab of the invoice, clicked in French."""
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .browser import FrenchBrowser
from .common import GROUPS
from .companies import FrenchCompany


@tagged('post_install', '-at_install')
class TestLimitationTour(FrenchCompany, FrenchBrowser, HttpCase):
    """Today is the real one: a browser has its own clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(GROUPS['manager']) + cls.env.ref(GROUPS['legal'])
        cls.company = cls.env.company
        cls.today = cls.company._recouvrement_today()
        cls._make_browser_user('juriste', GROUPS['legal'])
        cls.invoice = cls._ending("Menuiserie Blanc", 20, 1200.0)
        cls._ending("Verrerie du Lac", 150, 9000.0)
        cls._ending("Loin SARL", 400, 20000.0)
        cls.env['recouvrement.item']._sync(cls.company)
        cls.env['recouvrement.limitation.event']._watch(cls.company, cls.today)

    @classmethod
    def _ending(cls, name, days, amount):
        start = fields.Date.subtract(cls.today + timedelta(days=days), years=5)
        customer = cls.env['res.partner'].create({'name': name, 'is_company': True, 'lang': 'fr_FR', 'recouvrement_regime': 'b2b'})
        return cls._create_invoice_one_line(
            price_unit=amount, tax_ids=[Command.clear()], name="Travaux", partner_id=customer.id, invoice_payment_term_id=False,
            invoice_date=start, delivery_date=start, invoice_date_due=start + timedelta(days=30), post=True)

    def test_tours_what_is_lost_soon(self):
        self.start_tour('/odoo/recouvrement-limitation', 'recouvrement_limitation', login='juriste')
        event = self.invoice.recouvrement_limitation_event_ids
        self.assertRecordValues(event, [{
            'kind': 'acknowledgement', 'state': 'refused', 'reason': "Courrier d'un autre client", 'note': "Courrier du client"}])
