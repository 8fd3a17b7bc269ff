"""What the past of a customer says about one instalment, as numbers that are added up: the factors of the score.

Each factor is zero when nothing is known and grows with the odds of being late; :mod:`.calibration` weighs them. All of
them are sums over the customer's own instalments as they stood on one evening, plus the figures of the portfolio on
that evening (:class:`.portfolio.Moment`): one aggregation can deliver them. Days are ordinals, shares are binary
fractions: these are statistics, not money.
"""

import math
from collections import namedtuple
from datetime import date
from functools import lru_cache

HALF_LIFE, RECENT_HALF_LIFE = 365, 60
PSEUDO = 2  # instalments at the portfolio's rate that every customer starts with
LOWEST, HIGHEST = 0.02, 0.98
DELAY_BOUNDS = (-30, 90)  # days late beyond which one instalment says no more
TERM_WIDTH = 0.35  # of the portfolio's usual deviation: how near a number of days counts as the same
MONTH_DAY_WIDTH = 2.5  # days of the month
LATEST = 500  # instalments of one customer that are looked at, the latest ones

# The factors, in order. The last four are about the instalment, the others about the customer or the portfolio.
FACTORS = ("history", "recent", "delay", "evidence", "moment", "overdue", "term", "usual_term", "payment_days", "amount")


OWN = "known weight late recent_weight recent_late delay delay_weight overdue oldest"


class Own(namedtuple("Own", OWN, defaults=(0, *[0.0] * 6, 0, 0))):
    """A customer's own figures on one evening, all decayed sums (``weight``: one for an instalment of that evening).

    ``known`` instalments weigh ``weight``, the late ones among them ``late``; the same with the short half-life;
    ``delay``: days late times weight, ``delay_weight`` the weights; ``overdue``: unpaid past the due date (a number).
    """

    __slots__ = ()

    @property
    def evidence(self):
        """Share (0..1) of the history that is the customer's own rather than the portfolio's."""
        return self.weight / (self.weight + PSEUDO)


def log_odds(share):
    """Natural logarithm of the odds of a share, held within 2 % and 98 %."""
    if share < LOWEST:
        share = LOWEST
    elif share > HIGHEST:
        share = HIGHEST
    return math.log(share / (1 - share))


@lru_cache(maxsize=16384)
def decay(days, half_life=HALF_LIFE):
    """Weight of what is ``days`` old: 1 today, one half after the half-life."""
    return 0.5 ** (max(0, days) / half_life)


def visible(history, evening):
    """Of ``[(issued, due, settled or None)]``, what was there on the evening: ``[(issued, due, settled or None)]``."""
    return [
        (issued, due, settled if settled is not None and settled <= evening else None)
        for issued, due, settled in history[-LATEST:]
        if issued <= evening
    ]


def own_figures(seen, evening, threshold):
    """:class:`Own` of what :func:`visible` returned."""
    known = overdue = oldest = 0
    weight = late = recent_weight = recent_late = delay = delay_weight = 0.0
    for _issued, due, settled in seen:
        days = (evening if settled is None else settled) - due
        if settled is None and days > 0:
            overdue += 1
            oldest = max(oldest, days)
        if settled is None and days <= 0:
            continue
        age = evening - (evening if settled is None else max(settled, due))
        share = decay(age)
        delay += share * min(max(days, DELAY_BOUNDS[0]), DELAY_BOUNDS[1])
        delay_weight += share
        if settled is None and days <= threshold:
            continue
        recent = decay(age, RECENT_HALF_LIFE)
        known, weight, recent_weight = known + 1, weight + share, recent_weight + recent
        if days > threshold:
            late, recent_late = late + share, recent_late + recent
    return Own(known, weight, late, recent_weight, recent_late, delay, delay_weight, overdue, oldest)


def late_share(own, moment):
    """The customer's late share, shrunk to the portfolio's rate: the one number that carries the score."""
    return (own.late + PSEUDO * moment.base) / (own.weight + PSEUDO)


def customer_factors(own, moment):
    """The first six of :data:`FACTORS`, from the customer's own figures."""
    share = late_share(own, moment)
    history = log_odds(share)
    recent = (own.recent_late + PSEUDO * share) / (own.recent_weight + PSEUDO)
    return (
        history,
        log_odds(recent) - history,
        own.delay / (own.delay_weight + PSEUDO) / moment.deviation,
        own.evidence,
        moment.trend,
        1.0 if own.overdue else 0.0,
    )


def instalment_factors(seen, own, moment, evening, threshold, issued, due, amount=None):
    """The last four of :data:`FACTORS`: what the term, the day of the month and the size of this instalment add.

    ``term``: how often the customer took longer than this term, whatever the terms were then; ``usual_term``: the same
    of the whole portfolio, for customers with little history; ``payment_days``: instalments due on near days of the month;
    ``amount``: in deviations from the portfolio's usual size, on a logarithmic scale (0 when it is not told).
    """
    limit, day, scale = due - issued + threshold, month_day(due), TERM_WIDTH * moment.deviation
    term_weight = term_late = day_weight = day_late = 0.0
    for start, end, settled in seen:
        days = (evening if settled is None else settled) - end
        if settled is None and days <= threshold:
            continue
        share = decay(evening - (evening if settled is None else max(settled, end)))
        term_weight += share
        term_late += share * _beyond((days + end - start - limit) / scale)
        share *= nearness(abs(month_day(end) - day))
        day_weight += share
        day_late += share * (days > threshold)
    return instalment_values(own, moment, limit, (term_weight, term_late, day_late, day_weight), amount)


def instalment_values(own, moment, limit, sums, amount=None):
    """:func:`instalment_factors` from its sums: weight and soft share beyond ``limit`` days, late and all on near days."""
    term_weight, term_late, day_late, day_weight = sums
    late = late_share(own, moment)
    history = log_odds(late)
    return (
        log_odds((term_late + PSEUDO * moment.base) / (term_weight + PSEUDO)) - history,
        (moment.usual_odds(limit) - moment.base_odds) * (1 - own.evidence),
        log_odds((day_late + PSEUDO * late) / (day_weight + PSEUDO)) - history,
        (size(amount) - moment.size) / moment.size_deviation if amount else 0.0,
    )


def size(amount):
    """Natural logarithm of an amount (a number of any type) plus one."""
    return math.log1p(abs(amount))


def _beyond(deviations):
    """A soft "longer than": 0 well below, one half at the limit, 1 well above."""
    return 1 / (1 + math.exp(-1.702 * min(max(deviations, -40), 40)))


@lru_cache(maxsize=32)
def nearness(days):
    """How much an instalment due ``days`` away in the month counts: the month is a circle."""
    days = min(days, 31 - days)
    return math.exp(-((days / MONTH_DAY_WIDTH) ** 2) / 2)


@lru_cache(maxsize=16384)
def month_day(day):
    """Day of the month of an ordinal."""
    return date.fromordinal(day).day
