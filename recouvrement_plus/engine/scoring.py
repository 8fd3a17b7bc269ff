"""A customer's payment risk, 0 (pays on time) to 100, explained point by point. Advisory: it decides nothing.

Ten points more mean that the odds of being late double; 50 means one in two. The history is the customer's own late
share, older instalments counting half after a year, shrunk towards the portfolio by two pseudo-instalments. ``Decimal``
all through, so that the same ledger gives the same score on every machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from .errors import InconsistentInput
from .money import to_decimal

ZERO, ONE, TENTH = Decimal(0), Decimal(1), Decimal("0.1")
# Share of late instalments assumed before any is known, for each threshold in days.
PRIOR_LATE_SHARE = {0: Decimal("0.35"), 30: Decimal("0.08")}
PORTFOLIO_PSEUDO_COUNT = 10
CUSTOMER_PSEUDO_COUNT = 2
HALF_LIFE_DAYS = 365
SHARE_BOUNDS = (Decimal("0.02"), Decimal("0.98"))
HISTORY_MAX = Decimal("56.1")  # 10 * log2(0.98 / 0.02)
CORRECTION_MAX = Decimal(5)
# A score below the first bound is an A, below the second a B, and so on: late odds of 1:4, 1:2, 1:1, 2.8:1.
GRADE_BOUNDS = ((Decimal(30), "A"), (Decimal(40), "B"), (Decimal(50), "C"), (Decimal(65), "D"))


@dataclass(frozen=True)
class Outcome:
    """One instalment of one customer. ``settled``: the day the money had covered it, None while open.

    Days after the date of the score are ignored by the functions below, so a whole ledger may be passed as it is.

    :raises InconsistentInput: an amount that is no exact number.
    """

    key: object
    issued: date
    due: date
    amount: Decimal
    settled: date | None = None
    disputed: bool = False

    def __post_init__(self):
        object.__setattr__(self, "amount", to_decimal(self.amount))

    def settled_by(self, as_of):
        return self.settled is not None and self.settled <= as_of

    def days_late(self, as_of):
        """Days from the due date to the settlement, or to ``as_of`` while open; negative when paid early."""
        return ((self.settled if self.settled_by(as_of) else as_of) - self.due).days

    def is_known(self, as_of, threshold):
        """Whether the day ``as_of`` already tells if it was late: settled, or open past the threshold."""
        return self.issued < as_of and (self.settled_by(as_of) or self.days_late(as_of) > threshold)


@dataclass(frozen=True)
class Factor:
    """One line of the explanation. ``points`` add up to the score; ``keys`` are the instalments behind ``value``."""

    code: str
    value: Decimal
    points: Decimal
    max_points: Decimal
    keys: tuple = ()


@dataclass(frozen=True)
class Score:
    """``score`` 0..100, one decimal; ``grade`` A..E, empty without history; ``probability_late`` 0..1.

    ``evidence``: share (0..1) of the history that is the customer's own rather than the portfolio's;
    ``n_known``: instalments whose outcome is known, one or two being little evidence.
    """

    score: Decimal
    grade: str
    probability_late: Decimal
    evidence: Decimal
    n_known: int
    factors: tuple


def portfolio_rate(outcomes: Iterable, as_of: date, threshold: int = 0) -> Decimal:
    """Share (0..1) of instalments late by more than ``threshold`` days, of all customers, due in the last 365 days.

    Smoothed by ten pseudo-instalments at the prior share of ``PRIOR_LATE_SHARE``.

    :raises InconsistentInput: a threshold without a prior (0 and 30 have one).
    """
    prior = _prior(threshold)
    since = as_of - timedelta(days=365)
    known = [outcome for outcome in outcomes if since < outcome.due <= as_of and outcome.is_known(as_of, threshold)]
    late = sum(1 for outcome in known if outcome.days_late(as_of) > threshold)
    return (late + prior * PORTFOLIO_PSEUDO_COUNT) / (len(known) + PORTFOLIO_PSEUDO_COUNT)


def score_customer(outcomes: Iterable, as_of: date, base: Decimal, threshold: int = 0, overdue: Iterable = ()) -> Score:
    """Score one customer on ``as_of`` from what was known that day.

    ``base``: the rate of :func:`portfolio_rate`. ``overdue``: further open instalments, outside the history, that
    count as overdue now. For the threshold of 30 days only the history counts: corrections made it worse.

    :raises InconsistentInput: a threshold without a prior, a base outside 0..1.
    """
    _prior(threshold)
    base = to_decimal(base)
    if not 0 < base < 1:
        raise InconsistentInput(what="portfolio_rate", value=base)
    issued = [outcome for outcome in outcomes if outcome.issued < as_of]
    known = [outcome for outcome in issued if outcome.is_known(as_of, threshold)]
    weight = sum((_weight(outcome, as_of) for outcome in known), ZERO)
    factors = [Factor("base", base, Decimal(50), Decimal(50)), _history(known, weight, as_of, base, threshold)]
    if not threshold:
        factors += _corrections(issued, overdue, as_of)
    factors += _cap("score_cap", factors, ZERO, Decimal(100))
    score = sum((factor.points for factor in factors), ZERO)
    if known:
        factors.append(_average_days_late(known, as_of))
    evidence = _rounded(weight / (weight + CUSTOMER_PSEUDO_COUNT), "0.001")
    return Score(score, grade_of(score) if known else "", probability_of(score), evidence, len(known), tuple(factors))


def _prior(threshold):
    if threshold not in PRIOR_LATE_SHARE:
        raise InconsistentInput(what="score_threshold", value=threshold)
    return PRIOR_LATE_SHARE[threshold]


def _rounded(value, step):
    return value.quantize(Decimal(step), rounding=ROUND_HALF_UP)


def _weight(outcome, as_of):
    """1 today, one half after a year; counted from the settlement or the due date, whichever is later."""
    reference = max(outcome.settled, outcome.due) if outcome.settled_by(as_of) else as_of
    return _decay(max(0, (as_of - reference).days))


@lru_cache(maxsize=8192)
def _decay(days):
    return Decimal("0.5") ** (Decimal(days) / HALF_LIFE_DAYS)


def _history(known, weight, as_of, base, threshold):
    """Points of the smoothed late share: ten times the binary logarithm of its odds."""
    late = [outcome for outcome in known if outcome.days_late(as_of) > threshold]
    late_weight = sum((_weight(outcome, as_of) for outcome in late), ZERO)
    share = (late_weight + CUSTOMER_PSEUDO_COUNT * base) / (weight + CUSTOMER_PSEUDO_COUNT)
    clipped = min(max(share, SHARE_BOUNDS[0]), SHARE_BOUNDS[1])
    points = _rounded(10 * (clipped / (1 - clipped)).ln() / Decimal(2).ln(), "0.1")
    return Factor("history", _rounded(share, "0.0001"), points, HISTORY_MAX, tuple(outcome.key for outcome in late))


def _corrections(issued, overdue, as_of):
    """Small corrections on top of the history, kept together within five points."""
    factors = [_overdue(issued, overdue, as_of), _disputes(issued, as_of)]
    return factors + _cap("correction_cap", factors, -CORRECTION_MAX, CORRECTION_MAX)


def _overdue(issued, overdue, as_of):
    open_now = {outcome.key: outcome for outcome in (*issued, *overdue) if not outcome.settled_by(as_of)}
    late = [outcome for outcome in open_now.values() if outcome.days_late(as_of) > 0]
    oldest = max((outcome.days_late(as_of) for outcome in late), default=0)
    points = Decimal(4 if oldest > 30 else 3 if late else 0)
    return Factor("overdue", Decimal(oldest), points, Decimal(4), tuple(outcome.key for outcome in late))


def _disputes(issued, as_of):
    disputed = [outcome for outcome in issued if outcome.disputed]
    settled = sum(1 for outcome in issued if outcome.settled_by(as_of))
    many = Decimal(len(disputed)) / (settled + 4) > Decimal("0.25")
    points = Decimal(3 if many else 1 if disputed else 0)
    return Factor("disputes", Decimal(len(disputed)), points, Decimal(3), tuple(item.key for item in disputed))


def _cap(code, factors, low, high):
    """A factor that brings the sum of ``factors`` back within bounds; none when it is within already."""
    total = sum((factor.points for factor in factors), ZERO)
    points = min(max(total, low), high) - total
    return [Factor(code, total, points, ZERO)] if points else []


def _average_days_late(known, as_of):
    """Days late weighted by amount, shown beside the score: it carries no points."""
    amount = sum((outcome.amount for outcome in known), ZERO)
    days = sum((outcome.amount * outcome.days_late(as_of) for outcome in known), ZERO)
    average = days / amount if amount else ZERO
    return Factor("average_days_late", _rounded(average, "0.1"), ZERO, ZERO, tuple(item.key for item in known))


def grade_of(score):
    """A to E by the odds of being late: below 1:4, 1:2, 1:1, 2.8:1, above."""
    return next((grade for bound, grade in GRADE_BOUNDS if score < bound), "E")


@lru_cache(maxsize=2048)
def probability_of(score):
    """Chance (0..1) of being late: the odds of the score, 1:1 at 50."""
    return _rounded(ONE / (ONE + Decimal(2) ** ((Decimal(50) - score) / 10)), "0.0001")
