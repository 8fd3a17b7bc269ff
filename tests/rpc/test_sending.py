# SPDX-License-Identifier: LGPL-3.0-only
"""Reminders that really leave: a real server, a real SMTP sink, and the facts that change in between."""

import datetime
import uuid

import pytest
import smtp_sink


@pytest.fixture
def sink(server):
    """An SMTP sink that the server under test uses for the time of a test."""
    controller, sink = smtp_sink.start()
    rpc = server.connect("jsonrpc")
    [server_id] = rpc.create("ir.mail_server", [{
        "name": "sink", "smtp_host": "127.0.0.1", "smtp_port": controller.port, "smtp_encryption": "none", "sequence": 1}])
    yield sink
    rpc.call("ir.mail_server", "unlink", [server_id])
    controller.stop()


@pytest.fixture
def rpc(server):
    return server.connect("jsonrpc")


def today(rpc):
    """The date of the company (Paris) as the server sees it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(hours=1)).date()


class Customer:
    """A new customer with overdue invoices, through the ORM only."""

    def __init__(self, rpc, *, regime="b2b", email=True):
        self.rpc, self.name = rpc, f"Client {uuid.uuid4().hex[:8]}"
        self.address = f"{self.name.split()[1]}@example.com" if email else False
        [self.id] = rpc.create("res.partner", [{
            "name": self.name, "is_company": True, "email": self.address, "recouvrement_regime": regime,
            "lang": "fr_FR", "street": "1 rue de la Paix", "zip": "69001", "city": "Lyon"}])

    def invoice(self, amount, days_late):
        due = today(self.rpc) - datetime.timedelta(days=days_late)
        [move] = self.rpc.create("account.move", [{
            "move_type": "out_invoice", "partner_id": self.id, "invoice_date": str(due - datetime.timedelta(days=30)),
            "invoice_payment_term_id": False, "invoice_date_due": str(due),
            "invoice_line_ids": [[0, 0, {"name": "Work", "quantity": 1, "price_unit": amount, "tax_ids": [[6, 0, []]]}]]}])
        self.rpc.call("account.move", "action_post", [move])
        return move

    def pay(self, move):
        context = {"active_model": "account.move", "active_ids": [move]}
        [journal] = self.rpc.search_read("account.journal", [("type", "=", "bank")], ["id"], limit=1)
        [wizard] = self.rpc.call("account.payment.register", "create", vals_list=[{"journal_id": journal["id"]}], context=context)
        self.rpc.call("account.payment.register", "action_create_payments", [wizard], context=context)

    def reminders(self):
        return self.rpc.search_read("recouvrement.reminder", [("partner_id", "=", self.id)],
                                    ["state", "reason", "amount_due", "level", "channel", "item_ids", "mail_id"], order="id")


def night(rpc):
    result = rpc.call("recouvrement.run", "execute", as_of=str(today(rpc)))
    assert result["state"] == "done" and not result["errors"], result
    return result


def test_a_reminder_leaves_once_in_french_with_its_table(rpc, sink):
    customer = Customer(rpc)
    customer.invoice(1000, 20)
    customer.invoice(234.56, 4)
    night(rpc)
    [reminder] = customer.reminders()
    assert (reminder["state"], reminder["channel"]) == ("queued", "email")
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]]) == [
        {"id": reminder["id"], "state": "sent", "reason": ""}]
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0]["state"] == "sent"
    night(rpc)
    [message] = sink.to(customer.address)
    text = smtp_sink.text_of(message).replace("\xa0", " ").replace("\u202f", " ")
    assert "1 234,56" in text, "the total counts both invoices"
    assert message["Message-Id"]


def test_the_mail_queue_sends_it_as_well(rpc, sink):
    customer = Customer(rpc)
    customer.invoice(500, 10)
    night(rpc)
    [cron] = rpc.search_read("ir.cron", [("cron_name", "ilike", "Mail: Email Queue")], ["id"], limit=1, context={"lang": "en_US"}) \
        or rpc.search_read("ir.cron", [("code", "ilike", "process_email_queue")], ["id"], limit=1)
    rpc.call("ir.cron", "method_direct_trigger", [cron["id"]])
    assert customer.reminders()[0]["state"] == "sent"
    assert len(sink.to(customer.address)) == 1


def test_paid_between_the_night_and_the_sending_nothing_leaves(rpc, sink):
    customer = Customer(rpc)
    move = customer.invoice(500, 10)
    night(rpc)
    customer.pay(move)
    [reminder] = customer.reminders()
    [result] = rpc.call("recouvrement.reminder", "send", [reminder["id"]])
    assert result["state"] == "withdrawn" and result["reason"] in ("paid", "payment_in_process")
    assert not sink.to(customer.address)


def test_one_of_two_invoices_paid_only_the_other_is_claimed(rpc, sink):
    customer = Customer(rpc)
    first, _second = customer.invoice(500, 10), customer.invoice(70, 9)
    night(rpc)
    customer.pay(first)
    [reminder] = customer.reminders()
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0]["state"] == "sent"
    [message] = sink.to(customer.address)
    text = smtp_sink.text_of(message)
    assert "70,00" in text and "570,00" not in text and "500,00" not in text
    assert customer.reminders()[0]["amount_due"] == 70


def test_a_dispute_recorded_after_the_night_holds_the_message(rpc, sink):
    customer = Customer(rpc)
    customer.invoice(500, 10)
    night(rpc)
    [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer.id)], ["id"])
    rpc.create("recouvrement.hold", [{"case_id": case["id"], "kind": "dispute", "date_from": str(today(rpc))}])
    [reminder] = customer.reminders()
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0] == {
        "id": reminder["id"], "state": "withdrawn", "reason": "dispute"}
    assert not sink.to(customer.address)


def test_an_address_refused_by_the_mail_server_is_a_failure_with_a_task(rpc, sink):
    customer = Customer(rpc)
    customer.invoice(500, 10)
    sink.refuse.add(customer.address)
    night(rpc)
    [reminder] = customer.reminders()
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0]["state"] == "failed"
    [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer.id)], ["id", "activity_ids"])
    assert case["activity_ids"], "a person is told"


def test_the_mail_server_is_down_the_message_fails_and_can_be_sent_later(rpc, server, sink):
    customer = Customer(rpc)
    customer.invoice(500, 10)
    night(rpc)
    [mail_server] = rpc.search_read("ir.mail_server", [("name", "=", "sink")], ["id", "smtp_port"])
    rpc.call("ir.mail_server", "write", [mail_server["id"]], vals={"smtp_port": 9})
    [reminder] = customer.reminders()
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0]["state"] == "failed"
    rpc.call("ir.mail_server", "write", [mail_server["id"]], vals={"smtp_port": mail_server["smtp_port"]})
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0]["state"] == "sent"
    assert len(sink.to(customer.address)) == 1


def test_a_formal_notice_never_leaves_without_approval(rpc, sink):
    customer = Customer(rpc)
    rpc.call("res.partner", "write", [customer.id], vals={
        "company_registry": "55210055400013", "recouvrement_legal_form": "SAS", "recouvrement_court_kind": "commercial",
        "recouvrement_court": "Lyon"})
    rpc.call("res.partner", "recouvrement_check_identity", [customer.id])
    customer.invoice(5000, 60)
    night(rpc)
    [reminder] = customer.reminders()
    assert reminder["state"] == "draft"
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0]["reason"] == "approval_needed"
    assert rpc.call("recouvrement.reminder", "approve", [reminder["id"]])[0]["state"] == "approved"
    assert rpc.call("recouvrement.reminder", "send", [reminder["id"]])[0]["state"] == "sent"
    [proceeding] = rpc.search_read("recouvrement.proceeding", [("partner_id", "=", customer.id)], ["state", "date_pay_before"])
    assert proceeding["state"] == "mise_en_demeure" and proceeding["date_pay_before"]
    [claim] = rpc.search_read("recouvrement.penalty", [("partner_id", "=", customer.id)], ["indemnity", "interest", "state"])
    assert claim["indemnity"] == 40 and claim["interest"] > 0 and claim["state"] == "claimed"
    assert not sink.to(customer.address)
