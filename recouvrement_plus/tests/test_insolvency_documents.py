"""The declaration of claim and the request for the goods say what the code asks for."""
import base64
import io

from pypdf import PdfReader

from odoo.tests import tagged

from .common import day
from .test_insolvency import InsolvencyCommon


@tagged('post_install', '-at_install')
class TestInsolvencyDocuments(InsolvencyCommon):
    """The papers as they are printed, in French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.env['ir.module.module'].sudo().search([('name', '=', 'recouvrement_plus')])._update_translations(['fr_FR'])
        cls.env['recouvrement.signatory'].create({'name': "Anne Roy", 'capacity': "Directrice", 'company_id': cls.company.id})
        cls.env['recouvrement.clause'].create({
            'case_id': cls.case.id, 'kind': 'retention_of_title', 'date_accepted': day(-200), 'proof': "commande 12 signée"})
        cls.debtor.write({'company_registry': '55210055400013', 'lang': 'fr_FR'})

    def _text(self, attachment):
        pages = PdfReader(io.BytesIO(base64.b64decode(attachment.datas))).pages
        return ' '.join(' '.join(page.extract_text().split()) for page in pages)

    def test_the_declaration_says_what_the_code_asks_for(self):
        record = self._record(bodacc_reference="A2026001")
        record.apply_transition('prepare_declaration')
        record.apply_transition('approve_declaration')
        text = self._text(record.event_ids[0].attachment_id)
        for words in ("SELARL Durand", "Déclaration de créance", "L622-24", "Menuiserie Blanc", "55210055400013", "A2026001",
                      self.before.name, "1 000,00", "40,00", "réserve de propriété", "commande 12 signée", "chirographaire",
                      "sincère", "Anne Roy", "Intérêts de retard"):
            self.assertIn(words.lower(), text.replace('\xa0', ' ').replace('\u202f', ' ').lower(), words)

    def test_the_request_for_the_goods(self):
        record = self._record()
        record.apply_transition('reclaim_goods', {'sent_on': str(day(-5)), 'channel': 'registered_letter'})
        text = self._text(record.event_ids[0].attachment_id)
        for words in ("L624-16", self.before.name, "commande 12 signée", "un mois"):
            self.assertIn(words.lower(), text.lower(), words)
