"""Bad debts: how much of a claim is tax, what to write down, whether and until when its VAT comes back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .errors import InconsistentInput
from .money import round_cents

ZERO = Decimal(0)

# Why a claim is given up, and whether that makes it definitively irrecoverable in the sense of CGI art. 272-1. A
# formal notice or the passing of time is not enough (BOI-TVA-DED-40-10-20), nor is a commercial decision.
GROUNDS = {
    "liquidation": True,
    "certificate": True,
    "enforcement": True,
    "disappeared": True,
    "prescribed": False,
    "abandoned": False,
}
# What may deserve a look before the entry is posted.
WARNINGS = ("vat_ground", "vat_too_late", "vat_unknown")

# A starting point for a person, from the oldest: days late above which a claim is written down by so much. The tax
# law asks for an individual assessment (CGI art. 39-1-5): nothing is booked on these figures alone.
PROVISION_BY_AGE = ((365, Decimal(100)), (180, Decimal(50)), (90, Decimal(25)))
PROVISION_BY_INSOLVENCY = Decimal(100)


@dataclass(frozen=True)
class Tax:
    """The VAT of one tax line of an invoice. ``amount``: on the whole invoice; ``left``: not yet paid, cancelled or recovered."""

    key: int
    amount: Decimal
    left: Decimal


@dataclass(frozen=True)
class Split:
    """A part of an invoice without its VAT; ``taxes``: (key, amount) of each tax line in it."""

    net: Decimal
    vat: Decimal
    taxes: tuple


def gone(tax: Decimal, settled: Decimal, total: Decimal, places: int = 2) -> Decimal:
    """The VAT in the first ``settled`` of an invoice of ``total``: counted from its beginning, parts add up to the whole."""
    return round_cents(tax * settled / total, places)


def split(amount: Decimal, total: Decimal, taxes: tuple, *, last: bool = False, places: int = 2,
          owed: Decimal | None = None) -> Split:
    """Cut ``amount`` of an invoice of ``total`` (both with tax) into net and VAT, pro rata to each tax line.

    ``last``: nothing of the invoice is owed afterwards, so what is left of each tax line goes with it: no cent stays.

    ``owed``: what the invoice still owes before; all of it when left out.

    :raises InconsistentInput: an amount that is not between zero and the total.
    """
    if not ZERO <= amount <= total:
        raise InconsistentInput(what="bad_debt_amount", amount=amount, total=total)
    before = ZERO if owed is None else total - owed
    shares = []
    for tax in taxes:
        share = tax.left if last else min(
            tax.left, gone(tax.amount, before + amount, total, places) - gone(tax.amount, before, total, places))
        shares.append((tax.key, share))
    vat = sum((share for _key, share in shares), ZERO)
    return Split(amount - vat, vat, tuple(shares))


def provision_percent(days_late: int, *, insolvent: bool = False) -> Decimal:
    """The percentage proposed to the person who assesses the claim."""
    if insolvent:
        return PROVISION_BY_INSOLVENCY
    return next((percent for days, percent in PROVISION_BY_AGE if days_late > days), ZERO)


def vat_deadline(event: date) -> date:
    """The last day on which the VAT of a claim that became irrecoverable may be deducted (CGI ann. II art. 208)."""
    return date(event.year + 2, 12, 31)


def vat_warning(ground: str, event: date | None, day: date) -> str:
    """Why the VAT paid on debits stays a loss on ``day``; empty when it comes back (CGI art. 272-1).

    :raises InconsistentInput: an unknown ground.
    """
    if ground not in GROUNDS:
        raise InconsistentInput(what="bad_debt_ground", ground=ground)
    if not GROUNDS[ground] or event is None:
        return "vat_ground"
    return "vat_too_late" if day > vat_deadline(event) else ""
