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
from datetime import date
from decimal import Decimal

from _ledger import Refusal
from _transport import ServerError, in_batches

# Any text is a valid invoice number in the import journal: without this Odoo reads years into numbers such as
# 2014/0007 and drops the number when the invoice has another date.
FREE_NUMBERING = r"^(?P<prefix1>.*?)(?P<seq>\d{0,9})(?P<suffix>\D*?)$"
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True, "mail_auto_subscribe_no_notify": True}


class CannotLoad(Exception):
    """The database is not ready for the import; the text says what is missing."""


@dataclass(frozen=True)
class Target:
    """Where to write. `source` marks our documents (their "source document"), by default the file's name."""

    source: str
    company: str = ""
    journal: str = "IMP"
    bank_journal: str = ""
    batch: int = 100


@dataclass
class Result:
    """What a run did. `already`: documents that were there, complete, before."""

    customers: int = 0
    invoices: int = 0
    payments: int = 0
    already: int = 0
    repaired: int = 0


class Loader:
    """One import into one company. `rpc` is a `_transport.Connection`, `known` what :func:`read_known` returned."""

    def __init__(self, rpc, target, known):
        self.rpc, self.target, self.known = rpc, target, known
        self.result = Result()
        self.refusals = []
        self.company = find_company(rpc, target.company)
        rpc.context = {**rpc.context, **QUIET, "allowed_company_ids": [self.company["id"]]}
        self.has_regime = "recouvrement_regime" in rpc.fields_of("res.partner")
        self.journal = self._sale_journal()
        self.bank = self._bank_journal()
        self.currency_ids = {row["name"]: row["id"] for row in rpc.search_read("res.currency", [], ["name"])}
        self.partners = {}  # customer key -> {id, receivable account id}

    # ------------------------------------------------------------------ journals

    def _journals(self, domain):
        company = [("company_id", "=", self.company["id"])]
        fields = ["code", "name", "type", "default_account_id", "sequence_override_regex"]
        return self.rpc.search_read("account.journal", company + domain, fields, order="sequence, id")

    def _sale_journal(self):
        found = self._journals([("code", "=", self.target.journal)])
        if found and found[0]["type"] != "sale":
            raise CannotLoad(f"journal {self.target.journal} is not a sales journal: choose another --journal")
        return found[0] if found else None

    def _bank_journal(self):
        code = self.target.bank_journal
        found = self._journals([("type", "in", ("bank", "cash")), *([("code", "=", code)] if code else [])])
        if not found:
            raise CannotLoad(f"no bank journal{f' {code}' if code else ''} in {self.company['name']}: "
                             "has the company a chart of accounts?")
        if not found[0]["default_account_id"]:
            raise CannotLoad(f"journal {found[0]['code']} has no account")
        return found[0]

    def create_journal(self):
        """Create the sales journal of the import when it is not there yet."""
        if self.journal:
            return
        model = self._journals([("type", "=", "sale"), ("default_account_id", "!=", False)])
        if not model:
            raise CannotLoad(f"no sales journal in {self.company['name']}: has the company a chart of accounts?")
        self.rpc.create("account.journal", [{
            "name": "Imported invoices", "code": self.target.journal, "type": "sale", "company_id": self.company["id"],
            "default_account_id": model[0]["default_account_id"][0], "sequence_override_regex": FREE_NUMBERING,
            "show_on_dashboard": False,
        }])
        self.journal = self._sale_journal()

    # ----------------------------------------------------------------- customers

    def load_customers(self, customers, progress):
        """Find each customer by its reference, create the missing ones.

        A customer that Odoo refuses is left out: :meth:`load` refuses its invoices with the reason kept here.
        """
        for batch in in_batches(list(customers.values()), self.target.batch):
            self._find_partners([customer.key for customer in batch])
            missing = [customer for customer in batch if customer.key not in self.partners]
            self.result.customers += len(missing) - self._create_partners(missing)
            self._find_partners([customer.key for customer in missing])
            progress(len(batch))

    def _find_partners(self, keys):
        rows = self.rpc.search_read(
            "res.partner", [("ref", "in", keys), ("company_id", "in", [False, self.company["id"]])],
            ["ref", "property_account_receivable_id"], order="id")
        for key, count in Counter(row["ref"] for row in rows).items():
            row = next(row for row in rows if row["ref"] == key)
            account = row["property_account_receivable_id"]
            problem = f"{count} customers in Odoo have the reference {key}" if count > 1 else ""
            problem = problem or ("" if account else f"customer {key} has no receivable account")
            self.partners[key] = {"id": row["id"], "account": account and account[0], "problem": problem}

    def _create_partners(self, customers):
        """Create `customers`; returns how many Odoo refused."""
        vals = [self._partner_vals(customer) for customer in customers]
        try:
            self.rpc.create("res.partner", vals)
            return 0
        except ServerError:
            pass
        refused = 0
        for customer, one in zip(customers, vals):
            try:
                self.rpc.create("res.partner", [one])
            except ServerError as error:
                refused += 1
                self.partners[customer.key] = {"id": 0, "account": 0, "problem": f"customer refused by Odoo: {error}"}
        return refused

    def _partner_vals(self, customer):
        vals = {"ref": customer.key, "name": customer.key, "is_company": customer.regime != "b2c",
                **{key: value for key, value in customer.details.items() if key != "siret"}}
        if "siret" in customer.details:
            vals["company_registry"] = customer.details["siret"]
        if customer.country:
            vals["country_id"] = self._countries()[customer.country]
        if self.has_regime and customer.regime:
            vals["recouvrement_regime"] = customer.regime
        return vals

    def _countries(self):
        if not hasattr(self, "_country_ids"):
            rows = self.rpc.search_read("res.country", [], ["code"])
            self._country_ids = {row["code"]: row["id"] for row in rows}
        return self._country_ids

    # ------------------------------------------------------------------ invoices

    def load(self, invoices, progress):
        """Load `invoices`, batch by batch. Refusals are added to ``self.refusals``."""
        for batch in in_batches(invoices, self.target.batch):
            good = [invoice for invoice in batch if self._has_partner(invoice)]
            existing = self._existing(good)
            fresh = [invoice for invoice in good if invoice.number not in existing]
            for invoice in good:
                if invoice.number in existing:
                    self._complete(invoice, existing[invoice.number])
            self._load_fresh(fresh)
            progress(len(batch))

    def _has_partner(self, invoice):
        problem = self.partners.get(invoice.customer, {"problem": "customer not created"})["problem"]
        if problem:
            self._refuse(invoice, problem)
        return not problem

    def _refuse(self, invoice, reason):
        self.refusals.append(Refusal((invoice.line,), invoice.number, " ".join(str(reason).split())))

    def _existing(self, invoices):
        """Invoice number -> its posted document; our own left-over drafts are deleted on the way."""
        numbers = [invoice.number for invoice in invoices]
        if not numbers:
            return {}
        rows = self.rpc.search_read(
            "account.move", [("journal_id", "=", self.journal["id"]), ("name", "in", numbers)],
            ["name", "state", "posted_before", "invoice_origin", "amount_total", "move_type", "currency_id",
             "invoice_date", "invoice_date_due", "partner_id", "amount_residual"])
        drafts = [row["id"] for row in rows if self._is_left_over(row)]
        drafts += self._draft_payments(numbers)
        if drafts:
            self.rpc.call("account.move", "unlink", ids=drafts)
        return {row["name"]: row for row in rows if row["id"] not in drafts}

    def _is_left_over(self, row):
        return row["state"] == "draft" and not row["posted_before"] and row["invoice_origin"] == self.target.source

    def _payment_rows(self, numbers, state):
        domain = [("journal_id", "=", self.bank["id"]), ("state", "=", state), ("move_type", "=", "entry"),
                  ("ref", "in", [self._payment_ref(number) for number in numbers])]
        return self.rpc.search_read("account.move", domain, ["ref", "date", "posted_before"])

    def _draft_payments(self, numbers):
        return [row["id"] for row in self._payment_rows(numbers, "draft") if not row["posted_before"]]

    def _payment_ref(self, number):
        return f"{self.journal['code']} {number}"

    def _load_fresh(self, invoices):
        """Create and post `invoices` with their payments in one go; one by one when Odoo refuses the batch."""
        if not invoices:
            return
        try:
            self._create_and_post(invoices)
        except ServerError as error:
            self._existing(invoices)  # deletes the drafts of the failed attempt
            if len(invoices) == 1:
                self._refuse(invoices[0], f"refused by Odoo: {error}")
                return
            for invoice in invoices:
                self._load_fresh([invoice])

    def _create_and_post(self, invoices):
        move_ids = self.rpc.create("account.move", [self._invoice_vals(invoice) for invoice in invoices])
        balances = self._balances(invoices, move_ids)
        payments = [vals for invoice in invoices
                    for vals in self._payment_vals(invoice, invoice.payments, balances.get(invoice.number))]
        payment_ids = self.rpc.create("account.move", payments)
        self.rpc.call("account.move", "action_post", ids=move_ids + payment_ids)
        self.result.invoices += len(move_ids)
        self.result.payments += len(payment_ids)

    def _currency_id(self, invoice):
        return self.currency_ids[invoice.currency or self.company["currency"]]

    def _invoice_vals(self, invoice):
        """Values of the draft: one income line without tax, one receivable line with its own due date and mark."""
        amount = float(abs(invoice.amount))
        sign = 1 if invoice.amount > 0 else -1
        partner = self.partners[invoice.customer]
        receivable = {"display_type": "payment_term", "account_id": partner["account"], "tax_ids": [(5,)],
                      "date_maturity": str(invoice.due), "amount_currency": sign * amount,
                      "matching_number": self._mark(invoice)}
        if not invoice.currency:
            receivable["balance"] = sign * amount
        return {
            "move_type": "out_invoice" if sign > 0 else "out_refund", "journal_id": self.journal["id"],
            "name": invoice.number, "payment_reference": invoice.number, "invoice_origin": self.target.source,
            "partner_id": partner["id"], "currency_id": self._currency_id(invoice),
            "date": str(invoice.issued), "invoice_date": str(invoice.issued), "invoice_date_due": str(invoice.due),
            "invoice_payment_term_id": False,
            "line_ids": [
                (0, 0, {"display_type": "product", "name": invoice.number, "quantity": 1, "price_unit": amount,
                        "account_id": self.journal["default_account_id"][0], "tax_ids": [(5,)]}),
                (0, 0, receivable),
            ],
            **({"narration": "Disputed (as the imported ledger says)"} if invoice.disputed else {}),
        }

    def _mark(self, invoice):
        return f"I{self._payment_ref(invoice.number)}" if invoice.payments else False

    def _balances(self, invoices, move_ids):
        """Invoice number -> receivable in company currency, for the paid invoices in a foreign currency only.

        Their payments are booked at the rate of the invoice, so that no exchange difference arises.
        """
        foreign = {move_id: invoice.number for invoice, move_id in zip(invoices, move_ids)
                   if invoice.currency and invoice.payments}
        if not foreign:
            return {}
        rows = self.rpc.search_read(
            "account.move.line", [("move_id", "in", list(foreign)), ("display_type", "=", "payment_term")],
            ["move_id", "balance"])
        return {foreign[row["move_id"][0]]: Decimal(str(row["balance"])) for row in rows}

    def _payment_vals(self, invoice, payments, balance=None):
        """Values of one bank entry per payment, dated on its day. `balance`: see :meth:`_balances`."""
        bank, receivable = self.bank["default_account_id"][0], self.partners[invoice.customer]["account"]
        return [{
            "move_type": "entry", "journal_id": self.bank["id"], "date": str(payment.date),
            "ref": self._payment_ref(invoice.number),
            "line_ids": [
                (0, 0, {**self._entry_line(invoice, payment, share), "account_id": bank}),
                (0, 0, {**self._entry_line(invoice, payment, share, -1), "account_id": receivable,
                        "matching_number": self._mark(invoice)}),
            ],
        } for payment, share in zip(payments, _shares(invoice, payments, balance))]

    def _entry_line(self, invoice, payment, share, sign=1):
        vals = {"partner_id": self.partners[invoice.customer]["id"], "name": payment.reference or invoice.number,
                "balance": float(sign * share)}
        if invoice.currency:
            vals.update(currency_id=self._currency_id(invoice), amount_currency=float(sign * payment.amount))
        return vals

    # ------------------------------------------------- documents that are there

    def _complete(self, invoice, row):
        """An invoice of a former run: check that it is the same, add the payments that it does not have yet."""
        difference = self._difference(invoice, row)
        if difference:
            self._refuse(invoice, f"already in Odoo {difference}")
            return
        missing = self._missing_payments(invoice)
        pending = self._unmatched_lines(invoice)
        if not missing and not pending:
            self.result.already += 1
            return
        try:
            self._add_payments(invoice, row, missing, pending)
        except ServerError as error:
            self._existing([invoice])
            self._refuse(invoice, f"its payment is refused by Odoo: {error}")

    def _difference(self, invoice, row):
        """What the document in Odoo has that the file has not, or ''."""
        sign = 1 if row["move_type"] == "out_invoice" else -1
        pairs = (
            ("customer", row["partner_id"][0], self.partners[invoice.customer]["id"]),
            ("amount", Decimal(str(row["amount_total"])) * sign, invoice.amount),
            ("currency", row["currency_id"][0], self._currency_id(invoice)),
            ("invoice date", row["invoice_date"], str(invoice.issued)),
            ("due date", row["invoice_date_due"], str(invoice.due)),
        )
        if row["state"] != "posted":
            return f"as {row['state']}"
        wrong = [f"{label} {there}, the file says {here}" for label, there, here in pairs if there != here]
        return f"with another {'; '.join(wrong)}" if wrong else ""

    def _posted_payment_lines(self, number):
        if not hasattr(self, "_payment_cache"):
            self._payment_cache = self._read_payment_lines()
        return self._payment_cache.get(self._payment_ref(number), [])

    def _read_payment_lines(self):
        """Reference -> receivable lines of all payments that an import has posted, read once per run."""
        lines = defaultdict(list)
        domain = [("journal_id", "=", self.bank["id"]), ("parent_state", "=", "posted"),
                  ("move_id.ref", "=like", f"{self.journal['code']} %"),
                  ("account_id.account_type", "=", "asset_receivable")]
        for row in self.rpc.search_read("account.move.line", domain,
                                        ["ref", "date", "amount_currency", "reconciled"]):
            lines[row["ref"]].append(row)
        return lines

    def _missing_payments(self, invoice):
        there = Counter((row["date"], Decimal(str(-row["amount_currency"])).quantize(Decimal("0.001")))
                        for row in self._posted_payment_lines(invoice.number))
        missing = []
        for payment in invoice.payments:
            key = (str(payment.date), payment.amount.quantize(Decimal("0.001")))
            if there[key]:
                there[key] -= 1
            else:
                missing.append(payment)
        return missing

    def _unmatched_lines(self, invoice):
        return [row["id"] for row in self._posted_payment_lines(invoice.number) if not row["reconciled"]]

    def _add_payments(self, invoice, row, missing, pending):
        owed = Decimal(str(row["amount_residual"]))
        if sum(abs(payment.amount) for payment in missing) > owed:
            self._refuse(invoice, f"{owed} is owed in Odoo, less than the payments that the file adds")
            return
        lines = self.rpc.search_read(
            "account.move.line", [("move_id", "=", row["id"]), ("display_type", "=", "payment_term")],
            ["balance", "amount_currency"])
        balance = Decimal(str(lines[0]["balance"])) if invoice.currency else None
        vals = [{**one, "line_ids": [(0, 0, {**line[2], "matching_number": False}) for line in one["line_ids"]]}
                for one in self._payment_vals(invoice, missing, balance)]
        payment_ids = self.rpc.create("account.move", vals)
        if payment_ids:
            self.rpc.call("account.move", "action_post", ids=payment_ids)
            account = self.partners[invoice.customer]["account"]
            pending = pending + self.rpc.call("account.move.line", "search", domain=[
                ("move_id", "in", payment_ids), ("account_id", "=", account)])
        self.rpc.call("account.move.line", "reconcile", ids=[line["id"] for line in lines] + pending)
        self.result.payments += len(payment_ids)
        self.result.repaired += 1


