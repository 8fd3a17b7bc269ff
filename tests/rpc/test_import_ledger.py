# SPDX-License-Identifier: LGPL-3.0-only
"""scripts/import_ledger.py against a real Odoo: what arrives, what is refused, and what a crash leaves behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import _transport
import import_ledger
import pytest

HEADER = "customer,invoice,issued,due,amount,settled,paid,currency,name\n"
SCRIPT = Path(import_ledger.__file__)


@pytest.fixture
def ledger(tmp_path, tag):
    """``ledger(lines, *options)`` writes the file; customers and journal belong to this test alone."""
    def inner(text, name="ledger.csv"):
        path = tmp_path / name
        path.write_text(text.replace("@", tag))
        return str(path)
    return inner


@pytest.fixture
def run(server, transport, tag, capsys):
    """``run(path, *options)`` -> (exit code, output lines)."""
    def inner(path, *options):
        code = import_ledger.main([path, "--journal", tag, *server.options(transport), *options])
        return code, capsys.readouterr().out.splitlines()
    return inner


def documents(rpc, tag):
    """Number -> (state, type, residual, payment state) of what an import has put in its journal."""
    rows = rpc.search_read("account.move", [("journal_id.code", "=", tag)],
                           ["name", "state", "move_type", "amount_residual", "payment_state", "partner_id"])
    assert len({row["name"] for row in rows}) == len(rows), "an invoice is there twice"
    return {row["name"]: (row["state"], row["move_type"], row["amount_residual"], row["payment_state"]) for row in rows}


def payments(rpc, tag):
    """(reference, date, state) of each payment entry, sorted."""
    rows = rpc.search_read("account.move", [("ref", "=like", f"{tag} %"), ("move_type", "=", "entry")],
                           ["ref", "date", "state"])
    return sorted((row["ref"], row["date"], row["state"]) for row in rows)


def test_bad_lines_are_refused_the_others_are_loaded_and_a_second_run_adds_nothing(ledger, run, rpc, tag):
    rpc.create("res.partner", [{"name": "One", "ref": f"{tag}3"}, {"name": "Other", "ref": f"{tag}3"}])
    path = ledger(
        HEADER
        + "@1,2014/0007,2013-01-02,2013-02-01,1234.56,2013-02-15,,,Société Une\n"
        + "@1,00012,2013-01-02,2013-02-01,100.00,2013-01-20,40,,\n"
        + "@2,00013,2013-01-02,2013-02-31,100.00,,,,\n"
        + "@2,00014,2013-01-02,2013-02-01,100.00,,,XXX,\n"
        + "@2,00012,2013-01-02,2013-02-01,100.00,,,,\n"
        + "@2,00015,2013-01-02,2013-02-01,100.00,2013-01-01,,,\n"
        + "@3,00016,2013-01-02,2013-02-01,100.00,,,,\n"
        + "@2,00017,2013-01-02,2013-02-01,55.94,,,EUR,\n")
    code, lines = run(path)
    assert code == 1
    assert lines[0] == ("created: 2 customers, 3 invoices, 2 payments; already there: 0 invoices; completed: 0")
    assert [line.partition(": invoice")[0] for line in lines[1:-1]] == [
        "refused: line 4", "refused: line 5", "refused: line 6", "refused: line 7", "refused: line 8"]
    assert lines[5] == f"refused: line 8: invoice 00016: 2 customers in Odoo have the reference {tag}3"
    expected = {
        "2014/0007": ("posted", "out_invoice", 0.0, "paid"),
        "00012": ("posted", "out_invoice", 60.0, "partial"),
        "00017": ("posted", "out_invoice", 55.94, "not_paid"),
    }
    assert documents(rpc, tag) == expected
    paid = [(f"{tag} 00012", "2013-01-20", "posted"), (f"{tag} 2014/0007", "2013-02-15", "posted")]
    assert payments(rpc, tag) == paid

    code, lines = run(path)
    assert (code, lines[0]) == (
        1, "created: 0 customers, 0 invoices, 0 payments; already there: 3 invoices; completed: 0")
    assert (documents(rpc, tag), payments(rpc, tag)) == (expected, paid)


def test_a_dry_run_writes_nothing_and_says_the_same(ledger, run, rpc, tag):
    path = ledger(HEADER + "@1,A1,2013-01-02,2013-02-01,10.00,,,,\n@1,A2,2013-01-02,2013-02-01,10.00,,,XXX,\n")
    code, lines = run(path, "--dry-run")
    assert (code, lines) == (1, ["dry run: 1 invoices of 1 customers can be loaded",
                                 "refused: line 3: invoice A2: unknown currency XXX", "1 refused"])
    assert documents(rpc, tag) == {}
    assert rpc.search_count("res.partner", [("ref", "=", f"{tag}1")]) == 0
    assert rpc.search_count("account.journal", [("code", "=", tag)]) == 0


def test_dates_reach_the_accounts(ledger, run, rpc, tag):
    """The due date is the one of the file, the partial is dated on the settlement: a past night can be rebuilt."""
    assert run(ledger(HEADER + "@1,A1,2013-01-02,2013-02-07,10.00,2013-03-04,,,\n"))[0] == 0
    line, = rpc.search_read("account.move.line", [("journal_id.code", "=", tag), ("display_type", "=", "payment_term")],
                            ["date", "date_maturity", "reconciled", "matched_credit_ids", "partner_id", "no_followup"])
    assert (line["date"], line["date_maturity"], line["reconciled"], line["no_followup"]) == (
        "2013-01-02", "2013-02-07", True, False)
    partial, = rpc.search_read("account.partial.reconcile", [("id", "in", line["matched_credit_ids"])],
                               ["max_date", "credit_move_id", "amount"])
    assert (partial["max_date"], partial["amount"]) == ("2013-03-04", 10.0)


def test_payments_of_a_second_file_and_those_that_come_later(ledger, run, rpc, tag):
    """A ledger that is exported again with more payments completes the invoices that are there."""
    path = ledger(HEADER + "@1,A1,2013-01-02,2013-02-01,100.00,,,,\n@1,A2,2013-01-02,2013-02-01,50.00,,,,\n")
    first = ledger("invoice,date,amount\nA1,2013-02-03,20.50\n", "first.csv")
    assert run(path, "--payments", first)[0] == 0
    assert documents(rpc, tag)["A1"][2:] == (79.5, "partial")
    later = ledger("invoice,date,amount\nA1,2013-02-03,20.50\nA1,2013-02-25,79.50\nA2,2013-02-25,10\n", "later.csv")
    code, lines = run(path, "--payments", later)
    assert (code, lines[0]) == (
        0, "created: 0 customers, 0 invoices, 2 payments; already there: 0 invoices; completed: 2")
    assert documents(rpc, tag) == {"A1": ("posted", "out_invoice", 0.0, "paid"),
                                   "A2": ("posted", "out_invoice", 40.0, "partial")}
    again = run(path, "--payments", later)[1][0]
    assert again.startswith("created: 0 customers, 0 invoices, 0 payments; already there: 2")


def test_a_foreign_currency_is_settled_in_both_currencies(ledger, run, rpc, tag):
    currency, = rpc.search_read("res.currency", [("name", "=", "USD"), ("active", "in", [True, False])], ["active"])
    rpc.call("res.currency", "write", ids=[currency["id"]], vals={"active": True})
    if not rpc.search_count("res.currency.rate", [("currency_id", "=", currency["id"]), ("name", "=", "2013-01-01")]):
        rpc.create("res.currency.rate", [
            {"currency_id": currency["id"], "name": "2013-01-01", "company_rate": 1.3},
            {"currency_id": currency["id"], "name": "2013-03-01", "company_rate": 1.5}])
    path = ledger(HEADER + "@1,A1,2013-01-02,2013-02-01,100.00,,,USD,\n"
                  + "@1,A2,2013-01-02,2013-02-01,99.99,2013-03-04,30,USD,\n")
    parts = ledger("invoice,date,amount\nA1,2013-03-02,33.33\nA1,2013-03-09,66.67\n", "p.csv")
    assert run(path, "--payments", parts)[0] == 0
    rows = rpc.search_read(
        "account.move.line", [("journal_id.code", "=", tag), ("display_type", "=", "payment_term")],
        ["move_name", "reconciled", "amount_residual", "amount_residual_currency", "balance"], order="move_name")
    names = ("move_name", "reconciled", "balance", "amount_residual", "amount_residual_currency")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("A1", True, 76.92, 0.0, 0.0), ("A2", False, 76.92, 53.84, 69.99)]


def test_credit_notes_become_customer_refunds(ledger, run, rpc, tag):
    path = ledger(HEADER + "@1,A1,2013-01-02,2013-01-02,-30.00,,,,\n@1,A2,2013-01-02,2013-01-02,-30.00,2013-01-09,,,\n")
    assert run(path)[0] == 1
    assert documents(rpc, tag) == {}
    assert run(path, "--credit-notes")[0] == 0
    assert {number: document[:3] for number, document in documents(rpc, tag).items()} == {
        "A1": ("posted", "out_refund", 30.0), "A2": ("posted", "out_refund", 0.0)}


def test_an_invoice_that_odoo_refuses_leaves_no_draft_and_does_not_stop_its_batch(ledger, run, rpc, tag):
    """Here the customer's receivable account has been archived: Odoo refuses to post on it."""
    account, = rpc.create("account.account", [
        {"name": tag, "code": f"4119{tag[1:]}", "account_type": "asset_receivable"}])
    rpc.create("res.partner", [{"name": tag, "ref": f"{tag}1", "property_account_receivable_id": account}])
    rpc.call("account.account", "write", ids=[account], vals={"active": False})
    code, lines = run(ledger(
        HEADER + "@2,A1,2013-01-02,2013-02-01,10.00,2013-02-02,,,\n@1,A2,2013-01-02,2013-02-01,10.00,2013-02-02,,,\n"
        + "@2,A3,2013-01-02,2013-02-01,10.00,2013-02-02,,,\n"))
    assert code == 1
    assert lines[1].startswith("refused: line 3: invoice A2: refused by Odoo: ")
    assert {number: document[0] for number, document in documents(rpc, tag).items()} == {"A1": "posted", "A3": "posted"}
    assert [ref for ref, _date, _state in payments(rpc, tag)] == [f"{tag} A1", f"{tag} A3"]


