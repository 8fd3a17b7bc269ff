"""A ledger gone through as it was lived: each instalment scored on its issue date from what was visible the evening before.

This is the protocol of every figure that is published. Nothing reads ahead: an outcome enters the figures of the
portfolio, the history of its customer and the matured outcomes only on the day on which it could be seen. The weights
are learned again on the first scoring day of each month.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush

from .calibration import Matured, Weights, keep_rate, learn, probability, starting
from .habits import customer_factors, instalment_factors, month_day, own_figures, visible
from .portfolio import Drift, Portfolio


@dataclass(frozen=True)
class Entry:
    """One instalment: whose, issued, due and settled (None while open) on ordinals of days.

    ``counts`` False (a credit note): scored, and no part of any history; ``amount`` None when it is not told."""

    customer: object
    issued: int
    due: int
    settled: int | None = None
    counts: bool = True
    amount: float | None = None


@dataclass(frozen=True)
class Announced:
    """What was said of one entry on its issue date. ``judged``: what the history says, whether or not the gate lets it
    be shown as the ``probability``; ``undrifted``: the same without the latest level of the portfolio; ``known``: the
    customer's outcomes known then."""

    probability: float
    judged: float
    undrifted: float
    known: int
    values: tuple
    base: float


def replay(entries: Iterable, threshold: int = 0, train_until: int | None = None, learning: bool = True) -> list:
    """:class:`Announced` for each :class:`Entry`, in their order.

    ``threshold``: late by more than so many days; ``train_until``: ordinal from which on nothing more is learned
    (weights stay; histories and the level of the portfolio go on); ``learning`` False: the starting weights all along.
    """
    return replay_and_learn(entries, threshold, train_until, learning)[0]


def replay_and_learn(entries, threshold=0, train_until=None, learning=True, until=None, progress=None) -> tuple:
    """(:func:`replay`'s list, :class:`.calibration.Weights` and :class:`.calibration.Matured` on the evening ``until``,
    :class:`.portfolio.Drift` then).

    ``progress``: called with the share (0..1) gone through, day after day.
    """
    replayed = _Replay(threshold, train_until, learning)
    entries = list(entries)
    order = sorted(range(len(entries)), key=lambda row: (*_place(entries[row]), row))
    result = [None] * len(entries)
    for first, last in _same_day(order, entries):
        rows = order[first:last]
        for row, announced in zip(rows, replayed.day([entries[row] for row in rows]), strict=True):
            result[row] = announced
        if progress:
            progress(last / len(order))
    if until is not None:
        replayed.end(until)
    return result, replayed.weights, replayed.matured, replayed.drift


def _place(entry):
    """Where an entry comes: by its day, then by what is known of it then, so that the order of a file does not matter."""
    return entry.issued, entry.due, str(entry.customer), entry.amount or 0.0


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
        self.order = 0
        self.waiting = []  # heap of what is scored and not matured yet: (evening on which it is, order, entry, announced)
        self.drift = Drift()
        self.matured = Matured([], [], [], [])

    def day(self, entries):
        """Score the entries issued on one day, then let them be seen."""
        today = entries[0].issued
        self._mature(today)
        self._learn(today)
        moment = self.portfolio.moment(today - 1)
        result = [self._score(entry, moment, today - 1) for entry in entries]
        for entry, announced in zip(entries, result, strict=True):
            if not entry.counts:
                continue
            self.portfolio.issue(entry.issued, entry.due, entry.settled, entry.amount)
            self.histories[entry.customer].append((entry.issued, entry.due, entry.settled))
            ripe = max(entry.due + self.threshold + 1, entry.issued)
            self.order += 1
            heappush(self.waiting, (ripe, self.order, entry, announced))
        return result

    def end(self, evening):
        """Let everything mature that has by the evening, and learn for the last time."""
        self._mature(evening + 1)
        self.month = None
        self._learn(evening + 1)

    def _score(self, entry, moment, evening):
        seen = visible(self.histories[entry.customer], evening)
        own = own_figures(seen, evening, self.threshold)
        values = customer_factors(own, moment) + instalment_factors(
            seen, own, moment, evening, self.threshold, entry.issued, entry.due, entry.amount
        )
        log_odds = self.weights.log_odds(values, due_day(entry.due))
        drift = self.drift.log_odds if self.weights.n else 0.0
        undrifted, judged = probability(log_odds), probability(log_odds + drift)
        announced = judged if self.weights.trusted else self.weights.rate
        return Announced(announced, judged, undrifted, own.known, values, moment.base)

    def _learn(self, today):
        """Once a month, and for the last time on the day from which nothing more is learned."""
        if self.frozen or not self.learning:
            return
        self.frozen = self.train_until is not None and today >= self.train_until
        month = date.fromordinal(today).replace(day=1)
        if month == self.month and not self.frozen:
            return
        self.month = month
        before = self.weights
        self.weights = keep_rate(before, learn(self.matured, self.threshold, self.portfolio.moment(today - 1).base))

    def _mature(self, today):
        """Move to the matured outcomes those whose threshold has passed by the evening before ``today``."""
        while self.waiting and self.waiting[0][0] < today:
            ripe, _order, entry, announced = heappop(self.waiting)
            late = is_late(entry, self.threshold)
            if self.learning:
                self.drift.add(late, announced.undrifted)
            if self.train_until is None or ripe < self.train_until:
                self.matured.add(announced.values, due_day(entry.due), late, announced.judged)


def due_day(day):
    """(weekday, day of the month) of an ordinal."""
    return (day - 1) % 7, month_day(day)


def is_late(entry, threshold):
    """1 when the entry was settled more than ``threshold`` days after its due date, or never; else 0."""
    return int(entry.settled is None or entry.settled > entry.due + threshold)
