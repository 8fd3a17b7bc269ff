# SPDX-License-Identifier: LGPL-3.0-only
"""A night of 500 customers, killed ten times with SIGKILL at random points: no message leaves twice, none is forgotten."""

import configparser
import contextlib
import datetime
import os
import random
import threading
import time
from collections import Counter

import _transport
import psycopg2
import pytest
import smtp_sink
from private_server import PrivateServer, copy_of, serving

CUSTOMERS = 500
SEED = 20261122
KILLS_IN_THE_NIGHT, KILLS_WHILE_SENDING = 3, 7


def connect(process, server):
    return _transport.JsonRpc(process.url, process.db, server.login, server.password)


def today(rpc, company_id=1):
    """The date of the company (Paris), as the server sees it."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).date()


def make_customers(rpc, count, prefix, company_id=None):
    """Customers with one overdue invoice each, made in batches; {partner id: address}."""
    context = {"tracking_disable": True, "mail_create_nosubscribe": True}
    if company_id:
        context["allowed_company_ids"] = [company_id]
    due = today(rpc) - datetime.timedelta(days=20)
    addresses = {}
    for start in range(0, count, 100):
        names = [f"{prefix}{number:03d}" for number in range(start, min(start + 100, count))]
        ids = rpc.call("res.partner", "create", vals_list=[{
            "name": name, "is_company": True, "email": f"{name}@example.com", "recouvrement_regime": "b2b", "lang": "fr_FR",
        } for name in names], context=context)
        addresses |= {partner: f"{name}@example.com" for partner, name in zip(ids, names, strict=True)}
        moves = rpc.call("account.move", "create", vals_list=[{
            "move_type": "out_invoice", "partner_id": partner, "invoice_date": str(due - datetime.timedelta(days=30)),
            "invoice_payment_term_id": False, "invoice_date_due": str(due),
            "invoice_line_ids": [[0, 0, {"name": "Work", "quantity": 1, "price_unit": 100 + start, "tax_ids": [[6, 0, []]]}]],
        } for partner in ids], context=context)
        rpc.call("account.move", "action_post", moves, context=context)
    return addresses


@pytest.fixture(scope="module")
def sink():
    controller, sink = smtp_sink.start()
    sink.port = controller.port
    yield sink
    controller.stop()


@pytest.fixture(scope="module")
def private(server, sink, tmp_path_factory):
    """A server of our own, its database, 500 late customers, a real mail server."""
    log = tmp_path_factory.mktemp("kill") / "server.log"
    with copy_of(server.url, server.db, f"{server.db}_kill") as name, serving(name, log) as process:
        rpc = connect(process, server)
        rpc.create("ir.mail_server", [{
            "name": "sink", "smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_encryption": "none"}])
        yield process, server, make_customers(rpc, CUSTOMERS, "kill")


def cron(rpc, code):
    [found] = rpc.search_read("ir.cron", [("code", "ilike", code), ("active", "in", [True, False])], ["id"], limit=1)
    rpc.call("ir.cron", "method_direct_trigger", [found["id"]])


def empty_queue(rpc):
    """What core's scheduled action does. Not through the action itself: it skips a turn after three that were killed."""
    rpc.call("mail.mail", "process_email_queue")


def in_background(work):
    """Do in a thread what dies with the server."""
    def quietly():
        with contextlib.suppress(Exception):
            work()
    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    return thread


def run_night(rpc):
    return rpc.call("recouvrement.run", "execute", as_of=str(today(rpc)))


def killed_in_the_night(process, server, delay):
    """Start the night, kill the server so many seconds later."""
    rpc = connect(process, server)
    thread = in_background(lambda: run_night(rpc))
    time.sleep(delay)
    process.kill()
    thread.join(10)
    process.start()


def killed_while_sending(process, server, sink, messages, after_the_answer):
    """Empty the queue; kill when so many more messages have arrived, before the answer to the last one or just after it."""
    rpc = connect(process, server)
    wanted, done = len(sink.messages) + messages, threading.Event()

    def on_data():
        if len(sink.messages) == wanted:
            if not after_the_answer:
                process.process.kill()
            done.set()
    sink.on_data = on_data
    thread = in_background(lambda: empty_queue(rpc))
    done.wait(60)
    if after_the_answer:
        time.sleep(after_the_answer)
        process.process.kill()
    process.process.wait()
    sink.on_data = None
    thread.join(10)
    process.start()


