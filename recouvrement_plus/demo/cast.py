"""The cast: one named customer for each situation that the product must handle, with the outcome expected tonight.

Each story is written relative to ``as_of``. ``expected`` says what ``simulate`` must answer for the customer tonight
with the default plan (7 days before the due date, then +3, +15, +30 and the formal notice at +45): a decision, and
either its reason or the days of the level that leaves. ``absent`` means no row at all: nothing is owed.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from . import names
from .records import STANDARD_VAT, Allocation, Customer, Deed, Document, Ledger, Payment

NET = Decimal('1000')
OVERDUE = 99  # rank of the document that a story is about


@dataclass(frozen=True)
class Member:
    """One customer of the cast and what must be said of it tonight."""

    code: str
    customer: Customer
    situation: str
    expected: tuple
    documents: tuple = ()
    payments: tuple = ()
    deeds: tuple = ()


def cast(as_of):
    """Every member, as the ledger stands on the evening of ``as_of``."""
    return tuple(story(number, as_of) for number, story in enumerate(STORIES, start=1))


def cast_ledger(as_of):
    """The same customers as a ledger that can be added to a generated one."""
    members = cast(as_of)
    return Ledger(as_of) + Ledger(
        as_of,
        customers=tuple(member.customer for member in members),
        documents=tuple(document for member in members for document in member.documents),
        payments=tuple(payment for member in members for payment in member.payments),
        deeds=tuple(deed for member in members for deed in member.deeds),
    )


# ---------------------------------------------------------------- bricks


def _customer(number, code, name, **values):
    """A company of the cast: Paris, 30 days, mail in a reserved domain."""
    values = {'siret': names.siret(90_000 + number), 'email': f'compta@{names.slug(name)}.example', **values}
    return Customer(
        code=code,
        name=name,
        street=f'{number} rue Haute',
        zip='75011',
        city='Paris',
        phone=names.phone(9_900 + number),
        **values,
    )


def order(code, rank=OVERDUE):
    """The order number of a member's document, its key: what the customer reads as the origin of the invoice."""
    number = [story.__name__ for story in STORIES].index(code) + 1
    return f'BC{45_000 + 100 * number + rank}'


def _invoice(code, rank, issued, net=NET):
    return Document(order(code, rank), code, 'invoice', issued, 'net30', net, STANDARD_VAT, 'Prestation du mois')


def _overdue(code, as_of, days, rank=OVERDUE):
    """An invoice whose due date was ``days`` ago (in the future when negative)."""
    return _invoice(code, rank, as_of - timedelta(days=30 + days))


def _paid(invoice, days_late):
    """The whole invoice paid ``days_late`` days after its due date (early when negative)."""
    due = invoice.instalments[0].due
    allocations = (Allocation(invoice.key, 0, invoice.total),)
    return Payment(f'{invoice.key}-P', invoice.customer, due + timedelta(days=days_late), invoice.total, allocations)


def _history(code, as_of, days_late, count=12):
    """(documents, payments): ``count`` monthly invoices, all paid ``days_late`` days after their due date."""
    invoices = tuple(_invoice(code, rank, as_of - timedelta(days=30 * (count - rank) + 95)) for rank in range(count))
    return invoices, tuple(_paid(invoice, days_late) for invoice in invoices)


def _member(customer, situation, expected, as_of, overdue, days_late=-1, **values):
    """A member with a year of history and one open invoice due ``overdue`` days ago."""
    documents, payments = _history(customer.code, as_of, days_late)
    return Member(
        customer.code,
        customer,
        situation,
        expected,
        documents=(*documents, _overdue(customer.code, as_of, overdue)),
        payments=payments,
        **values,
    )


def _notice(code, sent_on, days, number):
    """The steps of a formal notice by registered letter: ``days`` to pay, deposited the same day, received two days later."""
    steps = (
        ('prepare_notice', 0, {}),
        ('approve_notice', 0, {}),
        ('send_notice', 0, {'sent_on': sent_on, 'channel': 'registered_letter', 'notice_days': days}),
        ('record_deposit', 0, {'done_on': sent_on, 'reference': number}),
        ('record_receipt', 2, {'received_on': sent_on + timedelta(days=2)}),
    )
    return tuple(Deed(code, sent_on + timedelta(days=after), 'step', {'action': action, **facts})
                 for action, after, facts in steps)


