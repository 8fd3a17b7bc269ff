"""Writes a generated ledger as the two CSV files that `scripts/import_ledger.py` reads (no Odoo here)."""

import csv
from collections import defaultdict


def write(ledger, invoices_path, payments_path):
    """Write invoices (instalments as one due date, the last) and payments; returns how many of each."""
    customers = {customer.code: customer for customer in ledger.customers}
    invoices = [document for document in ledger.documents if document.kind == 'invoice']
    _write(
        invoices_path,
        ('customer', 'name', 'invoice', 'issued', 'due', 'amount', 'currency', 'regime'),
        [_invoice(customers[invoice.customer], invoice) for invoice in invoices],
    )
    payments = [line for payment in ledger.payments for line in _payments(payment)]
    _write(payments_path, ('invoice', 'date', 'amount', 'reference'), payments)
    return len(invoices), len(payments)


def _invoice(customer, invoice):
    return (
        customer.code,
        customer.name,
        invoice.key,
        invoice.date,
        invoice.instalments[-1].due,
        invoice.total,
        customer.currency,
        customer.regime,
    )


def _payments(payment):
    """One line for each invoice that the payment covers."""
    amounts = defaultdict(int)
    for part in payment.allocations:
        amounts[part.document] += part.amount
    return [(invoice, payment.date, amount, payment.key) for invoice, amount in amounts.items()]


def _write(path, header, rows):
    with open(path, 'w', newline='', encoding='utf-8') as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