def _shares(invoice, payments, balance):
    """Company-currency amount of each payment: pro rata of `balance`, the last one of a full settlement takes the rest."""
    if balance is None:
        return [payment.amount for payment in payments]
    shares = [(balance * payment.amount / invoice.amount).quantize(Decimal("0.01")) for payment in payments]
    if shares and sum(payment.amount for payment in payments) == invoice.amount:
        shares[-1] = balance - sum(shares[:-1])
    return shares


def find_company(rpc, wanted=""):
    """``{id, name, currency}`` of the company called `wanted` (name or id), or of the user's own company."""
    fields = ["name", "currency_id"]
    if wanted:
        domain = [("id", "=", int(wanted))] if wanted.isdecimal() else [("name", "=", wanted)]
        rows = rpc.search_read("res.company", domain, fields)
    else:
        user_id = rpc.call("res.users", "context_get")["uid"]
        user = rpc.search_read("res.users", [("id", "=", user_id)], ["company_id"])[0]
        rows = rpc.search_read("res.company", [("id", "=", user["company_id"][0])], fields)
    if len(rows) != 1:
        raise CannotLoad(f"no company {wanted!r} (or several): give its id")
    return {"id": rows[0]["id"], "name": rows[0]["name"], "currency": rows[0]["currency_id"][1]}


def read_known(rpc, company, known_class):
    """What the server knows of currencies, countries and lock dates, as `_ledger.Known`."""
    rows = rpc.search_read("res.currency", [("active", "in", [True, False])], ["name", "active", "decimal_places"])
    countries = rpc.search_read("res.country", [], ["code", "name"])
    names = {row["code"].lower(): row["code"] for row in countries if row["code"]}
    names.update({row["name"].lower(): row["code"] for row in countries})
    return known_class(
        currencies={row["name"]: row["decimal_places"] for row in rows if row["active"]},
        inactive=frozenset(row["name"] for row in rows if not row["active"]),
        countries=names, company_currency=company["currency"], locked_until=_locked_until(rpc, company))


def _locked_until(rpc, company):
    locks = rpc.search_read("res.company", [("id", "=", company["id"])],
                            ["fiscalyear_lock_date", "sale_lock_date", "hard_lock_date"])[0]
    return max((date.fromisoformat(locks[name]) for name in locks if name != "id" and locks[name]), default=None)