# ---------------------------------------------------------------- stories


def pays_on_time(number, as_of):
    customer = _customer(number, 'pays_on_time', 'Ponctuel et Associés SAS')
    return _member(customer, "pays the day before, owes an invoice due in 20 days", ('nothing', 'not_due'), as_of, -20)


def forgets(number, as_of):
    customer = _customer(number, 'forgets', 'Distraits Réunis SARL')
    return _member(customer, "a good payer that missed one invoice, 4 days ago", ('remind', 3), as_of, 4)


def always_20_days_late(number, as_of):
    customer = _customer(number, 'always_20_days_late', 'Vingt Jours Négoce SAS')
    return _member(
        customer, "has always paid 20 days late, is 16 days late today", ('remind', 15), as_of, 16, days_late=20
    )


def disputes_an_invoice(number, as_of):
    customer = _customer(number, 'disputes_an_invoice', 'Contredit Industrie SA')
    deeds = (
        Deed(customer.code, as_of - timedelta(days=10), 'dispute', {
            'reason': 'quality', 'note': "Deux profilés rayés à la livraison ; le client attend leur remplacement."}),
    )
    return _member(
        customer, "disputes its only overdue invoice", ('hold', 'dispute'), as_of, 22, days_late=3, deeds=deeds
    )


def broken_promise(number, as_of):
    customer = _customer(number, 'broken_promise', 'Promesse et Fils SARL')
    made = as_of - timedelta(days=15)
    deeds = (
        Deed(customer.code, made, 'promise', {
            'date_promised': as_of - timedelta(days=8), 'said_by': "M. Fils, gérant", 'means': 'phone',
            'note': "Virement promis après un encaissement attendu"}),
    )
    return _member(
        customer, "promised to pay a week ago and did not", ('remind', 30), as_of, 33, days_late=9, deeds=deeds
    )


def keeps_time(number, as_of):
    customer = _customer(number, 'keeps_time', 'Parole Tenue SAS')
    deeds = (
        Deed(customer.code, as_of - timedelta(days=3), 'promise', {
            'date_promised': as_of + timedelta(days=4), 'said_by': "Mme Tenue, comptable", 'means': 'email',
            'note': "Virement annoncé avec les paiements de la semaine prochaine"}),
    )
    return _member(
        customer, "promised to pay next week", ('hold', 'promise'), as_of, 19, days_late=6, deeds=deeds
    )


def in_agreement(number, as_of):
    customer = _customer(number, 'in_agreement', 'Étalement Services SAS')
    deeds = (
        Deed(customer.code, as_of - timedelta(days=20), 'agreement', {
            'number': 3, 'first_day': as_of + timedelta(days=10), 'signed_by': "M. Étal, président"}),
    )
    return _member(
        customer,
        "pays by an instalment agreement and keeps it",
        ('hold', 'agreement'),
        as_of,
        50,
        days_late=12,
        deeds=deeds,
    )


def lapsed_agreement(number, as_of):
    customer = _customer(number, 'lapsed_agreement', 'Rupture Logistique SARL')
    deeds = (
        Deed(customer.code, as_of - timedelta(days=35), 'agreement', {
            'number': 3, 'first_day': as_of - timedelta(days=20), 'signed_by': "Mme Rupture, gérante"}),
        Deed(customer.code, as_of - timedelta(days=5), 'look', {}),
    )
    return _member(
        customer, "missed the first payment of its agreement", ('remind', 45), as_of, 64, days_late=15, deeds=deeds
    )


def formal_notice_expired(number, as_of):
    customer = _customer(number, 'formal_notice_expired', 'Silence Matériaux SARL')
    return _member(
        customer,
        "did not pay within the time given by the formal notice",
        ('hold', 'proceeding'),
        as_of,
        75,
        days_late=35,
        deeds=_notice(customer.code, as_of - timedelta(days=25), 15, '1A 200 345 6781 7'),
    )


