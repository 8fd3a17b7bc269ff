# SPDX-License-Identifier: LGPL-3.0-only
"""The legal track from outside, over both transports: unpaid invoice to enforced title, and what cannot be gone around."""

import datetime

import _transport
import pytest
from test_sending import Customer, today

LED = {"professional": "Me Martin"}


def identified(rpc):
    """A customer whose identity a person has checked."""
    customer = Customer(rpc)
    rpc.call("res.partner", "write", [customer.id], vals={
        "company_registry": "55210055400013", "recouvrement_legal_form": "SAS", "recouvrement_court_kind": "commercial",
        "recouvrement_court": "Lyon"})
    rpc.call("res.partner", "recouvrement_check_identity", [customer.id])
    return customer


def opened(rpc, customer):
    [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer.id)], ["id"]) or [{}]
    if not case:
        rpc.call("res.partner", "action_recouvrement_open_case", [customer.id])
        [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer.id)], ["id"])
    return rpc.call("recouvrement.case", "action_open_formal_notice", [case["id"]])["res_id"]


@pytest.fixture
def proceeding(rpc):
    """A proceeding on one invoice two hundred days late."""
    customer = identified(rpc)
    customer.move = customer.invoice(1000, 200)
    return customer, opened(rpc, customer)


def step(rpc, proceeding, action, **facts):
    return rpc.call("recouvrement.proceeding", "apply_transition", [proceeding], action=action, facts=facts)


def test_unpaid_invoice_to_enforced_title(rpc, proceeding):
    customer, track = proceeding
    now = today(rpc)

    def ago(days):
        return str(now - datetime.timedelta(days=days))

    step(rpc, track, "prepare_notice")
    step(rpc, track, "approve_notice")
    sent = step(rpc, track, "send_notice", sent_on=ago(120), channel="registered_letter")
    assert sent["deadlines"][0]["code"] == "pay_before"
    step(rpc, track, "record_receipt", received_on=ago(117))
    step(rpc, track, "prepare_order", court="Tribunal de commerce de Lyon")
    step(rpc, track, "file_order", done_on=ago(100))
    granted = step(rpc, track, "record_order", done_on=ago(90))
    assert [line["code"] for line in granted["deadlines"]] == ["order_service"]
    served = step(rpc, track, "serve_order", done_on=ago(80), served_in_person=True, cost="92.40", **LED)
    assert {line["code"] for line in served["deadlines"]} == {"opposition", "enforceable_from"}
    assert step(rpc, track, "order_final", done_on=ago(5))["state"] == "title"
    enforced = step(rpc, track, "enforce", done_on=ago(1), enforcement_act="account_attachment", **LED)
    assert (enforced["state"], enforced["deadlines"][0]["code"]) == ("enforcement", "attachment_denounce")
    customer.pay(customer.move)
    assert step(rpc, track, "close_paid")["state"] == "paid"
    step(rpc, track, "issue_release")
    events = rpc.search_read("recouvrement.proceeding.event", [("proceeding_id", "=", track)],
                             ["action", "attachment_id", "interrupts_limitation"], order="id")
    documents = {event["action"] for event in events if event["attachment_id"]}
    assert {"send_notice", "prepare_order", "issue_release"} <= documents
    assert {event["action"] for event in events if event["interrupts_limitation"]} == {"serve_order", "enforce"}
    first, again = (rpc.call("recouvrement.proceeding", "export_file", [track]) for _time in range(2))
    assert first["sha256"] == again["sha256"] and first["filename"].endswith(".zip")
    waiting = rpc.search_read("recouvrement.proceeding.deadline", [("proceeding_id", "=", track), ("state", "=", "open")], ["code"])
    assert waiting == [], "paid: nothing waits any more"


def test_the_night_to_the_registered_letter(rpc):
    """The night prepares the formal notice, a person approves it, it is posted, the file of the post office comes back."""
    customer = identified(rpc)
    move = customer.invoice(1200, 60)
    rpc.call("res.partner", "action_recouvrement_open_case", [customer.id])
    [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer.id)], ["id"])
    rpc.call("recouvrement.run", "prepare", as_of=str(today(rpc)), case_ids=[case["id"]])
    [reminder] = rpc.search_read("recouvrement.reminder", [("partner_id", "=", customer.id)], ["formal_notice", "state"])
    assert (reminder["formal_notice"], reminder["state"]) == (True, "draft"), "no formal notice leaves by itself"
    rpc.call("recouvrement.reminder", "approve", [reminder["id"]])
    [track] = rpc.search_read("recouvrement.proceeding", [("case_id", "=", case["id"])], ["state", "reference"])
    assert track["state"] == "notice_approved"
    mailing = rpc.call("recouvrement.mailing", "make", proceeding_ids=[track["id"]])
    assert (mailing["sent"], mailing["left_out"]) == ([track["id"]], [])
    [paper] = rpc.search_read("recouvrement.mailing", [("id", "=", mailing["mailing_id"])], ["letters_id", "slip_id"])
    assert paper["letters_id"] and paper["slip_id"]
    tracking = f"reference;number;deposited_on;received_on\n{track['reference']};1A 234 567 8901 2;{today(rpc)};{today(rpc)}\n"
    assert rpc.call("recouvrement.mailing", "import_tracking", [mailing["mailing_id"]], content=tracking) == {
        "updated": 1, "errors": []}
    [row] = rpc.search_read("recouvrement.proceeding", [("id", "=", track["id"])],
                            ["state", "registered_number", "date_notice", "date_received"])
    assert (row["state"], row["registered_number"], row["date_received"]) == (
        "mise_en_demeure", "1A 234 567 8901 2", str(today(rpc)))
    limitation = rpc.call("account.move", "recouvrement_limitation", [move])
    assert limitation["interruptions"] == [], "a formal notice, even registered, interrupts nothing"


def test_nothing_goes_around_the_table(rpc, proceeding):
    _customer, track = proceeding
    for call in (
        lambda: rpc.call("recouvrement.proceeding", "write", [track], vals={"state": "title"}),
        lambda: rpc.call("recouvrement.proceeding", "_take_step", [track], action="enforce", stated={}),
        lambda: step(rpc, track, "approve_notice"),
        lambda: step(rpc, track, "enforce", done_on=str(today(rpc)), enforcement_act="other", override_reason="now", **LED),
        lambda: step(rpc, track, "prepare_notice", no_dispute=True),
        lambda: rpc.create("recouvrement.proceeding.event", [{
            "proceeding_id": track, "action": "enforce", "state_from": "title", "state_to": "enforcement"}]),
    ):
        with pytest.raises(_transport.TransportError):
            call()
    [row] = rpc.search_read("recouvrement.proceeding", [("id", "=", track)], ["state", "event_ids"])
    assert (row["state"], row["event_ids"]) == ("draft", [])


def test_what_is_missing_is_named_with_its_date(rpc, proceeding):
    _customer, track = proceeding
    step(rpc, track, "prepare_notice")
    step(rpc, track, "approve_notice")
    step(rpc, track, "send_notice", sent_on=str(today(rpc)), channel="registered_letter", notice_days=10)
    rows = {row["action"]: row for row in rpc.call("recouvrement.proceeding", "available_transitions", [track])}
    order = rows["prepare_order"]
    assert not order["allowed"] and order["missing"] == ["court", "after_pay_before"]
    assert order["from_date"] == str(today(rpc) + datetime.timedelta(days=10))
    assert rows["serve_commandement"]["confirmed"] is False and "l126_enabled" in rows["serve_commandement"]["missing"]
    assert order["source"].startswith("CPC")
