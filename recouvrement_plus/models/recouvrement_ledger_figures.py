"""The figures that the score is made of, summed by PostgreSQL: the columns of docs/design.md, section Score.

They equal those of the engine (`habits.own_figures`, `portfolio.Portfolio`) to the last digits of a float: a test compares
them on generated customers. A *source* is a relation with the columns id, partner_id, issued, due, amount, settled.
"""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..engine.habits import DELAY_BOUNDS, LATEST, RECENT_HALF_LIFE, TERM_WIDTH, Own, nearness
from ..engine.payment_dates import percentiles
from ..engine.portfolio import LEAST_DEVIATION, LEAST_SPREAD, LEVEL_DAYS, PSEUDO, YEAR, Moment, deviation, prior
from .sql_arrays import int_array

THRESHOLDS = (0, 30)  # days: late at all, and late for good
NEARNESS = [nearness(days) for days in range(31)]  # of two days of the month so far from each other


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    # === PORTFOLIO === #

    @api.model
    def _moments(self, source, evening):
        """The whole portfolio on an evening: ({threshold: engine Moment}, days late at ten percentiles)."""
        counts = [self._counts_sql(evening, threshold) for threshold in THRESHOLDS]
        row = self.env.execute_query(SQL(
            """
            SELECT %(counts)s, COUNT(size), AVG(size), STDDEV_POP(size), (%(paid)s)
              FROM (SELECT issued, due, settled IS NOT NULL AS paid, COALESCE(settled, %(evening)s) - due AS days,
                           GREATEST(due, issued) <= %(evening)s AND due > %(since)s AS year,
                           CASE WHEN amount <> 0 THEN LN(1 + ABS(amount)) END AS size
                      FROM (%(seen)s) AS seen OFFSET 0) AS seen -- each of them once
            """, counts=SQL(", ").join(counts), evening=evening, since=evening - timedelta(days=YEAR),
            seen=self._seen_sql(source, evening), paid=self._paid_days_sql(source, evening)))[0]
        sizes, size, spread, paid = row[-4:]
        paid_days, delays, deviation = self._paid_days(paid or ())
        spread = max(LEAST_SPREAD, float(spread) if sizes >= PSEUDO else 1.0)
        moments = {}
        for rank, threshold in enumerate(THRESHOLDS):
            known, late, level_known, level_late = row[4 * rank:4 * rank + 4]
            base = (late + PSEUDO * prior(threshold)) / (known + PSEUDO)
            level = (level_late + PSEUDO * base) / (level_known + PSEUDO)
            moments[threshold] = Moment(base, level, deviation, paid_days, float(size or 0.0), spread)
        return moments, percentiles(delays)

    @api.model
    def _counts_sql(self, evening, threshold):
        """Known and late of what fell due in the year, and of the sixty days before the threshold could pass."""
        return SQL(
            """COUNT(*) FILTER (WHERE year AND (paid OR days > %(threshold)s)),
               COUNT(*) FILTER (WHERE year AND days > %(threshold)s),
               COUNT(*) FILTER (WHERE %(level)s), COUNT(*) FILTER (WHERE %(level)s AND days > %(threshold)s)""",
            threshold=threshold, level=SQL(
                "GREATEST(due + %s, issued) BETWEEN %s AND %s",
                threshold + 1, evening - timedelta(days=LEVEL_DAYS - 1), evening))

    @api.model
    def _paid_days_sql(self, source, evening):
        """[(days from invoice to payment, days late, whether of the year, how many)] of what was paid in the last year."""
        return SQL(
            """
            SELECT JSON_AGG(JSON_BUILD_ARRAY(days, late, lately, number))
              FROM (SELECT settled - issued AS days, settled - due AS late, settled > %(since)s AS lately, COUNT(*) AS number
                      FROM (%(seen)s) AS seen
                     WHERE GREATEST(settled, issued) > %(since)s AND settled IS NOT NULL GROUP BY 1, 2, 3) AS paid
            """, since=evening - timedelta(days=YEAR), seen=self._seen_sql(source, evening))

    @api.model
    def _paid_days(self, rows):
        """Days from invoice to payment, and days late, each sorted, and the deviation of these, from `_paid_days_sql`."""
        low, high = DELAY_BOUNDS
        clipped = [(min(max(late, low), high), number) for _days, late, _lately, number in rows]
        sums = [sum(number * late ** power for late, number in clipped) for power in (0, 1, 2)]
        return (self._spread_out((days, number) for days, _late, _lately, number in rows),
                self._spread_out((late, number) for _days, late, lately, number in rows if lately),
                max(LEAST_DEVIATION, deviation(*sums, PSEUDO)))

    @api.model
    def _spread_out(self, counted):
        """Sorted values from [(value, how often)]."""
        return [value for value, number in sorted(counted) for _one in range(number)]

    # === CUSTOMERS === #

    @api.model
    def _customer_figures(self, source, evening, partner_ids=None):
        """{partner id: ({threshold: engine Own}, facts)} of those who have a history.

        facts: `known`, `late`, `overdue`: ids of the instalments behind (of the threshold 0, and of 30 as `known_30`);
        `since`: their first invoice; `paid`: (days late, age of it), two lists, of what they paid; `number`: of all instalments.
        """
        rows = {row[0]: row[1:] for row in self._sum_customers(source, evening, partner_ids)}
        long = [partner_id for partner_id, row in rows.items() if row[-1] > LATEST]
        if long:  # only theirs must be put in order, for the latest ones
            rows.update((row[0], (*row[1:-1], rows[row[0]][-1])) for row in self._sum_customers(source, evening, long, latest=True))
        return {partner_id: self._figures(row) for partner_id, row in rows.items()}

    @api.model
    def _sum_customers(self, source, evening, partner_ids, latest=False):
        """Rows (partner id, figures, number of instalments): of all instalments, or of the `latest` ones only."""
        own = SQL(", ").join(self._own_sql(threshold) for threshold in THRESHOLDS)
        return self.env.execute_query(SQL(
            """
            SELECT partner_id,
                   COALESCE(SUM(weight * LEAST(GREATEST(days, %(low)s), %(high)s))
                            FILTER (WHERE settled IS NOT NULL OR days > 0), 0),
                   COALESCE(SUM(weight) FILTER (WHERE settled IS NOT NULL OR days > 0), 0),
                   COUNT(*) FILTER (WHERE settled IS NULL AND days > 0),
                   COALESCE(MAX(days) FILTER (WHERE settled IS NULL AND days > 0), 0), %(own)s,
                   ARRAY_AGG(id ORDER BY issued, id) FILTER (WHERE settled IS NOT NULL OR days > 0),
                   ARRAY_AGG(id ORDER BY issued, id) FILTER (WHERE days > 0),
                   ARRAY_AGG(id ORDER BY issued, id) FILTER (WHERE settled IS NULL AND days > 0),
                   MIN(issued), ARRAY_AGG(settled - due) FILTER (WHERE settled IS NOT NULL),
                   ARRAY_AGG(age) FILTER (WHERE settled IS NOT NULL), COUNT(*)
              FROM (%(weighed)s) AS weighed GROUP BY partner_id
            """, low=DELAY_BOUNDS[0], high=DELAY_BOUNDS[1], own=own,
            weighed=self._weighed_sql(source, evening, partner_ids, latest)))

    @api.model
    def _figures(self, row):
        common, size = row[:4], len(Own._fields) - 4
        own = {threshold: Own(*row[4 + size * rank:4 + size * (rank + 1)], *common) for rank, threshold in enumerate(THRESHOLDS)}
        known, late, overdue, since, days, ages, number = row[4 + size * len(THRESHOLDS):]
        return own, {'known': known or [], 'late': late or [], 'overdue': overdue or [], 'since': since,
                     'paid': (days or [], ages or []), 'number': number}

    @api.model
    def _own_sql(self, threshold):
        """known, weight, late, recent_weight, recent_late of `habits.Own`, of what was weighed."""
        return SQL(
            """COUNT(*) FILTER (WHERE %(known)s),
               COALESCE(SUM(weight) FILTER (WHERE %(known)s), 0), COALESCE(SUM(weight) FILTER (WHERE days > %(threshold)s), 0),
               COALESCE(SUM(recent) FILTER (WHERE %(known)s), 0), COALESCE(SUM(recent) FILTER (WHERE days > %(threshold)s), 0)""",
            known=SQL("settled IS NOT NULL OR days > %s", threshold), threshold=threshold)

    @api.model
    def _instalment_figures(self, source, evening, line_ids, moments, partner_ids=None, latest=True):
        """What the history says of some instalments: {line id: {threshold: (term, payment days late, payment days weight)}}.

        An instalment is no history of itself. `partner_ids`: their customers, when they are known; `latest`: False where
        none of them has more instalments than are looked at.
        """
        sums = SQL(", ").join(self._instalment_sql(threshold) for threshold in THRESHOLDS)
        beyond = SQL(", ").join(self._beyond_sql(threshold, moments[threshold]) for threshold in THRESHOLDS)
        rows = self.env.execute_query(SQL(
            """
            SELECT one_id, %(sums)s
              FROM (SELECT one.id AS one_id, settled, days, %(beyond)s,
                           weight * (%(nearness)s::float[])[1 + ABS(weighed.month_day - one.month_day)] AS near
                      FROM (SELECT id, partner_id, due - issued AS term, DATE_PART('day', due)::int AS month_day
                              FROM %(source)s AS one WHERE id = ANY(%(ids)s)) AS one
                      JOIN (%(weighed)s) AS weighed
                        ON weighed.partner_id = one.partner_id AND weighed.id <> one.id
                       AND (settled IS NOT NULL OR days > %(least)s)
                    OFFSET 0) AS pairs -- each exponential once
             GROUP BY one_id
            """, sums=sums, beyond=beyond, nearness=NEARNESS, source=source, ids=int_array(line_ids),
            least=min(THRESHOLDS), weighed=self._weighed_sql(source, evening, partner_ids, latest)))
        return {row[0]: {threshold: row[1 + 3 * rank:4 + 3 * rank] for rank, threshold in enumerate(THRESHOLDS)} for row in rows}

    @api.model
    def _beyond_sql(self, threshold, moment):
        """How much longer than the term a payment took, from 0 to 1, weighed."""
        return SQL(
            """weight / (1 + EXP(-1.702 * LEAST(GREATEST(
                   (took - one.term - %s) / %s::float, -40), 40))) AS %s""",
            threshold, TERM_WIDTH * moment.deviation, SQL.identifier(f'beyond_{threshold}'))

    @api.model
    def _instalment_sql(self, threshold):
        return SQL(
            """COALESCE(SUM(%(beyond)s) FILTER (WHERE %(known)s), 0),
               COALESCE(SUM(near) FILTER (WHERE days > %(threshold)s), 0), COALESCE(SUM(near) FILTER (WHERE %(known)s), 0)""",
            beyond=SQL.identifier(f'beyond_{threshold}'), threshold=threshold,
            known=SQL("settled IS NOT NULL OR days > %s", threshold))

    # === COMMON PARTS === #

    @api.model
    def _seen_sql(self, source, evening):
        """What was there on the evening: a later settlement is not known yet."""
        return SQL(
            """SELECT id, partner_id, issued, due, amount, CASE WHEN settled <= %(evening)s THEN settled END AS settled
                 FROM %(source)s AS source WHERE issued <= %(evening)s""", source=source, evening=evening)

    @api.model
    def _weighed_sql(self, source, evening, partner_ids=None, latest=True):
        """What was seen, with its days late, its age and its weights; `latest`: 500 of each customer at most."""
        seen = self._seen_sql(source, evening)
        if partner_ids is not None:
            seen = SQL("%s AND partner_id = ANY(%s)", seen, int_array(partner_ids))
        if latest:
            seen = SQL(
                """SELECT * FROM (SELECT *, ROW_NUMBER() OVER (
                                            PARTITION BY partner_id ORDER BY issued DESC, id::text COLLATE "C" DESC)
                                    FROM (%s) AS seen) AS ranked WHERE row_number <= %s""", seen, LATEST)
        return SQL(
            """
            SELECT id, partner_id, issued, due, settled, days, age, days + due - issued AS took,
                   DATE_PART('day', due)::int AS month_day,
                   POWER(0.5::float, age / %(year)s::float) AS weight, POWER(0.5::float, age / %(recent)s::float) AS recent
              FROM (SELECT *, COALESCE(settled, %(evening)s) - due AS days,
                           CASE WHEN settled IS NULL THEN 0 ELSE GREATEST(0, %(evening)s - GREATEST(settled, due)) END AS age
                      FROM (%(seen)s) AS seen) AS dated
            OFFSET 0 -- each weight once: it is asked for in a dozen sums
            """, year=YEAR, recent=RECENT_HALF_LIFE, evening=evening, seen=seen)

    # === LEARNING === #

    @api.model
    def _surprise(self, company, evening, threshold, number):
        """(errors, spread) of the latest matured outcomes whose probability was announced: see `portfolio.Drift`."""
        announced = SQL.identifier('announced' if not threshold else f'announced_{threshold}')
        return self.env.execute_query(SQL(
            """
            SELECT COALESCE(SUM(late - announced), 0)::float, COALESCE(SUM(announced * (1 - announced)), 0)::float
              FROM (SELECT %(announced)s AS announced, CASE WHEN settled <= due + %(threshold)s THEN 0 ELSE 1 END AS late
                      FROM recouvrement_outcome
                     WHERE company_id = %(company)s AND GREATEST(due + %(threshold)s + 1, issued) <= %(evening)s
                       AND %(announced)s > 0
                     ORDER BY GREATEST(due + %(threshold)s + 1, issued) DESC, id DESC LIMIT %(number)s) AS latest
            """, announced=announced, threshold=threshold, company=company.id, evening=evening, number=number))[0]

    @api.model
    def _entries(self, source, evening, part):
        """What a replay of the ledger goes through, oldest first; of one customer in `part` when the ledger is large."""
        return self.env.execute_query(SQL(
            "SELECT id, partner_id, issued, due, settled, amount FROM (%s) AS seen WHERE partner_id %% %s = 0 ORDER BY issued, id",
            self._seen_sql(source, evening), part))


