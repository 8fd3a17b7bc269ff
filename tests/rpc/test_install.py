# SPDX-License-Identifier: LGPL-3.0-only
"""Upgraded, uninstalled, installed again on a database that has books: nothing a person entered is lost or left behind."""

import os
import subprocess
import sys

import _transport
from private_server import copy_of, serving
from test_sending import Customer


def odoo(*arguments):
    """Run the Odoo command; its end must be good."""
    command = [sys.executable, "-m", "odoo", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-3000:]
    assert " ERROR " not in done.stderr, done.stderr[-3000:]


def test_upgrade_uninstall_and_install_again_on_a_filled_database(server, tmp_path):
    config = os.environ["RECOUVREMENT_TEST_CONFIG"]
    with copy_of(server.url, server.db, f"{server.db}_install") as name:
        with serving(name, tmp_path / "server.log") as process:
            rpc = _transport.JsonRpc(process.url, name, server.login, server.password)
            customer = Customer(rpc)
            customer.invoice(1200, 20)
            [rate] = rpc.search_read("recouvrement.rate", [("code", "=", "ecb_mro"), ("date_to", "=", "2026-11-21")], ["id"])
            rpc.call("recouvrement.rate", "write", [rate["id"]], vals={"date_to": "2027-01-31"})

        odoo("-c", config, "-d", name, "-u", "recouvrement_plus", "--stop-after-init", "--no-http")
        with serving(name, tmp_path / "server.log") as process:
            rpc = _transport.JsonRpc(process.url, name, server.login, server.password)
            [kept] = rpc.search_read("recouvrement.rate", [("id", "=", rate["id"])], ["date_to"])
            assert kept["date_to"] == "2027-01-31", "an upgrade must not shorten what a person confirmed"

        odoo("module", "uninstall", "-c", config, "-d", name, "recouvrement_plus")
        with serving(name, tmp_path / "server.log") as process:
            rpc = _transport.JsonRpc(process.url, name, server.login, server.password)
            assert rpc.search_count("ir.model", [("model", "=like", "recouvrement.%")]) == 0
            assert rpc.search_read("account.move", [("partner_id", "=", customer.id)], ["amount_residual"])

        odoo("module", "install", "-c", config, "-d", name, "recouvrement_plus")
        with serving(name, tmp_path / "server.log") as process:
            rpc = _transport.JsonRpc(process.url, name, server.login, server.password)
            [case] = rpc.search_read("recouvrement.case", [("partner_id", "=", customer.id)], ["open_item_ids"])
            assert len(case["open_item_ids"]) == 1, "what is owed is there before the first night"
            assert rpc.search_count("recouvrement.reminder", []) == 0, "installing sends nothing"
            assert rpc.search_count("ir.cron", [("code", "ilike", "_cron_run_night"), ("active", "=", True)]) == 0
