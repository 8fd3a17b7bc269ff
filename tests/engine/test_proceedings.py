"""The road to the formal notice: every state crossed with every action, and what each step requires."""

from datetime import date, timedelta

import pytest
from engine_tables import cases, words

from engine.errors import IllegalTransition, InconsistentInput
from engine.proceedings import OPEN_STATES, STATES, TRANSITIONS, apply, available
from engine.types import ROLES

ROWS = {(row["state"], row["action"]): row for row in cases("proceedings")}
ACTIONS = sorted({action for _state, action in ROWS})
EVERYTHING = {
    "regime_known": True,
    "no_dispute": True,
    "not_insolvent": True,
    "amount_due": True,
    "letter_prepared": True,
    "sent_on": date(2026, 3, 2),
    "channel": "registered_letter",
    "notice_days": 15,
    "received_on": date(2026, 3, 4),
    "reason": "error in the invoice",
    "nothing_owed": True,
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_with_every_action(state, action):
    row = ROWS.get((state, action))
    if row is None:
        with pytest.raises(IllegalTransition) as refusal:
            apply(state, action, EVERYTHING)
        assert refusal.value.params == {"state": state, "action": action, "missing": ()}
        return
    assert apply(state, action, EVERYTHING).target == row["target"]
    for need in words(row["needs"]):
        for facts in ({**EVERYTHING, need: False}, {name: EVERYTHING[name] for name in EVERYTHING if name != need}):
            with pytest.raises(IllegalTransition) as refusal:
                apply(state, action, facts)
            assert refusal.value.params["missing"] == (need,)


@pytest.mark.parametrize("state", STATES)
def test_the_screen_shows_each_action_with_what_is_missing(state):
    rows = {action: row for (from_state, action), row in ROWS.items() if from_state == state}
    empty, full = available(state, {}), available(state, EVERYTHING)
    assert {one.action for one in empty} == {one.action for one in full} == set(rows)
    assert all(one.allowed and not one.missing for one in full)
    for one in empty:
        row = rows[one.action]
        assert not one.allowed and one.missing == tuple(words(row["needs"]))
        assert (one.target, one.who, one.source) == (row["target"], row["who"], row["source"])


def test_the_table_is_closed():
    assert {row.state for row in TRANSITIONS} == set(OPEN_STATES)
    assert {row.target for row in TRANSITIONS} <= set(STATES) and {row.who for row in TRANSITIONS} <= set(ROLES)
    assert len({(row.state, row.action) for row in TRANSITIONS}) == len(TRANSITIONS) == len(ROWS)


def test_no_notice_leaves_without_a_person_who_approved_it():
    before = {row.state for row in TRANSITIONS if row.target == "mise_en_demeure" and row.state != "mise_en_demeure"}
    into = {(row.action, row.who) for row in TRANSITIONS if row.target == "notice_approved"}
    assert before == {"notice_approved"} and into == {("approve_notice", "manager")}


def test_the_letter_sets_a_day_to_pay_before():
    (deadline,) = apply("notice_approved", "send_notice", EVERYTHING).deadlines
    assert (deadline.code, deadline.date, deadline.source) == ("pay_before", date(2026, 3, 17), "")
    custom = {name: value for name, value in EVERYTHING.items() if name != "notice_days"}
    (deadline,) = apply("notice_approved", "send_notice", custom).deadlines
    assert deadline.date - EVERYTHING["sent_on"] == timedelta(days=8)
    assert apply("draft", "prepare_notice", EVERYTHING).deadlines == ()


def test_a_letter_may_be_received_on_the_day_it_is_sent():
    facts = {**EVERYTHING, "received_on": EVERYTHING["sent_on"]}
    assert apply("mise_en_demeure", "record_receipt", facts).target == "mise_en_demeure"


@pytest.mark.parametrize(
    ("state", "action", "wrong"),
    [
        ("notice_approved", "send_notice", {"sent_on": "2026-03-02"}),
        ("notice_approved", "send_notice", {"notice_days": 0}),
        ("notice_approved", "send_notice", {"notice_days": "15"}),
        ("mise_en_demeure", "record_receipt", {"received_on": "yesterday"}),
        ("mise_en_demeure", "record_receipt", {"received_on": date(2026, 3, 1)}),
        ("unknown", "withdraw", {}),
    ],
)
def test_impossible_facts_are_refused(state, action, wrong):
    with pytest.raises(InconsistentInput):
        apply(state, action, {**EVERYTHING, **wrong})
