"""The legal mentions on printed invoices: for professionals and public bodies, never for consumers, nor by guess."""
import io
from datetime import date

from pypdf import PdfReader

from odoo.addons.recouvrement_plus.engine.mentions import Mention
from odoo.addons.recouvrement_plus.engine.types import MENTIONS
from odoo.fields import Command
from odoo.tests import tagged

from .common import RecouvrementCommon


@tagged('post_install', '-at_install')
class TestLegalMentions(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.french = {regime: cls._make_debtor(f"Client {regime}", regime=regime, lang='fr_FR')
                      for regime in ('b2b', 'b2c', 'public', False)}

    def _invoice(self, regime='b2b', issued=date(2026, 3, 1), **vals):
        return self._make_invoice(date(2027, 3, 1), partner=self.french[regime], issued=issued, **vals)

    def _mentions(self, invoice, lang='fr_FR'):
        return invoice.with_context(lang=lang)._recouvrement_legal_mentions()

    def _printed(self, invoice):
        """Text of the PDF that core sends to the customer; without web fonts, which some builds of wkhtmltopdf draw as shapes."""
        self.env['ir.config_parameter'].set_param('report.url', 'http://127.0.0.1:1')
        report = self.env['ir.actions.report'].with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf('account.account_invoices', invoice.ids)
        self.assertEqual(kind, 'pdf')
        text = ' '.join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        return ' '.join(text.split())

    def test_a_professionals_invoice_in_french_as_pdf(self):
        text = self._printed(self._invoice())
        self.assertIn("Pénalités de retard", text)
        self.assertIn("majoré de 10 points de pourcentage (C. com. art. L441-10 II)", text)
        self.assertIn("Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement", text)
        self.assertIn("40 € (C. com. art. D441-5)", text)
        self.assertIn("Pas d'escompte pour paiement anticipé", text.replace("’", "'"))

    def test_a_consumers_invoice_says_nothing_of_it(self):
        text = self._printed(self._invoice('b2c'))
        for words in ("40 €", "L441-10", "Pénalités de retard", "escompte"):
            self.assertNotIn(words, text)

    def test_a_public_body_reads_its_own_rate(self):
        mentions = self._mentions(self._invoice('public'))
        self.assertEqual(len(mentions), 2)
        self.assertIn("8 points", mentions[0])
        self.assertIn("R2192-31", mentions[0])
        self.assertIn("40\u00a0€ (CCP art. D2192-35)", mentions[1])

    def test_nobody_is_taken_for_a_professional(self):
        invoice = self._invoice(False)
        self.assertEqual(self._mentions(invoice), [])
        alert = invoice._get_alerts()['recouvrement_mentions']
        self.assertIn("Client False", alert['message'])
        self.assertEqual(alert['action']['res_id'], self.french[False].id)
        self.assertNotIn('recouvrement_mentions', self._invoice()._get_alerts())
        biller = self._make_user('billing')
        self.assertIn('recouvrement_mentions', invoice.with_user(biller)._get_alerts())
        self.assertTrue(self._invoice().with_user(biller)._recouvrement_legal_mentions())

    def test_the_text_is_that_of_the_invoices_date(self):
        """L441-10 is replaced on 1 January 2027; the 40 euros were in a decree of their own before 27 February 2021."""
        rate = {day: self._mentions(self._invoice(issued=day))[0] for day in (date(2026, 12, 31), date(2027, 1, 1))}
        self.assertIn("(C. com. art. L441-10 II).", rate[date(2026, 12, 31)])
        self.assertIn("(C. com. art. L441-10 II (ord. 2026-671)).", rate[date(2027, 1, 1)])
        self.assertIn("Décret 2012-1115", self._mentions(self._invoice(issued=date(2020, 6, 1)))[1])

    def test_the_rate_of_the_terms_of_sale_never_reads_below_the_floor(self):
        """A rate under three times the legal rate is a breach (L441-16): the sentence keeps the floor."""
        self.company.recouvrement_contract_rate = 8.0
        text = self._mentions(self._invoice())[0]
        self.assertIn("8,00", text)
        self.assertIn("trois fois le taux d'intérêt légal", text.replace("’", "'"))
        self.company.recouvrement_contract_floor = 'fallback'
        self.assertIn("10 points", self._mentions(self._invoice())[0])
        self.company.recouvrement_contract_floor = 'ignore'
        self.assertNotIn("trois fois", self._mentions(self._invoice())[0])
        # the contract counts for nothing against a public body
        self.assertIn("8 points", self._mentions(self._invoice('public'))[0])

    def test_own_wordings_and_the_discount_of_the_payment_term(self):
        self.company.write({
            'recouvrement_rate_wording': "Pénalités : 12 % l'an.", 'recouvrement_discount_wording': "Escompte 1 % sous 8 jours."})
        mentions = self._mentions(self._invoice())
        self.assertEqual((mentions[0], mentions[2]), ("Pénalités : 12 % l'an.", "Escompte 1 % sous 8 jours."))
        term = self.env['account.payment.term'].create({
            'name': "2/10 net 30", 'early_discount': True, 'discount_percentage': 2.0, 'discount_days': 10,
            'line_ids': [Command.create({'value': 'percent', 'value_amount': 100, 'delay_type': 'days_after', 'nb_days': 30})]})
        invoice = self._create_invoice_one_line(
            price_unit=100, tax_ids=[Command.clear()], invoice_date=date(2026, 3, 1), post=True,
            partner_id=self.french['b2b'].id, invoice_payment_term_id=term.id)
        self.assertIn("2,00", self._mentions(invoice)[2])
        self.assertIn("11/03/2026", self._mentions(invoice)[2])

    def _claimed(self, partner):
        late = self._make_invoice(date(2026, 1, 1), partner=partner)
        self._sync(partner)
        return self.env(su=True)['recouvrement.penalty']._claim(self._case(partner).sudo(), late.sudo(), date(2026, 3, 16), {})

    def test_where_nothing_is_printed(self):
        invoice = self._invoice()
        self.assertEqual(self._mentions(self._credit(invoice)), [])
        bill = self._create_invoice_one_line(
            move_type='in_invoice', price_unit=100, tax_ids=[Command.clear()], invoice_date=date(2026, 3, 1),
            partner_id=self.french['b2b'].id, post=True)
        self.assertEqual(self._mentions(bill), [])
        claim = self._claimed(self.french['b2b'])
        note = self._invoice()
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET recouvrement_penalty_id = %s WHERE id = %s", [claim.id, note.id])
        self.env.invalidate_all()
        self.assertEqual(self._mentions(note), [], "penalties bear no penalties")
        self.company.recouvrement_print_mentions = False
        self.assertEqual(self._mentions(invoice), [])
        self.company.write({'recouvrement_print_mentions': True, 'country_id': self.env.ref('base.be').id})
        self.assertEqual(self._mentions(invoice), [])

    def test_the_customers_language(self):
        self.assertIn("Fixed indemnity", self._mentions(self._invoice(), 'en_US')[1])

    def test_every_mention_has_words(self):
        invoice = self._invoice()
        for code in MENTIONS:
            self.assertTrue(invoice._recouvrement_mention_text(Mention(code, "Art.", None)))