def court_order(number, as_of):
    customer = _customer(number, 'court_order', 'Sourde Oreille Bâtiment SAS')
    led = {'professional': "Me Huissel, commissaire de justice"}

    def step(days, action, **facts):
        return Deed(customer.code, as_of - timedelta(days=days), 'step', {'action': action, **facts})

    return _member(
        customer,
        "was served a payment order three weeks ago",
        ('hold', 'proceeding'),
        as_of,
        150,
        days_late=40,
        deeds=(
            *_notice(customer.code, as_of - timedelta(days=90), 8, '1A 200 112 9034 2'),
            step(70, 'prepare_order', court="Tribunal de commerce de Paris"),
            step(66, 'file_order', done_on=66, reference="RG 2026/04512", cost='33.47', cost_recoverable=True),
            step(45, 'record_order', done_on=47),
            step(20, 'serve_order', done_on=21, served_in_person=True, cost='92.40', cost_recoverable=True, **led),
        ),
    )


def in_insolvency(number, as_of):
    customer = _customer(number, 'in_insolvency', 'Déroute Textile SA')

    def deed(days, what, **facts):
        return Deed(customer.code, as_of - timedelta(days=days), what, facts)

    return _member(
        customer,
        "is in insolvency proceedings",
        ('hold', 'insolvency'),
        as_of,
        60,
        days_late=25,
        deeds=(
            deed(16, 'judgment', kind='redressement', date_judgment=25, date_published=18,
                 court="Tribunal des activités économiques de Paris", court_reference="2026J00873",
                 bodacc_reference="BODACC A n° 214, annonce 1203", holder="SELARL Mandat et Associés"),
            deed(15, 'insolvency_step', action='prepare_declaration'),
            deed(14, 'insolvency_step', action='approve_declaration'),
            deed(14, 'insolvency_step', action='send_declaration', sent_on=14, channel='registered_letter',
                 reference='1A 200 774 5120 6'),
        ),
    )


def net_zero_credit_note(number, as_of):
    customer = _customer(number, 'net_zero_credit_note', 'Avoir Égal SARL')
    member = _member(
        customer, "owes nothing net: an unallocated credit note covers the invoice", ('hold', 'net_credit'), as_of, 12
    )
    note = replace(
        _invoice(customer.code, 98, as_of - timedelta(days=5)),
        kind='credit_note',
        term='immediate',
        label='Avoir à imputer',
    )
    return replace(member, documents=(*member.documents, note))


def paid_this_morning(number, as_of):
    customer = _customer(number, 'paid_this_morning', 'Aurore Paiements SAS')
    member = _member(customer, "12 days late until the transfer of this morning", ('absent', ''), as_of, 12)
    return replace(member, payments=(*member.payments, _paid(member.documents[-1], 12)))


def pre_due(number, as_of):
    customer = _customer(number, 'pre_due', 'Bientôt Dû SARL')
    return _member(customer, "owes an invoice due in 5 days", ('remind', -7), as_of, -5)


def no_email(number, as_of):
    customer = _customer(number, 'no_email', 'Sans Adresse SARL', email='')
    return _member(customer, "is overdue and has no e-mail address: a letter", ('remind', 3), as_of, 5)


def public_body(number, as_of):
    customer = _customer(number, 'public_body', "Commune de Saint-Exemple", regime='public')
    return _member(customer, "a public body, 18 days late", ('remind', 15), as_of, 18, days_late=2)


def consumer(number, as_of):
    customer = _customer(
        number,
        'consumer',
        'Rosalie Quintefeuille',
        regime='b2c',
        is_company=False,
        siret='',
        email='rosalie@quintefeuille.example',
    )
    return _member(customer, "a private person, 18 days late: no indemnity", ('remind', 15), as_of, 18, days_late=1)


STORIES = (
    pays_on_time,
    forgets,
    always_20_days_late,
    disputes_an_invoice,
    broken_promise,
    in_agreement,
    formal_notice_expired,
    in_insolvency,
    net_zero_credit_note,
    paid_this_morning,
    pre_due,
    no_email,
    public_body,
    consumer,
    keeps_time,
    lapsed_agreement,
    court_order,
)
