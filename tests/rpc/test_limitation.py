# SPDX-License-Identifier: LGPL-3.0-only
"""The limitation of an invoice from outside, over both transports: the dates, and that nothing but the legal role moves them."""

import base64

import _transport
import pytest

PROOF = {"filename": "reconnaissance.pdf", "datas": base64.b64encode(b"%PDF-1.4").decode()}


@pytest.fixture
def invoice(rpc, tag):
    """``invoice(regime)``: service completed 10/03/2022, invoice 31/03/2022, due 30/04/2022."""
    def inner(regime="b2b"):
        partner, = rpc.create("res.partner", [{
            "name": f"{tag} {regime}", "is_company": regime != "b2c", "recouvrement_regime": regime}])
        move, = rpc.create("account.move", [{
            "move_type": "out_invoice", "partner_id": partner, "invoice_date": "2022-03-31", "delivery_date": "2022-03-10",
            "invoice_payment_term_id": False, "invoice_date_due": "2022-04-30",
            "invoice_line_ids": [[0, 0, {"name": "Work", "quantity": 1, "price_unit": 1000, "tax_ids": [[6, 0, []]]}]]}])
        rpc.call("account.move", "action_post", [move])
        return move
    return inner


def limitation(rpc, move):
    return rpc.call("account.move", "recouvrement_limitation", ids=[move])


def propose(rpc, move, kind, day, **facts):
    return rpc.call("account.move", "recouvrement_propose_limitation_event", ids=[move], kind=kind, day=day, facts=facts)


def refusal(rpc, model, method, **arguments):
    """The words of a call that must be refused; one transport has them in the cause of its error only."""
    with pytest.raises(_transport.ServerError) as caught:
        rpc.call(model, method, **arguments)
    return f"{caught.value} {caught.value.__cause__}"


def test_the_two_dates_side_by_side(rpc, invoice):
    move = invoice()
    data = limitation(rpc, move)
    assert (data["safe_expiry"], data["arguable_expiry"], data["starts_on"]) == ("2027-03-10", "2027-04-30", "2022-03-10")
    assert (data["regime"], data["period"]["years"], data["interruptions"]) == ("b2b", 5, [])
    assert data["amount_residual"] == "1000.00"
    assert limitation(rpc, move) == data


@pytest.mark.parametrize("regime, safe", [("b2c", "2024-03-10"), ("public", "2026-12-31")])
def test_other_debtors(rpc, invoice, regime, safe):
    assert limitation(rpc, invoice(regime))["safe_expiry"] == safe


def test_proposed_it_moves_nothing_recorded_it_does(rpc, invoice):
    move = invoice()
    proposed = propose(rpc, move, "part_payment", "2024-06-12")
    assert (proposed["state"], proposed["safe_expiry"]) == ("proposed", "2027-03-10")
    assert limitation(rpc, move)["proposals"][0]["safe_expiry"] == "2029-06-12"
    refusal(rpc, "recouvrement.limitation.event", "record", ids=[proposed["id"]])
    assert limitation(rpc, move)["safe_expiry"] == "2027-03-10", "no proof, no move"
    result, = rpc.call("recouvrement.limitation.event", "record", ids=[proposed["id"]], proof=PROOF)
    assert (result["state"], result["safe_expiry"]) == ("recorded", "2029-06-12")
    assert limitation(rpc, move)["interruptions"][0]["id"] == proposed["id"]


def test_a_formal_notice_moves_nothing(rpc, invoice):
    move = invoice()
    event = propose(rpc, move, "formal_notice", "2026-03-01", proof=PROOF)
    rpc.call("recouvrement.limitation.event", "record", ids=[event["id"]])
    assert limitation(rpc, move)["safe_expiry"] == "2027-03-10"


def test_no_direct_write_bypasses_the_legal_role(rpc, invoice):
    move = invoice()
    event = propose(rpc, move, "acknowledgement", "2024-06-12")
    for context in ({}, {"install_mode": True}):
        refusal(rpc, "recouvrement.limitation.event", "write", ids=[event["id"]], vals={"state": "recorded"}, context=context)
    refusal(rpc, "recouvrement.limitation.event", "unlink", ids=[event["id"]])
    assert limitation(rpc, move)["safe_expiry"] == "2027-03-10"


def test_an_unclassified_customer_is_refused_by_name(rpc, invoice, tag):
    assert tag in refusal(rpc, "account.move", "recouvrement_limitation", ids=[invoice(False)])
