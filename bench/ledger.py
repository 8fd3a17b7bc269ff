"""The ledger that is measured: customers of the demo, with more invoices, a longer history and more of it overdue.

Three years, twenty invoices for each customer, seven instalments in a hundred open and overdue: the profile on which the
targets of docs/performance.md were set. What is overdue fell due in the last five months, as in the demo.
"""

import random
from dataclasses import replace
from datetime import timedelta

DAYS = 3 * 365
INVOICES_EACH = 20
OVERDUE = 0.07
RECENT_DAYS = 150


def bench_ledger(as_of, customers):
    """The ledger of so many customers and of the demo's cast, as it stands on the evening of ``as_of``."""
    from odoo.addons.recouvrement_plus.demo import cast, ledger

    crowd = ledger.generate(as_of, customers, invoices_each=INVOICES_EACH, days=DAYS)
    return leave_unpaid(crowd, as_of, OVERDUE) + cast.cast_ledger(as_of)


def leave_unpaid(crowd, as_of, share):
    """The same ledger without the payments of instalments drawn among the latest, until ``share`` of all are overdue."""
    due = {(one.key, rank): instalment.due for one in _invoices(crowd) for rank, instalment in enumerate(one.instalments)}
    paid = {(part.document, part.rank) for payment in crowd.payments for part in payment.allocations}
    credited = {(part.document, part.rank) for one in crowd.documents for part in one.allocations}
    late = [key for key, day in due.items() if day < as_of and key not in paid | credited]
    recent = sorted(key for key, day in due.items() if as_of - timedelta(days=RECENT_DAYS) <= day < as_of and key in paid)
    wanted = min(len(recent), max(0, round(share * len(due)) - len(late)))
    withheld = set(random.Random('recouvrement_plus bench').sample(recent, wanted))
    payments = [_without(payment, withheld) for payment in crowd.payments]
    return replace(crowd, payments=tuple(payment for payment in payments if payment.allocations))


def _invoices(crowd):
    return [document for document in crowd.documents if document.kind == 'invoice']


def _without(payment, withheld):
    kept = tuple(part for part in payment.allocations if (part.document, part.rank) not in withheld)
    return replace(payment, allocations=kept, amount=sum(part.amount for part in kept))
