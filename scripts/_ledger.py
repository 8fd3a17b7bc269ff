# SPDX-License-Identifier: LGPL-3.0-only
"""From rows of text to invoices, payments and customers, or to refusals with a line number and a reason.

Nothing here talks to a server: what Odoo knows (currencies, countries) comes in as :class:`Known`.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from _ledger_text import AmountReader, DateReader, Unreadable, is_empty

REGIMES = ("b2b", "b2c", "public")
CUSTOMER_COLUMNS = ("name", "email", "street", "zip", "city", "vat", "siret")
YES = frozenset({"yes", "y", "oui", "o", "true", "vrai", "1", "x"})
MAX_TERM_DAYS = 3653  # a due date ten years after the invoice is a typing error


@dataclass(frozen=True)
class Refusal:
    """Why something is not loaded. `lines`: lines of the ledger (or of the payments file when `payments`)."""

    lines: tuple
    invoice: str
    reason: str
    payments: bool = False

    def __str__(self):
        place = "payments line" if self.payments else "line"
        lines = ", ".join(str(line) for line in self.lines)
        return f"{place} {lines}: {f'invoice {self.invoice}: ' if self.invoice else ''}{self.reason}"


@dataclass(frozen=True)
class Payment:
    """Money received. `amount` has the sign of its invoice."""

    date: date
    amount: Decimal
    reference: str = ""
    line: int = 0


@dataclass(frozen=True)
class Invoice:
    """One document. A negative `amount` is a credit note; `currency` '' is the company's."""

    line: int
    number: str
    customer: str
    issued: date
    due: date
    amount: Decimal
    currency: str
    payments: tuple = ()
    disputed: bool = False

    @property
    def residual(self):
        """What is still owed after all its payments."""
        return self.amount - sum(payment.amount for payment in self.payments)


@dataclass(frozen=True)
class Customer:
    """One debtor. `country` is an ISO code or ''; `details`: the other columns that are filled."""

    key: str
    regime: str
    country: str
    details: dict


@dataclass
class Known:
    """What the server knows. None: not asked (a dry run without a server), nothing is checked against it.

    `currencies`: active code -> number of decimals; `inactive`: codes that exist but are switched off;
    `countries`: ISO code or lower-case name -> ISO code; `locked_until`: last day of the closed periods.
    """

    currencies: dict = None
    inactive: frozenset = frozenset()
    countries: dict = None
    company_currency: str = ""
    locked_until: date = None


@dataclass
class Ledger:
    """What will be loaded, and what will not."""

    invoices: list = field(default_factory=list)
    customers: dict = field(default_factory=dict)
    refusals: list = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """How to read: see the options of the same name of import_ledger.py. `today` is the day of the import.

    `currency`: the currency of every line without one in its own column, whatever sign stands beside the amount.
    """

    today: date
    date_format: str = ""
    decimal: str = ""
    default_regime: str = ""
    credit_notes: bool = False
    currency: str = ""


class Refused(Exception):
    """Raised while one line is read; becomes a :class:`Refusal`."""


def build(table, reading, known=None, payments_table=None):
    """Read `table` (and the optional payments file) into a :class:`Ledger`.

    An invoice is taken with all of its payments or not at all: one bad payment line refuses its invoice too, because
    an invoice that looks unpaid would be claimed from a customer who has paid.
    Raises `Ambiguous` when the file can be read in two ways.
    """
    known = known or Known()
    ledger = Ledger()
    payments = _read_payments(payments_table, reading, ledger) if payments_table else {}
    reader = _LedgerReader(table, reading, known, payments)
    for row in table.rows:
        try:
            invoice, customer = reader.read(row)
        except (Refused, Unreadable) as error:
            ledger.refusals.append(Refusal((row.line,), row.get("invoice"), str(error)))
            continue
        ledger.invoices.append(invoice)
        ledger.customers.setdefault(customer.key, customer)
    _refuse_orphans(payments, reader.seen, ledger)
    ledger.refusals.sort(key=lambda refusal: (refusal.payments, refusal.lines))
    return ledger


def _texts(table, columns):
    return [(row.line, row.get(column)) for row in table.rows for column in columns if not is_empty(row.get(column))]


def _read_payments(table, reading, ledger):
    """Invoice number -> ``[Payment or Refusal]``, in the order of the file."""
    dates = DateReader(_texts(table, ["date"]), reading.date_format)
    amounts = AmountReader(_texts(table, ["amount"]), reading.decimal)
    found = {}
    for row in table.rows:
        number = row.get("invoice")
        try:
            if row.problem:
                raise Refused(row.problem)
            if not number:
                raise Refused("no invoice number")
            amount = amounts.read(row.get("amount"))[0]
            if not amount:
                raise Refused("payment of zero")
            entry = Payment(_past(dates.read(row.get("date")), reading.today), amount, row.get("reference"), row.line)
        except (Refused, Unreadable) as error:
            entry = Refusal((row.line,), number, str(error), payments=True)
            ledger.refusals.append(entry)
        found.setdefault(number, []).append(entry)
    return found


def _past(value, today):
    if value > today:
        raise Refused(f"payment dated {value}, after today")
    return value


def _refuse_orphans(payments, seen, ledger):
    """Good payment lines whose invoice is not loaded are refused with it."""
    loaded = {invoice.number for invoice in ledger.invoices}
    for number, entries in payments.items():
        lines = tuple(entry.line for entry in entries if isinstance(entry, Payment))
        if lines and number not in loaded:
            unknown = "payment of an invoice that the ledger does not have"
            reason = "its invoice is refused" if number in seen else unknown
            ledger.refusals.append(Refusal(lines, number, reason, payments=True))


