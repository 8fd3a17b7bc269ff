# SPDX-License-Identifier: LGPL-3.0-only
"""The server is killed while a reminder is leaving: it is uncertain, a person is told, and it is never sent again."""

import _transport
import pytest
import smtp_sink
from private_server import copy_of, serving
from test_sending import Customer, night


@pytest.fixture
def private(server, tmp_path):
    """A server of our own that can be killed, with its database, and a mail server that does not answer at once."""
    controller, sink = smtp_sink.start()
    with copy_of(server.url, server.db, f"{server.db}_crash") as name, serving(name, tmp_path / "server.log") as process:
        rpc = _transport.JsonRpc(process.url, name, server.login, server.password)
        rpc.create("ir.mail_server", [{
            "name": "sink", "smtp_host": "127.0.0.1", "smtp_port": controller.port, "smtp_encryption": "none"}])
        yield process, rpc, sink, server
    controller.stop()


def reconnect(process, server):
    return _transport.JsonRpc(process.url, process.db, server.login, server.password)


def queue(rpc):
    [cron] = rpc.search_read("ir.cron", [("code", "ilike", "process_email_queue")], ["id"], limit=1)
    rpc.call("ir.cron", "method_direct_trigger", [cron["id"]])


def test_killed_while_the_mail_server_has_the_message(private):
    process, rpc, sink, server = private
    first, second = Customer(rpc), Customer(rpc)
    first.invoice(500, 10)
    second.invoice(600, 10)
    night(rpc)
    sink.on_data = process.process.kill
    with pytest.raises(_transport.TransportError):
        queue(rpc)
    process.process.wait()
    sink.on_data = None
    process.start()
    rpc = reconnect(process, server)
    [leaving] = rpc.search_read("recouvrement.reminder", [("state", "=", "sending")], ["id", "partner_id", "case_id"])

    queue(rpc)
    rpc.call("ir.cron", "method_direct_trigger", [night_cron(rpc)])
    queue(rpc)

    states = rpc.search_read("recouvrement.reminder", [("partner_id", "in", [first.id, second.id])], ["state", "partner_id"])
    assert sorted(row["state"] for row in states) == ["sent", "uncertain"]
    assert len(sink.to(first.address)) == len(sink.to(second.address)) == 1, "each message left exactly once"
    [case] = rpc.search_read("recouvrement.case", [("id", "=", leaving["case_id"][0])], ["activity_ids"])
    assert case["activity_ids"], "a person is asked to look"
    assert rpc.call("recouvrement.reminder", "send", [leaving["id"]])[0]["state"] == "uncertain"


def night_cron(rpc):
    [cron] = rpc.search_read("ir.cron", [("code", "ilike", "_cron_run_night"), ("active", "in", [True, False])], ["id"])
    return cron["id"]
