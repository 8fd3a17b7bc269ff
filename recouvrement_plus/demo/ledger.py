"""The crowd of the demo ledger: as many customers as asked, with two years of invoices, payments and credit notes.

Pure and deterministic: the same ``as_of`` and ``size`` give the same ledger on every machine, and customer n is the
same whatever the size (each has its own source of chance, seeded by its number). Dates move with ``as_of``; no clock
is read.
"""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from . import behaviour, names
from .records import NET_STEP, STANDARD_VAT, Allocation, Customer, Document, Ledger, Payment

HISTORY_DAYS = 730
INVOICES_PER_CUSTOMER = 10


def generate(as_of, size=300, first=1, invoices_each=INVOICES_PER_CUSTOMER, days=HISTORY_DAYS):
    """The ledger of ``size`` customers (about ``invoices_each`` each over ``days``) as it stands on the evening of ``as_of``.

    ``first`` is the number of the first customer: two ranges that do not overlap have no customer in common.
    """
    ledger = Ledger(as_of)
    customers, documents, payments = [], [], []
    for number in range(first, first + size):
        rng = random.Random(f'recouvrement_plus demo {number}')
        customer = make_customer(rng, number)
        invoices, credit_notes = make_documents(rng, customer, as_of, invoices_each, days)
        customers.append(customer)
        documents += invoices + credit_notes
        payments += make_payments(rng, customer, invoices, credit_notes, as_of)
    return ledger + Ledger(as_of, tuple(customers), tuple(documents), tuple(payments))


# ---------------------------------------------------------------- customers


def make_customer(rng, number):
    """Customer ``number``: mostly companies; consumers, public bodies, Swiss and unclassified ones at fixed numbers."""
    if number % 20 == 7:
        return _consumer(rng, number)
    if number % 37 == 5:
        return _public_body(rng, number)
    return _company(rng, number)


def _company(rng, number):
    swiss, unclassified, english = number % 60 == 11, number % 50 == 9, number % 25 == 13
    name = f'{rng.choice(names.TRADES)} {rng.choice(names.OWNERS)} {rng.choice(names.FORMS)}'
    return Customer(
        siret='' if swiss or unclassified else names.siret(number),
        regime='' if unclassified else 'b2b',
        country='CH' if swiss else 'FR',
        currency='CHF' if swiss else 'EUR',
        lang='en_US' if swiss or english else 'fr_FR',
        term=rng.choices(('net30', 'net45', 'net60', 'halves', 'thirds'), weights=(45, 20, 20, 8, 7))[0],
        profile=behaviour.pick_profile(rng),
        **_identity(rng, number, name, 'comptabilite', names.SWISS_PLACES if swiss else names.PLACES),
    )


def _consumer(rng, number):
    name = f'{rng.choice(names.FIRST_NAMES)} {rng.choice(names.OWNERS)}'
    return Customer(
        regime='b2c',
        is_company=False,
        profile=rng.choice(('prompt', 'careless', 'erratic')),
        term='net30',
        **_identity(rng, number, name, 'courrier', names.PLACES),
    )


def _public_body(rng, number):
    place = f'Saint-{rng.choice(names.OWNERS)}'
    return Customer(
        regime='public',
        siret=names.siret(number),
        profile=rng.choice(('prompt', 'late')),
        term='net30',
        **_identity(rng, number, rng.choice(names.PUBLIC_BODIES).format(place), 'finances', names.PLACES),
    )


def _identity(rng, number, name, mailbox, places):
    """What every customer has: code, name, address, mail in a reserved domain, telephone of the fiction range."""
    zip_code, city = rng.choice(places)
    return {
        'code': f'D{number:06d}',
        'name': name,
        'street': f'{rng.randint(1, 140)} {rng.choice(names.STREETS)}',
        'zip': zip_code,
        'city': city,
        'email': f'{mailbox}.{names.slug(name)}.{number}@{rng.choice(names.MAIL_DOMAINS)}',
        'phone': names.phone(number),
    }


# ---------------------------------------------------------------- documents


def make_documents(rng, customer, as_of, invoices_each=INVOICES_PER_CUSTOMER, days=HISTORY_DAYS):
    """(invoices, credit notes) of one customer over the last ``days``."""
    scale = rng.lognormvariate(0, 0.6) * (0.25 if customer.regime == 'b2c' else 1)
    invoices = [
        _invoice(rng, customer, f'{customer.code}-{rank + 1:03d}', day, scale)
        for rank, day in enumerate(_invoice_days(rng, as_of, invoices_each, days))
    ]
    credit_notes = [note for invoice in invoices for note in _credit_note(rng, customer, invoice, as_of)]
    if rng.random() < 0.04:
        credit_notes.append(_loose_credit_note(rng, customer, as_of))
    return invoices, credit_notes


