"""Compare the ECB series as published with the rates that are known, and say what a person should look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .errors import InconsistentInput
from .rates import ONE_DAY, RatePeriod

# The main refinancing operations are fixed-rate tenders again since this day; before it (June 2000) the series of the
# minimum bid rate applies, so that two neighbouring points of the fixed-rate series say nothing about the years between.
FIXED_RATE_SINCE = date(2008, 10, 15)
PROPOSAL_KINDS = ("new", "change", "extend", "confirm")


@dataclass(frozen=True)
class Proposed:
    """One difference: ``new`` value, ``change`` of a known value, ``extend`` its last known day, ``confirm`` it as read.

    ``date_from`` is the first day of the row concerned, ``date_to`` the last day for which the publication vouches.
    """

    kind: str
    date_from: date
    date_to: date
    percent: Decimal


def differences(known: Iterable[RatePeriod], published: Sequence[tuple], as_of: date) -> list:
    """What a publication read on ``as_of`` says that ``known`` (rows of one series) does not: list of `Proposed`.

    ``published`` are ``(first day, percent)`` in order, the days on which the rate changed. The last one holds up to
    ``as_of``, never longer: what happens after the day of reading is not known.

    :raises InconsistentInput: when the published days are not in order.
    """
    if not published:
        return []
    rows = sorted(known, key=lambda row: row.date_from)
    result = []
    for first, last, percent in _spans(published, as_of):
        inside = [row for row in rows if row.date_from <= last and row.date_to >= first]
        result += _of_span(first, last, percent, inside)
    return result


def _spans(published, as_of):
    days = [day for day, _percent in published]
    if any(later <= earlier for earlier, later in zip(days, days[1:], strict=False)):
        raise InconsistentInput(what="rate_series_order")
    points = [point for i, point in enumerate(published) if not i or point[1] != published[i - 1][1]]
    ends = [day - ONE_DAY for day, _percent in points[1:]] + [max([as_of, *days[-1:]])]
    return [(day, end, percent) for (day, percent), end in zip(points, ends, strict=True) if day >= FIXED_RATE_SINCE]


def _of_span(first, last, percent, rows):
    """Differences inside one published span; ``rows`` are the known ones that touch it, oldest first."""
    result, covered = [], first - ONE_DAY
    for row, following in zip(rows, [*rows[1:], None], strict=False):
        if row.date_from > covered + ONE_DAY:
            result.append(Proposed("new", covered + ONE_DAY, row.date_from - ONE_DAY, percent))
        limit = following.date_from - ONE_DAY if following else last
        result += _of_row(first, limit, percent, row)
        covered = limit
    if not rows:
        result.append(Proposed("new", first, last, percent))
    return result


def _of_row(first, limit, percent, row):
    if row.percent != percent:
        if row.date_from < first:
            return [Proposed("new", first, limit, percent)]
        return [Proposed("change", row.date_from, limit, percent)]
    if row.date_to < limit:
        return [Proposed("extend", row.date_from, limit, percent)]
    return [] if row.confirmed or row.date_from < first else [Proposed("confirm", row.date_from, row.date_to, percent)]
