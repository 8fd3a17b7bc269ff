# SPDX-License-Identifier: LGPL-3.0-only
"""The life of penalties, of disputes and of rates from outside, over both transports: plain data in, plain data out."""

import base64
import contextlib
import datetime

import pytest
from _transport import ServerError

TODAY = datetime.date.today()
PROOF = {"filename": "proof.pdf", "datas": base64.b64encode(b"%PDF-1.4 proof").decode()}


def day(offset):
    return str(TODAY + datetime.timedelta(days=offset))


@pytest.fixture
def customer(rpc, tag):
    """``customer(regime)`` -> id of a new customer."""
    def inner(regime="b2b"):
        [partner] = rpc.create("res.partner", [{"name": f"{tag} {regime}", "is_company": True, "recouvrement_regime": regime}])
        return partner
    return inner


@pytest.fixture
def late(rpc, customer):
    """``late(amount, days)`` -> id of a posted invoice due so many days ago."""
    def inner(amount=1000, days=60, partner=None):
        [move] = rpc.create("account.move", [{
            "move_type": "out_invoice", "partner_id": partner or customer(), "invoice_date": day(-days - 30),
            "invoice_payment_term_id": False, "invoice_date_due": day(-days),
            "invoice_line_ids": [[0, 0, {"name": "Work", "quantity": 1, "price_unit": amount, "tax_ids": [[6, 0, []]]}]]}])
        rpc.call("account.move", "action_post", [move])
        return move
    return inner


@contextlib.contextmanager
def refused(words=None):
    """The server refuses, with these words."""
    with pytest.raises(ServerError, match=words):
        yield


def claim(rpc, move):
    [row] = rpc.call("account.move", "recouvrement_claim", [move], as_of=day(0))
    return row


def test_claimed_once_with_the_figures_of_the_statement(rpc, late):
    move = late()
    statement = rpc.call("account.move", "recouvrement_penalty_statement", [move], as_of=day(0))
    row = claim(rpc, move)
    assert (row["state"], row["currency"], row["move_id"]) == ("claimed", "EUR", False)
    assert float(row["amount"]) == pytest.approx(float(statement["interest"]) + 40)
    assert rpc.call("account.move", "recouvrement_claim", [move], as_of=day(0)) == []


def test_billed_once_then_cancelled_with_its_reversal(rpc, late):
    move = late()
    row = claim(rpc, move)
    [billed] = rpc.call("recouvrement.penalty", "bill", [row["id"]])
    assert billed["state"] == "billed" and billed["move_name"].startswith("NPEN/")
    assert rpc.call("recouvrement.penalty", "bill", [row["id"]]) == [billed]
    [document] = rpc.search_read("account.move", [("id", "=", billed["move_id"])], ["amount_total", "amount_tax", "state"])
    assert (f"{document['amount_total']:.2f}", document["amount_tax"], document["state"]) == (billed["amount"], 0.0, "posted")
    [cancelled] = rpc.call("recouvrement.penalty", "cancel", [row["id"]], reason="Billed by mistake")
    assert cancelled["state"] == "cancelled" and cancelled["reversal_id"]
    assert claim(rpc, move)["id"] != row["id"]


def test_waived_with_words_and_not_claimed_again(rpc, late):
    move = late()
    row = claim(rpc, move)
    with refused("why"):
        rpc.call("recouvrement.penalty", "waive", [row["id"]], reason=" ")
    assert rpc.call("recouvrement.penalty", "waive", [row["id"]], reason="Gesture") == [{"id": row["id"], "state": "waived"}]
    assert rpc.call("account.move", "recouvrement_claim", [move], as_of=day(0)) == []


def test_a_public_body_is_never_let_off(rpc, late, customer):
    move = late(partner=customer("public"))
    row = claim(rpc, move)
    with refused("L2192-14"):
        rpc.call("recouvrement.penalty", "waive", [row["id"]], reason="Gesture")
    [case] = rpc.search_read("account.move", [("id", "=", move)], ["recouvrement_case_id"])
    with refused("L2192-14"):
        rpc.call("recouvrement.case", "offer_concession", [case["recouvrement_case_id"][0]])


