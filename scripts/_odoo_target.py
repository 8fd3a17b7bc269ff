# SPDX-License-Identifier: LGPL-3.0-only
"""What a database must tell before anything is written: company, journals, currencies, countries, closed periods."""

from dataclasses import dataclass
from datetime import date

from _ledger import Known

# Any text is a valid invoice number in the import journal: without this Odoo reads years into numbers such as
# 2014/0007 and drops the number when the invoice has another date.
FREE_NUMBERING = r"^(?P<prefix1>.*?)(?P<seq>\d{0,9})(?P<suffix>\D*?)$"


class CannotLoad(Exception):
    """The database is not ready; the text says what is missing."""


@dataclass(frozen=True)
class Target:
    """Where to write. `source` marks our documents (their "source document"), by default the file's name."""

    source: str
    company: str = ""
    journal: str = "IMP"
    bank_journal: str = ""
    batch: int = 100


@dataclass(frozen=True)
class Journal:
    """A journal: its id, its code, its default account."""

    id: int
    code: str
    account_id: int


def find_company(rpc, wanted=""):
    """``{id, name, currency}`` of the company called `wanted` (name or id), or of the user's own company."""
    if wanted:
        domain = [("id", "=", int(wanted))] if wanted.isdecimal() else [("name", "=", wanted)]
    else:
        user_id = rpc.call("res.users", "context_get")["uid"]
        user = rpc.search_read("res.users", [("id", "=", user_id)], ["company_id"])[0]
        domain = [("id", "=", user["company_id"][0])]
    rows = rpc.search_read("res.company", domain, ["name", "currency_id"])
    if len(rows) != 1:
        raise CannotLoad(f"{len(rows) or 'no'} company {wanted!r}: give its id")
    return {"id": rows[0]["id"], "name": rows[0]["name"], "currency": rows[0]["currency_id"][1]}


def read_known(rpc, company):
    """What the server knows of currencies, countries and lock dates, as `_ledger.Known`."""
    rows = rpc.search_read("res.currency", [("active", "in", [True, False])], ["name", "active", "decimal_places"])
    return Known(
        currencies={row["name"]: row["decimal_places"] for row in rows if row["active"]},
        inactive=frozenset(row["name"] for row in rows if not row["active"]),
        countries=_countries(rpc), company_currency=company["currency"], locked_until=_locked_until(rpc, company))


def _countries(rpc):
    """Code or name (in the user's language, in English), lower case -> ISO code."""
    known = {}
    for context in ({}, {"lang": "en_US"}):
        for row in rpc.search_read("res.country", [("code", "!=", False)], ["code", "name"], context=context):
            known[row["code"].lower()] = known[row["name"].lower()] = row["code"]
    return known


def _locked_until(rpc, company):
    locks = rpc.search_read("res.company", [("id", "=", company["id"])],
                            ["fiscalyear_lock_date", "sale_lock_date", "hard_lock_date"])[0]
    return max((date.fromisoformat(locks[name]) for name in locks if name != "id" and locks[name]), default=None)


def _journals(rpc, company, domain):
    rows = rpc.search_read("account.journal", [("company_id", "=", company["id"]), *domain],
                           ["code", "type", "default_account_id"], order="sequence, id")
    return [(row["type"], Journal(row["id"], row["code"], row["default_account_id"] and row["default_account_id"][0]))
            for row in rows]


def bank_journal(rpc, company, code=""):
    """The journal of the payments: the one called `code`, else the first bank journal of the company."""
    domain = [("type", "in", ("bank", "cash")), ("code", "=", code)] if code else [("type", "=", "bank")]
    found = _journals(rpc, company, domain)
    if not found:
        raise CannotLoad(f"no bank journal {code}".rstrip() + f" in {company['name']}: has it a chart of accounts?")
    journal = found[0][1]
    if not journal.account_id:
        raise CannotLoad(f"journal {journal.code} has no account")
    return journal


def sale_journal(rpc, company, code):
    """The sales journal `code`, created when it is missing."""
    found = _journals(rpc, company, [("code", "=", code)])
    if found:
        kind, journal = found[0]
        if kind != "sale":
            raise CannotLoad(f"journal {code} is not a sales journal: choose another --journal")
        return journal
    model = _journals(rpc, company, [("type", "=", "sale"), ("default_account_id", "!=", False)])
    if not model:
        raise CannotLoad(f"no sales journal in {company['name']}: has it a chart of accounts?")
    rpc.create("account.journal", [{
        "name": f"Imported invoices {code}", "code": code, "type": "sale", "company_id": company["id"],
        "default_account_id": model[0][1].account_id, "sequence_override_regex": FREE_NUMBERING,
        "show_on_dashboard": False,
    }])
    return sale_journal(rpc, company, code)
