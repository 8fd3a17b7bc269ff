"""PostgreSQL and the engine agree on every figure of the score, on generated customers."""
import math
import random
from datetime import date, timedelta

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..engine.habits import FACTORS, customer_factors, instalment_factors, instalment_values, own_figures, visible
from ..engine.payment_dates import portfolio_delays
from ..engine.portfolio import Portfolio
from ..engine.scoring import Outcome
from ..models.recouvrement_ledger_figures import THRESHOLDS

CUSTOMERS = 1000
EVENING = date(2026, 3, 15)


@tagged('post_install', '-at_install')
class TestScoreFigures(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls._generated(random.Random(17))
        cls.env.cr.execute(
            "CREATE TEMP TABLE generated_history (id int, partner_id int, issued date, due date, settled date, amount float) "
            "ON COMMIT DROP")
        for start in range(0, len(cls.rows), 2000):
            cls.env.cr.execute(SQL("INSERT INTO generated_history VALUES %s", SQL(", ").join(cls.rows[start:start + 2000])))
        cls.source = SQL("generated_history")
        cls.ledger = cls.env['recouvrement.ledger']
        cls.histories = {}
        for row in cls.rows:
            cls.histories.setdefault(row[1], []).append(row)
        for history in cls.histories.values():
            history.sort(key=lambda row: (row[2], str(row[0])))

    @classmethod
    def _generated(cls, chance):
        """Customers of all kinds: prompt, late, silent, new, one with more than 500 instalments; some days after the evening."""
        rows, number = [], 0
        for customer in range(1, CUSTOMERS + 1):
            usual, spread = chance.uniform(-10, 50), chance.uniform(1, 20)
            for _one in range(560 if customer == 7 else chance.choice((0, 1, 2, 3, 8, 20))):
                number += 1
                issued = EVENING - timedelta(days=chance.randrange(-5, 1100))
                due = issued + timedelta(days=chance.choice((0, 14, 30, 45, 60)))
                late = round(chance.gauss(usual, spread))
                settled = None if chance.random() < 0.08 else max(issued, due + timedelta(days=late))
                rows.append((number, customer, issued, due, settled, round(chance.lognormvariate(6, 1.2), 2)))
        chance.shuffle(rows)
        return rows

    def _days(self, row):
        return row[2].toordinal(), row[3].toordinal(), row[4] and row[4].toordinal()

    def _engine_moment(self, threshold):
        portfolio = Portfolio(threshold)
        for row in sorted(self.rows, key=lambda row: row[2]):
            if row[2] <= EVENING:
                portfolio.issue(*self._days(row), row[5])
        return portfolio.moment(EVENING.toordinal())

    def assertNear(self, found, expected, what):
        self.assertTrue(math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9), f"{what}: {found} is not {expected}")

    def test_portfolio(self):
        moments, delays = self.ledger._moments(self.source, EVENING)
        for threshold in THRESHOLDS:
            expected = self._engine_moment(threshold)
            for name in ('base', 'level', 'deviation', 'size', 'size_deviation'):
                self.assertNear(getattr(moments[threshold], name), getattr(expected, name), f"{name} at {threshold}")
            self.assertEqual(list(moments[threshold].paid_days), list(expected.paid_days))
        outcomes = [Outcome(row[0], row[2], row[3], 1, row[4]) for row in self.rows if row[2] <= EVENING]
        self.assertEqual(delays, portfolio_delays(outcomes, EVENING))

    def test_customers(self):
        found = self.ledger._customer_figures(self.source, EVENING)
        moments, _delays = self.ledger._moments(self.source, EVENING)
        compared = 0
        for customer, history in self.histories.items():
            seen = visible([self._days(row) for row in history if row[2] <= EVENING], EVENING.toordinal())
            if not seen:
                self.assertNotIn(customer, found)
                continue
            for threshold in THRESHOLDS:
                own, expected = found[customer][0][threshold], own_figures(seen, EVENING.toordinal(), threshold)
                for name in expected._fields:
                    self.assertNear(float(getattr(own, name)), float(getattr(expected, name)), f"{name} of {customer}")
                for name, one, other in zip(
                        FACTORS, customer_factors(own, moments[threshold]), customer_factors(expected, moments[threshold]),
                        strict=False):
                    self.assertNear(one, other, f"{name} of {customer}")
                compared += 1
        self.assertGreater(compared, CUSTOMERS)

    def test_instalments(self):
        """The four factors of each open instalment, from the customer's other ones."""
        moments, _delays = self.ledger._moments(self.source, EVENING)
        evening = EVENING.toordinal()
        opened = [row for row in self.rows if row[2] <= EVENING and (row[4] is None or row[4] > EVENING) and row[1] != 7]
        self.assertGreater(len(opened), 300)
        sums = self.ledger._instalment_figures(self.source, EVENING, [row[0] for row in opened], moments)
        for row in opened:
            others = [self._days(other) for other in self.histories[row[1]] if other[2] <= EVENING and other[0] != row[0]]
            seen = visible(others, evening)
            issued, due, _settled = self._days(row)
            for threshold in THRESHOLDS:
                own, moment = own_figures(seen, evening, threshold), moments[threshold]
                expected = instalment_factors(seen, own, moment, evening, threshold, issued, due, row[5])
                weights = (own.weight, *sums.get(row[0], {}).get(threshold, (0.0, 0.0, 0.0)))
                found = instalment_values(own, moment, due - issued + threshold, weights, row[5])
                for name, one, other in zip(FACTORS[-4:], found, expected, strict=True):
                    self.assertNear(one, other, f"{name} of {row[0]}")

    def test_the_future_is_not_seen(self):
        """Hiding what came after the evening changes no figure."""
        hidden = SQL(
            """(SELECT id, partner_id, issued, due, CASE WHEN settled <= %s THEN settled END AS settled, amount
                  FROM generated_history WHERE issued <= %s)""", EVENING, EVENING)
        self.assertEqual(self.ledger._moments(hidden, EVENING), self.ledger._moments(self.source, EVENING))
        self.assertEqual(self.ledger._customer_figures(hidden, EVENING), self.ledger._customer_figures(self.source, EVENING))
