# SPDX-License-Identifier: LGPL-3.0-only
"""Insolvency proceedings from outside, over both transports: judgment to admission, forclusion, and what cannot be gone around."""

import base64
import datetime
import json

import _transport
import pytest
from test_sending import Customer, today

COURT = "Tribunal des activités économiques de Lyon"


@pytest.fixture
def insolvent(rpc):
    """A customer with one invoice of before the judgment and one of after it."""
    customer = Customer(rpc)
    customer.move = customer.invoice(1000, 200)
    rpc.call("res.partner", "action_recouvrement_open_case", [customer.id])
    [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer.id)], ["id"])
    customer.case = case["id"]
    customer.holder = rpc.create("res.partner", [{"name": "SELARL Durand", "email": "durand@mj.example", "city": "Lyon"}])[0]
    return customer


def ago(rpc, days):
    return str(today(rpc) - datetime.timedelta(days=days))


def record(rpc, customer, judgment, published, **vals):
    answer = rpc.call("recouvrement.insolvency", "record", case_id=customer.case, date_judgment=ago(rpc, judgment),
                      kind="liquidation", court=COURT, source="Letter", holder_id=customer.holder,
                      date_published=ago(rpc, published) if published else None, **vals)
    return answer["id"], answer["deadlines"]


def step(rpc, insolvency, action, **facts):
    return rpc.call("recouvrement.insolvency", "apply_transition", [insolvency], action=action, facts=facts)


def test_judgment_to_admission(rpc, insolvent):
    insolvency, deadlines = record(rpc, insolvent, 40, 30)
    assert [line["code"] for line in deadlines] == ["declare"] and deadlines[0]["date"] > str(today(rpc))
    [case] = rpc.search_read("recouvrement.case", [("id", "=", insolvent.case)], ["state", "next_step"])
    assert case["state"] == "insolvency"
    step(rpc, insolvency, "prepare_declaration")
    [row] = rpc.search_read("recouvrement.insolvency", [("id", "=", insolvency)], ["amount_declared", "state"])
    assert row["state"] == "prepared" and row["amount_declared"] > 1000
    step(rpc, insolvency, "approve_declaration")
    step(rpc, insolvency, "send_declaration", sent_on=ago(rpc, 1), channel="registered_letter", reference="1A 234")
    contested = step(rpc, insolvency, "contest_claim", received_on=ago(rpc, 1), reason="Amount")
    assert [line["code"] for line in contested["deadlines"]] == ["contest_answer"]
    step(rpc, insolvency, "answer_contest", sent_on=ago(rpc, 0), reason="Delivery notes")
    assert step(rpc, insolvency, "admit_claim", done_on=ago(rpc, 0))["state"] == "admitted"
    events = rpc.search_read("recouvrement.insolvency.event", [("insolvency_id", "=", insolvency)], ["action", "attachment_id"])
    [document] = [event["attachment_id"] for event in events if event["attachment_id"]]
    [attachment] = rpc.search_read("ir.attachment", [("id", "=", document[0])], ["mimetype", "datas"])
    assert base64.b64decode(attachment["datas"]).startswith(b"%PDF") and attachment["mimetype"] == "application/pdf"


def test_what_was_owed_before_is_held_and_what_came_after_is_dunned(rpc, insolvent):
    later = insolvent.invoice(300, 5)  # issued five days after the judgment
    record(rpc, insolvent, 40, 30)
    rows = rpc.call("recouvrement.run", "simulate", as_of=str(today(rpc)), case_ids=[insolvent.case])
    decisions = {}
    for item in rows[0]["items"]:
        [line] = rpc.search_read("account.move.line", [("id", "=", item["move_line_id"])], ["move_id"])
        decisions[line["move_id"][0]] = (item["decision"], item["reason"])
    assert decisions[insolvent.move] == ("hold", "insolvency")
    assert decisions[later][0] == "remind" and rows[0]["amount_due"] == "300.00"
    statement = rpc.call("account.move", "recouvrement_penalty_statement", [insolvent.move], as_of=str(today(rpc)))
    assert max(line["date_to"] for line in statement["lines"]) == ago(rpc, 41), "interest stops on the eve of the judgment"
    notice = rpc.call("recouvrement.case", "action_open_formal_notice", [insolvent.case])["res_id"]
    [row] = rpc.search_read("recouvrement.proceeding", [("id", "=", notice)], ["item_ids"])
    items = rpc.search_read("recouvrement.item", [("id", "in", row["item_ids"])], ["move_id"])
    assert [item["move_id"][0] for item in items] == [later], "nothing is asked for what was owed before"


