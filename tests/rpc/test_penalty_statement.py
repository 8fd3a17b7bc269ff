# SPDX-License-Identifier: LGPL-3.0-only
"""account.move.recouvrement_penalty_statement, called from outside, against figures that others have published.

The invoices are made by the ORM's own methods, posted, and paid by real payments with journal entries.
"""

from dataclasses import dataclass
from decimal import Decimal

import pytest


@dataclass(frozen=True)
class Case:
    """One published calculation. `rate`: of the terms of sale, 0 for the legal default; `paid`: dates and amounts."""

    name: str
    amount: str
    due: str
    as_of: str
    interest: str
    regime: str = "b2b"
    rate: float = 0.0
    paid: tuple = ()
    indemnity: str = "40.00"
    slices: tuple = ()  # (days, rate, amount) of each line of the statement


CASES = [
    Case("15 % on 15,000 for 30 days", "15000", "2026-01-01", "2026-01-31", "184.93", rate=15.0,
         slices=((30, "15", "184.93"),)),
    Case("12 % on 15,000 for 30 days", "15000", "2026-01-01", "2026-01-31", "147.95", rate=12.0),
    Case("10 % on 5,000 for 30 days", "5000", "2026-01-01", "2026-01-31", "41.10", rate=10.0),
    Case("ECB 0.25 + 10 for a quarter, by days", "10000", "2013-12-31", "2014-03-31", "252.74",
         slices=((90, "10.25", "252.74"),)),
    Case("over the end of a semester, then paid", "10000", "2026-06-20", "2026-07-31", "67.26",
         paid=(("2026-07-10", "10000"),), slices=((10, "12.15", "33.29"), (10, "12.40", "33.97"))),
    Case("paid on the due date", "10000", "2026-06-20", "2026-07-31", "0.00", paid=(("2026-06-20", "10000"),),
         indemnity="0.00"),
    Case("two semesters at one rate", "12000", "2025-11-30", "2026-06-30", "419.42",
         paid=(("2026-03-15", "12000"),), slices=((31, "12.15", "123.83"), (74, "12.15", "295.59"))),
    Case("the same owed by a public body: the rate of the first day, not cut", "12000", "2025-11-30", "2026-06-30",
         "350.38", regime="public", paid=(("2026-03-15", "12000"),), slices=((105, "10.15", "350.38"),)),
    Case("four semesters, still unpaid", "6000", "2025-05-31", "2026-07-31", "857.04",
         slices=((30, "13.15", "64.85"), (184, "12.15", "367.50"), (181, "12.15", "361.50"), (31, "12.40", "63.19"))),
    Case("a leap year counts 365 days", "10000", "2024-01-31", "2024-06-30", "238.36", paid=(("2024-03-31", "10000"),),
         slices=((60, "14.50", "238.36"),)),
    Case("each semester has its own rate", "10000", "2022-12-15", "2023-06-30", "95.21",
         paid=(("2023-01-15", "10000"),), slices=((16, "10.00", "43.84"), (15, "12.50", "51.37"))),
    Case("and for a public body the first one holds", "10000", "2022-12-15", "2023-06-30", "67.95", regime="public",
         paid=(("2023-01-15", "10000"),)),
    Case("a partial payment reduces the principal from its day on", "10000", "2025-01-01", "2026-01-01", "1046.31",
         rate=15.0, paid=(("2025-07-01", "6000"),), slices=((181, "15", "743.84"), (184, "15", "302.47"))),
]


@pytest.fixture
def terms_of_sale(rpc):
    """``terms_of_sale(rate)`` writes the company's contractual rate; it is put back after the test."""
    user_id = rpc.call("res.users", "context_get")["uid"]
    company_id = rpc.search_read("res.users", [("id", "=", user_id)], ["company_id"])[0]["company_id"][0]

    def inner(rate):
        rpc.call("res.company", "write", ids=[company_id], vals={"recouvrement_contract_rate": rate})

    yield inner
    inner(0.0)


