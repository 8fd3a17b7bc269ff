"""The legal track: every state crossed with every action, what each step requires, and the dates that it sets."""

from datetime import date, timedelta

import pytest
from engine_tables import cases, day, words

from engine.errors import IllegalTransition, InconsistentInput
from engine.limitation_rules import EVENT_KINDS, OWN_PERIOD_TITLES, TEN_YEAR_TITLES
from engine.proceeding_order import FOLLOWS
from engine.proceedings import (
    ACTIONS,
    CHOICES,
    END_STATES,
    NOTICE_STATES,
    OPEN_STATES,
    RUNNING_STATES,
    STATED,
    STATES,
    TRANSITIONS,
    apply,
    available,
)
from engine.types import ROLES

ROWS = {(row["state"], row["action"]): row for row in cases("proceedings")}
TODAY = date(2026, 3, 16)
STATED_VALUES = {
    "sent_on": date(2026, 3, 2), "received_on": date(2026, 3, 4), "done_on": date(2026, 3, 10), "until": date(2026, 6, 1),
    "channel": "registered_letter", "notice_days": 15, "talks_kind": "mediation", "title_kind": "notarial_act",
    "enforcement_act": "other", "reason": "error in the invoice", "court": "Lyon", "professional": "Me Martin",
    "third_party": "Bank", "reference": "123", "document": {"filename": "judgment.pdf", "datas": "UERG"}}
CONDITIONS = sorted({one for row in TRANSITIONS for name in row.needs for one in name.split("|")} - set(STATED))
PASSED = {row.after: date(2026, 3, 9) for row in TRANSITIONS if row.after} | {"order_service": STATED_VALUES["done_on"]}
EVERYTHING = {**STATED_VALUES, **dict.fromkeys(CONDITIONS, True), "today": TODAY, "deadlines": PASSED,
              "stayed_from": "order_granted"}


def without(*names):
    return {name: value for name, value in EVERYTHING.items() if name not in names}


def target_of(row, facts):
    """The state that a row leads to: written, or named by a fact (else it stays where it is)."""
    return facts.get(row["target"][1:], row["state"]) if row["target"].startswith("=") else row["target"]


# === THE TABLE === #


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_with_every_action(state, action):
    row = ROWS.get((state, action))
    if row is None:
        with pytest.raises(IllegalTransition) as refusal:
            apply(state, action, EVERYTHING)
        assert refusal.value.params == {"state": state, "action": action, "missing": ()}
        return
    assert apply(state, action, EVERYTHING).target == target_of(row, EVERYTHING)
    for need in (*words(row["asks"]), *words(row["needs"])):
        for facts in ({**EVERYTHING, **dict.fromkeys(need.split("|"), False)}, without(*need.split("|"))):
            with pytest.raises(IllegalTransition) as refusal:
                apply(state, action, facts)
            assert tuple(name for name in refusal.value.params["missing"] if not name.startswith("before_")) == (need,)
            # Only the conditions that the table names yield to a reason.
            facts["override_reason"] = "decided by the director"
            if need in words(row["override"]):
                assert apply(state, action, facts).overridden == (need,)
            else:
                with pytest.raises(IllegalTransition):
                    apply(state, action, facts)


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.after], ids=lambda row: f"{row.state}-{row.action}")
def test_a_wait_is_over_on_the_day_after_and_never_without_its_deadline(row):
    first = TODAY if row.after == "pay_before" else TODAY + timedelta(days=1)
    for today, open_ in ((first - timedelta(days=1), False), (first, True)):
        (found,) = [one for one in available(row.state, {**EVERYTHING, "today": today, "deadlines": {row.after: TODAY}})
                    if one.action == row.action]
        assert (found.allowed, found.from_date) == (open_, first)
        assert found.missing == (() if open_ else (f"after_{row.after}",))
    with pytest.raises(IllegalTransition):
        apply(row.state, row.action, {**EVERYTHING, "deadlines": {}})


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.before], ids=lambda row: f"{row.state}-{row.action}")
def test_an_act_out_of_time_is_refused(row):
    for last, open_ in ((STATED_VALUES["done_on"], True), (STATED_VALUES["done_on"] - timedelta(days=1), False)):
        facts = {**EVERYTHING, "deadlines": {**PASSED, row.before: last}}
        if open_:
            assert apply(row.state, row.action, facts)
        else:
            with pytest.raises(IllegalTransition) as refusal:
                apply(row.state, row.action, {**facts, "override_reason": "no"})
            assert refusal.value.params["missing"] == (f"before_{row.before}",)


