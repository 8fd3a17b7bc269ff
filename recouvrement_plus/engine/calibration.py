"""How much each factor counts, learned from the company's own matured outcomes; and when not to believe any of it.

The weights start at fixed values and move away from them only as far as the outcomes pay for it (ridge regression of
the log odds): with few outcomes nothing changes, with many the books decide. The result stays a sum of factors, so it
stays explained. An outcome is *matured* when the threshold has passed for everybody who was due with it: those who
paid early must not be counted before those who did not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import mul

from .backtest import auc, brier_skill
from .habits import FACTORS
from .solver import solve

LEAST_OUTCOMES, LEAST_OF_EACH = 400, 30  # below these nothing is learned
MOST_OUTCOMES = 5000
GATE_OUTCOMES = 1000
GATE_AUC, GATE_SKILL, GATE_CLEAR_AUC = 0.55, 0.02, 0.65
GATE_ERRORS = 4  # standard errors above chance that make a ranking clear, too
CONSTANT_RIDGE, HISTORY_RIDGE, RIDGE = 4.0, 20.0, 10.0
CALENDAR_RIDGE = 50.0
RATE_MOVED = 0.3  # log odds by which the rate must have moved to be told anew: 40 % to 47 %, 4 % to 5.3 %
LOWEST_RATE = 0.005  # a rate is told in whole percent, never as zero
STEPS, PRECISION = 20, 1e-7
NEIGHBOURS = ((1, 0.6), (2, 0.2))  # a day of the month also learns from the days beside it

# Before anything is learned: measured on several ledgers, see docs/decisions/010-what-the-score-uses.md.
STARTING = {"history": 1.0, "recent": 0.1, "delay": 0.6, "evidence": -0.4, "overdue": 0.2, "term": 0.3}


def starting(threshold):
    """Weights of :data:`FACTORS` before anything is learned."""
    start = dict(STARTING, overdue=0.0) if threshold else STARTING
    return tuple(start.get(name, 0.0) for name in FACTORS)


@dataclass(frozen=True)
class Weights:
    """``factors`` in the order of :data:`FACTORS`, ``constant`` and the two calendar tables are natural log odds.

    ``n``: outcomes they were learned from, 0 when they are the starting ones. ``trusted``: False when the history does
    not predict payment here; ``rate``, the portfolio's on the day of learning, is then the same answer for everybody.
    """

    factors: tuple
    constant: float = 0.0
    weekdays: tuple = (0.0,) * 7
    month_days: tuple = (0.0,) * 32
    n: int = 0
    trusted: bool = True
    rate: float | None = None

    def calendar(self, day):
        """What the due date's day of the week and of the month add, as two numbers. ``day``: (weekday, month day)."""
        return self.weekdays[day[0]], self.month_days[day[1]]

    def log_odds(self, values, day):
        """Natural log odds of being late, from the values of :data:`FACTORS` and the (weekday, month day) due."""
        return self.constant + sum(map(mul, self.factors, values)) + sum(self.calendar(day))


@dataclass(frozen=True)
class Matured:
    """Outcomes as they were scored on their issue date: ``values`` of the factors, ``day`` due, ``late``, and the
    probability that was ``judged`` then (before the gate: a closed gate must be able to open again)."""

    values: Sequence = field(default_factory=list)
    days: Sequence = field(default_factory=list)
    late: Sequence = field(default_factory=list)
    judged: Sequence = field(default_factory=list)

    def add(self, values, day, late, judged):
        """One more, later than those before it."""
        for column, value in zip((self.values, self.days, self.late, self.judged), (values, day, late, judged), strict=True):
            column.append(value)

    def last(self, number):
        """The latest ``number`` of them."""
        return Matured(self.values[-number:], self.days[-number:], self.late[-number:], self.judged[-number:])


def enough(late):
    """Whether so many outcomes (a list of 0 and 1) allow to learn anything."""
    return len(late) >= LEAST_OUTCOMES and min(sum(late), len(late) - sum(late)) >= LEAST_OF_EACH


def learn(matured, threshold, rate):
    """:class:`Weights` from matured outcomes, the starting ones when there are too few. ``rate``: the portfolio's today."""
    start = starting(threshold)
    if not enough(matured.late):
        return Weights(start)
    matured = matured.last(MOST_OUTCOMES)
    ridge = (CONSTANT_RIDGE, HISTORY_RIDGE, *[RIDGE] * (len(FACTORS) - 1))
    columns = [[1.0] * len(matured.late), *map(list, zip(*matured.values, strict=True))]
    constant, *factors = regress(columns, matured.late, (0.0, *start), ridge)
    logits = [constant + sum(map(mul, factors, row)) for row in matured.values]
    weekdays, month_days = _calendar(logits, matured)
    return Weights(
        tuple(factors), constant, weekdays, month_days, len(matured.late), trusted(matured),
        min(max(round(rate, 2), LOWEST_RATE), 1 - LOWEST_RATE),
    )


def keep_rate(before, after):
    """``after`` with the rate told ``before``, while the gate stays closed and the rate has not really moved.

    A rate that follows every month's accidents ranks invoices by them, wrongly: what was late lately is not later again.
    """
    if before.trusted or after.trusted or abs(_logit(after.rate) - _logit(before.rate)) > RATE_MOVED:
        return after
    return replace(after, rate=before.rate)


