"""Does the money that the bank shows, and that nobody matched, pay what we are about to claim? It compares, never allocates."""

from dataclasses import dataclass
from decimal import Decimal

from .receipt_pile import Pile
from .receipt_words import bears_name, names, plain, references, squeezed


@dataclass(frozen=True)
class Payment:
    """A payment that somebody entered by hand, which may be the money of a line of the bank.

    ``days`` between the two; ``invoices`` (keys) that it was set against.
    """

    key: object
    days: int
    invoices: tuple = ()


@dataclass(frozen=True)
class Receipt:
    """Money in that is matched with nothing. ``posted``: it is already on the customer's account, and netted.

    ``account``: IBAN of the payer; ``name``: his name as the bank gives it; ``partner``: the customer it was given to;
    ``payments``: those of the same customer and amount that were entered around that day.
    """

    key: object
    amount: Decimal
    label: str = ""
    account: str = ""
    name: str = ""
    partner: object = None
    posted: bool = False
    currency: object = None
    payments: tuple = ()


@dataclass(frozen=True)
class Debt:
    """An open instalment: its invoice's ``number``, what is still owed, the structured ``references`` that the customer was
    asked to quote (of our reminders, of the invoice), the free ``words`` that the invoice asks to quote, its ``invoice`` (key).
    """

    key: object
    number: str
    residual: Decimal
    references: tuple = ()
    words: str = ""
    invoice: object = None


@dataclass(frozen=True)
class Debtor:
    """A customer in one currency: his bank ``accounts``, his name, what he owes; ``others``: the currencies, besides this
    one, in which he owes something too.
    """

    key: object
    name: str
    debts: tuple
    accounts: tuple = ()
    currency: object = None
    others: frozenset = frozenset()


@dataclass(frozen=True)
class Finding:
    """A receipt that probably pays this debtor's ``debts`` (keys; empty: one cannot say which), on which ``ground``."""

    receipt: object
    ground: str
    debts: tuple
    posted: bool


def probable_receipts(receipts, debtors):
    """The receipts that probably come from each debtor: {(key, currency): (Finding, ...)}, in the order of the receipts.

    * money on his account (``posted``) is netted anyway: it only counts when it names invoices or equals what one
      instalment, and one only, still owes;
    * money at the bank counts when it quotes a reference, names an invoice, is given to him or comes from his account, or
      bears his name with exactly the amount of an instalment or of the whole;
    * in another currency it counts when it quotes or names, else only where nothing is owed in the currency of the money;
    * a line whose money was entered by hand as a payment is known already, each payment being the money of one line only.
    """
    receipts = list(receipts)
    pile, entered = Pile(receipts), _entered_by_hand(receipts)
    return {(debtor.key, debtor.currency): tuple(filter(None, (
        _finding(receipts[place], debtor, entered.get(place)) for place in pile.candidates(debtor)))) for debtor in debtors}


def _entered_by_hand(receipts):
    """{place of a receipt: the Payment that is the same money}: nearest in days first, each payment and receipt once."""
    pairs = sorted(((payment.days, place, payment) for place, receipt in enumerate(receipts) for payment in receipt.payments),
                   key=lambda pair: pair[:2])
    entered, taken = {}, set()
    for _days, place, payment in pairs:
        if place not in entered and payment.key not in taken:
            entered[place] = payment
            taken.add(payment.key)
    return entered


def _finding(receipt, debtor, entered=None):
    if receipt.posted and (receipt.partner not in (None, debtor.key) or receipt.currency != debtor.currency):
        return None
    ground, debts = _ground(receipt, debtor)
    if not ground or (receipt.posted and not _settles(receipt, debtor, debts)):
        return None
    if entered and not _paid_something_else(entered, ground, debts, debtor):
        return None
    return Finding(receipt.key, ground, debts, receipt.posted)


def _paid_something_else(entered, ground, debts, debtor):
    """Whether a line names invoices of which the payment that looks like the same money paid none."""
    named = {debt.invoice for debt in debtor.debts if debt.key in debts}
    return ground == "invoice_number" and named.isdisjoint(entered.invoices)


def _ground(receipt, debtor):
    on_label = references(receipt.label)
    quoted = tuple(debt.key for debt in debtor.debts if on_label.intersection(debt.references))
    if quoted:
        return "reference", quoted
    text = plain(receipt.label)
    named = tuple(debt.key for debt in debtor.debts if names(text, debt.number) or _quotes(receipt, text, debt, debtor))
    if named:
        return "invoice_number", named
    return _ground_of_the_payer(receipt, debtor)


def _quotes(receipt, text, debt, debtor):
    """Whether it quotes the words that an invoice asks for; such words may be anybody's: the customer or the amount agrees."""
    if not names(text, debt.words) or receipt.partner not in (None, debtor.key):
        return False
    return receipt.partner == debtor.key or _equals(receipt, debt.residual, debtor) or bears_name(
        f"{receipt.label} {receipt.name}", debtor.name)


def _ground_of_the_payer(receipt, debtor):
    if receipt.currency != debtor.currency and receipt.currency in debtor.others:
        return "", ()
    equal = _of_that_amount(receipt, debtor)
    if receipt.partner == debtor.key:
        return "partner", equal
    if receipt.account and squeezed(receipt.account) in {squeezed(account) for account in debtor.accounts}:
        return "account", equal
    whole = sum((debt.residual for debt in debtor.debts), Decimal(0))
    exact = equal or _equals(receipt, whole, debtor)
    if receipt.partner is None and exact and bears_name(f"{receipt.label} {receipt.name}", debtor.name):
        return "name_and_amount", equal
    return "", ()


def _equals(receipt, amount, debtor):
    return receipt.currency == debtor.currency and receipt.amount == amount


def _of_that_amount(receipt, debtor):
    """The one instalment that still owes exactly this amount; nothing when there are several."""
    equal = tuple(debt.key for debt in debtor.debts if _equals(receipt, debt.residual, debtor))
    return equal if len(equal) == 1 else ()


def _settles(receipt, debtor, debts):
    """Whether the amount is exactly what these debts still owe."""
    return bool(debts) and sum((debt.residual for debt in debtor.debts if debt.key in debts), Decimal(0)) == receipt.amount