def test_costs_need_their_proof(rpc, late):
    row = claim(rpc, late())
    with refused("proof"):
        rpc.call("recouvrement.penalty", "add_cost", [row["id"]], amount=120, nature="Lawyer", proof={})
    [more] = rpc.call("recouvrement.penalty", "add_cost", [row["id"]], amount="120.50", nature="Lawyer", proof=PROOF)
    assert float(more["amount"]) == pytest.approx(float(row["amount"]) + 120.5)


def test_a_concession_is_offered_once(rpc, late):
    move = late()
    claim(rpc, move)
    [case] = rpc.search_read("account.move", [("id", "=", move)], ["recouvrement_case_id"])
    offers = [rpc.call("recouvrement.case", "offer_concession", [case["recouvrement_case_id"][0]], days=8) for _time in "ab"]
    assert offers[0] == offers[1] and offers[0][0]["state"] == "running" and offers[0][0]["date_to"] == day(8)


def test_a_dispute_of_a_part(rpc, late):
    move = late()
    rows = [rpc.call("account.move", "recouvrement_dispute", [move], reason="quality", amount="300", note="Broken",
                     documents=[PROOF]) for _time in "ab"]
    assert rows[0] == rows[1]
    [row] = rows[0]
    assert (row["state"], row["amount"], row["deadline"]) == ("open", "300.00", day(15))
    statement = rpc.call("account.move", "recouvrement_penalty_statement", [move], as_of=day(0))
    assert {line["base"] for line in statement["lines"]} == {"700.00"} and statement["disputed"] == "300.00"
    with refused():
        rpc.call("recouvrement.dispute", "write", [row["id"]], vals={"state": "closed"})
    [closed] = rpc.call("recouvrement.dispute", "resolve", [row["id"]], outcome="unfounded", note="Signed")
    assert (closed["state"], closed["outcome"]) == ("closed", "unfounded")


def test_what_a_judge_grants_is_recorded_with_its_proof(rpc, late):
    move = late()
    named = {"move_ids": [move], "kind": "delay", "date": day(-40), "date_to": day(-20)}
    with refused("Attach"):
        rpc.call("recouvrement.interest.fact", "record", proof={}, **named)
    row = rpc.call("recouvrement.interest.fact", "record", proof=PROOF, **named)
    assert (row["kind"], row["date"], row["move_ids"]) == ("delay", day(-40), [move])
    statement = rpc.call("account.move", "recouvrement_penalty_statement", [move], as_of=day(0))
    assert "penalties_suspended_by_court" in statement["warnings"]
    assert sum(line["days"] for line in statement["lines"]) == 60 - 21


def test_a_regime_is_stated_by_a_person(rpc, customer):
    partner = customer("b2b")
    rpc.call("res.partner", "recouvrement_set_regime", [partner], regime="b2c")
    [row] = rpc.search_read("res.partner", [("id", "=", partner)], ["recouvrement_regime"])
    assert row["recouvrement_regime"] == "b2c"
    with refused():
        rpc.call("res.partner", "recouvrement_set_regime", [partner], regime="vip")


def test_a_rate_is_looked_up_and_confirmed_by_name(rpc):
    """No address: it answers without the network; confirming needs a rate that waits for it."""
    [row] = rpc.search_read("ir.config_parameter", [("key", "=", "recouvrement_plus.rate_address")], ["value"]) or [{}]
    rpc.call("ir.config_parameter", "set_param", key="recouvrement_plus.rate_address", value="")
    try:
        assert rpc.call("recouvrement.rate", "look_up") is not None
    finally:
        rpc.call("ir.config_parameter", "set_param", key="recouvrement_plus.rate_address", value=row.get("value") or "")
    [rate] = rpc.search_read("recouvrement.rate", [("code", "=", "legal_professional")], ["confirmed"], limit=1, order="date_from")
    rpc.call("recouvrement.rate", "confirm", [rate["id"]])
    [rate] = rpc.search_read("recouvrement.rate", [("id", "=", rate["id"])], ["confirmed"])
    assert rate["confirmed"] is True
