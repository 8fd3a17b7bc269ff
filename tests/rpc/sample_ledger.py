# SPDX-License-Identifier: LGPL-3.0-only
"""A ledger made by a seeded generator, in the shape of a common public sample: American dates, terms of 30 days.

300 invoices of 60 customers, issued from July to October 2013. Most pay around the due date, some a month late, a few
never; some pay in two parts; some have a credit note that nobody has matched.
"""

import csv
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

HEADER = ("customerID", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount", "SettledDate", "Email")
FIRST_DAY, DAYS = date(2013, 7, 1), 123
MAP = ("customer=customerID,invoice=invoiceNumber,issued=InvoiceDate,due=DueDate,amount=InvoiceAmount,"
       "settled=SettledDate,email=Email")


@dataclass
class Document:
    """One invoice or credit note (amount < 0) with its payments ``[(date, amount)]``."""

    number: str
    customer: str
    issued: date
    due: date
    amount: Decimal
    payments: list = field(default_factory=list)

    def residual(self, day):
        """What is open at the end of `day`; nothing before the document exists."""
        if day < self.issued:
            return Decimal(0)
        return self.amount - sum(amount for paid_on, amount in self.payments if paid_on <= day)


def documents(count=300, customers=60, seed=2013):
    """The ledger as :class:`Document` list, always the same."""
    chance = random.Random(seed)
    keys = [f"{chance.randrange(10000):04d}-{''.join(chance.choices('ABCDEFGHJKLMNPQRSTUVWXYZ', k=5))}"
            for _number in range(customers)]
    habits = {key: chance.choice([-5, 0, 0, 3, 8, 20, 35]) for key in keys}
    result = []
    for number in range(count):
        customer = keys[number % 7] if number % 3 == 0 else chance.choice(keys)
        issued = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        amount = Decimal(chance.randrange(526, 12828)) / 100
        document = Document(f"{chance.randrange(10 ** 7):010d}", customer, issued, issued + timedelta(days=30), amount)
        document.payments = _payments(chance, document, habits[customer])
        result.append(document)
    for customer in keys[::6]:
        amount = -Decimal(chance.randrange(526, 20000)) / 100
        issued = FIRST_DAY + timedelta(days=chance.randrange(80, DAYS))
        result.append(Document(f"CN{chance.randrange(10 ** 6):06d}", customer, issued, issued, amount))
    assert len({document.number for document in result}) == len(result)
    return result


def _payments(chance, document, habit):
    if chance.random() < 0.06:
        return []
    first = max(document.issued, document.due + timedelta(days=round(chance.gauss(habit, 6))))
    if chance.random() < 0.9:
        return [(first, document.amount)]
    part = (document.amount / 3).quantize(Decimal("0.01"))
    return [(first, part), (first + timedelta(days=chance.randrange(1, 40)), document.amount - part)]


def american(day):
    """M/D/YYYY, as the sample writes dates."""
    return f"{day.month}/{day.day}/{day.year}"


def write(found, ledger_path, payments_path):
    """Write the two files that import_ledger.py takes; what was paid in one go is in the ledger's own column."""
    with open(ledger_path, "w", newline="") as ledger, open(payments_path, "w", newline="") as payments:
        invoice_rows, payment_rows = csv.writer(ledger), csv.writer(payments)
        invoice_rows.writerow(HEADER)
        payment_rows.writerow(["invoice", "date", "amount"])
        for document in found:
            at_once = len(document.payments) == 1
            digits = document.customer[:4]
            email = f"{digits}@customer.example" if int(digits) % 2 else ""
            settled = american(document.payments[0][0]) if at_once else ""
            invoice_rows.writerow([document.customer, document.number, american(document.issued),
                                   american(document.due), document.amount, settled, email])
            if not at_once:
                payment_rows.writerows((document.number, american(day), amount) for day, amount in document.payments)


def balances(found, day):
    """Customer -> what it owes net of its credits at the end of `day`."""
    result = defaultdict(Decimal)
    for document in found:
        result[document.customer] += document.residual(day)
    return result