@pytest.mark.parametrize("state", STATES)
def test_the_screen_shows_each_action_with_what_is_missing(state):
    rows = {action: row for (from_state, action), row in ROWS.items() if from_state == state}
    empty, full = available(state, {}), available(state, EVERYTHING)
    assert {one.action for one in empty} == {one.action for one in full} == set(rows)
    assert all(one.allowed and not one.missing for one in full)
    for one in empty:
        row = rows[one.action]
        waits = (f"after_{row['after']}",) if row["after"] else ()
        assert one.missing == (*words(row["asks"]), *words(row["needs"]), *waits)
        assert (one.target, one.who, one.source) == (target_of(row, {}), row["who"], row["source"])
        assert one.confirmed == (row["confirmed"] == "yes")


def test_the_table_is_closed():
    assert {row.state for row in TRANSITIONS} == {*OPEN_STATES, "paid"} and set(STATES) == {*OPEN_STATES, *END_STATES}
    assert {row.target for row in TRANSITIONS} <= {*STATES, "=stayed_from"} and {row.who for row in TRANSITIONS} <= set(ROLES)
    assert len({(row.state, row.action) for row in TRANSITIONS}) == len(TRANSITIONS) == len(ROWS)
    for row in TRANSITIONS:
        assert {*row.asks, *row.may_ask} <= set(STATED) and set(row.override) <= set(row.needs)
        assert row.limitation in ("", "=talks_kind", *EVENT_KINDS) and row.title_kind in ("", *CHOICES["title_kind"])
    assert set(CHOICES["title_kind"]) == {*TEN_YEAR_TITLES, *OWN_PERIOD_TITLES}
    assert set(CHOICES["talks_kind"]) <= set(EVENT_KINDS)


def test_every_state_is_reached_and_can_be_left():
    reached = {"draft"}
    for _round in STATES:
        reached |= {row.target for row in TRANSITIONS if row.state in reached and row.action != "resume"}
    assert reached == set(STATES)
    for state in RUNNING_STATES:
        ways = {row.target for row in TRANSITIONS if row.state == state}
        assert {"paid", "withdrawn", "irrecoverable", "prescribed"} <= ways
    assert NOTICE_STATES[0] == "draft"


# === WHO AND WHOM === #


def test_no_notice_leaves_without_a_person_who_approved_it():
    before = {row.state for row in TRANSITIONS if row.target == "mise_en_demeure" and row.state in NOTICE_STATES}
    into = {(row.action, row.who) for row in TRANSITIONS if row.target == "notice_approved"}
    assert before == {"notice_approved"} and into == {("approve_notice", "manager")}


def test_court_and_enforcement_are_the_jurists():
    for row in TRANSITIONS:
        if row.action in ("prepare_order", "file_order", "serve_order", "assign", "assign_refere", "seize", "enforce"):
            assert row.who == "legal", row.action


def test_the_routes_of_each_debtor():
    """Public money is neither seized nor ordered to be paid (law 3, G15); L126 is between merchants; all else is closed."""
    def actions(state, **changes):
        return {one.action for one in available(state, {**EVERYTHING, **changes}) if one.allowed}

    public = actions("mise_en_demeure", private_debtor=False)
    assert not public & {"prepare_order", "assign", "assign_refere", "send_small_claims", "authorise_seizure", "seize"}
    assert {"ask_public_accountant", "file_public_refere"} <= public
    assert "enforce" not in actions("title", private_debtor=False)
    consumer = actions("mise_en_demeure", public_debtor=False, both_merchants=False)
    assert "serve_commandement" not in consumer and {"send_small_claims", "prepare_order"} <= consumer
    assert "ask_public_accountant" not in consumer
    assert "serve_commandement" not in actions("mise_en_demeure", l126_enabled=False)
    insolvent = actions("mise_en_demeure", not_insolvent=False)
    assert not insolvent & {"prepare_order", "assign", "seize", "hand_to_agency", "accelerate", "grant_time", "open_talks"}
    assert {"stay_by_insolvency", "call_guarantor"} <= insolvent
    assert "enforce" not in actions("enforcement", not_insolvent=False)