class _LedgerReader:
    """Reads the rows of the ledger one after the other; remembers the invoice numbers it has seen."""

    def __init__(self, table, reading, known, payments):
        self.reading, self.known, self.payments = reading, known, payments
        self.dates = DateReader(_texts(table, ["issued", "due", "settled"]), reading.date_format)
        self.amounts = AmountReader(_texts(table, ["amount", "paid"]), reading.decimal)
        self.seen = {}

    def read(self, row):
        """``(Invoice, Customer)`` of `row`. Raises :class:`Refused` or `Unreadable`."""
        if row.problem:
            raise Refused(row.problem)
        number = self._new_number(row)
        if not row.get("customer"):
            raise Refused("no customer")
        issued, due = self._dates(row)
        amount, currency = self._amount(row)
        invoice = Invoice(row.line, number, row.get("customer"), issued, due, amount, currency,
                          self._payments(row, number, issued, amount), row.get("disputed").lower() in YES)
        self._check_settlement(invoice)
        return invoice, self._customer(row)

    def _new_number(self, row):
        number = row.get("invoice")
        if number in ("", "/"):  # a slash is Odoo's own way of writing "no number yet"
            raise Refused("no invoice number")
        first = self.seen.setdefault(number, row.line)
        if first != row.line:
            raise Refused(f"duplicate invoice number, first on line {first}")
        return number

    def _dates(self, row):
        issued = self._date(row, "issued", "invoice date")
        due = self._date(row, "due", "due date")
        self._check_open("invoice", issued)
        if issued > self.reading.today:
            raise Refused(f"invoice dated {issued}, after today")
        if due < issued:
            raise Refused(f"due date {due} is before the invoice date {issued}")
        if (due - issued).days > MAX_TERM_DAYS:
            raise Refused(f"due date {due} is more than ten years after the invoice date {issued}")
        return issued, due

    def _date(self, row, column, label):
        if is_empty(row.get(column)):
            raise Refused(f"no {label}")
        try:
            return self.dates.read(row.get(column))
        except Unreadable as error:
            raise Refused(f"{label}: {error}") from error

    def _amount(self, row):
        if is_empty(row.get("amount")):
            raise Refused("no amount")
        amount, written = self.amounts.read(row.get("amount"))
        written = self.reading.currency or written
        currency = (row.get("currency") or written).upper()
        if not self.reading.currency and written and written != currency:
            raise Refused(f"the amount is written in {written}, the currency column says {currency}")
        self._check_currency(amount, currency)
        if not amount:
            raise Refused("amount is zero")
        if amount < 0 and not self.reading.credit_notes:
            raise Refused(f"amount {amount} is not positive (--credit-notes loads negative amounts as credit notes)")
        return amount, "" if currency == self.known.company_currency else currency

    def _check_currency(self, amount, currency):
        if self.known.currencies is None:
            return
        code = currency or self.known.company_currency
        if code in self.known.inactive:
            raise Refused(f"currency {code} is not active in this database")
        if code not in self.known.currencies:
            raise Refused(f"unknown currency {code}")
        if -amount.normalize().as_tuple().exponent > self.known.currencies[code]:
            raise Refused(f"amount {amount} has more decimals than {code}")

    def _payments(self, row, number, issued, amount):
        listed = self.payments.get(number, [])
        if any(isinstance(entry, Refusal) for entry in listed):
            lines = ", ".join(str(entry.lines[0]) for entry in listed if isinstance(entry, Refusal))
            raise Refused(f"its payment is refused (payments line {lines})")
        settled = self._settlement(row, amount)
        if settled and listed:
            raise Refused("settled here and also in the payments file")
        paid = tuple(sorted(listed or settled, key=lambda payment: payment.date))
        for payment in paid:
            if payment.date < issued:
                raise Refused(f"payment dated {payment.date} is before the invoice date {issued}")
            self._check_open("payment", payment.date)
        return paid

    def _check_open(self, label, day):
        """Odoo would move a document of a closed period to an open one: a payment would then count too late."""
        if self.known.locked_until and day <= self.known.locked_until:
            raise Refused(f"{label} dated {day}, but the books are locked until {self.known.locked_until}")

    def _settlement(self, row, amount):
        """The payment of the `settled` and `paid` columns: ``[Payment]`` or ``[]``."""
        settled, paid = row.get("settled"), row.get("paid")
        if is_empty(settled):
            if not is_empty(paid) and self.amounts.read(paid)[0]:
                raise Refused(f"{paid} paid without a settlement date")
            return []
        day = _past(self._date(row, "settled", "settlement date"), self.reading.today)
        received = amount if is_empty(paid) else self.amounts.read(paid)[0]
        if not received:
            raise Refused(f"settled on {day} with an amount of zero")
        return [Payment(day, received, line=row.line)]

    def _check_settlement(self, invoice):
        sign = 1 if invoice.amount > 0 else -1
        if any(payment.amount * sign < 0 for payment in invoice.payments):
            raise Refused("a payment has not the sign of the invoice")
        if invoice.residual * sign < 0:
            raise Refused(f"overpayment: {invoice.amount - invoice.residual} paid for {invoice.amount}")
        for payment in invoice.payments:
            self._check_currency(payment.amount, invoice.currency)

    def _customer(self, row):
        regime = (row.get("regime") or self.reading.default_regime).lower()
        if regime and regime not in REGIMES:
            raise Refused(f"unknown regime {regime!r} ({', '.join(REGIMES)} or empty)")
        details = {column: row.get(column) for column in CUSTOMER_COLUMNS if not is_empty(row.get(column))}
        return Customer(row.get("customer"), regime, self._country(row.get("country")), details)

    def _country(self, text):
        if is_empty(text) or self.known.countries is None:
            return ""
        code = self.known.countries.get(text.lower())
        if not code:
            raise Refused(f"unknown country {text!r}")
        return code
