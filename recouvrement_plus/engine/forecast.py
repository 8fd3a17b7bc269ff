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
STEPS = tuple(Decimal(1).scaleb(-places) for places in range(5))  # one, a tenth, a hundredth ...
UNITS = tuple(10**places for places in range(5))
FACTOR_JSON = '{"code":"%s","value":"%.4f","points":"%.1f","max_points":"%.1f","keys":"%s"}'
CAP_JSON = '{"code":"score_cap","value":"%.1f","points":"%.1f","max_points":"0","keys":""}'
POINT_PLACES, EVIDENCE_PLACES, VALUE_PLACES = 1, 3, 4
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
    told = _told(own, moment, weights, values, level, known, overdue, calendar)
    return _score([_factor(*one) for one in told], own, weights.trusted)


def factors_json(own: Own, moment: Moment, weights: Weights, values: Sequence, level=0.0, known="", overdue="") -> str:
    """The factors of :func:`score_figures` as they are kept: JSON, numbers as text. Written by hand: thousands in a night.

    ``known``, ``overdue``: names of the sets of instalments behind them.
    """
    result, total = [], 0
    for code, value, points, keys in _told(own, moment, weights, values, level, known, overdue, ()):
        tenths = _whole(points, POINT_PLACES)
        total += tenths
        result.append(FACTOR_JSON % (code, _whole(value, VALUE_PLACES) / 10000, tenths / 10, abs(tenths) / 10, keys or ""))
    over = min(max(total, 0), 1000) - total
    if over:
        result.append(CAP_JSON % (total / 10, over / 10))
    return f"[{','.join(result)}]"


def _told(own, moment, weights, values, level, known, overdue, calendar):
    """(code, value, points, keys) of each factor, in the order of the explanation, before anything is rounded."""
    points = iter(_points(weights, values, level, calendar))
    if not weights.trusted:
        return [("portfolio_rate", weights.rate, next(points), ())]
    told = [("base", moment.base, next(points), ())]
    if level:
        told.append(("level", level, next(points), ()))
    for name, value, add in zip(FACTORS, values, points, strict=False):
        shown = late_share(own, moment) if name == "history" else own.oldest if name == "overdue" else value
        told.append((name, shown, add, () if name in OF_THE_PORTFOLIO else overdue if name == "overdue" else known))
    return told + [(name, add, POINTS * add, ()) for name, add in zip(("weekday", "month_day"), calendar, strict=False)]


def score_in_brief(own: Own, weights: Weights, values: Sequence, level=0.0) -> tuple:
    """(score, grade, probability, evidence) of :func:`score_figures` as floats, without the explanation: ten times quicker."""
    tenths = sum([_whole(points, POINT_PLACES) for points in _points(weights, values, level)])
    score, grade, probability_late = _graded(min(max(tenths, 0), 1000))
    return (score, grade if weights.trusted and own.known else "", probability_late,
            float(_rounded(own.evidence, EVIDENCE_PLACES)))


def _points(weights, values, level, calendar=()):
    """Points of each factor, in the order of the explanation, as they are before they are rounded."""
    if not weights.trusted:
        return [50 + POINTS * log_odds(weights.rate)]
    points = [50 + POINTS * weights.constant]
    if level:
        points.append(POINTS * level)
    points += [POINTS * weight * value for weight, value in zip(weights.factors, values, strict=False)]
    points += [POINTS * add for add in calendar]
    return points


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
    return probability(odds + level) if level else undrifted, undrifted


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
    rounded = _rounded(points, POINT_PLACES)
    return Factor(code, _rounded(value, VALUE_PLACES), rounded, abs(rounded), keys)


def _rounded(number, places):
    """A number as an exact one with so many decimal places."""
    return _whole(number, places) * STEPS[places]


def _whole(number, places):
    """:func:`_rounded` in units of its last place, half up as it is written: what a float leaves open, the exact number decides."""
    units = number * UNITS[places]
    if abs(units % 1 - 0.5) < 1e-6:
        return int(Decimal(repr(number)).scaleb(places).quantize(STEPS[0], rounding=ROUND_HALF_UP))
    return round(units)


@lru_cache(maxsize=1024)
def _graded(tenths):
    """(score, grade, probability) of a score in tenths of points."""
    score = Decimal(tenths) / 10
    return float(score), grade_of(score), float(probability_of(score))


def _score(factors, own, graded=True):
    """Add up, hold within 0..100 by a visible factor, grade when there is a history."""
    total = sum((factor.points for factor in factors), Decimal(0))
    score = min(max(total, Decimal(0)), Decimal(100))
    if score != total:
        factors = [*factors, Factor("score_cap", total, score - total, Decimal(0))]
    grade = grade_of(score) if graded and own.known else ""
    evidence = _rounded(own.evidence, EVIDENCE_PLACES)
    return Score(score, grade, probability_of(score), evidence, own.known, tuple(factors))
