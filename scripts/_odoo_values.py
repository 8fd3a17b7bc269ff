# SPDX-License-Identifier: LGPL-3.0-only
"""Our invoices, payments and customers as the values that Odoo's `create` takes. Nothing here talks to a server."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Partner:
    """A customer in Odoo; `problem`: why nothing can be loaded for it, or ''."""

    id: int
    account_id: int
    problem: str = ""


class Values:
    """Builds values for one import. `currency_ids`: ISO code -> id; `company_currency`: its ISO code."""

    def __init__(self, source, journal, bank, currency_ids, company_currency):
        self.source, self.journal, self.bank = source, journal, bank
        self.currency_ids, self.company_currency = currency_ids, company_currency

    def payment_ref(self, number):
        """The reference that all payment entries of the invoice `number` carry."""
        return f"{self.journal.code} {number}"

    def currency_id(self, invoice):
        """Id of the currency of `invoice`."""
        return self.currency_ids[invoice.currency or self.company_currency]

    def _mark(self, invoice):
        """The provisional matching number of an invoice with payments (Odoo wants an ``I`` in front)."""
        return f"I{self.payment_ref(invoice.number)}" if invoice.payments else False

    def invoice(self, invoice, partner):
        """The draft: one income line without tax, one receivable line with its own due date and mark."""
        sign = 1 if invoice.amount > 0 else -1
        number, due, amount = invoice.number, str(invoice.due), float(invoice.amount)
        income = {"display_type": "product", "name": number, "quantity": 1, "price_unit": sign * amount,
                  "account_id": self.journal.account_id, "tax_ids": [(5,)]}
        receivable = {"display_type": "payment_term", "account_id": partner.account_id, "tax_ids": [(5,)],
                      "date_maturity": due, "amount_currency": amount, "matching_number": self._mark(invoice)}
        if not invoice.currency:
            receivable["balance"] = amount
        vals = {
            "move_type": "out_invoice" if sign > 0 else "out_refund", "journal_id": self.journal.id,
            "name": number, "payment_reference": number, "invoice_origin": self.source,
            "partner_id": partner.id, "currency_id": self.currency_id(invoice), "invoice_payment_term_id": False,
            "date": str(invoice.issued), "invoice_date": str(invoice.issued), "invoice_date_due": due,
            "line_ids": [(0, 0, income), (0, 0, receivable)],
        }
        if invoice.disputed:
            vals["narration"] = "Disputed (as the imported ledger says)"
        return vals

    def payments(self, invoice, payments, partner, balance=None, marked=True):
        """One bank entry for each of `payments`, dated on its day.

        `balance`: the invoice's receivable in company currency, for an invoice in a foreign currency: its payments are
        booked at its own rate, so that no exchange difference arises. `marked`: to be reconciled by the posting itself.
        """
        mark = self._mark(invoice) if marked else False
        entries = []
        for payment, share in zip(payments, shares(invoice, payments, balance), strict=True):
            bank = {**self._line(invoice, partner, payment, 1, share), "account_id": self.bank.account_id}
            cleared = {**self._line(invoice, partner, payment, -1, share), "account_id": partner.account_id,
                       "matching_number": mark}
            entries.append({
                "move_type": "entry", "journal_id": self.bank.id, "date": str(payment.date),
                "ref": self.payment_ref(invoice.number), "line_ids": [(0, 0, bank), (0, 0, cleared)]})
        return entries

    def _line(self, invoice, partner, payment, sign, share):
        vals = {"partner_id": partner.id, "name": payment.reference or invoice.number, "balance": float(sign * share)}
        if invoice.currency:
            vals.update(currency_id=self.currency_id(invoice), amount_currency=float(sign * payment.amount))
        return vals


def shares(invoice, payments, balance):
    """Company-currency amount of each payment: pro rata of `balance`; a full settlement leaves no cent."""
    if balance is None:
        return [payment.amount for payment in payments]
    parts = [(balance * payment.amount / invoice.amount).quantize(Decimal("0.01")) for payment in payments]
    if parts and sum(payment.amount for payment in payments) == invoice.amount:
        parts[-1] = balance - sum(parts[:-1])
    return parts


def partner_values(customer, country_ids, has_regime):
    """A new contact for `customer`. `has_regime`: whether the add-on's field is there."""
    vals = {"ref": customer.key, "name": customer.key, "is_company": customer.regime != "b2c",
            **{key: value for key, value in customer.details.items() if key != "siret"}}
    if "siret" in customer.details:
        vals["company_registry"] = customer.details["siret"]
    if customer.country:
        vals["country_id"] = country_ids[customer.country]
    if has_regime and customer.regime:
        vals["recouvrement_regime"] = customer.regime
    return vals
