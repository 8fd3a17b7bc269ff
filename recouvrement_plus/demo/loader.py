"""Writes a generated ledger into an Odoo company, through the ORM, as posted and reconciled entries.

One call is one transaction of the caller (nothing is committed here), so an interrupted load leaves nothing behind.
A customer that the company already has (by its reference) is left alone with all its documents: calling twice does
nothing the second time.
No message is sent or logged: the context switches off tracking, subscriptions and notifications.
"""

import logging
import time
from dataclasses import replace

from . import cast, followup, ledger, writer

_logger = logging.getLogger(__name__)

QUIET = {
    'tracking_disable': True,
    'mail_create_nolog': True,
    'mail_create_nosubscribe': True,
    'mail_notrack': True,
    'mail_auto_subscribe_no_notify': True,
    'no_reset_password': True,
}


def load(env, as_of, size=300):
    """Load the crowd of ``size`` customers and the cast into ``env.company`` as they stand on ``as_of``.

    :param env: an environment whose user may write customers and journal entries, in a company with a chart of accounts
    :param datetime.date as_of: the day on which the ledger ends
    :param int size: number of customers of the crowd (about ten invoices each)
    :return: what was written, ``{'customers', 'invoices', 'credit_notes', 'payments', 'reconciliations',
        'deeds'}`` with a number each; zeros on a second call
    :raises ValueError: when the company has no chart of accounts
    """
    return write(env, ledger.generate(as_of, size) + cast.cast_ledger(as_of))


def load_cast(env, as_of):
    """The cast alone: same parameters and result as :func:`load`."""
    return write(env, cast.cast_ledger(as_of))


def write(env, whole):
    """Load any :class:`~.records.Ledger`: parameters, result and errors as for :func:`load`."""
    if not env.company.chart_template:
        raise ValueError(f"{env.company.name} has no chart of accounts")
    env = env(context={**env.context, **QUIET, 'lang': None, 'allowed_company_ids': env.company.ids})
    wanted = _without_existing(env, whole)
    started = time.monotonic()
    books = writer.LedgerWriter(env)
    counts = books.write_ledger(wanted)
    counts |= followup.write(env, wanted, books.partners, books.lines)
    if wanted.customers:
        _logger.info("demo ledger: %s in %.1f s", counts, time.monotonic() - started)
    return counts


def _without_existing(env, whole):
    """The part of the ledger whose customers the company has not yet."""
    codes = [customer.code for customer in whole.customers]
    found = (
        env['res.partner']
        .with_context(active_test=False)
        .search_fetch([('ref', 'in', codes), ('company_id', '=', env.company.id)], ['ref'])
    )
    existing = set(found.mapped('ref'))
    return replace(
        whole,
        customers=tuple(customer for customer in whole.customers if customer.code not in existing),
        documents=tuple(document for document in whole.documents if document.customer not in existing),
        payments=tuple(payment for payment in whole.payments if payment.customer not in existing),
        deeds=tuple(deed for deed in whole.deeds if deed.customer not in existing),
    )
