"""What a generated ledger is made of: plain frozen records, no Odoo, no clock.

Amounts are ``Decimal`` in the currency of the customer, tax included unless a name says otherwise. Every net amount is
a multiple of 0.50, so that 20 % of tax and the shares of each payment term (30, 40, 50 %) are exact to the cent:
nothing is ever rounded here.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

# Payment term -> its instalments: (percent of the total, days after the invoice date).
TERMS = {
    'immediate': ((100, 0),),
    'net30': ((100, 30),),
    'net45': ((100, 45),),
    'net60': ((100, 60),),
    'halves': ((50, 30), (50, 60)),
    'thirds': ((30, 30), (30, 60), (40, 90)),
}
STANDARD_VAT = Decimal('20')
NET_STEP = Decimal('0.50')


@dataclass(frozen=True)
class Customer:
    """One customer; ``regime`` is b2b, b2c, public or '' (nobody has classified it yet)."""

    code: str
    name: str
    regime: str = 'b2b'
    is_company: bool = True
    siret: str = ''
    street: str = ''
    zip: str = ''
    city: str = ''
    country: str = 'FR'
    email: str = ''
    phone: str = ''
    lang: str = 'fr_FR'
    currency: str = 'EUR'
    term: str = 'net30'
    profile: str = ''


@dataclass(frozen=True)
class Instalment:
    """One due date of a document and what is due that day."""

    due: date
    amount: Decimal


@dataclass(frozen=True)
class Allocation:
    """A part of a payment or credit note set against instalment ``rank`` (from 0) of an invoice."""

    document: str
    rank: int
    amount: Decimal


@dataclass(frozen=True)
class Document:
    """An invoice or a credit note; ``allocations`` only for a credit note that was set against invoices."""

    key: str
    customer: str
    kind: str
    date: date
    term: str
    net: Decimal
    vat_rate: Decimal
    label: str
    allocations: tuple = ()

    @property
    def vat(self):
        """The tax, exact to the cent because of ``NET_STEP``."""
        return self.net * self.vat_rate / 100

    @property
    def total(self):
        """Net plus tax."""
        return self.net + self.vat

    @property
    def instalments(self):
        """The due dates by the payment term, in order; a credit note is due at once."""
        shares = TERMS[self.term]
        return tuple(
            Instalment(self.date + timedelta(days=days), self.total * percent / 100) for percent, days in shares
        )


@dataclass(frozen=True)
class Payment:
    """Money received on ``date``; what no allocation covers stays on the customer's account."""

    key: str
    customer: str
    date: date
    amount: Decimal
    allocations: tuple = ()


@dataclass(frozen=True)
class Deed:
    """What a collector recorded of a customer on a day, by the public method that his button calls.

    ``what`` is a function of ``followup.DEEDS``; ``facts`` are its arguments.
    """

    customer: str
    day: date
    what: str
    facts: dict


@dataclass(frozen=True)
class Ledger:
    """Everything that happened up to ``as_of``, each tuple in the order in which it happened."""

    as_of: date
    customers: tuple = ()
    documents: tuple = ()
    payments: tuple = ()
    deeds: tuple = ()

    def __add__(self, other):
        """Two ledgers of the same day as one, documents and payments again in order of date."""
        if self.as_of != other.as_of:
            raise ValueError("two ledgers of different days")
        return Ledger(
            self.as_of,
            self.customers + other.customers,
            tuple(sorted(self.documents + other.documents, key=lambda document: (document.date, document.key))),
            tuple(sorted(self.payments + other.payments, key=lambda payment: (payment.date, payment.key))),
            self.deeds + other.deeds,
        )

    def open_amounts(self):
        """What is still owed: ``{(document key, rank): amount}``, settled instalments left out."""
        owed = {
            (document.key, rank): instalment.amount
            for document in self.documents
            if document.kind == 'invoice'
            for rank, instalment in enumerate(document.instalments)
        }
        for source in (*self.documents, *self.payments):
            for allocation in source.allocations:
                owed[allocation.document, allocation.rank] -= allocation.amount
        return {key: amount for key, amount in owed.items() if amount}
