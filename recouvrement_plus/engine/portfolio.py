"""The portfolio as it stood on one evening, kept up to date day after day without ever reading ahead.

An instalment enters a figure on the day its outcome can be seen and leaves it a year later, so that going through a
ledger of n instalments costs n steps, not n for every day. Days are ordinals.
"""

import math
from bisect import bisect_left, bisect_right, insort
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush

from .habits import DELAY_BOUNDS, HALF_LIFE, log_odds, size

YEAR = HALF_LIFE
LEVEL_DAYS = 60
PSEUDO = 10
USUAL_PSEUDO = 20
PRIOR_AT_ZERO, PRIOR_AT_THIRTY = 0.35, 0.08
LEAST_DEVIATION = 3.0
LEAST_SPREAD = 0.1
DRIFT_OUTCOMES, DRIFT_RIDGE = 300, 60.0


@dataclass(frozen=True)
class Moment:
    """``base``: late share of what fell due in the last year; ``level``: of what fell due in the sixty days before the
    threshold could pass; ``deviation``: of the days late (at least 3); ``paid_days``: days from invoice to payment of
    what was paid in the last year, sorted; ``size`` and ``size_deviation``: of the logarithm of what was ever invoiced.
    """

    base: float
    level: float
    deviation: float
    paid_days: tuple | list = ()
    size: float = 0.0
    size_deviation: float = 1.0
    usual: dict = field(default_factory=dict, init=False, repr=False, compare=False)  # what usual_odds answered

    @cached_property
    def base_odds(self):
        """Log odds of ``base``."""
        return log_odds(self.base)

    @cached_property
    def trend(self):
        """Log odds of the last sixty days less those of the year."""
        return log_odds(self.level) - self.base_odds

    def usual_odds(self, limit):
        """Log odds that the portfolio takes longer than ``limit`` days from invoice to payment: few terms, asked often."""
        if limit not in self.usual:
            number = len(self.paid_days)
            longer = number - bisect_right(self.paid_days, limit)
            self.usual[limit] = log_odds((longer + USUAL_PSEUDO * self.base) / (number + USUAL_PSEUDO))
        return self.usual[limit]


def prior(threshold):
    """Late share assumed before anything is known: 35 % late at all, 8 % by more than 30 days, in between by ratio."""
    return PRIOR_AT_ZERO * (PRIOR_AT_THIRTY / PRIOR_AT_ZERO) ** (threshold / 30)


class Drift:
    """By how much the latest matured outcomes were later than was announced: the level moves before the weights do.

    ``log_odds`` is what is added for everybody: the surprise of the last outcomes, shrunk to none.
    """

    def __init__(self):
        self.latest = deque()
        self.errors = self.spread = 0.0

    @property
    def log_odds(self):
        return self.errors / (self.spread + DRIFT_RIDGE)

    def add(self, late, announced):
        """One more matured outcome (0 or 1) and the probability that was announced, this correction left out."""
        self.latest.append((late - announced, announced * (1 - announced)))
        self.errors += late - announced
        self.spread += announced * (1 - announced)
        if len(self.latest) > DRIFT_OUTCOMES:
            error, spread = self.latest.popleft()
            self.errors -= error
            self.spread -= spread


class Portfolio:
    """Running figures. ``issue`` tells it every instalment on its day, ``moment(evening)`` asks, evenings never go back.

    Settlements are given with the instalment for simplicity and acted on only once their day has come.
    """

    def __init__(self, threshold):
        self.threshold, self.prior = threshold, prior(threshold)
        self.coming = []  # heap of (day, order, what to do, with what)
        self.order = 0
        self.known = self.late = self.level_known = self.level_late = 0
        self.paid = self.sum = self.squares = 0
        self.paid_days = []
        self.sizes = self.size_sum = self.size_squares = 0

    def issue(self, issued, due, settled, amount=None):
        """One more instalment; ``settled`` None while unpaid, ``amount`` None when it is not told."""
        if amount:
            value = size(amount)
            self.sizes, self.size_sum, self.size_squares = (
                self.sizes + 1, self.size_sum + value, self.size_squares + value * value)
        seen = due + self.threshold + 1
        is_late = settled is None or settled >= seen
        # known from its due date on: what is paid early tells the level only once its due date has come
        day = max(due, issued, seen if is_late else settled)
        self._at(day, self._count, 1, is_late)
        self._at(max(day, due + YEAR), self._count, -1, is_late)
        self._at(max(seen, issued), self._count_level, 1, is_late)
        self._at(max(seen, issued) + LEVEL_DAYS, self._count_level, -1, is_late)
        if settled is not None:
            day = max(settled, issued)
            late = min(max(settled - due, DELAY_BOUNDS[0]), DELAY_BOUNDS[1])
            self._at(day, self._pay, late, settled - issued)
            self._at(day + YEAR, self._forget, late, settled - issued)

    def moment(self, evening):
        """The figures of the evening; what happened later has no part in them."""
        while self.coming and self.coming[0][0] <= evening:
            _day, _order, act, *values = heappop(self.coming)
            act(*values)
        base = (self.late + PSEUDO * self.prior) / (self.known + PSEUDO)
        level = (self.level_late + PSEUDO * base) / (self.level_known + PSEUDO)
        days = max(LEAST_DEVIATION, deviation(self.paid, self.sum, self.squares, PSEUDO))
        spread = max(LEAST_SPREAD, deviation(self.sizes, self.size_sum, self.size_squares, 1.0))
        return Moment(base, level, days, self.paid_days, self.size_sum / self.sizes if self.sizes else 0.0, spread)

    def _at(self, day, act, *values):
        self.order += 1
        heappush(self.coming, (day, self.order, act, *values))

    def _count(self, step, is_late):
        self.known += step
        self.late += step * is_late

    def _count_level(self, step, is_late):
        self.level_known += step
        self.level_late += step * is_late

    def _pay(self, late, days):
        self.paid, self.sum, self.squares = self.paid + 1, self.sum + late, self.squares + late * late
        insort(self.paid_days, days)

    def _forget(self, late, days):
        self.paid, self.sum, self.squares = self.paid - 1, self.sum - late, self.squares - late * late
        del self.paid_days[bisect_left(self.paid_days, days)]


def deviation(number, total, squares, default):
    """Standard deviation from a count, a sum and a sum of squares; ``default`` for fewer than ten."""
    if number < PSEUDO:
        return default
    mean = total / number
    return math.sqrt(max(0.0, squares / number - mean * mean))