@pytest.fixture
def bank(rpc):
    """A bank journal whose payments make journal entries (an outstanding account is set), as (journal, method line)."""
    journal, = rpc.search_read(
        "account.journal", [("type", "=", "bank")], ["inbound_payment_method_line_ids"], limit=1)
    method = journal["inbound_payment_method_line_ids"][0]
    outstanding = rpc.call("account.account", "search", domain=[("code", "=", "511299")])
    outstanding = outstanding or rpc.create("account.account", [{
        "name": "Outstanding receipts", "code": "511299", "account_type": "asset_current", "reconcile": True}])
    rpc.call("account.payment.method.line", "write", ids=[method], vals={"payment_account_id": outstanding[0]})
    return journal["id"], method


@pytest.fixture
def invoice(rpc, tag, bank):
    """``invoice(case)`` -> id of a posted invoice of a new customer, with its payments registered."""
    def inner(case):
        partner, = rpc.create("res.partner", [{
            "name": f"{tag} {case.name}", "is_company": True, "recouvrement_regime": case.regime}])
        move, = rpc.create("account.move", [{
            "move_type": "out_invoice", "partner_id": partner, "invoice_date": case.due, "invoice_date_due": case.due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, {"name": "Work", "quantity": 1, "price_unit": float(case.amount),
                                         "tax_ids": [(5,)]})]}])
        rpc.call("account.move", "action_post", ids=[move])
        for day, amount in case.paid:
            pay(rpc, move, bank, day, amount)
        return move
    return inner


def pay(rpc, move, bank, day, amount):
    """Register a payment with the wizard that the button of the invoice opens."""
    journal, method = bank
    context = {"active_model": "account.move", "active_ids": [move]}
    wizard, = rpc.call("account.payment.register", "create", context=context, vals_list=[{
        "payment_date": day, "amount": float(amount), "journal_id": journal, "payment_method_line_id": method}])
    rpc.call("account.payment.register", "action_create_payments", ids=[wizard], context=context)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_published_figures(rpc, invoice, terms_of_sale, case):
    terms_of_sale(case.rate)
    statement = rpc.call("account.move", "recouvrement_penalty_statement", ids=[invoice(case)], as_of=case.as_of)
    unpaid = Decimal(case.amount) - sum(Decimal(amount) for _day, amount in case.paid)
    expected = {"regime": case.regime, "currency": "EUR", "interest": case.interest, "indemnity": case.indemnity,
                "principal": f"{unpaid:.2f}",
                "total": f"{unpaid + Decimal(case.interest) + Decimal(case.indemnity):.2f}"}
    assert {key: statement[key] for key in expected} == expected
    if case.slices:
        assert [(line["days"], Decimal(line["rate"]), line["amount"]) for line in statement["lines"]] == [
            (days, Decimal(rate), amount) for days, rate, amount in case.slices]


def test_a_clause_below_the_legal_floor_is_raised_to_it_and_says_so(rpc, invoice, terms_of_sale):
    """Three times the legal rate, 8.25 % in the second semester of 2026 (C. com. art. L441-10)."""
    terms_of_sale(8.0)
    case = Case("8 % in 2026 S2", "10000", "2026-07-01", "2026-07-31", "67.81", rate=8.0)
    statement = rpc.call("account.move", "recouvrement_penalty_statement", ids=[invoice(case)], as_of=case.as_of)
    assert [(Decimal(line["rate"]), line["days"]) for line in statement["lines"]] == [(Decimal("8.25"), 30)]
    assert statement["interest"] == case.interest
    assert statement["warnings"]


def test_asked_twice_it_says_the_same_and_writes_nothing(rpc, invoice):
    move = invoice(CASES[8])
    before = rpc.search_count("recouvrement.penalty", [])
    first = rpc.call("account.move", "recouvrement_penalty_statement", ids=[move], as_of="2026-07-31")
    assert rpc.call("account.move", "recouvrement_penalty_statement", ids=[move], as_of="2026-07-31") == first
    assert rpc.search_count("recouvrement.penalty", []) == before