def reminders_of(rpc, addresses):
    return rpc.search_read("recouvrement.reminder", [("partner_id", "in", list(addresses))],
                           ["partner_id", "state", "reason", "case_id"])


def finish(rpc, addresses):
    """What the scheduled actions do on the following minutes."""
    run_night(rpc)
    for _attempt in range(10):
        cron(rpc, "_cron_finish_nights")
        empty_queue(rpc)
        if not [row for row in reminders_of(rpc, addresses) if row["state"] in ("queued", "sending")]:
            return
        time.sleep(0.5)


def test_killed_ten_times_each_message_leaves_at_most_once(private, sink):
    """lessons 1, 9, 21: a night that is cut goes on where it stopped, and nothing is doubled or lost."""
    process, server, addresses = private
    chance = random.Random(SEED)
    for _kill in range(KILLS_IN_THE_NIGHT):
        killed_in_the_night(process, server, chance.uniform(0.3, 3.0))
    result = run_night(connect(process, server))
    assert result["state"] == "done" and not result["errors"], result
    for kill in range(KILLS_WHILE_SENDING):
        after = chance.uniform(0.001, 0.05) if kill % 2 else 0
        killed_while_sending(process, server, sink, chance.randint(5, 60), after)
    rpc = connect(process, server)
    finish(rpc, addresses)

    rows = reminders_of(rpc, addresses)
    received = Counter(message["To"] for message in sink.messages)
    times = {row["partner_id"][0]: sum(
        count for to, count in received.items() if addresses[row["partner_id"][0]] in to) for row in rows}
    states = Counter(row["state"] for row in rows)
    assert len(rows) == CUSTOMERS, "one reminder for each customer"
    assert max(times.values()) == 1, "no message leaves twice"
    assert set(states) <= {"sent", "uncertain"}, states
    assert states["uncertain"] <= KILLS_WHILE_SENDING, "at most the one that was leaving at each kill"
    assert states["uncertain"] >= 1, "one was killed between the text and the answer"
    assert all(times[row["partner_id"][0]] == 1 for row in rows if row["state"] == "sent"), "sent means received"
    doubtful = [row for row in rows if row["state"] == "uncertain"]
    cases = rpc.search_read("recouvrement.case", [("id", "in", [row["case_id"][0] for row in doubtful])], ["activity_ids"])
    assert all(row["reason"] == "interrupted" for row in doubtful) and all(case["activity_ids"] for case in cases)


@pytest.fixture
def second(private, tmp_path):
    """Another process on the same database."""
    process = PrivateServer(private[0].db, tmp_path / "second.log")
    process.start()
    yield process
    process.stop()


def together(*works):
    """Do all at the same moment; their results in order."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def do(position, work):
        barrier.wait()
        results[position] = work()
    threads = [threading.Thread(target=do, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def test_two_nights_at_the_same_moment_on_two_processes(private, second, sink):
    """lesson 1: the second one finds the first at work, or done; each customer has one reminder and one message."""
    process, server, _addresses = private
    one, two = connect(process, server), connect(second, server)
    addresses = make_customers(one, 60, "twin")
    results = together(lambda: run_night(one), lambda: run_night(two))
    assert {result["state"] for result in results} <= {"done", "running"} and "done" in {result["state"] for result in results}
    run_night(one)
    together(lambda: empty_queue(one), lambda: empty_queue(two))
    finish(one, addresses)
    assert Counter(row["state"] for row in reminders_of(one, addresses)) == {"sent": 60}
    for address in addresses.values():
        assert len(sink.to(address)) == 1, address


@contextlib.contextmanager
def colleague(db):
    """A transaction of somebody else on the same database, committed when the night waits for it."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(os.environ["RECOUVREMENT_TEST_CONFIG"])
    names = {"db_host": "host", "db_port": "port", "db_user": "user", "db_password": "password"}
    known = {name: config["options"][key] for key, name in names.items()
             if config["options"].get(key, "False") not in ("", "False")}
    with contextlib.closing(psycopg2.connect(dbname=db, **known)) as one, contextlib.closing(
            psycopg2.connect(dbname=db, **known)) as watch:
        watch.autocommit = True
        yield one, watch


