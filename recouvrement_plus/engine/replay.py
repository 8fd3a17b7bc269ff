"""A ledger gone through as it was lived: each instalment scored on its issue date from what was visible the evening before.

This is the protocol of every figure that is published. Nothing reads ahead: an outcome enters the figures of the
portfolio, the history of its customer and the matured outcomes only on the day on which it could be seen. The weights
are learned again on the first scoring day of each month.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .calibration import Matured, Weights, learn, probability, starting
from .habits import customer_factors, instalment_factors, month_day, own_figures, visible
from .portfolio import Portfolio


@dataclass(frozen=True)
class Entry:
    """One instalment: whose, issued, due and settled (None while open) on ordinals of days.

    ``counts`` False (a credit note): scored, and no part of any history."""

    customer: object
    issued: int
    due: int
    settled: int | None = None
    counts: bool = True


@dataclass(frozen=True)
class Announced:
    """What was said of one entry on its issue date. ``judged``: what the history says, whether or not the gate lets it
    be shown as the ``probability``; ``known``: the customer's outcomes known then."""

    probability: float
    judged: float
    known: int
    values: tuple
    base: float


def replay(entries: Iterable, threshold: int = 0, train_until: int | None = None, learning: bool = True) -> list:
    """:class:`Announced` for each :class:`Entry`, in their order.

    ``threshold``: late by more than so many days; ``train_until``: ordinal from which on nothing more is learned
    (histories go on, weights stay); ``learning`` False: the starting weights all along.
    """
    replayed = _Replay(threshold, train_until, learning)
    entries = list(entries)
    order = sorted(range(len(entries)), key=lambda row: (entries[row].issued, row))
    result = [None] * len(entries)
    for first, last in _same_day(order, entries):
        rows = order[first:last]
        for row, announced in zip(rows, replayed.day([entries[row] for row in rows]), strict=True):
            result[row] = announced
    return result


def _same_day(order, entries):
    """Slices of ``order`` issued on one day."""
    first = 0
    for last in range(1, len(order) + 1):
        if last == len(order) or entries[order[last]].issued != entries[order[first]].issued:
            yield first, last
            first = last


class _Replay:
    def __init__(self, threshold, train_until, learning):
        self.threshold, self.train_until, self.learning = threshold, train_until, learning
        self.portfolio = Portfolio(threshold)
        self.histories = defaultdict(list)
        self.weights = Weights(starting(threshold))
        self.month = None
        self.frozen = False
        self.waiting = []  # scored, not matured yet: [(first day on which it is matured, late, values, day, announced)]
        self.matured = Matured([], [], [], [])

    def day(self, entries):
        """Score the entries issued on one day, then let them be seen."""
        today = entries[0].issued
        self._learn(today)
        moment = self.portfolio.moment(today - 1)
        result = [self._score(entry, moment, today - 1) for entry in entries]
        for entry, announced in zip(entries, result, strict=True):
            if not entry.counts:
                continue
            self.portfolio.issue(entry.issued, entry.due, entry.settled)
            self.histories[entry.customer].append((entry.issued, entry.due, entry.settled))
            self.waiting.append((entry, announced))
        return result

    def _score(self, entry, moment, evening):
        seen = visible(self.histories[entry.customer], evening)
        own = own_figures(seen, evening, self.threshold)
        values = customer_factors(own, moment) + instalment_factors(
            seen, own, moment, evening, self.threshold, entry.issued, entry.due
        )
        judged = probability(self.weights.log_odds(values, due_day(entry.due)))
        announced = judged if self.weights.trusted else self.weights.rate
        return Announced(announced, judged, own.known, values, moment.base)

    def _learn(self, today):
        """Once a month, and for the last time on the day from which nothing more is learned."""
        if self.frozen or not self.learning:
            return
        self.frozen = self.train_until is not None and today >= self.train_until
        month = date.fromordinal(today).replace(day=1)
        if month == self.month and not self.frozen:
            return
        self.month = month
        self._mature(self.train_until if self.frozen else today)
        self.weights = learn(self.matured, self.threshold, self.portfolio.moment(today - 1).base)

    def _mature(self, today):
        """Move to the matured outcomes those whose threshold has passed by the evening before ``today``."""
        still, done = [], []
        for entry, announced in self.waiting:
            (done if max(entry.due + self.threshold + 1, entry.issued) < today else still).append((entry, announced))
        self.waiting = still
        for entry, announced in done:
            self.matured.values.append(announced.values)
            self.matured.days.append(due_day(entry.due))
            self.matured.late.append(is_late(entry, self.threshold))
            self.matured.judged.append(announced.judged)


def due_day(day):
    """(weekday, day of the month) of an ordinal."""
    return (day - 1) % 7, month_day(day)


def is_late(entry, threshold):
    """1 when the entry was settled more than ``threshold`` days after its due date, or never; else 0."""
    return int(entry.settled is None or entry.settled > entry.due + threshold)