def test_a_dispute_stops_all_but_talks_and_the_trial_on_the_merits():
    disputed = {**EVERYTHING, "no_dispute": False}
    left = {one.action for one in available("mise_en_demeure", disputed) if one.allowed}
    assert not left & {"prepare_order", "assign_refere", "assign", "send_small_claims", "hand_to_agency"}
    assert "open_talks" in left
    assert apply("mise_en_demeure", "assign", {**disputed, "override_reason": "the judge decides"}).overridden == ("no_dispute",)
    with pytest.raises(IllegalTransition):
        apply("mise_en_demeure", "prepare_order", {**disputed, "override_reason": "the judge decides"})


def test_a_seizure_needs_an_authorisation_or_a_ground_that_replaces_it():
    bare = {**EVERYTHING, "seizure_authorised": False, "exempt_ground": ""}
    with pytest.raises(IllegalTransition) as refusal:
        apply("mise_en_demeure", "seize", bare)
    assert refusal.value.params["missing"] == ("seizure_authorised|exempt_ground",)
    assert apply("mise_en_demeure", "seize", {**bare, "exempt_ground": "accepted_bill"})
    with pytest.raises(InconsistentInput):
        apply("mise_en_demeure", "seize", {**bare, "exempt_ground": "bad mood"})


# === LIMITATION AND TITLES === #


@pytest.mark.parametrize(("state", "action", "kind"), [
    ("notice_approved", "send_notice", "formal_notice"),
    ("order_prepared", "file_order", "payment_order_request"),
    ("order_granted", "serve_order", "payment_order_served"),
    ("mise_en_demeure", "assign", "court_action"),
    ("mise_en_demeure", "assign_refere", "court_action"),
    ("mise_en_demeure", "seize", "conservatory_measure"),
    ("title", "enforce", "enforcement_act"),
    ("mise_en_demeure", "open_talks", "mediation"),
    ("small_claims", "small_claims_agreed", "small_claims_accord"),
    ("mise_en_demeure", "hand_to_agency", "agency_contact"),
    ("mise_en_demeure", "grant_time", "request_for_time"),
    ("mise_en_demeure", "call_guarantor", ""),
])
def test_what_a_step_is_for_the_limitation_clock(state, action, kind):
    """Neither a registered notice nor the request for an order interrupts; the service of the order does (L9)."""
    assert apply(state, action, EVERYTHING).limitation == kind
    if action in ("send_notice", "file_order", "hand_to_agency"):
        assert EVENT_KINDS[kind].effect == "none"


def test_only_the_titles_of_l111_4_live_ten_years():
    def expiry(state, action, **changes):
        found = apply(state, action, {**EVERYTHING, **changes})
        return found.title_kind, [(line.code, line.date) for line in found.deadlines]

    assert expiry("lawsuit", "record_judgment") == ("court_decision", [("title_expiry", date(2036, 3, 10))])
    assert expiry("order_served", "order_final") == ("court_decision", [("title_expiry", date(2036, 3, 10))])
    assert expiry("small_claims", "small_claims_agreed") == ("bailiff_title", [])
    assert expiry("mise_en_demeure", "record_title") == ("notarial_act", [])
    assert expiry("commandement", "record_no_contest") == ("uncontested_claim", [])


# === DEADLINES === #


