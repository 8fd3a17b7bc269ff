"""The first scores of a whole ledger are made in the background; a night that comes before they are finished is right."""
from odoo.tests import tagged

from ..hooks import post_init_hook
from ..models import recouvrement_case_score
from .common import RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestScoreFirst(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._make_debtor("Late")
        cls.partners = cls.late | cls.debtor | cls._make_debtor("Third")
        for partner in cls.partners:
            cls._pay(cls._make_invoice(day(-90), partner=partner), on=day(-60 if partner == cls.late else -90))
            cls._make_invoice(day(-20), partner=partner)
        cls._sync()
        cls.cases = cls.env['recouvrement.case'].sudo()

    def _all(self):
        return self.cases.search([('company_id', '=', self.company.id)])

    def _scored(self):
        return self._all().filtered('score_date')

    def _work(self):
        self.cases._score_first(self.company.sudo())
        self.env.invalidate_all()

    def _stop_after(self, number):
        """The process ends after so many customers, one at a time."""
        self.patch(recouvrement_case_score, 'SCORED_AT_A_TIME', 1)
        counted = []
        self.patch(self.env.registry['recouvrement.case'], '_note_progress',
                   lambda cases, done, left: counted.append(done) or sum(counted) < number)

    def _scores(self):
        return {case.partner_id: (case.score, case.grade, case.probability_late, case.probability_late_30) for case in self._all()}

    def test_everybody_is_scored_once_without_a_night(self):
        self.assertTrue(self.cases._waits_for_first_scores(self.company))
        self._work()
        self.assertEqual(self._scored(), self._all())
        self.assertFalse(self.cases._waits_for_first_scores(self.company))
        self.assertEqual([len(case.score_ids) for case in self._all()], [1, 1, 1])
        self.assertFalse(self.env['recouvrement.reminder'].search([('company_id', '=', self.company.id)]), "nothing is sent")

    def test_what_was_cut_goes_on_where_it_stopped(self):
        self._stop_after(2)
        self._work()
        first = self._scored()
        self.assertEqual(len(first), 2)
        rows = first.score_ids
        self._stop_after(9)
        self._work()
        self.assertEqual(self._scored(), self._all())
        self.assertEqual(first.score_ids, rows, "who was scored is not scored again")

    def test_a_night_before_it_finished_scores_the_others(self):
        self._stop_after(1)
        self._work()
        self.assertEqual(len(self._scored()), 1)
        self._night()
        self.env.invalidate_all()
        self.assertEqual(self._scored(), self._all())
        found = self._scores()
        self.cases.flush_model()
        self.env.cr.execute("UPDATE recouvrement_case SET score = NULL, grade = NULL, score_date = NULL")
        self.env.cr.execute("UPDATE recouvrement_run SET ledger_mark = NULL")
        self.env.cr.execute("DELETE FROM recouvrement_outcome")
        self.company.sudo().recouvrement_ledger_mark = False
        self.env.invalidate_all()
        self._night()
        self.env.invalidate_all()
        self.assertEqual(self._scores(), found, "the same as a night that scores everybody")

    def test_the_first_night_scores_only_who_changed(self):
        self._work()
        self._pay(self._make_invoice(day(-40), partner=self.late), on=day(-1))
        scored = []
        original = type(self.cases)._score_chunks

        def score_chunks(cases, company, as_of, basis, source, partner_ids, *rest, **more):
            scored.extend(partner_ids)
            return original(cases, company, as_of, basis, source, partner_ids, *rest, **more)

        self.patch(self.env.registry['recouvrement.case'], '_score_chunks', score_chunks)
        self._night()
        self.assertEqual(set(scored), {self.late.id})

    def test_once_nights_are_run_they_score_new_customers(self):
        self._night()
        self._make_invoice(day(-5), partner=self._make_debtor("New"))
        self._sync()
        self.assertLess(self._scored(), self._all())
        self.assertFalse(self.cases._waits_for_first_scores(self.company))

    def test_the_installation_asks_for_it(self):
        cron = self.env.ref('recouvrement_plus.ir_cron_recouvrement_score_first')
        asked = self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)])
        post_init_hook(self.env)
        self.assertTrue(self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)]) - asked)
        self.assertTrue(cron.active)