def regress(columns, late, start, ridge):
    """Weights of the log odds, one for each column, held near ``start`` by ``ridge`` (Newton's method)."""
    weights = list(start)
    for _step in range(STEPS):
        chances = _chances(columns, weights)
        errors = [outcome - chance for outcome, chance in zip(late, chances, strict=True)]
        spread = [chance * (1 - chance) for chance in chances]
        slope = [
            sum(map(mul, column, errors)) - hold * (weight - origin)
            for column, hold, weight, origin in zip(columns, ridge, weights, start, strict=True)
        ]
        moves = solve(_curvature(columns, spread, ridge), slope)
        weights = [weight + move for weight, move in zip(weights, moves, strict=True)]
        if max(map(abs, moves)) < PRECISION:
            break
    return weights


def probability(log_odds):
    """The probability of natural log odds."""
    if -30 < log_odds < 30:
        return 1 / (1 + math.exp(-log_odds))
    return 1 / (1 + math.exp(-30 if log_odds > 0 else 30))


def platt(judged, late):
    """``(a, b)`` so that ``a + b * log odds`` is calibrated on these outcomes; (0, 1) when there are too few."""
    if not enough(late):
        return 0.0, 1.0
    logits = [_logit(chance) for chance in judged]
    return tuple(regress([[1.0] * len(late), logits], late, (0.0, 1.0), (CONSTANT_RIDGE, HISTORY_RIDGE)))


def trusted(matured):
    """The gate: False when the history does not predict payment here.

    Looked at are the latest outcomes of customers who had a history (a new one cannot be predicted, that says nothing
    about the others): the ranking must be better than chance, and the recalibrated probabilities better than one rate
    for all, unless the ranking alone is clearly good (then the rate has moved, and that is learned). Where a thousand
    outcomes do not show it, among few late ones, all that the weights are learned from may.
    """
    return predicts(*history_only(matured, GATE_OUTCOMES)) or predicts(*history_only(matured, MOST_OUTCOMES))


def predicts(judged, late):
    """Whether probabilities ``judged`` of outcomes ``late`` (0 or 1) tell more than chance; True of too few to say."""
    if not enough(late):
        return True
    ranking = auc(judged, late)
    if ranking >= GATE_CLEAR_AUC or ranking >= GATE_AUC and (ranking - 0.5) >= GATE_ERRORS * auc_error(late):
        return True
    a, b = platt(judged, late)
    skill = brier_skill([probability(a + b * _logit(chance)) for chance in judged], late)
    return ranking >= GATE_AUC and skill >= GATE_SKILL


def auc_error(late):
    """Standard error of the AUC of probabilities that know nothing (Mann-Whitney), from a list of 0 and 1 with both kinds."""
    bad = sum(late)
    good = len(late) - bad
    return math.sqrt((good + bad + 1) / (12 * good * bad))


def history_only(matured, number=GATE_OUTCOMES):
    """``(judged, late)`` of the latest ``number`` matured outcomes whose customer had at least one known outcome then."""
    evidence = FACTORS.index("evidence")
    rows = zip(matured.values, matured.judged, matured.late, strict=True)
    kept = [(chance, outcome) for values, chance, outcome in rows if values[evidence] > 0][-number:]
    return [chance for chance, _outcome in kept], [outcome for _chance, outcome in kept]


def _logit(chance):
    return math.log(chance / (1 - chance))


def _chances(columns, weights):
    logits = [0.0] * len(columns[0])
    for column, weight in zip(columns, weights, strict=True):
        logits = [logit + weight * value for logit, value in zip(logits, column, strict=True)]
    return [probability(logit) for logit in logits]


def _curvature(columns, spread, ridge):
    size = len(columns)
    result = [[0.0] * size for _row in range(size)]
    for row in range(size):
        weighted = list(map(mul, columns[row], spread))
        for column in range(row + 1):
            result[row][column] = result[column][row] = sum(map(mul, weighted, columns[column]))
        result[row][row] += ridge[row]
    return result


def _calendar(logits, matured):
    """(by day of the week, by day of the month): what is left unexplained, as log odds, shrunk to none."""
    tables = []
    for position, size in ((0, 7), (1, 32)):
        errors, spread = [0.0] * size, [0.0] * size
        for logit, day, late in zip(logits, matured.days, matured.late, strict=True):
            chance = probability(logit)
            errors[day[position]] += late - chance
            spread[day[position]] += chance * (1 - chance)
        if size == 32:
            errors, spread = _smoothed(errors), _smoothed(spread)
        table = [error / (amount + CALENDAR_RIDGE) for error, amount in zip(errors, spread, strict=True)]
        logits = [logit + table[day[position]] for logit, day in zip(logits, matured.days, strict=True)]
        tables.append(tuple(table))
    return tables


def _smoothed(values):
    """Each day of the month with a share of its neighbours; after the 31st comes the 1st."""
    result = list(values)
    for day in range(1, 32):
        for distance, share in NEIGHBOURS:
            for near in (day - distance, day + distance):
                result[day] += share * values[(near - 1) % 31 + 1]
    return result
