# SPDX-License-Identifier: LGPL-3.0-only
"""The public methods that scripts rely on, one by one, over both transports: what they take and return, twice, by which role.

`SHAPES` says what is in an answer: a key is never missing, money and rates are strings, days are 'YYYY-MM-DD'.
"""

import re
import uuid
from decimal import Decimal

import _transport
import pytest
from test_proceeding import identified
from test_sending import today

MONEY = re.compile(r"-?\d+\.\d\d")
RUN, MOVE, REMINDER, CASE, PROCEEDING = (
    "recouvrement.run", "account.move", "recouvrement.reminder", "recouvrement.case", "recouvrement.proceeding")

SHAPES = {
    "simulate": {"case_id": int, "partner_id": int, "currency": str, "level": int, "channel": str, "amount_due": "money",
                 "interest": "money", "indemnity": "money", "decision": str, "reason": str, "items": list},
    "simulate.items": {"move_line_id": int, "move_name": str, "days_late": int, "amount_residual": "money", "decision": str,
                       "reason": str},
    "simulate_summary": {"customers": int, "remind": int, "hold": int, "nothing": int, "amount_due": dict, "by_reason": dict,
                         "by_level": dict},
    "execute": {"run_id": int, "state": str, "reminders": int, "held": int, "errors": int},
    "send": {"id": int, "state": str, "reason": str},
    "statement": {"regime": str, "method": str, "currency": str, "principal": "money", "interest": "money",
                  "indemnity": "money", "total": "money", "days_late": int, "lines": list, "sources": list},
    "statement.lines": {"date_from": "day", "date_to": "day", "days": int, "base": "money", "rate": "money", "amount": "money"},
    "payment_term": {"compliant": bool, "latest_due_date": "day", "rule": str, "source": str},
    "limitation": {"regime": str, "period": dict, "starts_on": "day", "safe_expiry": "day", "interruptions": list},
    "score": {"score": "number", "grade": str, "probability_late": "number", "factors": list},
    "score.factors": {"code": str, "value": "number", "points": "number", "max_points": "number"},
    "transitions": {"action": str, "target": str, "allowed": bool, "missing": list, "source": str},
    "step": {"state": str, "deadlines": list},
    "file": {"attachment_id": int, "filename": str, "sha256": str, "size": int},
}


def check(name, answer):
    """Each row of `answer` has the keys and kinds of `SHAPES`."""
    rows = answer if isinstance(answer, list) else [answer]
    assert rows, name
    for row in rows:
        for key, kind in SHAPES[name].items():
            assert is_a(kind, row[key]), (name, key, row[key])


def is_a(kind, value):
    if isinstance(kind, type):
        return type(value) is kind
    if not isinstance(value, str):
        return False
    if kind == "number":
        return Decimal(value).is_finite()
    return bool(MONEY.fullmatch(value) if kind == "money" else re.fullmatch(r"\d{4}-\d\d-\d\d", value))


class Books:
    """A customer with an invoice fifty days late, its case and its proceeding, as the administrator made them."""

    def __init__(self, rpc):
        self.rpc, self.today = rpc, str(today(rpc))
        customer = identified(rpc)
        self.move = customer.invoice(1000, 50)
        rpc.call("res.partner", "action_recouvrement_open_case", [customer.id])
        [row] = rpc.search_read(CASE, [("partner_id", "=", customer.id)], ["id"])
        self.case = row["id"]
        self.proceeding = rpc.call(CASE, "action_open_formal_notice", [self.case])["res_id"]

    def reminder(self):
        """A reminder of the night that waits for an approval."""
        night = self.rpc.call(RUN, "prepare", as_of=self.today, case_ids=[self.case])
        [row] = self.rpc.search_read(REMINDER, [("case_id", "=", self.case), ("state", "=", "draft")], ["id"])
        assert night
        return row["id"]


@pytest.fixture
def books(rpc):
    return Books(rpc)


def twice(rpc, *call, **named):
    """The answer of a method that only reads: the same when it is asked again."""
    answer = rpc.call(*call, **named)
    assert rpc.call(*call, **named) == answer
    return answer