def test_too_late_then_relief(rpc, insolvent):
    insolvency, _deadlines = record(rpc, insolvent, 110, 100)
    step(rpc, insolvency, "prepare_declaration")
    step(rpc, insolvency, "approve_declaration")
    with pytest.raises(_transport.TransportError):
        step(rpc, insolvency, "send_declaration", sent_on=ago(rpc, 0), channel="registered_letter")
    relief = step(rpc, insolvency, "record_foreclosure")
    assert relief["deadlines"][0]["code"] == "relief"
    step(rpc, insolvency, "ask_relief", done_on=ago(rpc, 0), reason="Left out of the list")
    again = step(rpc, insolvency, "grant_relief", received_on=ago(rpc, 0))
    assert (again["state"], again["deadlines"][0]["source"]) == ("to_declare", "C. com. art. L622-24")


def test_nothing_goes_around_the_table(rpc, insolvent):
    insolvency, _deadlines = record(rpc, insolvent, 40, None)
    for call in (
        lambda: rpc.call("recouvrement.insolvency", "write", [insolvency], vals={"state": "admitted"}),
        lambda: rpc.call("recouvrement.insolvency", "_take_step", [insolvency], action="admit_claim", stated={}),
        lambda: step(rpc, insolvency, "admit_claim", done_on=ago(rpc, 0)),
        lambda: step(rpc, insolvency, "prepare_declaration", prior_claim=True),
        lambda: rpc.create("recouvrement.insolvency.event", [{
            "insolvency_id": insolvency, "action": "admit_claim", "state_from": "declared", "state_to": "admitted"}]),
        lambda: record(rpc, insolvent, 30, None),
    ):
        with pytest.raises(_transport.TransportError):
            call()
    rows = rpc.call("recouvrement.insolvency", "available_transitions", [insolvency])
    open_ = {row["action"] for row in rows if not set(row["missing"]) - {"published_on"}}
    assert {"prepare_declaration", "record_publication"} <= open_
    [row] = rpc.search_read("recouvrement.insolvency", [("id", "=", insolvency)], ["state"])
    assert row["state"] == "to_declare"


def test_a_file_of_announcements_is_proposed_only(rpc, insolvent):
    rpc.call("res.partner", "write", [insolvent.id], vals={"company_registry": "732829320"})
    rpc.call("recouvrement.case", "action_sync", [insolvent.case])
    row = {"id": f"A{insolvent.case:010}", "dateparution": ago(rpc, 3), "familleavis": "collective", "registre": ["732829320"],
           "jugement": json.dumps({"nature": "Jugement d'ouverture de liquidation judiciaire", "date": ago(rpc, 9)})}
    content = base64.b64encode(json.dumps([row]).encode()).decode()
    answer = rpc.call("recouvrement.bodacc", "import_file", content=content, filename="export.json")
    assert answer["read"] == 1
    proposals = rpc.search_read("recouvrement.bodacc", [("case_id", "=", insolvent.case)], ["state", "kind", "event"])
    assert [(one["state"], one["kind"], one["event"]) for one in proposals] == [("proposed", "liquidation", "opening")]
    assert not rpc.search_read("recouvrement.insolvency", [("case_id", "=", insolvent.case)], ["id"])
    assert rpc.call("recouvrement.bodacc", "refuse", [proposals[0]["id"]], reason="Test")[0]["state"] == "refused"
