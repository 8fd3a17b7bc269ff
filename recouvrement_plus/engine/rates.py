"""Statutory rates: dated rows, semesters, and the refusal to guess."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .errors import InconsistentInput, MissingRate
from .money import to_decimal
from .types import SERIES

ONE_DAY = timedelta(days=1)

# C. com. L441-10 II (formerly L441-6): ten points above the ECB rate since the law of 2008, first semester 2009.
B2B_MARGIN, B2B_MARGIN_SINCE = Decimal(10), date(2009, 1, 1)
# CCP R2192-31, eight points since decree 2013-269; contracts made before it bear seven: earlier starts are refused
# because the engine does not know the date of the contract.
PUBLIC_MARGIN, PUBLIC_MARGIN_SINCE = Decimal(8), date(2013, 7, 1)
# C. com. L441-10 II: a clause "ne peut fixer un taux inférieur à trois fois le taux d'intérêt légal".
FLOOR_MULTIPLE = 3


@dataclass(frozen=True)
class RatePeriod:
    """One rate of one series, known to hold from ``date_from`` to ``date_to``, both included.

    ``percent`` is per year (2.15 means 2.15 %), ``source`` an address, ``confirmed`` false while no official page
    was read for it.

    :raises InconsistentInput: unknown series, reversed dates, a rate that is no exact number.
    """

    series: str
    date_from: date
    date_to: date
    percent: Decimal
    source: str
    confirmed: bool = True

    def __post_init__(self):
        object.__setattr__(self, "percent", to_decimal(self.percent))
        if self.series not in SERIES:
            raise InconsistentInput(what="rate_series", series=self.series)
        if self.date_from > self.date_to:
            raise InconsistentInput(what="rate_dates", series=self.series, day=self.date_from)


def periods_from_rows(rows: Iterable[Mapping[str, str]]) -> tuple:
    """Read the shipped CSV rows (``code, date_from, date_to, rate_percent, confirmed, source``) as rate periods.

    ``rows`` are mappings of strings, as ``csv.DictReader`` gives them; no file is opened here.

    :raises InconsistentInput: for a row that does not hold a rate.
    """
    return tuple(_period(row) for row in rows)


def _period(row):
    try:
        first, last = date.fromisoformat(row["date_from"]), date.fromisoformat(row["date_to"])
        confirmed = {"1": True, "0": False}[row["confirmed"]]
        return RatePeriod(row["code"], first, last, row["rate_percent"], row["source"], confirmed)
    except (KeyError, ValueError, TypeError):
        raise InconsistentInput(what="rate_row", row=dict(row)) from None


@dataclass(frozen=True)
class RateBook:
    """All known rates. Rows of a series may leave gaps, never overlap: a day has one rate or none.

    :raises InconsistentInput: when two rows of a series cover the same day.
    """

    periods: tuple
    _index: dict = field(init=False, repr=False, compare=False, default_factory=dict)
    # Answers of `schedules.rate_spans`: they depend on nothing but these rates and what is asked.
    known_spans: dict = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "periods", tuple(self.periods))
        for period in sorted(self.periods, key=lambda row: (row.series, row.date_from)):
            self._add(*self._index.setdefault(period.series, ([], [])), period)

    @staticmethod
    def _add(starts, rows, period):
        if rows and rows[-1].date_to >= period.date_from:
            raise InconsistentInput(what="rate_overlap", series=period.series, day=period.date_from)
        starts.append(period.date_from)
        rows.append(period)

    def at(self, series: str, day: date) -> RatePeriod:
        """Return the row of ``series`` that covers ``day``.

        :raises MissingRate: when no row covers it; the last known rate is never carried forward.
        """
        starts, rows = self._index.get(series, ((), ()))
        position = bisect_right(starts, day)
        if position and rows[position - 1].date_to >= day:
            return rows[position - 1]
        raise MissingRate(series=series, day=day)


def semester_start(day: date) -> date:
    """First day (1 January or 1 July) of the half-year of ``day``."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def semester_end(day: date) -> date:
    """Last day (30 June or 31 December) of the half-year of ``day``."""
    return date(day.year, 6, 30) if day.month <= 6 else date(day.year, 12, 31)


def split_by_semester(first_day: date, last_day: date) -> list:
    """Cut ``first_day .. last_day`` (both included) into ``(from, to)`` pairs, one for each half-year; may be empty."""
    spans = []
    while first_day <= last_day:
        end = min(semester_end(first_day), last_day)
        spans.append((first_day, end))
        first_day = end + ONE_DAY
    return spans


def b2b_default_rate(book: RateBook, day: date) -> Decimal:
    """Percent a year owed between professionals on ``day`` without a clause: ECB rate at 1 Jan / 1 Jul, plus 10.

    Source: C. com. L441-10 II. A change of the ECB rate inside the half-year has no effect before the next one.

    :raises MissingRate: when the ECB rate of that first day is not known, or before 2009 (another margin).
    """
    return mro_row(book, day, B2B_MARGIN_SINCE).percent + B2B_MARGIN


def public_rate(book: RateBook, interest_start_day: date) -> Decimal:
    """Percent a year owed by a public body for the whole delay that began on ``interest_start_day``: ECB plus 8.

    Source: CCP R2192-31 (rate in force on the first day of the half-year in which interest began to run).

    :raises MissingRate: when the ECB rate is not known, or before July 2013 (margin depends on the contract).
    """
    return mro_row(book, interest_start_day, PUBLIC_MARGIN_SINCE).percent + PUBLIC_MARGIN


def mro_row(book: RateBook, day: date, margin_since: date) -> RatePeriod:
    """ECB row in force on the first day of the half-year of ``day``, when the statutory margin is known for ``day``.

    :raises MissingRate: before ``margin_since``, or when the first day of the half-year is not covered.
    """
    if day < margin_since:
        raise MissingRate(series="ecb_mro", day=day)
    return book.at("ecb_mro", semester_start(day))


def legal_rate(book: RateBook, day: date) -> Decimal:
    """French legal interest rate, percent a year, of a creditor who is a professional ("tous les autres cas").

    Source: CMF L313-2; one rate for each half-year.

    :raises MissingRate: when the half-year of ``day`` is not known.
    """
    return book.at("legal_professional", day).percent


def contract_floor(book: RateBook, day: date) -> Decimal:
    """Lowest percent a year that a clause between professionals may fix on ``day``: three times the legal rate.

    Source: C. com. L441-10 II. It limits clauses only: it never raises the default rate.

    :raises MissingRate: when the legal rate of that half-year is not known.
    """
    return FLOOR_MULTIPLE * legal_rate(book, day)
