"""The score: explained point by point, blind to the future, written once in the history."""
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestScore(RecouvrementCommon):

    def _history(self, *lates, partner=None, amount=100.0):
        """Invoices of the last months, each paid so many days late."""
        for number, late in enumerate(lates):
            due = day(-200 + 20 * number)
            self._pay(self._make_invoice(due, amount, partner=partner), on=due.replace() + (TODAY - day(-late)))

    def _breakdown(self, partner=None, as_of=TODAY):
        self._sync()
        case = self.env['recouvrement.case'].sudo()._get_or_create(self.company, {(partner or self.debtor).id})
        return next(iter(case.values())).with_env(self.env).score_breakdown(as_of)

    def _points(self, breakdown):
        return sum(Decimal(factor['points']) for factor in breakdown['factors'])

    def test_the_points_make_the_score(self):
        for number, lates in enumerate(((0, 0, 0, 0), (30, 40, 50, 60, 70), (0, 20, 0, 45), ())):
            partner = self._make_debtor(f"Debtor {number}")
            self._history(*lates, partner=partner)
            self._make_invoice(day(-40), partner=partner)
            breakdown = self._breakdown(partner)
            with self.subTest(lates=lates):
                self.assertEqual(self._points(breakdown), Decimal(breakdown['score']))
                self.assertTrue(0 <= Decimal(breakdown['score']) <= 100)

    def test_the_late_payer_scores_worse(self):
        good, bad = self._make_debtor("Good"), self._make_debtor("Bad")
        self._history(0, 0, 0, 0, 0, 0, partner=good)
        self._history(40, 40, 40, 40, 40, 40, partner=bad)
        good, bad = self._breakdown(good), self._breakdown(bad)
        self.assertLess(Decimal(good['score']), 50)
        self.assertGreater(Decimal(bad['score']), Decimal(good['score']) + 10)
        self.assertLess(good['grade'], bad['grade'])
        self.assertLess(Decimal(good['probability_late']), Decimal(bad['probability_late']))

    def test_an_unknown_customer_has_no_grade(self):
        breakdown = self._breakdown(self._make_debtor("New"))
        self.assertEqual((breakdown['grade'], breakdown['known_count']), ('', 0))
        self.assertEqual(self._points(breakdown), Decimal(breakdown['score']))

    def test_only_what_was_visible_the_evening_before(self):
        """A payment of today, or of later, changes nothing in the score of today."""
        invoice = self._make_invoice(day(-40))
        before = self._breakdown()
        self._pay(invoice, on=TODAY)
        self.assertEqual(self._breakdown(), before)
        past = self._breakdown(as_of=day(-20))
        self._history(0, partner=self.debtor)
        self.assertNotEqual(self._breakdown(), before)
        self.assertTrue(past)

    def test_the_same_day_scores_the_same_later(self):
        self._history(0, 10, 20)
        then = self._breakdown(as_of=day(-100))
        self._history(90, 90)
        self._make_invoice(day(-50))
        self.assertEqual(self._breakdown(as_of=day(-165)), self._breakdown(as_of=day(-165)))
        self.assertNotEqual(self._breakdown(as_of=day(-10))['score'], then['score'])

    def test_wholly_credited_invoices_are_no_history(self):
        self._credit(self._make_invoice(day(-60)), on=day(-50))
        self.assertEqual(self._breakdown()['known_count'], 0)

    def test_a_set_off_says_nothing_about_the_customer(self):
        """No money came, and none was owed any more: neither on time nor late."""
        invoice = self._make_invoice(day(-60))
        (self._lines(self._make_entry(-1000.0, on=day(-30))) + self._lines(invoice)).reconcile()
        self.assertEqual(self._breakdown()['known_count'], 0)

    def test_the_night_stores_it_and_writes_the_history_once(self):
        self._history(0, 30, 40)
        self._make_invoice(day(-20))
        self._night()
        case = self._case()
        breakdown = self._breakdown()
        self.assertEqual((str(case.score), case.grade), (breakdown['score'], breakdown['grade']))
        self.assertEqual(f'{case.probability_late:.4f}', breakdown['probability_late'])
        self.assertEqual(len(case.score_ids), 1)
        self._night()
        self.assertEqual(len(case.score_ids), 1)
        self.assertEqual(case.score_ids.date, TODAY)

    def test_a_night_without_change_writes_no_history(self):
        self._history(0, 0, 0, 0, 0, 0)
        self._night(day(-1))
        first = self._case().score_ids
        self._night()
        changed = self._case().score_ids - first
        self.assertEqual(len(changed), len(set(changed.mapped('score'))), "a row for each change, not for each night")

    def test_the_same_day_again_replaces_its_row(self):
        """What was entered between two passes of one night: one row, which explains the score that is shown."""
        self._history(0, 30, 40)
        self._make_invoice(day(-20))
        self._night()
        self._history(0, 0, 0, 0)
        self._night()
        self.env.invalidate_all()
        row = self._case().score_ids
        self.assertEqual((len(row), row.date, row.score, row.known_count), (1, TODAY, self._case().score, 8))
        self.assertEqual(sum(Decimal(factor['points']) for factor in row.factors), Decimal(str(row.score)))
        self.assertEqual(len(row.instalments['known']), 8)

    def test_the_history_keeps_its_factors(self):
        self._history(0, 30, 40)
        self._make_invoice(day(-20))
        self._night()
        row = self._case().score_ids
        self.assertEqual(sum(Decimal(factor['points']) for factor in row.factors), Decimal(str(row.score)))
        with self.assertRaisesRegex(UserError, "is kept"):
            row.sudo().unlink()

    def test_plain_data_comes_back(self):
        self._history(0, 30)
        breakdown = self._breakdown(as_of=str(TODAY))
        self.assertEqual(set(breakdown), {
            'score', 'grade', 'probability_late', 'probability_late_30', 'evidence', 'known_count', 'evening', 'factors'})
        for factor in breakdown['factors']:
            self.assertLessEqual({'code', 'value', 'points', 'max_points'}, set(factor))
            self.assertTrue(all(isinstance(factor[name], str) for name in ('code', 'value', 'points', 'max_points')))

    def test_the_call_list_is_by_amount_and_risk(self):
        """Overdue amount times the chance of being late: the biggest risk first."""
        small, big = self._make_debtor("Small"), self._make_debtor("Big")
        self._make_invoice(day(-20), 10.0, partner=small)
        self._make_invoice(day(-20), 10000.0, partner=big)
        self._night()
        self.assertEqual((self._case(small) | self._case(big)).sorted().ids, [self._case(big).id, self._case(small).id])
        case = self._case(big)
        self.assertAlmostEqual(case.priority, 10000.0 * case.probability_late, 0)
