"""Learned from the company's own outcomes, measured on them, and silent where they predict nothing."""
import random
from datetime import timedelta

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.forecast import forecast
from ..engine.scoring import Outcome
from .common import TODAY, RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestScoreQuality(RecouvrementCommon):

    def _ledger(self, predictable=True, customers=30, each=30):
        """A history of 900 instalments, written straight into the table: half of the customers pay late, or chance decides."""
        chance = random.Random(3)
        partners = self.env['res.partner'].create([{'name': f"Customer {number}"} for number in range(customers)])
        # The rows need no invoice behind them here: the link is not checked in this transaction.
        self.env.cr.execute("ALTER TABLE recouvrement_outcome DROP CONSTRAINT recouvrement_outcome_move_line_id_fkey")
        lines, rows = list(range(10 ** 8, 10 ** 8 + customers * each)), []
        for number, partner in enumerate(partners):
            for _one in range(each):
                issued = day(-chance.randrange(60, 900))
                due = issued + timedelta(days=30)
                is_late = chance.random() < ((0.85 if number % 2 else 0.1) if predictable else 0.4)
                rows.append((self.company.id, lines.pop(), partner.id, issued, due,
                             due + timedelta(days=chance.randrange(5, 25) if is_late else -chance.randrange(10)), 100.0))
        self.env['recouvrement.outcome'].flush_model()
        self.env.cr.execute(SQL(
            "INSERT INTO recouvrement_outcome (company_id, move_line_id, partner_id, issued, due, settled, amount) VALUES %s",
            SQL(", ").join(rows)))
        return partners, rows

    def _measured(self, threshold=0):
        weights = self.env['recouvrement.score.weights'].sudo()
        for one in weights._ask(self.company):
            one._measure()
        return weights._latest(self.company, TODAY, threshold)

    def test_learned_and_measured(self):
        self._ledger()
        one = self._measured()
        self.assertEqual((one.state, one.progress, one.trusted), ('done', 1.0, True))
        self.assertGreaterEqual(one.n_learned, 800)
        self.assertGreater(one.auc, 0.8)
        self.assertGreater(one.skill, 0.25)
        self.assertLess(one.error, 0.12)
        self.assertGreater(one.riskiest, one.late_rate + 0.2)
        self.assertEqual(sum(number for number, _announced, _observed in one.bins), one.n)
        self.assertIn(f"Measured on your last {one.n} instalments: of the 20 % judged riskiest, {round(100 * one.riskiest)} %",
                      one.verdict)
        self.assertIn("were more than 30 days late", one._latest(self.company, TODAY, 30).verdict)
        self.assertIn("<svg", str(one.curve))

    def _weight_rows(self, one):
        """{factor: [starting, learned, effect]} of the table on the screen."""
        table = html.fromstring(str(one.weights_table))
        rows = [[''.join(cell.itertext()) for cell in row.iter('td')] for row in table.iter('tr')]
        return {row[0]: row[1:] for row in rows if row}

    def test_the_weights_are_read_as_a_table(self):
        """Each factor by the name that the explanations give it, with what it began with and what the books made of it."""
        self._ledger()
        one = self._measured()
        rows = self._weight_rows(one)
        self.assertEqual(list(rows)[:4], ["Starting point", "Payment history", "Recent change", "Length of the delays"])
        self.assertEqual(len(rows), 13)
        self.assertEqual(rows["Payment history"][:2], ['1.00', f'{one.weights["factors"][0]:.2f}'])
        self.assertEqual(rows["Term of this instalment"][:2], ['0.30', f'{one.weights["factors"][6]:.2f}'])
        self.assertEqual(rows["Overdue now"][0], '0.20')
        self.assertEqual(self._weight_rows(one._latest(self.company, TODAY, 30))["Overdue now"][0], '0.00')

    def test_a_weight_that_turned_is_said_to_lower_the_risk(self):
        one = self.env['recouvrement.score.weights'].sudo().create({
            'company_id': self.company.id, 'date': TODAY, 'threshold': 0, 'state': 'done', 'n_learned': 500, 'weights': {
                'factors': [1.4, 0.1, -0.2, -0.4, 0.0, 0.2, 0.3, 0.0, 0.0, 0.001], 'constant': -0.5,
                'weekdays': [0.1, 0.0, 0.0, 0.0, -0.25, 0.0, 0.0], 'month_days': [0.0] * 32}})
        rows = self._weight_rows(one)
        self.assertEqual(rows["Length of the delays"], ['0.60', '-0.20', "lowers the risk"])
        self.assertEqual(rows["Payment history"], ['1.00', '1.40', "raises the risk"])
        self.assertEqual(rows["Size of the amount"], ['0.00', '0.00', ""])
        self.assertEqual(rows["Day of the week of the due date"], ['0.00', '-0.25 … 0.10', ""])
        waiting = one.copy({'state': 'waiting', 'weights': False})
        self.assertFalse(waiting.weights_table)

    def test_what_was_learned_is_what_the_nights_use(self):
        partners, rows = self._ledger()
        case = self.env['recouvrement.case'].sudo()._get_or_create(self.company, {partners[1].id})[partners[1].id]
        one = self._measured()
        weights = one._weights()
        self.assertEqual(weights.n, one.n_learned)
        engine = self.env['recouvrement.engine']
        basis = engine._score_basis(self.company, TODAY, self.env['recouvrement.outcome']._source(self.company))
        self.assertEqual(basis.weights[0], weights)
        found = engine._scores(basis, self.env['recouvrement.outcome']._source(self.company), [partners[1].id])[partners[1].id]
        own = [Outcome(row[1], row[3], row[4], 100, row[5]) for row in rows if row[2] == partners[1].id]
        expected = forecast(own, TODAY, basis.moments[0], weights, 0, None, basis.levels[0])
        self.assertEqual((found.score.score, found.score.grade), (expected.score, expected.grade))
        self.assertTrue(case)

    def test_chance_is_not_predicted_and_says_so(self):
        """The gate: no grade, the portfolio's rate for everybody, and the reason in words."""
        partners, _rows = self._ledger(predictable=False)
        one = self._measured()
        self.assertFalse(one.trusted)
        self.assertLess(abs(one.auc - 0.5), 0.08)
        self.assertIn("does not predict payment here", one.gate)
        engine, source = self.env['recouvrement.engine'], self.env['recouvrement.outcome']._source(self.company)
        basis = engine._score_basis(self.company, TODAY, source)
        scores = engine._scores(basis, source, partners.ids)
        self.assertEqual({score.score.grade for score in scores.values()}, {''})
        self.assertEqual(len({score.score.probability_late for score in scores.values()}), 1)

    def test_few_outcomes_teach_nothing(self):
        self._pay(self._make_invoice(day(-60)), on=day(-50))
        self._make_invoice(day(-30))
        one = self._measured()
        self.assertEqual((one.state, one.n_learned), ('done', 0))
        self.assertIn("Too few outcomes", one.gate)

    def test_what_past_outcomes_would_have_been_told(self):
        """Before the first night nothing was announced: the measure fills that in, once."""
        self._ledger()
        self._measured()
        outcomes = self.env['recouvrement.outcome'].search([('company_id', '=', self.company.id)])
        self.assertTrue(all(0 < outcome.announced < 1 for outcome in outcomes))
        first = outcomes[0].announced
        self.env.cr.execute(SQL("UPDATE recouvrement_outcome SET announced = 0.123 WHERE id = %s", outcomes[0].id))
        self._measured()
        outcomes.invalidate_recordset()
        self.assertNotEqual(first, 0.123)
        self.assertEqual(outcomes[0].announced, 0.123)

    def test_a_past_date_uses_the_weights_of_then(self):
        weights = self.env['recouvrement.score.weights'].sudo()
        self._ledger()
        one = self._measured()
        self.assertFalse(weights._latest(self.company, day(-1), 0))
        self.assertEqual(weights._latest(self.company, day(40), 0), one)

    def test_once_a_month_in_the_background(self):
        weights = self.env['recouvrement.score.weights'].sudo()
        self._make_invoice(day(-30))
        self._sync()
        weights._cron_measure()
        done = weights.search([('company_id', '=', self.company.id)])
        self.assertEqual(done.mapped('state'), ['done', 'done'])
        weights._cron_measure()
        self.assertEqual(weights.search([('company_id', '=', self.company.id)]), done, "not twice in a month")

    def test_a_manager_asks_once(self):
        asked = self.env['recouvrement.score.weights'].measure(self.company.id)
        self.assertEqual([(row['threshold'], row['state']) for row in asked], [(0, 'waiting'), (30, 'waiting')])
        self.assertEqual(self.env['recouvrement.score.weights'].measure(self.company.id), asked)

    def test_a_failure_is_told_and_kept_apart(self):
        def failing(one, evening):
            raise ValueError("no such ledger")
        self.patch(self.env.registry['recouvrement.score.weights'], '_read_entries', failing)
        self._make_invoice(day(-30))
        self._sync()
        weights = self.env['recouvrement.score.weights'].sudo()
        with self.assertLogs('odoo.addons.recouvrement_plus.models.recouvrement_score_weights', 'ERROR'):
            weights._cron_measure()
        failed = weights.search([('company_id', '=', self.company.id)])
        self.assertEqual(set(failed.mapped('state')), {'failed'})
        self.assertIn("no such ledger", failed[0].message)

    def test_measures_are_kept(self):
        one = self._measured()
        with self.assertRaisesRegex(UserError, "are kept"):
            one.unlink()
