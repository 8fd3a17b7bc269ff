# SPDX-License-Identifier: LGPL-3.0-only
"""Writes a :class:`_ledger.Ledger` into Odoo: customers, posted invoices, dated and reconciled payments.

How nothing is ever half-written, over an interface where each call is its own transaction:

1. invoices and their payment entries are created as *drafts*, which are worth nothing in the accounts. The receivable
   lines of an invoice and of its payments carry one provisional matching number (``I…``, Odoo's own import marker);
2. one call posts the drafts of a whole batch, and that posting reconciles the marked lines in the same transaction. So
   an invoice and its payments appear together or not at all;
3. a batch that Odoo refuses is done again invoice by invoice; the drafts of the bad one are deleted;
4. a run that was killed leaves drafts at most; the next run deletes its own left-over drafts and does that batch again.

The stable key of an invoice is (journal, number); of a payment (payment journal, key of the invoice, date, amount).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

import _odoo_target
from _ledger import Refusal
from _odoo_values import Partner, Values, partner_values
from _transport import AccessRefused, ServerError, in_batches

QUIET = dict.fromkeys(("tracking_disable", "mail_create_nolog", "mail_notrack", "mail_auto_subscribe_no_notify"), True)
CENT = Decimal("0.001")


@dataclass
class Result:
    """What a run did. `already`: invoices that were there, complete, before; `completed`: got missing payments."""

    customers: int = 0
    invoices: int = 0
    payments: int = 0
    already: int = 0
    completed: int = 0


class Loader:
    """One import into one company. `rpc` is a `_transport.Connection`, `target` an `_odoo_target.Target`."""

    def __init__(self, rpc, target):
        self.rpc, self.target = rpc, target
        self.result, self.refusals = Result(), []
        self.company = company = _odoo_target.find_company(rpc, target.company)
        rpc.context = {**rpc.context, **QUIET, "allowed_company_ids": [company["id"]]}
        self.bank = _odoo_target.bank_journal(rpc, company, target.bank_journal)
        self.journal = _odoo_target.sale_journal(rpc, company, target.journal)
        currencies = rpc.search_read("res.currency", [], ["name"])
        self.values = Values(target.source, self.journal, self.bank,
                             {row["name"]: row["id"] for row in currencies}, company["currency"])
        self.partners = {}
        self._payment_lines = None

    # ----------------------------------------------------------------- customers

    def load_customers(self, customers, progress):
        """Find each customer by its reference, create the missing ones.

        A customer that Odoo refuses keeps the reason: :meth:`load` refuses its invoices with it.
        """
        has_regime = "recouvrement_regime" in self.rpc.fields_of("res.partner")
        countries = self.rpc.search_read("res.country", [("code", "!=", False)], ["code"])
        country_ids = {row["code"]: row["id"] for row in countries}
        for batch in in_batches(list(customers.values()), self.target.batch):
            self._find_partners([customer.key for customer in batch])
            missing = [customer for customer in batch if customer.key not in self.partners]
            self._create_partners({
                customer.key: partner_values(customer, country_ids, has_regime) for customer in missing})
            self._find_partners([customer.key for customer in missing])
            progress(len(batch))

    def _find_partners(self, keys):
        rows = self.rpc.search_read(
            "res.partner", [("ref", "in", keys), ("company_id", "in", [False, self.company["id"]])],
            ["ref", "property_account_receivable_id"], order="id")
        counts = Counter(row["ref"] for row in rows)
        for row in rows:
            key, account = row["ref"], row["property_account_receivable_id"]
            problem = "" if account else f"customer {key} has no receivable account"
            if counts[key] > 1:
                problem = f"{counts[key]} customers in Odoo have the reference {key}"
            self.partners[key] = Partner(row["id"], account and account[0], problem)

    def _create_partners(self, vals_by_key):
        """Create them all at once, or one by one when Odoo refuses the batch."""
        try:
            self.rpc.create("res.partner", list(vals_by_key.values()))
            self.result.customers += len(vals_by_key)
        except AccessRefused:
            raise
        except ServerError as error:
            if len(vals_by_key) == 1:
                key, = vals_by_key
                self.partners[key] = Partner(0, 0, f"customer refused by Odoo: {error}")
                return
            for key, vals in vals_by_key.items():
                self._create_partners({key: vals})

    # ------------------------------------------------------------------ invoices

    def load(self, invoices, progress):
        """Load `invoices`, batch by batch. Refusals are added to ``self.refusals``."""
        for batch in in_batches(invoices, self.target.batch):
            good = [invoice for invoice in batch if self._has_partner(invoice)]
            existing = self._existing(good)
            for invoice in good:
                if invoice.number in existing:
                    self._complete(invoice, existing[invoice.number])
            self._load_fresh([invoice for invoice in good if invoice.number not in existing])
            progress(len(batch))

    def _has_partner(self, invoice):
        problem = self.partners[invoice.customer].problem
        if problem:
            self._refuse(invoice, problem)
        return not problem

    def _refuse(self, invoice, reason):
        self.refusals.append(Refusal((invoice.line,), invoice.number, reason))

    def _existing(self, invoices):
        """Invoice number -> its document in Odoo. Drafts that a former attempt of this import left are deleted."""
        numbers = [invoice.number for invoice in invoices]
        if not numbers:
            return {}
        rows = self.rpc.search_read(
            "account.move", [("journal_id", "=", self.journal.id), ("name", "in", numbers)],
            ["name", "state", "posted_before", "invoice_origin", "amount_total", "move_type", "currency_id",
             "invoice_date", "invoice_date_due", "partner_id", "amount_residual"])
        drafts = [row["id"] for row in rows if row["state"] == "draft" and not row["posted_before"]
                  and row["invoice_origin"] == self.target.source]
        drafts += self._draft_payments(numbers)
        if drafts:
            self.rpc.call("account.move", "unlink", ids=drafts)
        return {row["name"]: row for row in rows if row["id"] not in drafts}

    def _draft_payments(self, numbers):
        return self.rpc.call("account.move", "search", domain=[
            ("journal_id", "=", self.bank.id), ("state", "=", "draft"), ("posted_before", "=", False),
            ("ref", "in", [self.values.payment_ref(number) for number in numbers])])

    def _load_fresh(self, invoices):
        """Create and post `invoices` with their payments in one go; one by one when Odoo refuses the batch."""
        if not invoices:
            return
        try:
            self._create_and_post(invoices)
        except AccessRefused:
            raise
        except ServerError as error:
            self._existing(invoices)  # deletes the drafts of the failed attempt
            if len(invoices) == 1:
                self._refuse(invoices[0], f"refused by Odoo: {error}")
                return
            for invoice in invoices:
                self._load_fresh([invoice])

    def _create_and_post(self, invoices):
        partners = [self.partners[invoice.customer] for invoice in invoices]
        move_ids = self.rpc.create("account.move", list(map(self.values.invoice, invoices, partners)))
        balances = self._balances(invoices, move_ids)
        payment_ids = self.rpc.create("account.move", [
            vals for invoice, partner in zip(invoices, partners, strict=True)
            for vals in self.values.payments(invoice, invoice.payments, partner, balances.get(invoice.number))])
        self.rpc.call("account.move", "action_post", ids=move_ids + payment_ids)
        self.result.invoices += len(move_ids)
        self.result.payments += len(payment_ids)

    def _receivable_lines(self, move_ids):
        return self.rpc.search_read(
            "account.move.line", [("move_id", "in", move_ids), ("display_type", "=", "payment_term")],
            ["move_id", "balance"])

    def _balances(self, invoices, move_ids):
        """Invoice number -> its receivable in company currency, for the paid invoices in a foreign currency."""
        foreign = {move_id: invoice.number for invoice, move_id in zip(invoices, move_ids, strict=True)
                   if invoice.currency and invoice.payments}
        rows = self._receivable_lines(list(foreign)) if foreign else []
        return {foreign[row["move_id"][0]]: Decimal(str(row["balance"])) for row in rows}

    # ------------------------------------------------- documents that are there

    def _complete(self, invoice, row):
        """An invoice of a former run: check that it is the same, add the payments that it does not have yet."""
        difference = self._difference(invoice, row)
        if difference:
            self._refuse(invoice, f"already in Odoo {difference}")
            return
        missing, pending = self._missing_payments(invoice)
        owed = Decimal(str(row["amount_residual"]))
        if not missing and not pending:
            self.result.already += 1
        elif sum(abs(payment.amount) for payment in missing) > owed:
            self._refuse(invoice, f"{owed} is owed in Odoo, less than the payments that the file adds")
        else:
            self._add_payments(invoice, row["id"], missing, pending)

    def _difference(self, invoice, row):
        """What the document in Odoo has that the file has not, or ''."""
        if row["state"] != "posted":
            return f"as {row['state']}"
        sign = 1 if row["move_type"] == "out_invoice" else -1
        pairs = (
            ("customer", row["partner_id"][0], self.partners[invoice.customer].id),
            ("amount", Decimal(str(row["amount_total"])) * sign, invoice.amount),
            ("currency", row["currency_id"][0], self.values.currency_id(invoice)),
            ("invoice date", row["invoice_date"], str(invoice.issued)),
            ("due date", row["invoice_date_due"], str(invoice.due)),
        )
        wrong = [f"{label} {there}, the file says {here}" for label, there, here in pairs if there != here]
        return f"with another {'; '.join(wrong)}" if wrong else ""

    def _missing_payments(self, invoice):
        """``(payments of the file that Odoo has not, ids of posted payment lines that are not reconciled)``."""
        if self._payment_lines is None:
            self._payment_lines = self._read_payment_lines()
        there = self._payment_lines.get(self.values.payment_ref(invoice.number), [])
        counts = Counter((row["date"], Decimal(str(-row["amount_currency"])).quantize(CENT)) for row in there)
        missing = []
        for payment in invoice.payments:
            key = (str(payment.date), payment.amount.quantize(CENT))
            if counts[key]:
                counts[key] -= 1
            else:
                missing.append(payment)
        return missing, [row["id"] for row in there if not row["reconciled"]]

    def _read_payment_lines(self):
        """Reference -> receivable lines of all payments that imports have posted so far, read once per run."""
        domain = [("journal_id", "=", self.bank.id), ("parent_state", "=", "posted"),
                  ("move_id.ref", "=like", self.values.payment_ref("%")),
                  ("account_id.account_type", "=", "asset_receivable")]
        lines = defaultdict(list)
        for row in self.rpc.search_read("account.move.line", domain, ["ref", "date", "amount_currency", "reconciled"]):
            lines[row["ref"]].append(row)
        return lines

    def _add_payments(self, invoice, move_id, missing, pending):
        """Post `missing` and reconcile them, and the `pending` lines of a run that was killed just before that."""
        partner = self.partners[invoice.customer]
        line, = self._receivable_lines([move_id])
        balance = Decimal(str(line["balance"])) if invoice.currency else None
        try:
            payment_ids = self.rpc.create(
                "account.move", self.values.payments(invoice, missing, partner, balance, marked=False))
            if payment_ids:
                self.rpc.call("account.move", "action_post", ids=payment_ids)
                pending = pending + self.rpc.call("account.move.line", "search", domain=[
                    ("move_id", "in", payment_ids), ("account_id", "=", partner.account_id)])
            self.rpc.call("account.move.line", "reconcile", ids=[line["id"], *pending])
        except ServerError as error:
            self._existing([invoice])  # deletes the draft payments
            self._refuse(invoice, f"its payment is refused by Odoo: {error}")
            return
        self.result.payments += len(payment_ids)
        self.result.completed += 1
