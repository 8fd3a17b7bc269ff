"""The longest payment terms that the law allows, as dated rows, and the dates that they give."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from .errors import InconsistentInput, MissingFact, MissingRule, UnconfirmedRule
from .types import END_OF_MONTH_METHODS, TERM_STARTS

MONTHS = range(1, 13)


def end_of_month(day: date) -> date:
    """Last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def end_of_month_date(day: date, days: int, method: str) -> date:
    """``days`` days end of month from ``day``, by one of the two lawful readings (DGCCRF, payment terms).

    Method ``A``: add the days, then go to the end of that month. Method ``B``: go to the end of the month, then add
    the days. The contract must say which one it means.

    :raises InconsistentInput: for another method.
    """
    if method not in END_OF_MONTH_METHODS:
        raise InconsistentInput(what="end_of_month", value=method)
    added = timedelta(days=days)
    return end_of_month(day + added) if method == "A" else end_of_month(day) + added


def end_of_decade(day: date) -> date:
    """Last day of the ten days (1-10, 11-20, 21-end) of ``day``."""
    if day.day <= 20:
        return day.replace(day=10 if day.day <= 10 else 20)
    return end_of_month(day)


@dataclass(frozen=True)
class TermCap:
    """The longest agreed term of one kind of sale, for invoices issued ``valid_from .. valid_to`` (None: in force).

    ``days`` after ``start`` (``issue``, ``delivery``, ``delivery_decade_end``, ``delivery_month_end``), or
    ``end_of_month_days`` days end of month where the parties stipulated that form; one of them may be None.
    ``periodic``: True / False when the row is only for periodic / single invoices, None for both. ``months``: months
    of issue to which the row is limited, empty for all. ``confirmed``: whether the text itself was read.

    :raises InconsistentInput: unknown start, no length at all.
    """

    code: str
    valid_from: date
    days: int | None = None
    start: str = "issue"
    end_of_month_days: int | None = None
    valid_to: date | None = None
    periodic: bool | None = None
    months: tuple = ()
    confirmed: bool = True
    citation: str = ""
    source: str = ""

    def __post_init__(self):
        if self.start not in TERM_STARTS or (self.days is None and self.end_of_month_days is None):
            raise InconsistentInput(what="term_cap", code=self.code)

    def covers(self, issue_date: date, periodic: bool) -> bool:
        """Whether the row governs an invoice of that day and kind."""
        return (
            self.valid_from <= issue_date
            and (self.valid_to is None or issue_date <= self.valid_to)
            and self.periodic in (None, periodic)
            and (not self.months or issue_date.month in self.months)
        )

    def overlaps(self, other: "TermCap") -> bool:
        """Whether an invoice could be governed by both rows."""
        ends = [cap.valid_to for cap in (self, other) if cap.valid_to]
        return (
            all(end >= max(self.valid_from, other.valid_from) for end in ends)
            and (None in (self.periodic, other.periodic) or self.periodic == other.periodic)
            and bool(set(self.months or MONTHS) & set(other.months or MONTHS))
        )

    def net_date(self, issue_date: date, delivery_date: date | None) -> date:
        """Latest date without an end-of-month clause.

        A cap that only exists in the end-of-month form is read as as many plain days: never later than that form.

        :raises MissingFact: when the term runs from a delivery whose date is unknown.
        """
        days = self.end_of_month_days if self.days is None else self.days
        return self._start(issue_date, delivery_date) + timedelta(days=days)

    def end_of_month_limit(self, issue_date: date, delivery_date: date | None, method: str | None) -> date | None:
        """Latest date under an end-of-month clause, None when the clause or such a cap does not exist."""
        if method is None or self.end_of_month_days is None:
            return None
        return end_of_month_date(self._start(issue_date, delivery_date), self.end_of_month_days, method)

    def _start(self, issue_date, delivery_date):
        if self.start == "issue":
            return issue_date
        if delivery_date is None:
            raise MissingFact(fact="delivery_date", rule=self.code)
        shift = {"delivery_decade_end": end_of_decade, "delivery_month_end": end_of_month}.get(self.start)
        return shift(delivery_date) if shift else delivery_date


@dataclass(frozen=True)
class CapBook:
    """The sector caps (C. com. L441-11 and its decrees).

    :raises InconsistentInput: when two rows of a sector could govern the same invoice.
    """

    caps: tuple = ()
    _by_code: dict = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "caps", tuple(self.caps))
        for cap in self.caps:
            self._by_code.setdefault(cap.code, []).append(cap)
        for rows in self._by_code.values():
            for cap, other in combinations(rows, 2):
                if cap.overlaps(other):
                    raise InconsistentInput(what="term_cap_overlap", code=cap.code, day=other.valid_from)

    def at(self, code: str, issue_date: date, periodic: bool = False, accept_unconfirmed: bool = False) -> TermCap:
        """Return the row of sector ``code`` for an invoice issued on ``issue_date``.

        :raises MissingRule: unknown sector, or no row for that day: the general cap never replaces it.
        :raises UnconfirmedRule: when the text of the row was not read and the caller does not accept that.
        """
        cap = next((row for row in self._by_code.get(code, ()) if row.covers(issue_date, periodic)), None)
        if cap is None:
            raise MissingRule(rule=code, day=issue_date)
        if not (cap.confirmed or accept_unconfirmed):
            raise UnconfirmedRule(rule=code, source=cap.source)
        return cap


def caps_from_rows(rows: Iterable[Mapping[str, str]]) -> tuple:
    """Read rows of the shipped ``payment_term_caps.csv`` (mappings of strings) as caps; no file is opened here.

    :raises InconsistentInput: for a row that does not hold a cap.
    """
    return tuple(_cap(row) for row in rows)


def _cap(row):
    flags = {"1": True, "0": False}
    try:
        return TermCap(
            code=row["code"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            days=int(row["days"]) if row["days"] else None,
            start=row["start"],
            end_of_month_days=int(row["end_of_month_days"]) if row["end_of_month_days"] else None,
            periodic=flags[row["periodic"]] if row["periodic"] else None,
            months=tuple(int(month) for month in row["months"].split()),
            confirmed=flags[row["confirmed"]],
            citation=row["citation"],
            source=row["source"],
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise InconsistentInput(what="term_cap_row", row=dict(row)) from None
