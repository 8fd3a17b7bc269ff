"""Which rate applies on which days: one schedule for each regime."""

from calendar import isleap
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from .calendars import add_months
from .money import to_decimal
from .rates import (
    B2B_MARGIN,
    B2B_MARGIN_SINCE,
    ONE_DAY,
    PUBLIC_MARGIN,
    PUBLIC_MARGIN_SINCE,
    RateBook,
    contract_floor,
    mro_row,
    split_by_semester,
)

# CMF L313-3: the legal rate is raised two months after a court decision became enforceable.
SURCHARGE_POINTS, SURCHARGE_AFTER_MONTHS = Decimal(5), 2
# Interest is added up in these parts of a currency unit and divided once: percent, days of a year and of a leap year.
FRACTIONS = Decimal(100 * 365 * 366)


@dataclass(frozen=True)
class RateSpan:
    """One rate (percent a year) over ``date_from .. date_to`` (both included) with the ground it stands on."""

    date_from: date
    date_to: date
    percent: Decimal
    basis: str
    source: str = ""
    warnings: tuple = ()

    @cached_property
    def days(self) -> int:
        """How many days bear this rate."""
        return (self.date_to - self.date_from).days + 1

    @cached_property
    def _leap_days(self):
        """How many of the days belong to a leap year."""
        years = range(self.date_from.year, self.date_to.year + 1)
        spans = [(max(self.date_from, date(year, 1, 1)), min(self.date_to, date(year, 12, 31))) for year in years if isleap(year)]
        return sum((end - start).days + 1 for start, end in spans)

    @cached_property
    def _factors(self):
        plain, mixed = self.days * 366, (self.days - self._leap_days) * 366 + self._leap_days * 365
        return {"365": self.percent * plain, "actual": self.percent * mixed}

    def factor(self, denominator: str) -> Decimal:
        """What one currency unit bears over the days of the span, in ``FRACTIONS`` of a unit: exact, nothing is divided."""
        return self._factors[denominator]


@dataclass(frozen=True)
class FloorWarning:
    """A contract rate below three times the legal rate of the half-year of ``day`` (C. com. L441-10 II)."""

    code: str
    contract_rate: Decimal
    floor: Decimal
    day: date


def floor_warning(contract_rate: Decimal, book: RateBook, day: date):
    """Return a :class:`FloorWarning` when the clause is too low for the half-year of ``day``, else None.

    :raises MissingRate: when the legal rate of that half-year is not known.
    """
    contract_rate, floor = to_decimal(contract_rate), contract_floor(book, day)
    if contract_rate >= floor:
        return None
    return FloorWarning("contract_rate_below_floor", contract_rate, floor, day)


def method_of(claim, options) -> str:
    """``per_semester`` or ``fixed_at_start``. Only between professionals is there a choice.

    Public debtors: one rate for the whole delay (CCP R2192-31). Consumers: the legal rate of each half-year.
    """
    if claim.regime == "public":
        return "fixed_at_start"
    if claim.regime == "b2c":
        return "per_semester"
    return options.semester_method or "per_semester"


def rate_spans(claim, options, book: RateBook, start: date, first: date, last: date) -> tuple:
    """Rates of ``first .. last`` for an instalment whose interest began on ``start``.

    A rate fixed at the start is one span. Statutory rates by half-year are one span for each, even when two follow
    at the same level; a contract rate is one rate, cut only where the legal floor replaces it. The days of a court
    delay bear no penalty (C. civ. 1343-5).

    The answer is kept with the rates: of the invoices of a night many are due on the same day under the same terms.

    :raises MissingRate: when a rate that is needed is not known.
    """
    terms = (
        claim.regime, claim.contract_rate, claim.enforceable_since, claim.court_delays, claim.agreed_delays,
        options.semester_method, options.contract_floor)
    key = terms, start, first, last
    found = book.known_spans.get(key)
    if found is None:
        found = book.known_spans[key] = tuple(_rate_spans(claim, options, book, start, first, last))
    return found


