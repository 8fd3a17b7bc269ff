"""The figures that the score is made of, summed by PostgreSQL: the columns of docs/design.md, section Score.

They equal those of the engine (`habits.own_figures`, `portfolio.Portfolio`) to the last digits of a float: a test compares
them on generated customers. A *source* is a relation with the columns id, partner_id, issued, due, amount, settled.
"""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..engine.habits import DELAY_BOUNDS, LATEST, MONTH_DAY_WIDTH, RECENT_HALF_LIFE, TERM_WIDTH, Own
from ..engine.payment_dates import percentiles
from ..engine.portfolio import LEAST_DEVIATION, LEAST_SPREAD, LEVEL_DAYS, PSEUDO, YEAR, Moment, prior

THRESHOLDS = (0, 30)  # days: late at all, and late for good
SOURCE_COLUMNS = SQL("id, partner_id, issued, due, amount, settled")


class RecouvrementLedger(models.AbstractModel):
    _inherit = 'recouvrement.ledger'

    # === PORTFOLIO === #

    @api.model
    def _moments(self, source, evening):
        """The whole portfolio on an evening: ({threshold: engine Moment}, days late at ten percentiles)."""
        counts = [self._counts_sql(evening, threshold) for threshold in THRESHOLDS]
        row = self.env.execute_query(SQL(
            """
            SELECT %(counts)s, COUNT(*) FILTER (WHERE year),
                   STDDEV_POP(LEAST(GREATEST(settled - due, %(low)s), %(high)s)::float) FILTER (WHERE year)
              FROM (SELECT issued, due, settled, settled IS NOT NULL AND GREATEST(settled, issued) > %(since)s AS year
                      FROM (%(seen)s) AS seen WHERE due > %(since)s OR issued > %(since)s OR settled > %(since)s) AS seen
            """, counts=SQL(", ").join(counts), low=DELAY_BOUNDS[0], high=DELAY_BOUNDS[1],
            since=evening - timedelta(days=YEAR), seen=self._seen_sql(source, evening)))[0]
        row += self.env.execute_query(SQL(
            "SELECT COUNT(size), AVG(size), STDDEV_POP(size) FROM (SELECT LN(1 + ABS(amount)) AS size "
            "FROM %s AS source WHERE issued <= %s AND amount <> 0) AS sizes", source, evening))[0]
        paid_days, delays = self._paid_days(source, evening)
        number, deviation, sizes, size, spread = row[-5:]
        deviation = max(LEAST_DEVIATION, float(deviation) if number >= PSEUDO else PSEUDO)
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
            """COUNT(*) FILTER (WHERE %(known)s AND %(year)s), COUNT(*) FILTER (WHERE %(late)s AND %(year)s),
               COUNT(*) FILTER (WHERE %(level)s), COUNT(*) FILTER (WHERE %(late)s AND %(level)s)""",
            known=self._known_sql(evening, threshold), late=self._late_sql(evening, threshold),
            year=SQL("GREATEST(due, issued) <= %s AND due > %s - %s", evening, evening, YEAR),
            level=SQL("GREATEST(due + %s, issued) <= %s AND GREATEST(due + %s, issued) > %s - %s",
                      threshold + 1, evening, threshold + 1, evening, LEVEL_DAYS))

    @api.model
    def _paid_days(self, source, evening):
        """Of what was paid in the last year: days from invoice to payment, and days late, each sorted."""
        rows = self.env.execute_query(SQL(
            """SELECT settled - issued, settled - due, settled > %(since)s, COUNT(*) FROM (%(seen)s) AS seen
                WHERE GREATEST(settled, issued) > %(since)s AND settled IS NOT NULL GROUP BY 1, 2, 3""",
            since=evening - timedelta(days=YEAR), seen=self._seen_sql(source, evening)))
        return (sorted(days for days, _late, _lately, number in rows for _one in range(number)),
                sorted(late for _days, late, lately, number in rows if lately for _one in range(number)))

    # === CUSTOMERS === #

    @api.model
    def _customer_figures(self, source, evening, partner_ids=None):
        """{partner id: ({threshold: engine Own}, facts)} of those who have a history.

        facts: `known`, `late`, `overdue`: ids of the instalments behind (of the threshold 0, and of 30 as `known_30`);
        `since`: their first invoice; `paid`: [(days late, age of it)] of what they paid; `number`: of all instalments.
        """
        rows = {row[0]: row[1:] for row in self._sum_customers(source, evening, partner_ids)}
        long = [partner_id for partner_id, row in rows.items() if row[-1] > LATEST]
        if long:  # only theirs must be put in order, for the latest ones
            rows.update((row[0], (*row[1:-1], rows[row[0]][-1])) for row in self._sum_customers(source, evening, long, latest=True))
        return {partner_id: self._figures(row) for partner_id, row in rows.items()}

    @api.model
    def _sum_customers(self, source, evening, partner_ids, latest=False):
        """Rows (partner id, figures, number of instalments): of all instalments, or of the `latest` ones only."""
        own = SQL(", ").join(self._own_sql(evening, threshold) for threshold in THRESHOLDS)
        return self.env.execute_query(SQL(
            """
            SELECT partner_id,
                   COALESCE(SUM(weight * %(clipped)s) FILTER (WHERE settled IS NOT NULL OR days > 0), 0),
                   COALESCE(SUM(weight) FILTER (WHERE settled IS NOT NULL OR days > 0), 0),
                   COUNT(*) FILTER (WHERE settled IS NULL AND days > 0),
                   COALESCE(MAX(days) FILTER (WHERE settled IS NULL AND days > 0), 0), %(own)s,
                   ARRAY_AGG(id ORDER BY issued, id) FILTER (WHERE %(known)s),
                   ARRAY_AGG(id ORDER BY issued, id) FILTER (WHERE %(late)s),
                   ARRAY_AGG(id ORDER BY issued, id) FILTER (WHERE settled IS NULL AND days > 0),
                   MIN(issued), ARRAY_AGG(settled - due) FILTER (WHERE settled IS NOT NULL),
                   ARRAY_AGG(age) FILTER (WHERE settled IS NOT NULL), COUNT(*)
              FROM (%(weighed)s) AS weighed GROUP BY partner_id
            """, clipped=self._clipped_sql(SQL("days")), own=own, weighed=self._weighed_sql(source, evening, partner_ids, latest),
            known=self._known_sql(evening, 0), late=self._late_sql(evening, 0)))

    @api.model
    def _figures(self, row):
        delay, delay_weight, overdue, oldest = row[:4]
        own = {}
        for rank, threshold in enumerate(THRESHOLDS):
            known, *sums = row[4 + 5 * rank:9 + 5 * rank]
            own[threshold] = Own(known, *sums, delay, delay_weight, overdue, oldest)
        known, late, overdue, since, days, ages, number = row[4 + 5 * len(THRESHOLDS):]
        return own, {'known': known or [], 'late': late or [], 'overdue': overdue or [], 'since': since,
                     'paid': list(zip(days or (), ages or (), strict=True)), 'number': number}

    @api.model
    def _own_sql(self, evening, threshold):
        """known, weight, late, recent_weight, recent_late of `habits.Own`."""
        known, late = self._known_sql(evening, threshold), self._late_sql(evening, threshold)
        sums = [SQL("COALESCE(SUM(%s) FILTER (WHERE %s), 0)", weight, which)
                for weight in (SQL("weight"), SQL("recent")) for which in (known, late)]
        return SQL("COUNT(*) FILTER (WHERE %s), %s", known, SQL(", ").join(sums))

    @api.model
    def _instalment_figures(self, source, evening, line_ids, moments, partner_ids=None, latest=True):
        """What the history says of some instalments: {line id: {threshold: (term, payment days late, payment days weight)}}.

        An instalment is no history of itself. `partner_ids`: their customers, when they are known; `latest`: False where
        none of them has more instalments than are looked at.
        """
        sums = SQL(", ").join(self._instalment_sql(evening, threshold) for threshold in THRESHOLDS)
        beyond = SQL(", ").join(self._beyond_sql(threshold, moments[threshold]) for threshold in THRESHOLDS)
        distance = SQL("ABS(EXTRACT(DAY FROM weighed.due)::int - one.day)")
        rows = self.env.execute_query(SQL(
            """
            SELECT one_id, %(sums)s
              FROM (SELECT one.id AS one_id, weighed.due, settled, weight, %(beyond)s,
                           weight * EXP(-POWER(LEAST(%(distance)s, 31 - %(distance)s) / %(width)s::float, 2) / 2) AS near
                      FROM (SELECT id, partner_id, due - issued AS term, EXTRACT(DAY FROM due)::int AS day
                              FROM %(source)s AS one WHERE id = ANY(%(ids)s)) AS one
                      JOIN (%(weighed)s) AS weighed ON weighed.partner_id = one.partner_id AND weighed.id <> one.id
                    OFFSET 0) AS pairs -- each exponential once
             GROUP BY one_id
            """, sums=sums, beyond=beyond, distance=distance, width=MONTH_DAY_WIDTH, source=source, ids=list(line_ids),
            weighed=self._weighed_sql(source, evening, partner_ids, latest)))
        return {row[0]: {threshold: row[1 + 3 * rank:4 + 3 * rank] for rank, threshold in enumerate(THRESHOLDS)} for row in rows}

    @api.model
    def _beyond_sql(self, threshold, moment):
        """How much longer than the term a payment took, from 0 to 1, weighed."""
        return SQL(
            """weight / (1 + EXP(-1.702 * LEAST(GREATEST(
                   (days + weighed.due - weighed.issued - one.term - %s) / %s::float, -40), 40))) AS %s""",
            threshold, TERM_WIDTH * moment.deviation, SQL.identifier(f'beyond_{threshold}'))

    @api.model
    def _instalment_sql(self, evening, threshold):
        return SQL(
            """COALESCE(SUM(%(beyond)s) FILTER (WHERE %(known)s), 0),
               COALESCE(SUM(near) FILTER (WHERE %(late)s), 0), COALESCE(SUM(near) FILTER (WHERE %(known)s), 0)""",
            beyond=SQL.identifier(f'beyond_{threshold}'), known=self._known_sql(evening, threshold),
            late=self._late_sql(evening, threshold))

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
            seen = SQL("%s AND partner_id = ANY(%s)", seen, list(partner_ids))
        if latest:
            seen = SQL(
                """SELECT * FROM (SELECT *, ROW_NUMBER() OVER (
                                            PARTITION BY partner_id ORDER BY issued DESC, id::text COLLATE "C" DESC)
                                    FROM (%s) AS seen) AS ranked WHERE row_number <= %s""", seen, LATEST)
        return SQL(
            """
            SELECT id, partner_id, issued, due, settled, days, age,
                   POWER(0.5::float, age / %(year)s::float) AS weight, POWER(0.5::float, age / %(recent)s::float) AS recent
              FROM (SELECT *, COALESCE(settled, %(evening)s) - due AS days,
                           CASE WHEN settled IS NULL THEN 0 ELSE GREATEST(0, %(evening)s - GREATEST(settled, due)) END AS age
                      FROM (%(seen)s) AS seen) AS dated
            OFFSET 0 -- each weight once: it is asked for in a dozen sums
            """, year=YEAR, recent=RECENT_HALF_LIFE, evening=evening, seen=seen)

    @api.model
    def _known_sql(self, evening, threshold):
        return SQL("(settled IS NOT NULL OR %s - due > %s)", evening, threshold)

    @api.model
    def _late_sql(self, evening, threshold):
        return SQL("COALESCE(settled, %s) - due > %s", evening, threshold)

    @api.model
    def _clipped_sql(self, days):
        return SQL("LEAST(GREATEST(%s, %s), %s)", days, *DELAY_BOUNDS)

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


