# SPDX-License-Identifier: LGPL-3.0-only
"""Every night of October 2013 on a loaded ledger: what may never happen, and that crashes, repetitions change nothing.

The oracle is the generated ledger itself, not the database: who owed what on which evening is added up here.
"""

import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from datetime import date
from decimal import Decimal

import _transport
import import_ledger
import pytest
import replay
import sample_ledger
from private_server import copy_of, serving

FIRST, LAST = date(2013, 10, 1), date(2013, 10, 31)
NIGHTS = replay.nights(FIRST, LAST)


@pytest.fixture(scope="module")
def ledger():
    """The generated documents by number."""
    return {document.number: document for document in sample_ledger.documents()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("replay")


@pytest.fixture(scope="module")
def loaded(server, ledger, folder):
    """The name of a database into which scripts/import_ledger.py has loaded the ledger, replay allowed."""
    paths = [str(folder / "ledger.csv"), str(folder / "payments.csv")]
    sample_ledger.write(ledger.values(), *paths)
    with copy_of(server.url, server.pristine_db, f"{server.db}_loaded") as name:
        with serving(name, folder / "server.log") as private:
            way = ["--url", private.url, "--db", name, "--login", server.login, "--password", server.password]
            code = import_ledger.main([
                paths[0], "--payments", paths[1], "--map", sample_ledger.MAP, "--credit-notes",
                "--default-regime", "b2b", *way])
            assert code == 0
            rpc = _transport.JsonRpc(private.url, name, server.login, server.password)
            rpc.call("ir.config_parameter", "set_param", key=replay.PARAMETER, value="1")
        yield name


@pytest.fixture
def clone(server, loaded, folder):
    """``clone(name)`` -> a started private server on a fresh copy of the loaded database; removed at the end."""
    with ExitStack() as stack:
        def inner(name):
            database = stack.enter_context(copy_of(server.url, loaded, f"{server.db}_{name}"))
            return stack.enter_context(serving(database, folder / "server.log"))

        yield inner


def connect(private, server, transport="jsonrpc"):
    """Over json2 the API key of the original database holds in its copies."""
    if transport == "json2":
        return _transport.Json2(private.url, private.db, server.api_key)
    return _transport.JsonRpc(private.url, private.db, server.login, server.password)


def run_nights(rpc, nights=NIGHTS):
    """Execute `nights`; each must end without error."""
    for night in nights:
        answer = replay.run_night(rpc, night, False, pause=0.1, patience=120)
        assert (answer["state"], answer["errors"]) == ("done", 0), f"night {night}: {answer}"


def outcome(rpc):
    """Everything that the nights have produced, without ids that differ between two databases."""
    reminders = rpc.search_read(
        "recouvrement.reminder", [],
        ["date", "partner_id", "level_id", "channel", "state", "amount_due", "interest", "indemnity", "item_ids"])
    lines = rpc.search_read(
        "recouvrement.reminder.line", [("active", "in", [True, False])],
        ["date", "reminder_id", "name", "kind", "level_id", "cycle", "active", "amount_residual", "days_late"])
    messages = sorted(
        (row["date"], row["partner_id"][0], row["level_id"][0], row["channel"], row["state"], row["amount_due"],
         row["interest"], row["indemnity"], len(row["item_ids"])) for row in reminders)
    claimed = sorted(
        (row["date"], row["name"], row["kind"], row["level_id"] and row["level_id"][0], row["cycle"], row["active"],
         row["amount_residual"], row["days_late"]) for row in lines)
    items = sorted((row["move_line_id"][0], row["level"]) for row in rpc.search_read(
        "recouvrement.item", [("move_line_id", "!=", False)], ["move_line_id", "level"]))
    mails = rpc.search_count("mail.mail", [("model", "=", "recouvrement.case")])
    return {"messages": messages, "lines": claimed, "items": items, "mails": mails}


@pytest.fixture(scope="module")
def undisturbed(server, loaded, folder, ledger):
    """October, each night once, without incident: its outcome, and each reminder with its invoices' numbers."""
    with (copy_of(server.url, loaded, f"{server.db}_once") as name, serving(name, folder / "server.log") as private):
        rpc = connect(private, server)
        run_nights(rpc)
        yield outcome(rpc), sent_view(rpc, ledger)


def sent_view(rpc, ledger):
    """``[{date, customer, level, item_ids, numbers, lines}]`` of the reminders that are not withdrawn.

    `lines`: ``[(number, residual, days late)]`` of the instalments that the message shows. Only customers of the
    ledger: other tests have left theirs in the database.
    """
    keys = list({document.customer for document in ledger.values()})
    customers = {row["id"]: row["ref"] for row in rpc.search_read("res.partner", [("ref", "in", keys)], ["ref"])}
    reminders = rpc.search_read(
        "recouvrement.reminder", [("state", "!=", "withdrawn"), ("partner_id", "in", list(customers))],
        ["date", "partner_id", "level_id", "item_ids"])
    lines = defaultdict(list)
    for row in rpc.search_read(
            "recouvrement.reminder.line", [("kind", "in", ("moved", "listed"))],
            ["reminder_id", "name", "amount_residual", "days_late"]):
        lines[row["reminder_id"][0]].append((row["name"], Decimal(str(row["amount_residual"])), row["days_late"]))
    items = {row["id"]: row["move_id"][0] for row in rpc.search_read(
        "recouvrement.item", [("move_id", "!=", False)], ["move_id"])}
    numbers = {row["id"]: row["name"] for row in rpc.search_read(
        "account.move", [("move_type", "in", ("out_invoice", "out_refund"))], ["name"])}
    return [{"date": date.fromisoformat(row["date"]), "customer": customers[row["partner_id"][0]],
             "level": row["level_id"][0], "item_ids": row["item_ids"], "lines": lines[row["id"]],
             "numbers": [numbers[items[item]] for item in row["item_ids"]]} for row in reminders]


def test_the_nights_remind_at_all(undisturbed):
    """The other tests would pass on nights that do nothing."""
    _outcome, sent = undisturbed
    assert len(sent) > 60
    assert len({reminder["level"] for reminder in sent}) >= 4
    assert len({reminder["date"] for reminder in sent}) > 20
    assert all(reminder["numbers"] for reminder in sent)


def test_each_item_and_level_at_most_once(undisturbed):
    _outcome, sent = undisturbed
    counts = Counter((item, reminder["level"]) for reminder in sent for item in reminder["item_ids"])
    assert [key for key, count in counts.items() if count > 1] == []


def test_nothing_to_a_customer_who_owes_nothing_net(undisturbed, ledger):
    _outcome, sent = undisturbed
    for reminder in sent:
        owed = sample_ledger.balances(ledger.values(), reminder["date"])[reminder["customer"]]
        assert owed > 0, f"{reminder['customer']} owes {owed} on {reminder['date']}"


def test_nothing_for_an_invoice_settled_by_that_night(undisturbed, ledger):
    _outcome, sent = undisturbed
    for reminder in sent:
        for number in reminder["numbers"]:
            assert ledger[number].residual(reminder["date"]) > 0, f"{number} is settled on {reminder['date']}"


def test_the_claimed_amounts_are_those_of_that_evening(undisturbed, ledger):
    """A partial payment counts from its own day on, and only for its own amount."""
    partial = 0
    for reminder in undisturbed[1]:
        night = reminder["date"]
        for number, residual, days_late in reminder["lines"]:
            document = ledger[number]
            assert residual == document.residual(night), f"{number} on {night}"
            assert days_late == (night - document.due).days
            partial += residual != document.amount
    assert partial, "the ledger has no partial payment that shows"


def test_nobody_is_forgotten(undisturbed, ledger):
    """An invoice that was unpaid and overdue by 3 to 14 days all along, of a customer without credits, was reminded."""
    reminded = {number for reminder in undisturbed[1] for number in reminder["numbers"]}
    with_credit = {document.customer for document in ledger.values() if document.amount < 0}
    expected = {document.number for document in ledger.values()
                if document.customer not in with_credit and date(2013, 9, 25) < document.due <= date(2013, 10, 15)
                and document.residual(LAST) > 0}
    assert len(expected) > 5
    assert expected - reminded == set()


def test_each_night_twice_gives_the_same(clone, server, undisturbed):
    rpc = connect(clone("twice"), server, "json2")
    for night in NIGHTS:
        run_nights(rpc, [night, night])
    assert outcome(rpc) == undisturbed[0]


def test_kill_9_in_the_middle_of_nights_gives_the_same(clone, server, undisturbed):
    """The server dies in the middle of several nights, a little later in each, and the night is run again."""
    private = clone("killed")
    killed = []
    for number, night in enumerate(NIGHTS):
        if number % 6 == 0 and die_during(private, server, night, delay=0.04 * (number // 6)):
            killed.append(night)
        run_nights(connect(private, server), [night])
    assert len(killed) >= 3, f"too few nights were caught in the middle: {killed}"
    assert outcome(connect(private, server)) == undisturbed[0]


def die_during(private, server, night, delay):
    """Kill the server `delay` seconds after it has begun `night`, start it again; True when the night was cut."""
    answers = []

    def execute():
        with suppress(_transport.TransportError):
            answers.append(connect(private, server).call("recouvrement.run", "execute", as_of=str(night)))

    watcher = connect(private, server)
    thread = threading.Thread(target=execute)
    thread.start()
    until_begun(watcher, night)
    time.sleep(delay)
    private.kill()
    thread.join()
    private.start()
    state = connect(private, server).search_read("recouvrement.run", [("date", "=", str(night))], ["state"])
    return not answers and state != [] and state[0]["state"] == "running"


def until_begun(watcher, night):
    """Wait until the journal shows the night."""
    for _attempt in range(500):
        if watcher.search_count("recouvrement.run", [("date", "=", str(night))]):
            return
        time.sleep(0.005)
    raise AssertionError(f"night {night} did not begin")


@pytest.fixture(scope="module")
def scratch(server, loaded, folder):
    """One more copy, for the tests that follow in their order."""
    with copy_of(server.url, loaded, f"{server.db}_scratch") as name, serving(name, folder / "server.log") as private:
        yield private


def test_a_past_night_needs_the_parameter_and_a_future_one_is_refused(scratch, server):
    rpc = connect(scratch, server)
    with pytest.raises(_transport.ServerError):
        rpc.call("recouvrement.run", "execute", as_of="2099-01-01")
    rpc.call("ir.config_parameter", "set_param", key=replay.PARAMETER, value=False)
    with pytest.raises(_transport.ServerError):
        rpc.call("recouvrement.run", "execute", as_of="2013-10-01")
    assert rpc.search_count("recouvrement.run", [("date", "<", "2014-01-01")]) == 0


def test_the_script_prints_a_line_per_night(scratch, server, capsys):
    way = ["--url", scratch.url, "--db", scratch.db, "--login", server.login, "--password", server.password]
    code = replay.main(["--from", "2013-10-01", "--to", "2013-10-03", "--twice", "--allow-replay", *way])
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split()[:2] for line in lines[1:4]] == [[f"2013-10-0{day}", "done"] for day in (1, 2, 3)]
    assert lines[4:], "no totals"


def test_disputes_of_the_ledger_hold_their_invoices(scratch, server, folder, capsys):
    """Loaded, one night, loaded again with --disputes: from then on the disputed invoice is held, the other is not."""
    path = folder / "disputes.csv"
    path.write_text("customer,invoice,issued,due,amount,disputed\nD1,D1,2013-09-20,2013-10-03,10.00,Yes\n"
                    "D2,D2,2013-09-20,2013-10-03,10.00,No\n")
    arguments = [str(path), "--disputes", "--default-regime", "b2b", "--journal", "DISP", "--url", scratch.url,
                 "--db", scratch.db, "--login", server.login, "--password", server.password]
    seen = []
    rpc = connect(scratch, server)
    rpc.call("ir.config_parameter", "set_param", key=replay.PARAMETER, value="1")
    for night in (date(2013, 10, 4), date(2013, 10, 5), date(2013, 10, 6)):
        assert import_ledger.main(arguments) == 0
        seen.append(capsys.readouterr().out.splitlines()[1].partition(" invoices")[0])
        run_nights(rpc, [night])
    assert seen == ["disputes: 0 holds placed, 0 already there, 1", "disputes: 1 holds placed, 0 already there, 0",
                    "disputes: 0 holds placed, 1 already there, 0"]
    reasons = {item["move_name"]: item["reason"]
               for row in rpc.call("recouvrement.run", "simulate", as_of="2013-10-06") for item in row["items"]}
    assert reasons["D1"] == "dispute"
    assert [row["partner_id"] for row in sent_view_of(rpc, "D1")] == []
    assert len(sent_view_of(rpc, "D2")) == 1


def sent_view_of(rpc, customer):
    """Reminders of one customer."""
    return rpc.search_read("recouvrement.reminder", [("partner_id.ref", "=", customer)], ["partner_id"])
