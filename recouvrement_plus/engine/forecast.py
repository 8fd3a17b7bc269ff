"""The score of a customer, or of one instalment, from the learned weights: every point explained, the points add up.

:mod:`.scoring` holds the published card; this is the same sum with more factors and with weights that the company's own
outcomes have moved (:mod:`.calibration`). Ten points more mean that the odds of being late double.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import mul

from .calibration import Weights, probability
from .habits import FACTORS, LATEST, Own, customer_factors, instalment_factors, late_share, log_odds, own_figures, visible
from .portfolio import Moment
from .replay import due_day
from .scoring import Factor, Outcome, Score, grade_of, probability_of

POINTS = 10 / math.log(2)
TENTH, THOUSANDTH, SHARE = Decimal("0.1"), Decimal("0.001"), Decimal("0.0001")
OF_THE_PORTFOLIO = ("moment", "usual_term", "amount")  # factors without instalments of the customer
LOW_EVIDENCE = 2  # up to so many known outcomes the grade is shown in grey


def forecast(
    outcomes: Iterable[Outcome],
    as_of: date,
    moment: Moment,
    weights: Weights,
    threshold: int = 0,
    instalment: Outcome | None = None,
    level: float = 0.0,
) -> Score:
    """:class:`.scoring.Score` on ``as_of`` from what was visible the evening before.

    Without ``instalment`` it is the customer's score; with it the factors of its term and its due date come on top.
    ``moment``: the portfolio on that evening; ``level``: log odds of :class:`.portfolio.Drift`.
    Weights that are not trusted give the portfolio's rate and no grade.
    """
    evening = as_of.toordinal() - 1
    rows = sorted(outcomes, key=lambda one: (one.issued, str(one.key)))[-LATEST:]
    seen = visible([_days(one) for one in rows], evening)
    own = own_figures(seen, evening, threshold)
    known, overdue = _known_and_overdue(rows, evening, threshold)
    values = customer_factors(own, moment)
    if instalment is None:
        return score_figures(own, moment, weights, values, level, known, overdue)
    issued, due, _settled = _days(instalment)
    values += instalment_factors(seen, own, moment, evening, threshold, issued, due, instalment.amount)
    return score_figures(own, moment, weights, values, level, known, overdue, weights.calendar(due_day(due)))


def score_figures(
    own: Own, moment: Moment, weights: Weights, values: Sequence, level=0.0, known=(), overdue=(), calendar=()
) -> Score:
    """:func:`forecast` from a customer's figures, wherever they were summed; ``known``, ``overdue``: the keys behind them.

    ``values``: the first six of :data:`FACTORS`, or all ten of one instalment with the ``calendar`` of its due date.
    """
    if not weights.trusted:
        return _score([_factor("portfolio_rate", weights.rate, 50 + POINTS * log_odds(weights.rate))], own, graded=False)
    factors = [_factor("base", moment.base, 50 + POINTS * weights.constant)]
    if level:
        factors.append(_factor("level", level, POINTS * level))
    for name, weight, value in zip(FACTORS, weights.factors, values, strict=False):
        shown = late_share(own, moment) if name == "history" else own.oldest if name == "overdue" else value
        keys = () if name in OF_THE_PORTFOLIO else overdue if name == "overdue" else known
        factors.append(_factor(name, shown, POINTS * weight * value, keys))
    factors += [_factor(name, add, POINTS * add) for name, add in zip(("weekday", "month_day"), calendar, strict=False)]
    return _score(factors, own)


def customer_odds(values: Sequence, weights: Weights) -> float:
    """Log odds of a customer before anything is said of one instalment: the constant and the first six factors."""
    return weights.constant + sum(map(mul, weights.factors, values))


def chance(odds: float, weights: Weights, level: float, values: Sequence = (), day: tuple | None = None) -> tuple:
    """(probability announced, the same without the ``level`` and the gate), without its explanation.

    ``odds``: from :func:`customer_odds`; ``values``: the last four factors of an instalment, ``day``: (weekday, day of
    the month) on which it falls due; neither for the customer as such.
    """
    if day:
        odds += sum(map(mul, weights.factors[-len(values):], values)) + sum(weights.calendar(day))
    undrifted = probability(odds)
    if not weights.trusted:
        return weights.rate, undrifted
    return probability(odds + level), undrifted


def late_for_good(at_all: float, by_more: float, days: int, threshold: int) -> tuple:
    """The two chances of an instalment that is already ``days`` late (negative: not due): what has happened is certain."""
    if days <= 0:
        return at_all, min(at_all, by_more)
    return 1.0, 1.0 if days > threshold else min(1.0, by_more / at_all)


def _days(outcome):
    settled = outcome.settled.toordinal() if outcome.settled else None
    return outcome.issued.toordinal(), outcome.due.toordinal(), settled


def _known_and_overdue(rows, evening, threshold):
    """The instalments behind the factors: those known by the evening, and those overdue then."""
    day = date.fromordinal(evening)
    there = [one for one in rows if one.issued <= day]
    known = [one for one in there if one.settled_by(day) or one.days_late(day) > threshold]
    overdue = [one for one in there if not one.settled_by(day) and one.due < day]
    return _only_keys(known), _only_keys(overdue)


def _only_keys(outcomes):
    return tuple(one.key for one in outcomes)


def _factor(code, value, points, keys=()):
    rounded = _rounded(points, TENTH)
    return Factor(code, _rounded(value, SHARE), rounded, abs(rounded), keys)


@lru_cache(maxsize=4096)
def _rounded(number, step):
    """A float as an exact number; those of the portfolio come back for every customer."""
    return Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP) + 0  # no minus zero


def _score(factors, own, graded=True):
    """Add up, hold within 0..100 by a visible factor, grade when there is a history."""
    total = sum((factor.points for factor in factors), Decimal(0))
    score = min(max(total, Decimal(0)), Decimal(100))
    if score != total:
        factors = [*factors, Factor("score_cap", total, score - total, Decimal(0))]
    grade = grade_of(score) if graded and own.known else ""
    evidence = _rounded(own.evidence, THOUSANDTH)
    return Score(score, grade, probability_of(score), evidence, own.known, tuple(factors))