def test_a_document_that_differs_is_reported_and_left_alone(ledger, run, rpc, tag):
    run(ledger(HEADER + "@1,A1,2013-01-02,2013-02-01,10.00,,,,\n"))
    code, lines = run(ledger(HEADER + "@1,A1,2013-01-02,2013-02-02,12.00,2013-02-03,,,\n"))
    assert (code, lines[1]) == (
        1, "refused: line 2: invoice A1: already in Odoo with another amount 10.0, the file says 12.00; "
           "due date 2013-02-01, the file says 2013-02-02")
    assert documents(rpc, tag) == {"A1": ("posted", "out_invoice", 10.0, "not_paid")}


def test_a_closed_period_is_refused_not_moved(ledger, run, rpc, tag):
    """Odoo would post the document in the next open period, and a past night would be wrong."""
    company, = rpc.create("res.company", [{"name": f"Company {tag}"}])
    user_id = rpc.call("res.users", "context_get")["uid"]
    rpc.call("res.users", "write", ids=[user_id], vals={"company_ids": [(4, company)]})
    rpc.call("res.company", "write", ids=[company], vals={"fiscalyear_lock_date": "2013-01-31"})
    path = ledger(HEADER + "@1,A1,2013-01-02,2013-02-01,10.00,,,,\n")
    code, lines = run(path, "--company", str(company), "--dry-run")
    assert (code, lines[1]) == (
        1, "refused: line 2: invoice A1: invoice dated 2013-01-02, but the books are locked until 2013-01-31")


