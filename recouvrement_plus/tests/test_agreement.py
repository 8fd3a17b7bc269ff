"""Instalment agreements: proposed, signed, watched, kept or lapsed by themselves."""
import base64
import io

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import RecouvrementCommon, day

PROOF = {'filename': 'signed.pdf', 'datas': base64.b64encode(b'%PDF-1.4 signed').decode()}


@tagged('post_install', '-at_install')
class TestAgreement(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._make_invoice(day(-20), 1000.0)
        cls._sync()
        cls.case = cls._case()

    def _propose(self, number=2, offset=10, **kwargs):
        return self.env['recouvrement.agreement'].browse(self.case.propose_agreement(number, str(day(offset)), **kwargs)['id'])

    def _signed(self, **kwargs):
        agreement = self._propose(**kwargs)
        agreement.sign(str(day(0)), "Mme Blanc", PROOF)
        return agreement

    def _settle(self, offset):
        self.assertEqual(self.env['recouvrement.agreement'].sudo()._settle(self.company, day(offset)), {})

    def test_the_proposal_in_plain_data(self):
        result = self.case.propose_agreement(2, str(day(10)), down_payment=200)
        self.assertEqual(result['total'], '1000.00')
        self.assertEqual([line['amount'] for line in result['lines']], ['200.00', '400.00', '400.00'])
        self.assertEqual(result['lines'][0]['date'], str(day(10)))

    def test_a_proposal_holds_nothing_a_signature_does(self):
        agreement = self._propose()
        self.assertEqual(self._reasons()[self.invoice.name][0], 'remind')
        agreement.sign(str(day(0)), "Mme Blanc", PROOF)
        self.assertEqual(self._reasons()[self.invoice.name], ('hold', 'agreement'))
        self.assertEqual((agreement.state, agreement.proof_id.raw), ('running', b'%PDF-1.4 signed'))
        agreement.sign(str(day(0)), "Mme Blanc", PROOF)
        self.assertEqual(len(agreement.hold_ids), 1, "signing twice holds once")

    def test_the_invoice_keeps_its_own_due_date(self):
        self._signed()
        self.assertEqual(self.invoice.invoice_date_due, day(-20))

    def test_each_payment_is_watched_and_the_last_one_keeps_it(self):
        agreement = self._signed()
        self._pay(self.invoice, 500.0, on=day(9))
        self._settle(20)
        self.assertEqual(agreement.line_ids.mapped('state'), ['paid', 'due'])
        self._pay(self.invoice, 500.0, on=day(30))
        self._settle(41)
        self.assertEqual(agreement.state, 'kept')

    def _kept_then_back(self, offset, **kwargs):
        """Two payments, days 10 and 40, made before the first one; the second is rejected on another day."""
        agreement = self._signed(**kwargs)
        self._pay(self.invoice, 500.0, on=day(3))
        payment = self._pay(self.invoice, 500.0, on=day(4))
        self._settle(5)
        self.assertEqual(agreement.state, 'kept')
        self._reject(payment)
        self._settle(offset)
        return agreement

    def test_a_payment_that_comes_back_lets_it_run_again(self):
        agreement = self._kept_then_back(20)
        self._settle(21)
        self.assertEqual((agreement.state, agreement.date_end), ('running', False))
        self.assertEqual(agreement.line_ids.mapped('amount_paid'), [500.0, 0.0])
        self.assertEqual(self._reasons(day(20))[self.invoice.name], ('hold', 'agreement'))
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertIn("came back", self.case.activity_ids.note)
        self._settle(50)
        self.assertEqual((agreement.state, len(agreement.hold_ids.filtered(lambda hold: not hold.date_to))), ('lapsed', 0))

    def test_a_payment_that_comes_back_after_its_patience_lapses_it(self):
        agreement = self._kept_then_back(50)
        self._settle(51)
        self.assertEqual((agreement.state, agreement.date_end), ('lapsed', day(50)))
        self.assertTrue(agreement.lapse_letter_id)
        self.assertEqual(len(self.case.activity_ids), 1)

    def test_penalties_dropped_once_kept_are_a_person_s_matter_when_it_is_kept_no_more(self):
        self._kept_then_back(20, interest_mode='waived')
        self.assertIn("not claimed again", self.case.activity_ids.note)

    def test_an_agreement_kept_long_ago_is_not_looked_at(self):
        agreement = self._kept_then_back(66)
        self.assertEqual(agreement.state, 'kept')

    def test_a_missed_payment_lapses_by_itself_with_its_letter(self):
        agreement = self._signed()
        self._settle(15)
        self.assertEqual(agreement.state, 'running', "the last day of grace")
        for offset in (16, 16, 17):
            self._settle(offset)
        self.assertEqual((agreement.state, agreement.date_end), ('lapsed', day(16)))
        text = ''.join(page.extract_text() for page in PdfReader(io.BytesIO(agreement.lapse_letter_id.raw)).pages)
        self.assertIn("lapsed", text)
        self.assertIn("1,000.00", text)
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertEqual(self._reasons(day(16))[self.invoice.name][0], 'remind')

    def test_the_document_to_sign_states_debt_and_payments(self):
        agreement = self._propose(number=3)
        content = base64.b64decode(agreement.agreement_pdf()['content'])
        text = ' '.join(''.join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
        for words in ("acknowledges", "1,000.00", "333.33", "333.34", self.invoice.name, "one thousand"):
            self.assertIn(words, text)

    def test_a_natural_person_has_a_line_to_write_the_sum_on(self):
        """In words and in figures, by hand; a company signs as before."""
        def text():
            content = base64.b64decode(self._propose().agreement_pdf()['content'])
            return ' '.join(''.join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())

        self.assertNotIn("by hand", text())
        self.debtor.recouvrement_person_stated = 'yes'
        self.assertIn("The debtor writes here by hand, in words and in figures, the sum that it owes", text())
        self.assertIn("....................", text())

    def test_the_debt_must_still_be_that_of_the_proposal(self):
        agreement = self._propose()
        self._pay(self.invoice, 100.0)
        with self.assertRaisesRegex(UserError, "has changed"):
            agreement.sign(str(day(0)), "Mme Blanc", PROOF)

    def test_no_signature_without_proof(self):
        agreement = self._propose()
        for name, proof, words in (
                ("", PROOF, "who signed"), ("Mme Blanc", {}, "Attach"), ("Mme Blanc", {'datas': '***'}, "base64")):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                agreement.sign(str(day(0)), name, proof)
        with self.assertRaisesRegex(UserError, "today at the latest"):
            agreement.sign(str(day(1)), "Mme Blanc", PROOF)

    def test_the_rules_of_the_company(self):
        for arguments in ((0, str(day(10))), (14, str(day(10))), (2, str(day(10)), 1000), (2, str(day(-1)))):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                self.case.propose_agreement(*arguments)

    def test_a_public_body_is_not_let_off_its_penalties(self):
        self.debtor.recouvrement_regime = 'public'
        with self.assertRaisesRegex(ValidationError, "L2192-14"):
            self._propose(interest_mode='waived')
        self.assertTrue(self._propose())

    def test_one_agreement_at_a_time(self):
        first = self._propose()
        second = self._propose(number=4)
        self.assertEqual((first.state, second.state), ('cancelled', 'draft'))
        second.sign(str(day(0)), "Mme Blanc", PROOF)
        with self.assertRaisesRegex(UserError, "still runs"):
            self._propose()

    def test_cancelling_frees_the_instalments(self):
        agreement = self._signed()
        agreement.cancel("The customer paid by another way")
        self.assertEqual(agreement.state, 'cancelled')
        self.assertEqual(self._reasons()[self.invoice.name][0], 'remind')

    def test_who_may(self):
        officer = self._make_user('officer')
        agreement = self.env['recouvrement.agreement'].browse(
            self.case.with_user(officer).propose_agreement(2, str(day(10)))['id'])
        with self.assertRaises(AccessError):
            agreement.with_user(officer).sign(str(day(0)), "Mme Blanc", PROOF)
        for role in ('billing', 'internal', 'portal'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.case.with_user(self._make_user(role)).propose_agreement(2, str(day(10)))

    def _interest(self, as_of):
        return float(self.invoice.recouvrement_penalty_statement(as_of)['interest'])

    def test_penalties_go_on_stop_or_are_dropped(self):
        plain = self._interest(day(0))
        self._signed(interest_mode='frozen')
        self.assertEqual(self._interest(day(0)), round(self._interest(day(-1)), 2), "the day of the signature bears none")
        self.assertLess(self._interest(day(0)), plain)
        self.assertIn('penalties_suspended_by_agreement', self.invoice.recouvrement_penalty_statement(day(0))['warnings'])

    def test_a_lapse_lets_them_run_again_from_the_missed_payment(self):
        agreement = self._signed(interest_mode='frozen')
        frozen = self._interest(day(0))
        self._settle(16)
        self.assertEqual(agreement.state, 'lapsed')
        self.assertEqual(agreement._frozen_until(), day(10))
        self.assertEqual(self._interest(day(10)), frozen)
        self.assertGreater(self._interest(day(20)), frozen)

    def test_dropped_once_kept(self):
        agreement = self._signed(interest_mode='waived')
        self._pay(self.invoice, 1000.0, on=day(1))
        self._settle(2)
        self.assertEqual(agreement.state, 'kept')
        penalty = self.case.penalty_ids
        self.assertEqual((penalty.state, penalty.waived_by_id), ('waived', agreement.user_id))
