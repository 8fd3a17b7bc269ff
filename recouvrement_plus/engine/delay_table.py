"""The payment-delay table of the management report (C. com. art. D441-6): pure arithmetic over instalments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .errors import InconsistentInput
from .money import round_cents
from .types import DELAY_OPTIONS, DELAY_REFERENCES, DELAY_TRANCHES

# First day late of each tranche after the indicative one (annex 4-1 to C. com. art. A441-1).
LATE_FROM = (1, 31, 61, 91)


@dataclass(frozen=True)
class DelayInstalment:
    """One instalment of an invoice, amounts in the company's currency and all on the same basis (with or without tax).

    ``invoice``: what the number of invoices counts. ``movements``: ``(day, amount, kind)`` up to the closing date, kind
    ``payment`` or ``credit`` (a credit note lowers the debt and pays nothing). ``disputes``: ``(from, to or None)``.
    ``recognised``: False for an invoice that was not in the books on the closing date.
    """

    invoice: int
    issued: date
    due: date
    amount: Decimal
    movements: tuple = ()
    disputes: tuple = ()
    recognised: bool = True


@dataclass(frozen=True)
class DelayQuestion:
    """What is asked: the year ``start .. closing``, the option and the terms that delays are counted from.

    ``option``: ``unpaid`` (D441-6 I: unpaid at closing, term passed) or ``paid_late`` (II: paid late in the year).
    ``reference``: ``contractual`` (due date of each instalment) or ``legal`` (``legal_days`` after issue).
    ``unpaid_too``: under II, count also what is still unpaid and late at closing.
    ``base_invoices``, ``base_amount``: what the percentages refer to.

    :raises InconsistentInput: for a code that does not exist, or a year that ends before it starts.
    """

    option: str
    start: date
    closing: date
    reference: str = "contractual"
    legal_days: int = 60
    unpaid_too: bool = False
    base_invoices: int = 0
    base_amount: Decimal = Decimal(0)

    def __post_init__(self):
        if self.option not in DELAY_OPTIONS:
            raise InconsistentInput(what="delay_option", value=self.option)
        if self.reference not in DELAY_REFERENCES:
            raise InconsistentInput(what="delay_reference", value=self.reference)
        if self.closing < self.start or self.legal_days < 0:
            raise InconsistentInput(what="delay_year", day=self.closing)


@dataclass(frozen=True)
class DelayCell:
    """Invoices (each counted once in its cell), their amount, and percentages of the base (None without a base)."""

    invoices: int
    amount: Decimal
    percent: Decimal | None = None
    percent_invoices: Decimal | None = None


@dataclass(frozen=True)
class DelayEntry:
    """What stands behind a cell: an amount of an invoice, so many days late, in a tranche or excluded."""

    invoice: int
    due: date
    days: int
    amount: Decimal
    cell: str


@dataclass(frozen=True)
class DelayTable:
    """``cells``: by tranche, ``total`` (one day late and more, without the indicative column), ``disputed``, ``unrecognised``.

    ``terms``: shortest and longest days from issue to the term used, of what the table counts; None when it is empty.
    """

    cells: dict
    entries: tuple = ()
    terms: tuple | None = field(default=None)


def tranche_of(days: int) -> str:
    """Return the tranche of so many days late; ``on_time`` for none.

    >>> [tranche_of(days) for days in (-3, 0, 1, 30, 31, 60, 61, 90, 91)]
    ['on_time', 'on_time', '1_30', '1_30', '31_60', '31_60', '61_90', '61_90', '91_more']
    """
    return DELAY_TRANCHES[sum(days >= first for first in LATE_FROM)]


def delay_table(question: DelayQuestion, instalments: Iterable[DelayInstalment]) -> DelayTable:
    """Return the table of one side (received or issued invoices).

    An instalment that is late and disputed, or late and not in the books, is counted apart (D441-6 III) and nowhere else.
    What was paid in several times is spread over the tranches of its payments; its invoice counts once in the total.
    """
    entries, terms = [], set()
    for instalment in instalments:
        due = _term(question, instalment)
        found = list(_slices(question, instalment, due))
        if found:
            terms.add((due - instalment.issued).days)
        entries += (_entry(instalment, due, day, amount, question) for day, amount in found)
    late = [entry for entry in entries if entry.cell in DELAY_TRANCHES[1:]]
    cells = {code: _cell([entry for entry in entries if entry.cell == code], question) for code in DELAY_TRANCHES}
    cells["total"] = _cell(late, question)
    for code in ("disputed", "unrecognised"):
        cells[code] = _cell([entry for entry in entries if entry.cell == code], question)
    return DelayTable(cells, tuple(entries), (min(terms), max(terms)) if terms else None)


def _term(question, instalment):
    if question.reference == "legal":
        return instalment.issued + timedelta(days=question.legal_days)
    return instalment.due


def _slices(question, instalment, due):
    """``(day until which the delay ran, amount)`` of what the option looks at."""
    left = instalment.amount - sum(amount for day, amount, _kind in instalment.movements if day <= question.closing)
    if question.option == "paid_late" and instalment.recognised:
        for day, amount, kind in instalment.movements:
            if kind == "payment" and question.start <= day <= question.closing:
                yield day, amount
        if left > 0 and question.unpaid_too and due < question.closing:
            yield question.closing, left
    elif left > 0 and (instalment.recognised or due < question.closing):
        yield question.closing, left


def _entry(instalment, due, day, amount, question):
    days = (day - due).days
    cell = tranche_of(days)
    if not instalment.recognised:
        cell = "unrecognised"
    elif days > 0 and _disputed(instalment, due, day, question):
        cell = "disputed"
    return DelayEntry(instalment.invoice, due, max(days, 0), amount, cell)


def _disputed(instalment, due, day, question):
    """In dispute on the closing date; for what was paid, on one of the days of the delay."""
    first = question.closing if question.option == "unpaid" else due
    return any(begin <= day and (end is None or end >= first) for begin, end in instalment.disputes)


def _cell(entries, question):
    amount = sum((entry.amount for entry in entries), Decimal(0))
    number = len({entry.invoice for entry in entries})
    return DelayCell(number, amount, _percent(amount, question.base_amount), _percent(Decimal(number), question.base_invoices))


def _percent(part, base):
    return round_cents(part * 100 / base) if base > 0 else None