class Dies(BaseException):
    """The process is gone."""


@pytest.fixture(scope="module")
def small_ledger():
    """Five invoices in three batches, four of them paid."""
    return HEADER + "".join(
        f"@{number % 2},A{number},2013-01-02,2013-02-01,10.00,{'2013-02-03' if number else ''},,,\n"
        for number in range(5))


@pytest.mark.parametrize("last_call", [1, 2, 3, 4, 5, 6, 10, 12])
def test_death_after_any_call_is_repaired_by_the_next_run(ledger, server, tag, small_ledger, monkeypatch, last_call):
    """The run dies after one of its writing calls: journal, customers, then invoices, payments, posting of each batch.

    Whatever it leaves, the next run completes it.
    """
    rpc = server.connect("jsonrpc")
    path = ledger(small_ledger)
    arguments = [path, "--journal", tag, "--batch", "2", *server.options("jsonrpc")]
    written = []
    send = _transport.JsonRpc._send

    def mortal(self, model, method, ids, named, context):
        answer = send(self, model, method, ids, named, context)
        if method in ("create", "action_post", "unlink", "reconcile"):
            written.append(method)
            if len(written) == last_call:
                raise Dies
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(_transport.JsonRpc, "_send", mortal)
        if last_call <= 11:
            with pytest.raises(Dies):
                import_ledger.main(arguments)
        else:  # the run has no more writing calls than that
            assert import_ledger.main(arguments) == 0
            assert len(written) == 11
    assert all(document[0] == "draft" or document[2] == (0.0 if number != "A0" else 10.0)
               for number, document in documents(rpc, tag).items()), "posted without its payment"

    assert import_ledger.main(arguments) == 0
    paid, open_ = ("posted", "out_invoice", 0.0, "paid"), ("posted", "out_invoice", 10.0, "not_paid")
    assert documents(rpc, tag) == {f"A{number}": paid if number else open_ for number in range(5)}
    assert payments(rpc, tag) == [(f"{tag} A{number}", "2013-02-03", "posted") for number in range(1, 5)]
    assert rpc.search_count("res.partner", [("ref", "in", [f"{tag}0", f"{tag}1"])]) == 2