def test_simulate_and_its_totals(rpc, books):
    rows = twice(rpc, RUN, "simulate", as_of=books.today, case_ids=[books.case])
    check("simulate", rows)
    check("simulate.items", rows[0]["items"])
    summary = twice(rpc, RUN, "simulate_summary", as_of=books.today, case_ids=[books.case])
    check("simulate_summary", summary)
    assert (summary["customers"], summary["amount_due"]) == (1, {"EUR": rows[0]["amount_due"]})
    assert "items" not in rpc.call(RUN, "simulate", as_of=books.today, case_ids=[books.case], with_items=False)[0]
    assert rpc.call(RUN, "simulate", as_of=books.today, case_ids=[books.case], offset=1) == []


def test_execute_twice_makes_one_night(rpc, books):
    first = rpc.call(RUN, "execute", as_of=books.today)
    check("execute", first)
    again = rpc.call(RUN, "execute", as_of=books.today)
    assert (again["run_id"], again["state"]) == (first["run_id"], "done")


def test_send_twice_answers_twice(rpc, books):
    reminder = books.reminder()
    answer = rpc.call(REMINDER, "send", [reminder])
    check("send", answer)
    assert answer == [{"id": reminder, "state": "draft", "reason": "approval_needed"}]
    assert rpc.call(REMINDER, "send", [reminder]) == answer
    assert rpc.call(REMINDER, "send", []) == []


def test_the_statement_adds_up(rpc, books):
    statement = twice(rpc, MOVE, "recouvrement_penalty_statement", [books.move], as_of=books.today)
    check("statement", statement)
    check("statement.lines", statement["lines"])
    parts = (Decimal(statement[part]) for part in ("principal", "interest", "indemnity"))
    assert sum(parts) == Decimal(statement["total"])


def test_term_limitation_and_score(rpc, books):
    check("payment_term", twice(rpc, MOVE, "recouvrement_payment_term_check", [books.move]))
    check("limitation", twice(rpc, MOVE, "recouvrement_limitation", [books.move]))
    answer = twice(rpc, CASE, "score_breakdown", [books.case], as_of=books.today)
    check("score", answer)
    check("score.factors", answer["factors"])


def test_a_step_and_the_case_file(rpc, books):
    check("transitions", twice(rpc, PROCEEDING, "available_transitions", [books.proceeding]))
    check("step", rpc.call(PROCEEDING, "apply_transition", [books.proceeding], action="prepare_notice", facts={}))
    with refused("not possible in this state"):
        rpc.call(PROCEEDING, "apply_transition", [books.proceeding], action="prepare_notice", facts={})
    check("file", twice(rpc, PROCEEDING, "export_file", [books.proceeding]))


# === WHAT A SCRIPT GETS WRONG === #

def refused(words):
    """One sentence that names what is wrong, not the server's inside."""
    return pytest.raises(_transport.ServerError, match=words)


@pytest.mark.parametrize("day", ["31/12/2026", "20261231", "2026-W01-1", "2026-02-30", "", None, 20261231])
def test_what_is_no_day_is_named(rpc, day):
    with refused("is not a date. Write it as YYYY-MM-DD"):
        rpc.call(RUN, "simulate", as_of=day)


@pytest.mark.parametrize("day", ["0206-01-01", "9999-12-31"])
def test_a_day_nobody_means_is_refused(rpc, day):
    with refused("between 1900 and 2200"):
        rpc.call(RUN, "simulate", as_of=day)


@pytest.mark.parametrize("wrong", [{"limit": -1}, {"offset": -1}, {"limit": "ten"}, {"case_ids": "abc"}, {"case_ids": 5},
                                   {"case_ids": ["5"]}])
def test_a_wrong_page_of_a_simulation_is_named(rpc, wrong):
    [name] = wrong
    with refused(f"“{name}”"):
        rpc.call(RUN, "simulate", as_of=str(today(rpc)), **wrong)