def saved_while_the_night_waits(db, statement, values, night):
    """Write a row, start the night, save once the night wants the same row."""
    with colleague(db) as (one, watch):
        one.cursor().execute(statement, values)
        thread, cursor = in_background(night), watch.cursor()
        for _attempt in range(600):
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", [db])
            if cursor.fetchone()[0]:
                break
            time.sleep(0.1)
        else:
            raise AssertionError("the night never wanted that row")
        one.commit()
        thread.join(120)


def test_a_colleague_who_saves_during_the_night_costs_nobody_the_night(private):
    """PostgreSQL refuses the night's own write of that row: the chunk is done again, at once."""
    process, server, _addresses = private
    rpc = connect(process, server)
    addresses = make_customers(rpc, 5, "saved")
    moves = rpc.call("account.move", "search", domain=[["partner_id", "in", list(addresses)]])
    rpc.call("account.move", "recouvrement_set_plan", moves, plan_id=False)  # they are followed now
    rpc.call("res.company", "write", [1], vals={"recouvrement_night": True})
    saved_while_the_night_waits(
        process.db, "UPDATE recouvrement_item SET write_date = now() WHERE partner_id = %s", [min(addresses)],
        lambda: cron(rpc, "_cron_run_night"))
    assert Counter(row["state"] for row in reminders_of(rpc, addresses)) == {"queued": 5}
    assert not rpc.search_read("recouvrement.run", [("state", "=", "running")], ["date"])


def test_a_company_and_a_branch_do_not_wait_for_each_other(private, second):
    """lesson 53: the night of one company runs while that of another is at work, and a branch has its own cases."""
    process, server, _addresses = private
    one, two = connect(process, server), connect(second, server)
    [branch] = one.create("res.company", [{"name": "Agence", "parent_id": 1}])
    [user] = one.search_read("res.users", [("login", "=", server.login)], ["id", "company_ids"])
    one.call("res.users", "write", [user["id"]], vals={"company_ids": [[4, branch]]})
    main = make_customers(one, 150, "main", 1)
    local = make_customers(one, 10, "local", branch)
    ended = {}

    def night_of(rpc, company, name):
        result = rpc.call("recouvrement.run", "execute", as_of=str(today(rpc)), company_id=company)
        ended[name] = time.monotonic()
        return result
    both = together(lambda: night_of(one, 1, "main"), lambda: night_of(two, branch, "local"))
    assert [result["state"] for result in both] == ["done", "done"] and not any(result["errors"] for result in both)
    assert ended["local"] < ended["main"], "the small night did not wait for the long one"
    for addresses, company in ((main, 1), (local, branch)):
        cases = one.search_read("recouvrement.case", [("partner_id", "in", list(addresses))], ["company_id"])
        assert {case["company_id"][0] for case in cases} == {company} and len(cases) == len(addresses)
    assert len(reminders_of(one, local)) == 10 and len(reminders_of(one, main)) == 150


def test_a_mail_server_that_hangs_up_after_the_text(private, sink):
    process, server, _addresses = private
    rpc = connect(process, server)
    empty_queue(rpc)
    addresses = make_customers(rpc, 3, "hang")
    run_night(rpc)
    sink.hang_up.add("hang001@example.com")
    sink.refuse.add("hang002@example.com")
    sink.delay = 0.5
    empty_queue(rpc)
    sink.delay = 0
    states = {addresses[row["partner_id"][0]]: (row["state"], row["reason"]) for row in reminders_of(rpc, addresses)}
    assert states == {"hang000@example.com": ("sent", False), "hang001@example.com": ("uncertain", "no_answer"),
                      "hang002@example.com": ("failed", "mail_failed")}
    finish(rpc, addresses)
    assert len(sink.to("hang001@example.com")) == 1 and not sink.to("hang002@example.com")