def test_kill_9_in_the_middle_then_again_is_complete_and_without_duplicates(ledger, server, transport, tag):
    lines = "".join(f"@{number % 7},A{number},2013-01-02,2013-02-01,10.00,2013-02-03,,,\n" for number in range(40))
    path = ledger(HEADER + lines)
    command = [sys.executable, str(SCRIPT), path, "--journal", tag, "--batch", "4", *server.options(transport)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    for line in process.stderr:
        if line.startswith("invoices") and int(line.split()[1].partition("/")[0]) >= 12:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    rpc = server.connect(transport)
    assert 12 <= rpc.search_count("account.move", [("journal_id.code", "=", tag), ("state", "=", "posted")]) < 40

    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "already there" in done.stdout
    assert set(documents(rpc, tag).values()) == {("posted", "out_invoice", 0.0, "paid")}
    assert len(documents(rpc, tag)) == len(payments(rpc, tag)) == 40


def test_a_user_without_the_right_is_told_once(ledger, server, rpc, tag, capsys):
    """Not once per line: nothing of the file could be loaded."""
    group, = rpc.search_read("ir.model.data", [("module", "=", "base"), ("name", "=", "group_user")], ["res_id"])
    rpc.create("res.users", [{"name": tag, "login": tag, "password": f"{tag}-secret",
                              "group_ids": [(6, 0, [group["res_id"]])]}])
    options = ["--url", server.url, "--db", server.db, "--login", tag, "--password", f"{tag}-secret"]
    path = ledger(HEADER + "@1,A1,2013-01-02,2013-02-01,10.00,,,,\n@1,A2,2013-01-02,2013-02-01,10.00,,,,\n")
    assert import_ledger.main([path, "--journal", tag, *options]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert documents(rpc, tag) == {}


@pytest.mark.parametrize(("change", "message"), [
    ({"--password": "wrong"}, "login refused"), ({"--db": "no_such_database"}, "no_such_database"),
])
def test_a_wrong_login_is_one_clear_line(ledger, server, capsys, change, message):
    options = server.options("jsonrpc")
    for name, value in change.items():
        options[options.index(name) + 1] = value
    assert import_ledger.main([ledger(HEADER), *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1


def test_a_wrong_api_key_is_one_clear_line(ledger, server, capsys):
    options = [*server.options("json2")[:-1], "wrong"]
    assert import_ledger.main([ledger(HEADER), *options]) == 2
    assert "API key refused" in capsys.readouterr().err