@pytest.mark.parametrize("facts", ["sent_on", ["sent_on"], [1]])
def test_facts_are_given_by_name(rpc, books, facts):
    with refused("by their name"):
        rpc.call(PROCEEDING, "apply_transition", [books.proceeding], action="prepare_notice", facts=facts)


@pytest.mark.parametrize("action", ["no_such_step", "", ["prepare_notice"], None])
def test_a_step_that_does_not_exist_is_named(rpc, books, action):
    with refused("not possible in this state"):
        rpc.call(PROCEEDING, "apply_transition", [books.proceeding], action=action, facts={})


def test_errors_of_the_case_file_are_in_the_language_of_who_asks(rpc, books):
    """Its documents are in French, whoever asks; what is wrong is told to a person."""
    with refused("is not a date. Write it as YYYY-MM-DD"):
        rpc.call(PROCEEDING, "export_file", [books.proceeding], as_of="tomorrow")


# === WHO MAY === #

OFFICER, MANAGER, LEGAL = ("recouvrement_plus.recouvrement_plus_group_" + role for role in ("officer", "manager", "legal"))
NOBODY = "base.group_user"


def user(rpc, server, *groups):
    """A connection of a new user with these groups."""
    login, ids = f"u-{uuid.uuid4().hex[:8]}", []
    for name in groups:
        module, _dot, xml_id = name.partition(".")
        [row] = rpc.search_read("ir.model.data", [("module", "=", module), ("name", "=", xml_id)], ["res_id"])
        ids.append(row["res_id"])
    rpc.create("res.users", [{"name": login, "login": login, "password": login, "group_ids": [[6, 0, ids]]}])
    return _transport.JsonRpc(server.url, server.db, login, login)


def calls(books):
    """[(lowest role, other role that may or None, call)] of the whole table."""
    day, move, case, track = {"as_of": books.today}, [books.move], [books.case], [books.proceeding]
    return [
        (OFFICER, (RUN, "simulate"), day), (OFFICER, (RUN, "simulate_summary"), day), (MANAGER, (RUN, "execute"), day),
        (OFFICER, (REMINDER, "send", [books.reminder()]), {}),
        (OFFICER, (MOVE, "recouvrement_penalty_statement", move), day),
        (OFFICER, (MOVE, "recouvrement_payment_term_check", move), {}),
        (OFFICER, (MOVE, "recouvrement_limitation", move), {}), (OFFICER, (CASE, "score_breakdown", case), day),
        (OFFICER, (PROCEEDING, "available_transitions", track), {}), (MANAGER, (PROCEEDING, "export_file", track), {}),
    ]


def test_each_method_by_its_role_and_by_nobody_below(server):
    rpc = server.connect("jsonrpc")
    books = Books(rpc)
    users = {role: user(rpc, server, "base.group_user", *([role] if role != NOBODY else [])) for role in (NOBODY, OFFICER, MANAGER)}
    for role, call, named in calls(books):
        users[role].call(*call, **named)
        below = NOBODY if role == OFFICER else OFFICER
        with pytest.raises(_transport.AccessRefused):
            users[below].call(*call, **named)
    users[LEGAL] = user(rpc, server, LEGAL)
    users[LEGAL].call(PROCEEDING, "export_file", [books.proceeding])


def test_a_step_takes_the_role_of_its_row(server):
    rpc = server.connect("jsonrpc")
    books = Books(rpc)
    officer, manager = user(rpc, server, OFFICER), user(rpc, server, MANAGER)
    rows = {row["action"]: row["who"] for row in officer.call(PROCEEDING, "available_transitions", [books.proceeding])}
    assert (rows["prepare_notice"], rows["withdraw"]) == ("officer", "manager")
    withdraw = {"action": "withdraw", "facts": {"reason": "Opened by mistake"}}
    with pytest.raises(_transport.AccessRefused):
        officer.call(PROCEEDING, "apply_transition", [books.proceeding], **withdraw)
    assert manager.call(PROCEEDING, "apply_transition", [books.proceeding], **withdraw)["state"] == "withdrawn"
