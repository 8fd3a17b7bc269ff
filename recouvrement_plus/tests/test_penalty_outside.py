"""What documents that bill penalties are not: electronic invoices, facts of the score, terms to check, bearers of interest."""
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.account_penalty_edi import ANSWERS
from .common import NOW, TODAY, day
from .test_penalty import PenaltyCommon


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestPenaltyOutside(PenaltyCommon):

    def setUp(self):
        super().setUp()
        self.invoice = self._late(10000.0, day(-60))
        (row,) = self.invoice.recouvrement_claim(TODAY)
        self.claim = self.env['recouvrement.penalty'].browse(row['id'])
        (billed,) = self.claim.bill(day(-50))
        self.document = self.env['account.move'].browse(billed['move_id'])

    # === ELECTRONIC INVOICING === #

    def test_the_questions_of_the_modules_that_are_installed_are_answered(self):
        for model, answers in ANSWERS.items():
            for name in answers:
                method = model in self.env.registry and getattr(self.env.registry[model], name, None)
                with self.subTest(model=model, method=name):
                    self.assertTrue(not method or method.recouvrement_answer)

    def test_no_electronic_invoice_is_made_or_sent(self):
        """With the electronic formats of core installed and chosen on the customer; its invoices go on as before."""
        Send = self.env['account.move.send']
        if not hasattr(self.document, '_need_ubl_cii_xml'):
            self.skipTest("electronic formats are not installed here")
        self.debtor.write({'invoice_edi_format': 'facturx', 'country_id': self.env.ref('base.fr').id,
                           'invoice_sending_method': 'peppol' if 'account_peppol_proxy_state' in self.company._fields else 'email'})
        self.assertTrue(self.invoice._need_ubl_cii_xml('facturx'))
        self.assertFalse(self.document._need_ubl_cii_xml('facturx'))
        self.assertEqual(Send._get_default_invoice_edi_format(self.invoice), 'facturx')
        self.assertFalse(Send._get_default_invoice_edi_format(self.document))
        self.assertEqual(Send._get_default_sending_methods(self.document), {'email'})
        self.assertFalse(Send._is_applicable_to_move('peppol', self.document))
        self.assertFalse(Send._get_default_extra_edis(self.document))

    def test_sent_by_email_it_has_no_xml_inside(self):
        if not hasattr(self.document, '_need_ubl_cii_xml'):
            self.skipTest("electronic formats are not installed here")
        self.debtor.invoice_edi_format = 'facturx'
        data = {'invoice_edi_format': 'facturx'}
        for hook in ('_hook_invoice_document_before_pdf_report_render', '_hook_invoice_document_after_pdf_report_render'):
            getattr(self.env['account.move.send'], hook)(self.document, data)
        self.assertEqual(data, {'invoice_edi_format': 'facturx'})
        self.assertFalse(self.env['ir.attachment'].search(
            [('res_model', '=', 'account.move'), ('res_id', '=', self.document.id), ('name', '=', 'factur-x.xml')]))

    def test_its_reversal_stays_out_too(self):
        reversal = self.env['account.move'].browse(self.claim.cancel("Mistake")[0]['reversal_id'])
        self.assertTrue(reversal.recouvrement_penalty_id)
        if hasattr(reversal, '_need_ubl_cii_xml'):
            self.assertFalse(reversal._need_ubl_cii_xml('facturx'))

    def test_an_ordinary_user_may_send_it(self):
        """Who bills without being a collector does not see the claim; the answer is the same."""
        clerk = self._make_user('billing')
        self.assertEqual(self.env['account.move.send'].with_user(clerk)._get_default_sending_methods(
            self.document.with_user(clerk)), {'email'})

    # === COLLECTION === #

    def test_never_interest_nor_a_second_indemnity(self):
        for call in ('recouvrement_penalty_statement', 'recouvrement_claim'):
            with self.subTest(call=call), self.assertRaisesRegex(UserError, "bear no interest and no second indemnity"):
                getattr(self.document, call)(TODAY)
        self.assertFalse([claim for claim in self._case().claim(TODAY) if claim['id'] != self.claim.id])

    def test_not_in_the_score(self):
        ids = {row[0] for row in self.env['recouvrement.ledger'].sudo()._behaviour(self.company, TODAY)}
        self.assertIn(self._lines(self.invoice).id, ids)
        self.assertNotIn(self._lines(self.document).id, ids)

    def test_no_payment_term_to_check(self):
        with self.assertRaisesRegex(UserError, "Payment terms are checked"):
            self.document.recouvrement_payment_term_check()

    # === A DOCUMENT REVERSED BY HAND === #

    def test_reversed_by_hand_the_claim_says_so(self):
        """A person takes the document back with core's own button: seen, and decided by a person."""
        wizard = self.env['account.move.reversal'].with_context(active_model='account.move', active_ids=self.document.ids).create({
            'journal_id': self.document.journal_id.id, 'reason': "By hand"})
        wizard.refund_moves()
        self.document.reversal_move_ids.action_post()
        (self._lines(self.document) + self._lines(self.document.reversal_move_ids)).filtered(
            lambda line: not line.reconciled).reconcile()
        self.assertEqual(self.document.payment_state, 'reversed')
        self.assertEqual((self.claim.state, self.claim.reversed_by_hand), ('billed', True))
        Penalty = self.env['recouvrement.penalty']
        self.assertEqual(Penalty.search([('reversed_by_hand', '=', True)]), self.claim)
        self.assertNotIn(self.claim, Penalty.search([('reversed_by_hand', '=', False)]))
        self.assertEqual(self.document.reversal_move_ids.recouvrement_penalty_id, self.claim)
        self.claim.cancel("Reversed in the books")
        self.assertFalse(self.claim.reversed_by_hand)
        self.assertTrue(self.invoice.recouvrement_claim(TODAY))
