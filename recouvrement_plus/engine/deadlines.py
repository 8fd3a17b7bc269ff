"""Procedural deadlines (code de procédure civile): how days, months and years are counted, and working days.

Only time limits of procedure move off weekends and holidays (CPC 642). Limitation periods and payment terms do not:
use ``limitation`` and ``payment_terms`` for those. The extra months of a party who lives overseas or abroad
(CPC 643) are the caller's to add.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from .calendars import add_months
from .errors import InconsistentInput, MissingRule

ONE_DAY = timedelta(days=1)

# Departments that the calendar of the library knows under another code.
ALSACE = {"67": "6AE", "68": "6AE"}
METROPOLE = ""
ZONES = (METROPOLE, *sorted({*ALSACE, *holidays.country_holidays("FR").subdivisions}))


@dataclass(frozen=True)
class DatedMonths:
    """A time limit in months for acts made ``valid_from .. valid_to``; ``confirmed``: the text itself was read."""

    code: str
    months: int
    valid_from: date
    valid_to: date | None
    source: str
    confirmed: bool


# An order for payment not served in time has no effect (CPC 1411), by the date of the order.
PAYMENT_ORDER_SERVICE = (
    DatedMonths("payment_order_service", 6, date(1981, 5, 21), date(2026, 8, 31), "CPC art. 1411", True),
    DatedMonths("payment_order_service", 3, date(2026, 9, 1), None, "CPC art. 1411 (décret 2026-96 art. 9)", False),
)


@lru_cache(maxsize=256)
def public_holidays(year: int, zone: str = METROPOLE) -> frozenset:
    """Public holidays (jours fériés) of ``year``.

    ``zone``: a French subdivision of the ``holidays`` library (``57``, ``971``, ``974``, ``NC`` …), ``67`` or ``68`` for
    Alsace; empty for the rest of France. The overseas calendars hold local customs too: where only the law's own
    holidays count, the empty zone gives the earlier, cautious date.

    :raises InconsistentInput: for another zone.
    """
    if zone not in ZONES:
        raise InconsistentInput(what="holiday_zone", value=zone)
    return frozenset(holidays.country_holidays("FR", subdiv=ALSACE.get(zone, zone) or None, years=year))


def is_working_day(day: date, zone: str = METROPOLE) -> bool:
    """Whether ``day`` is neither a Saturday, a Sunday nor a public holiday of ``zone``."""
    return day.weekday() < 5 and day not in public_holidays(day.year, zone)


def next_working_day(day: date, zone: str = METROPOLE) -> date:
    """``day`` itself when it is a working day, else the first one after it (CPC 642)."""
    while not is_working_day(day, zone):
        day += ONE_DAY
    return day


def procedural_deadline(act: date, *, years: int = 0, months: int = 0, days: int = 0, zone: str = METROPOLE) -> date:
    """Last day to act, for a time limit that starts with the act, decision or notification of the day ``act``.

    Years and months end on the day of the same number, or the last day of a month that has none; days are then added,
    the day of the act not being counted (CPC 641). A limit that would end on a Saturday, a Sunday or a public
    holiday is extended to the next working day (CPC 642).

    :raises InconsistentInput: when the time limit is negative or empty.
    """
    if min(years, months, days) < 0 or not (years or months or days):
        raise InconsistentInput(what="time_limit", years=years, months=months, days=days)
    return next_working_day(add_months(act, 12 * years + months) + timedelta(days=days), zone)


def payment_order_service_rule(order_date: date) -> DatedMonths:
    """The row (months, source, confirmed) for an order for payment (injonction de payer) made on ``order_date``.

    Six months; three for orders made on or after 1 September 2026, a decree whose own text was not read.

    :raises MissingRule: for an order older than the procedure.
    """
    for row in PAYMENT_ORDER_SERVICE:
        if row.valid_from <= order_date and (row.valid_to is None or order_date <= row.valid_to):
            return row
    raise MissingRule(rule="payment_order_service", day=order_date)


def payment_order_service_deadline(order_date: date, zone: str = METROPOLE) -> date:
    """Last day to serve an order for payment made on ``order_date``; after it the order has no effect (CPC 1411).

    :raises MissingRule: for an order older than the procedure.
    """
    return procedural_deadline(order_date, months=payment_order_service_rule(order_date).months, zone=zone)
