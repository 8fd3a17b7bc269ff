"""What a debtor reads: nothing that is not due, nothing stronger than the law, in the words of its own regime."""
from odoo.tests import Form, freeze_time, tagged

from .common import NOW, RecouvrementCommon, day


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestLawTexts(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')
        cls.person = cls._make_debtor("Anne Martin", regime='b2c', is_company=False, lang='fr_FR')
        cls.town = cls._make_debtor("Ville de Test", regime='public', recouvrement_public_kind='state_local', lang='fr_FR')
        cls.debtor.lang = 'fr_FR'

    def _case_of(self, partner, due=-60):
        self._make_invoice(day(due), 36500.0, partner=partner)
        self._sync(partner)
        return self._case(partner)

    def _render(self, template, partner, **values):
        return ' '.join(str(self.env['ir.qweb'].with_context(lang='fr_FR')._render(
            f'recouvrement_plus.{template}', {'lang': 'fr_FR', **values})).split())

    def _opened(self, case):
        return self.env['recouvrement.proceeding'].browse(case.action_open_formal_notice()['res_id'])

    # === ON THE PHONE === #

    def _call(self, partner, tone='firm'):
        case = self._case_of(partner)
        step = Form(self.env['recouvrement.call.step'].with_context(default_case_id=case.id))
        step.tone = tone
        return str(step.script), str(step.objections)

    def test_no_collection_cost_is_named_to_a_consumer_on_the_phone(self):
        """C. conso. L121-21, CPCE L111-8: not even by voice; and no interest before a formal notice (C. civ. 1231-6)."""
        script, objections = self._call(self.person)
        self.assertIn("36", script)
        for word in ("indemnity", "nterest", "penalt"):
            self.assertNotIn(word, script)
        self.assertNotIn("L441-10", objections)

    def test_a_professional_hears_of_both(self):
        script, objections = self._call(self.debtor)
        self.assertIn("indemnity", script)
        self.assertIn("L441-10", objections)

    def test_a_public_body_is_promised_no_waiver(self):
        """CCP L2192-14: the answer that hints at dropping the penalties is not for it."""
        script, objections = self._call(self.town)
        self.assertIn("indemnity", script)
        self.assertNotIn("L441-10", objections)

    # === STATEMENT === #

    def _statement(self, partner, notice=None):
        case = self._case_of(partner)
        if notice:
            self._opened(case).sudo().write({'date_notice': notice, 'date_received': notice})
        document = case.open_item_ids.move_id._recouvrement_documents(day(0), in_language_of_customer=True)[0]
        return self._render('statement_document', partner, document=document)

    def test_the_statement_of_a_consumer_speaks_of_interest_from_the_notice(self):
        text = self._statement(self.person, notice=day(-30))
        self.assertIn("Décompte d'intérêts de retard", text.replace('&#39;', "'"))
        self.assertIn("réception de la mise en demeure", text)
        for wrong in ("énalité", "lendemain de l'échéance"):
            self.assertNotIn(wrong, text.replace('&#39;', "'"))

    def test_the_statement_of_a_public_body_speaks_of_moratory_interest(self):
        text = self._statement(self.town)
        self.assertIn("expiration du délai de paiement", text)
        self.assertNotIn("énalité", text)

    def test_the_statement_of_a_professional_keeps_its_words(self):
        text = self._statement(self.debtor).replace('&#39;', "'")
        self.assertIn("Décompte de pénalités de retard", text)
        self.assertIn("lendemain de l'échéance", text)

    def test_the_statement_says_how_it_is_rounded(self):
        self.company.recouvrement_rounding = 'cumulative'
        self.assertNotIn("chaque ligne arrondie", self._statement(self.debtor))

    # === FORMAL NOTICE === #

    def _notice(self, partner):
        case = self._case_of(partner)
        proceeding = self._opened(case)
        return proceeding, self._render('report_formal_notice_document', partner, proceeding=proceeding).replace('&#39;', "'")

    def test_interest_of_a_consumer_runs_from_receipt(self):
        """C. civ. 1231-6 and 1344: not from the day on which we wrote."""
        _proceeding, text = self._notice(self.person)
        self.assertIn("À compter de la réception de la présente mise en demeure", text)
        for wrong in ("énalités de retard", "40 euros", "ndemnité"):
            self.assertNotIn(wrong, text)

    def test_a_notice_names_the_interest_as_its_law_does(self):
        self.assertIn("Intérêts moratoires", self._notice(self.town)[1])
        self.assertIn("Pénalités de retard", self._notice(self.debtor)[1])

    def test_no_penalty_clause_against_a_public_body(self):
        """CCP R2192-31: its interest is fixed by the code, no clause adds to it."""
        proceeding, _text = self._notice(self.town)
        self.env['recouvrement.clause'].create({
            'case_id': proceeding.case_id.id, 'kind': 'penalty', 'percent': 10, 'date_accepted': day(-900), 'proof': "CGV"})
        self.assertEqual(proceeding._penalty_clause_amount(1000.0), 0.0)

    # === AGREEMENT === #

    def _agreement(self, partner):
        case = self._case_of(partner)
        agreement = self.env['recouvrement.agreement'].browse(case.propose_agreement(2, str(day(10)))['id'])
        return self._render('agreement_document', partner, agreement=agreement).replace('&#39;', "'")

    def test_an_agreement_threatens_a_consumer_with_no_penalty(self):
        text = self._agreement(self.person)
        for wrong in ("énalité", "poursuites"):
            self.assertNotIn(wrong, text)
        self.assertIn("taux légal", text)

    def test_an_agreement_with_a_professional_keeps_its_penalties(self):
        self.assertIn("Pénalités", self._agreement(self.debtor))
