"""When an open instalment will probably be paid, and by when in four cases of five.

The days late of the customer's settled instalments, decayed like the score, with ten pseudo-outcomes spread over the
habits of the portfolio (each one fifth of an instalment). Medians and quantiles: one forgotten invoice must not move
every date. What has passed without payment is ruled out. A customer who stated its payment runs pays on the next one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from .habits import decay
from .invoice_checks import payment_run
from .scoring import Outcome

PSEUDO_WEIGHT = 0.2
PSEUDO_SHARES = tuple(range(5, 100, 10))  # percent
EXPECTED, MOST = 0.5, 0.8
# A share of the weight is reached but for the last digits of a float.
ROUNDING = 1e-9


class PaymentDates(NamedTuple):
    """``expected``: paid by then in half of the cases, ``most`` in four of five; ``n``: the customer's own outcomes."""

    expected: date
    most: date
    n: int


def portfolio_delays(outcomes: Iterable[Outcome], as_of: date) -> tuple:
    """Days late at the 5th, 15th .. 95th percentile of what the whole portfolio settled in the year before ``as_of``."""
    since = as_of - timedelta(days=365)
    days = sorted((one.settled - one.due).days for one in outcomes if one.settled_by(as_of) and one.settled > since)
    return percentiles(days)


def percentiles(days: Sequence) -> tuple:
    """The 5th, 15th .. 95th percentile of sorted numbers of days; nothing of nothing."""
    return tuple(days[min(len(days) - 1, len(days) * share // 100)] for share in PSEUDO_SHARES) if days else ()


def payment_dates(outcomes: Iterable[Outcome], portfolio: Sequence, due: date, as_of: date) -> PaymentDates | None:
    """Expected dates of one instalment due on ``due`` and still open on the evening of ``as_of``.

    ``outcomes``: the customer's; ``portfolio``: from :func:`portfolio_delays`. None when nobody, customer or
    portfolio, has ever paid as late as it already is: no date would be honest.
    """
    paid = [one for one in outcomes if one.issued < as_of and one.settled_by(as_of)]
    days = [(one.settled - one.due).days for one in paid]
    ages = [(as_of - max(one.settled, one.due)).days for one in paid]
    return dates_of(habits_of(days, ages, portfolio), due, as_of, len(paid))


def habits_of(days: Iterable, ages: Iterable, portfolio: Sequence) -> tuple:
    """(days late, sorted; the weights up to each), from the days late of a customer, how old each is, and the portfolio's."""
    habits = sorted([*zip(days, map(decay, ages), strict=True), *_pseudo(tuple(portfolio))], key=itemgetter(0))
    if not habits:
        return (), ()
    late, weights = zip(*habits, strict=True)
    return late, list(accumulate(weights, initial=0.0))


@lru_cache(maxsize=8)
def _pseudo(portfolio):
    return [(late, PSEUDO_WEIGHT) for late in portfolio]


def dates_of(habits: tuple, due: date, as_of: date, number: int) -> PaymentDates | None:
    """:func:`payment_dates` from what :func:`habits_of` returned, once for all instalments of a customer."""
    days, reached = habits
    first = bisect_right(days, (as_of - due).days)
    if first == len(days):
        return None
    past, total = reached[first], reached[-1] - reached[first]
    expected = days[bisect_left(reached, past + EXPECTED * total - ROUNDING, first + 1) - 1]
    most = days[bisect_left(reached, past + MOST * total - ROUNDING, first + 1) - 1]
    return PaymentDates(due + timedelta(days=expected), due + timedelta(days=most), number)


def on_payment_runs(dates: PaymentDates | None, run_days: Iterable) -> PaymentDates | None:
    """Both dates moved to the customer's next payment run: money only comes on the days on which it pays.

    ``run_days``: days of the month, 1 to 31, as the customer stated them; none leaves the dates as they are.
    """
    if dates is None or not run_days:
        return dates
    return dates._replace(expected=payment_run(dates.expected, run_days), most=payment_run(dates.most, run_days))