@pytest.mark.parametrize("row", cases("proceeding_deadlines"), ids=lambda row: f"{row['action']}-{row['day']}-{row['code']}")
def test_deadlines(row):
    """Counted by hand from the text: day of the act left out, months by day number, rolled off weekends and holidays."""
    facts = {**EVERYTHING, "done_on": day(row["day"]), "sent_on": day(row["day"])}
    facts["deadlines"] = {code: min(end, facts["done_on"] - timedelta(days=1)) for code, end in PASSED.items()
                          if code != "order_service"}
    for pair in words(row["facts"]):
        name, value = pair.split("=")
        facts[name] = day(value) if value.count("/") == 2 else {"yes": True, "no": False}.get(value, value)
    found = {line.code: line for line in apply(row["state"], row["action"], facts).deadlines}
    if not row["date"]:
        assert row["code"] not in found
        return
    line = found[row["code"]]
    assert (line.date, line.source, line.sanction) == (day(row["date"]), row["source"], row["sanction"])
    assert line.confirmed == (row["confirmed"] == "yes")


def test_the_letter_sets_a_day_to_pay_before():
    (deadline,) = apply("notice_approved", "send_notice", EVERYTHING).deadlines
    assert (deadline.code, deadline.date, deadline.source) == ("pay_before", date(2026, 3, 17), "")
    (deadline,) = apply("notice_approved", "send_notice", without("notice_days")).deadlines
    assert deadline.date - EVERYTHING["sent_on"] == timedelta(days=8)
    assert apply("draft", "prepare_notice", EVERYTHING).deadlines == ()


def test_any_step_may_carry_a_next_date():
    found = apply("lawsuit", "record_judgment", {**EVERYTHING, "next_on": date(2026, 5, 4)}).deadlines
    assert [line.code for line in found] == ["title_expiry", "next_step"]


def test_a_letter_may_be_received_on_the_day_it_is_sent():
    facts = {**EVERYTHING, "received_on": EVERYTHING["sent_on"]}
    assert apply("mise_en_demeure", "record_receipt", facts).target == "mise_en_demeure"


@pytest.mark.parametrize(
    ("state", "action", "wrong"),
    [
        ("notice_approved", "send_notice", {"sent_on": "2026-03-02"}),
        ("notice_approved", "send_notice", {"channel": "pigeon"}),
        ("notice_approved", "send_notice", {"notice_days": 0}),
        ("notice_approved", "send_notice", {"notice_days": "15"}),
        ("mise_en_demeure", "record_receipt", {"received_on": "yesterday"}),
        ("mise_en_demeure", "record_receipt", {"received_on": date(2026, 3, 1)}),
        ("mise_en_demeure", "open_talks", {"talks_kind": "shouting"}),
        ("mise_en_demeure", "grant_time", {"until": date(2026, 3, 10)}),
        ("order_filed", "record_order", {"done_on": "2026-03-02"}),
        ("unknown", "withdraw", {}),
    ],
)
def test_impossible_facts_are_refused(state, action, wrong):
    with pytest.raises(InconsistentInput):
        apply(state, action, {**EVERYTHING, **wrong})


# === ACTS FOLLOW EACH OTHER === #


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.after and "done_on" in row.asks], ids=lambda row: row.action)
def test_an_act_of_a_day_inside_the_wait_is_refused_though_recorded_after_it(row):
    facts = {**EVERYTHING, "deadlines": {**PASSED, row.after: STATED_VALUES["done_on"] + timedelta(days=1)}}
    with pytest.raises(IllegalTransition) as refusal:
        apply(row.state, row.action, facts)
    assert refusal.value.params["missing"] == (f"after_{row.after}",)


@pytest.mark.parametrize("action", FOLLOWS)
def test_an_act_is_not_dated_before_the_one_that_it_follows(action):
    state = next(row.state for row in TRANSITIONS if row.action == action)
    facts, acted = without("exempt_ground"), STATED_VALUES["done_on"]
    for act in FOLLOWS[action]:
        assert apply(state, action, {**facts, "acts": {act: acted}})
        with pytest.raises(InconsistentInput) as refusal:
            apply(state, action, {**facts, "acts": {act: acted + timedelta(days=1)}})
        assert refusal.value.params["act"] == act


def test_a_ground_that_replaces_the_authorisation_waits_for_none():
    acts = {"authorise_seizure": STATED_VALUES["done_on"] + timedelta(days=1)}
    assert apply("mise_en_demeure", "seize", {**EVERYTHING, "exempt_ground": "accepted_bill", "acts": acts})