def _invoice_days(rng, as_of, invoices_each, history):
    """The days on which the customer was invoiced; one in twenty is a new customer, one in thirty bought once."""
    span = 90 if rng.random() < 0.05 else history
    count = max(2, round(invoices_each * rng.lognormvariate(-0.1, 0.6)))
    if rng.random() < 0.03:
        count = 1
    days = sorted(rng.randint(3, span) for _ in range(min(count, span // 10)))
    return [behaviour.working_day(as_of - timedelta(days=age)) for age in reversed(days)]


def _invoice(rng, customer, key, day, scale):
    net = money(min(60_000, max(40, 1_300 * scale * rng.lognormvariate(0, 0.8))))
    return Document(
        key, customer.code, 'invoice', day, customer.term, net, vat_rate(customer), rng.choice(names.LABELS)
    )


def _credit_note(rng, customer, invoice, as_of):
    """Now and then a rebate on the last instalment of an invoice, or on a whole invoice that is paid at once."""
    chance = rng.random()
    day = behaviour.working_day(invoice.date + timedelta(days=rng.randint(3, 15)))
    if chance > 0.03 or day > as_of:
        return []
    last = invoice.instalments[-1].amount / invoice.total
    share = Decimal(1) if chance < 0.005 else Decimal(rng.randint(10, 40)) / 100
    net = money(invoice.net * last * share)
    note = Document(
        f'{invoice.key}-CN', customer.code, 'credit_note', day, 'immediate', net, invoice.vat_rate, 'Avoir commercial'
    )
    allocation = Allocation(invoice.key, len(invoice.instalments) - 1, min(note.total, invoice.instalments[-1].amount))
    return [replace(note, allocations=(allocation,))]


def _loose_credit_note(rng, customer, as_of):
    """A recent credit note that nobody has set against an invoice yet."""
    net = money(rng.randint(40, 600))
    day = as_of - timedelta(days=rng.randint(3, 60))
    return Document(
        f'{customer.code}-CN',
        customer.code,
        'credit_note',
        day,
        'immediate',
        net,
        vat_rate(customer),
        'Avoir à imputer',
    )


def vat_rate(customer):
    """20 % in France; a customer abroad is invoiced without tax."""
    return STANDARD_VAT if customer.country == 'FR' else Decimal(0)


def money(value):
    """``value`` as a net amount: a positive multiple of ``NET_STEP``."""
    return max(1, round(value / NET_STEP if isinstance(value, Decimal) else value * 2)) * NET_STEP


# ---------------------------------------------------------------- payments


def make_payments(rng, customer, invoices, credit_notes, as_of):
    """The customer's payments, one a day at most: who pays several invoices on one day sends one transfer."""
    credited = {
        (allocation.document, allocation.rank): allocation.amount
        for note in credit_notes
        for allocation in note.allocations
    }
    in_runs = customer.is_company and rng.random() < 0.4
    by_day = defaultdict(list)
    for invoice in invoices:
        for rank, instalment in enumerate(invoice.instalments):
            owed = instalment.amount - credited.get((invoice.key, rank), 0)
            day = behaviour.payment_day(rng, customer.profile, invoice.date, instalment.due, as_of)
            if owed and day:
                for part_day, amount in _parts(rng, day, owed):
                    by_day[_run_day(part_day) if in_runs else part_day].append(Allocation(invoice.key, rank, amount))
    return [_payment(customer, day, allocations) for day, allocations in sorted(by_day.items()) if day <= as_of]


def _parts(rng, day, owed):
    """One payment, or in one case of twenty two: a part first and the rest weeks later."""
    first = money(owed * Decimal(rng.randint(30, 70)) / 100)
    rest_day = behaviour.working_day(day + timedelta(days=rng.randint(10, 40)))
    if rng.random() > 0.05 or first >= owed:
        return [(day, owed)]
    return [(day, first), (rest_day, owed - first)]


def _run_day(day):
    """The customer's payment run on or after ``day``: the 10th or the 25th."""
    if day.day <= 10:
        return day.replace(day=10)
    if day.day <= 25:
        return day.replace(day=25)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=10)


def _payment(customer, day, allocations):
    merged = defaultdict(Decimal)
    for allocation in allocations:
        merged[allocation.document, allocation.rank] += allocation.amount
    allocations = tuple(Allocation(document, rank, amount) for (document, rank), amount in merged.items())
    total = sum(allocation.amount for allocation in allocations)
    return Payment(f'{customer.code}-P{day:%Y%m%d}', customer.code, day, total, allocations)