def _rate_spans(claim, options, book, start, first, last):
    spans = []
    for begin, end, state in stretches(claim, first, last):
        if state == "suspended":
            continue
        if method_of(claim, options) == "fixed_at_start":
            spans.append(replace(_span(claim, options, book, start, start), date_from=begin, date_to=end))
        else:
            pieces = [_span(claim, options, book, *days) for days in split_by_semester(begin, end)]
            spans += map(_surcharged, pieces) if state == "surcharged" else pieces
    return _merge_contract(spans)


def stretches(claim, first: date, last: date) -> list:
    """Cut ``first .. last`` into ``(from, to, state)`` where the state changes; empty when there is no day.

    ``surcharged``: legal rate + 5, from two months after the decision became enforceable (CMF L313-3). ``suspended``:
    an agreement keeps penalties from running, or a judge granted time to pay; against a consumer the judge's time only
    leaves the five points out, since the legal rate is the price of the delay and neither an increase nor a penalty.
    ``plain``: all other days.
    """
    if first > last:
        return []
    days = {first}
    changes = [
        day for delay in (*claim.court_delays, *claim.agreed_delays)
        for day in (delay.date_from, delay.date_to and delay.date_to + ONE_DAY)]
    days.update(day for day in (*changes, _surcharge_start(claim)) if day and first < day <= last)
    found = []
    for day in sorted(days):
        state = _state(claim, day)
        if not found or found[-1][1] != state:
            found.append((day, state))
    ends = [day - ONE_DAY for day, _state_then in found[1:]] + [last]
    return [(day, end, state) for (day, state), end in zip(found, ends, strict=True)]


def _state(claim, day):
    if any(delay.covers(day) for delay in claim.agreed_delays):
        return "suspended"
    delayed = any(delay.covers(day) for delay in claim.court_delays)
    if claim.regime != "b2c":
        return "suspended" if delayed else "plain"
    raised = _surcharge_start(claim)
    return "surcharged" if raised and day >= raised and not delayed else "plain"


def _surcharge_start(claim):
    """First day at the raised legal rate, None without an enforceable decision against a consumer."""
    if claim.regime != "b2c" or claim.enforceable_since is None:
        return None
    return add_months(claim.enforceable_since, SURCHARGE_AFTER_MONTHS) + ONE_DAY


def _surcharged(span):
    return replace(span, percent=span.percent + SURCHARGE_POINTS, basis="legal_rate_plus_5")


def _span(claim, options, book, first, last):
    """The rate of the half-year of ``first``."""
    if claim.regime == "b2c":
        return _legal(book, first, last)
    if claim.regime == "public":
        return _ecb(book, first, last, PUBLIC_MARGIN, PUBLIC_MARGIN_SINCE, "ecb_plus_8")
    if claim.contract_rate is None:
        return _ecb(book, first, last, B2B_MARGIN, B2B_MARGIN_SINCE, "ecb_plus_10")
    return _contract(claim.contract_rate, options, book, first, last)


def _ecb(book, first, last, margin, margin_since, basis):
    row = mro_row(book, first, margin_since)
    return RateSpan(first, last, row.percent + margin, basis, row.source, _unconfirmed(row))


def _legal(book, first, last):
    row = book.at("legal_professional", first)
    return RateSpan(first, last, row.percent, "legal_rate", row.source, _unconfirmed(row))


def _contract(contract_rate, options, book, first, last):
    span = RateSpan(first, last, contract_rate, "contract")
    if options.contract_floor == "ignore":
        return span
    low = floor_warning(contract_rate, book, first)
    if low is None:
        return span
    if options.contract_floor == "fallback":
        other = _ecb(book, first, last, B2B_MARGIN, B2B_MARGIN_SINCE, "ecb_plus_10")
        return replace(other, warnings=(*other.warnings, low.code))
    row = book.at("legal_professional", first)
    return RateSpan(first, last, low.floor, "contract_floor", row.source, (*_unconfirmed(row), low.code))


def _unconfirmed(row):
    return () if row.confirmed else ("rate_unconfirmed",)


def _merge_contract(spans):
    """Join neighbouring spans at the contract rate: a constant rate is not rounded once more at each half-year."""
    merged = []
    for span in spans:
        previous = merged[-1] if merged else None
        if previous and previous.basis == span.basis == "contract" and previous.date_to + ONE_DAY == span.date_from:
            merged[-1] = replace(previous, date_to=span.date_to)
        else:
            merged.append(span)
    return merged
