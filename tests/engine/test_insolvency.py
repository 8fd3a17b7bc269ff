"""Insolvency proceedings: every state crossed with every step, the dates of the texts, what a judgment freezes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from engine_tables import cases, day, shipped_book, words

from engine import ladder
from engine.claims import Claim, Instalment
from engine.deadlines import is_working_day
from engine.errors import IllegalTransition, InconsistentInput
from engine.insolvency import (
    ACTIONS,
    CHOICES,
    KINDS,
    LIVE_STATES,
    STATED,
    STATES,
    TRANSITIONS,
    apply,
    available,
    is_prior,
    nets_with_prior,
    opening_deadlines,
    written_to,
)
from engine.insolvency_deadlines import creditor_territory, deadlines_of, declaration_months
from engine.limitation_rules import EVENT_KINDS
from engine.penalties import penalty_statement
from engine.types import ROLES

ROWS = {(row["state"], row["action"]): row for row in cases("insolvency")}
JUDGMENT, TODAY = date(2026, 3, 2), date(2026, 9, 16)
STATED_VALUES = {
    "sent_on": date(2026, 5, 4), "received_on": date(2026, 5, 6), "done_on": date(2026, 5, 4), "published_on": date(2026, 3, 10),
    "channel": "registered_letter", "kind": "liquidation", "closure": "plan_completed", "reason": "because", "amount": Decimal(10),
    "document": {"filename": "certificate.pdf", "datas": "UERG"}}
CONDITIONS = sorted({name for row in TRANSITIONS for name in row.needs})
PASSED = {row.after: date(2026, 5, 11) for row in TRANSITIONS if row.after}
EVERYTHING = {**STATED_VALUES, **dict.fromkeys(CONDITIONS, True), "today": TODAY, "judgment_on": JUDGMENT, "months": 2,
              "deadlines": {**PASSED, "relief": date(2026, 9, 10), "contest_answer": date(2026, 6, 5)}, "declare_by": TODAY}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_with_every_step(state, action):
    row = ROWS.get((state, action))
    if row is None:
        with pytest.raises(IllegalTransition):
            apply(state, action, EVERYTHING)
        return
    assert apply(state, action, EVERYTHING).target == row["target"]
    for need in (*words(row["asks"]), *words(row["needs"])):
        facts = {name: value for name, value in EVERYTHING.items() if name != need}
        if need == "done_on" and "sent_on" in facts:
            del facts["sent_on"]
        with pytest.raises(IllegalTransition) as refusal:
            apply(state, action, facts)
        assert need in refusal.value.params["missing"]


def test_the_table_is_closed():
    assert len(ROWS) == len(TRANSITIONS)
    assert {row.target for row in TRANSITIONS} <= set(STATES)
    assert {row.who for row in TRANSITIONS} <= set(ROLES)
    assert {name for row in TRANSITIONS for name in (*row.asks, *row.may_ask)} <= set(STATED)
    assert {row.limitation for row in TRANSITIONS if row.limitation} <= set(EVENT_KINDS)
    assert not [row for row in TRANSITIONS if row.state == "cancelled"]
    for name, options in CHOICES.items():
        for option in options:
            assert apply_choice(name, option)


def apply_choice(name, option):
    row = next(row for row in TRANSITIONS if name in (*row.asks, *row.may_ask))
    with pytest.raises(InconsistentInput):
        apply(row.state, row.action, {**EVERYTHING, name: "nothing of the kind"})
    return apply(row.state, row.action, {**EVERYTHING, name: option})


@pytest.mark.parametrize("row", cases("insolvency_deadlines"), ids=lambda row: row["case"])
def test_dates(row):
    published = day(row["published"])
    facts = {"judgment_on": published - timedelta(days=8), "published_on": published, "received_on": day(row["day"]),
             "months": declaration_months(row["court"], row["creditor"]), "retention_clause": bool(row["retention"])}
    found = opening_deadlines(facts) if row["action"] == "opening" else deadlines_of(row["action"], facts)
    [line] = [line for line in found if line.code == row["code"]]
    assert (line.date, line.source) == (day(row["date"]), row["source"])
    assert is_working_day(line.date)


def test_before_the_publication_the_date_cannot_be_too_late():
    [line] = opening_deadlines({"judgment_on": JUDGMENT, "months": 2})
    assert (line.date, line.confirmed) == (date(2026, 5, 4), False)
    for delay in range(60):
        [known] = opening_deadlines({"judgment_on": JUDGMENT, "published_on": JUDGMENT + timedelta(days=delay), "months": 2})
        assert known.confirmed and known.date >= line.date


def test_a_creditor_with_a_published_security_counts_from_his_warning():
    facts = {"judgment_on": JUDGMENT, "published_on": date(2026, 3, 10), "warned_on": date(2026, 4, 7), "months": 2}
    [line] = opening_deadlines(facts)
    assert line.date == date(2026, 6, 8)


@pytest.mark.parametrize(("sent", "allowed"), [(date(2026, 5, 11), True), (date(2026, 5, 12), False)])
def test_a_declaration_sent_after_the_last_day_is_refused_whenever_it_is_recorded(sent, allowed):
    facts = {**EVERYTHING, "done_on": None, "sent_on": sent, "deadlines": {"declare": date(2026, 5, 11)}}
    if allowed:
        applied = apply("approved", "send_declaration", facts)
        assert (applied.target, applied.closes, applied.limitation) == ("declared", ("declare",), "claim_declaration")
        return
    with pytest.raises(IllegalTransition) as refusal:
        apply("approved", "send_declaration", facts)
    assert refusal.value.params["missing"] == ("before_declare",)


def test_forclusion_is_recorded_the_day_after_the_last_one():
    for today, open_ in ((date(2026, 5, 11), False), (date(2026, 5, 12), True)):
        facts = {**EVERYTHING, "today": today, "deadlines": {"declare": date(2026, 5, 11)}}
        [found] = [one for one in available("to_declare", facts) if one.action == "record_foreclosure"]
        assert (found.allowed, found.from_date) == (open_, date(2026, 5, 12))


def test_nothing_happens_before_the_judgment():
    with pytest.raises(InconsistentInput):
        apply("to_declare", "record_publication", {**EVERYTHING, "published_on": JUDGMENT - timedelta(days=1)})


def test_a_judgment_freezes_what_was_born_before_its_day():
    assert is_prior(JUDGMENT - timedelta(days=1), JUDGMENT)
    assert not is_prior(JUDGMENT, JUDGMENT)


@pytest.mark.parametrize(("credited", "connected", "prior"), [
    (JUDGMENT - timedelta(days=1), False, True), (JUDGMENT, False, False), (JUDGMENT, True, True), (TODAY, False, False)])
def test_later_credits_reduce_earlier_debts_only_when_connected(credited, connected, prior):
    assert nets_with_prior(credited, JUDGMENT, connected) is prior


@pytest.mark.parametrize(("kind", "mission", "who"), [
    ("liquidation", "", "liquidator"), ("liquidation_simplifiee", "assistance", "liquidator"), ("redressement", "", ""),
    ("redressement", "assistance", ""), ("redressement", "representation", "administrator"), ("sauvegarde", "surveillance", "")])
def test_letters_go_to_whoever_has_the_powers(kind, mission, who):
    assert kind in KINDS and written_to(kind, mission) == who


def test_an_unknown_kind_is_refused():
    with pytest.raises(InconsistentInput):
        written_to("moratorium")
    with pytest.raises(InconsistentInput):
        available("sleeping", {})


@pytest.mark.parametrize(("country", "postcode", "territory"), [
    ("FR", "69003", ""), ("", "", ""), ("FR", "97400", "974"), ("RE", "97400", "974"), ("FR", "97133", "971"),
    ("BE", "1000", "abroad"),
    ("FR", "98000", "")])
def test_where_a_creditor_lives(country, postcode, territory):
    assert creditor_territory(country, postcode) == territory


@pytest.mark.parametrize("state", LIVE_STATES)
def test_the_goods_are_reclaimed_whatever_becomes_of_the_claim(state):
    assert apply(state, "reclaim_goods", {**EVERYTHING, "deadlines": {"reclaim": date(2026, 6, 10)}}).closes == ("reclaim",)
    with pytest.raises(IllegalTransition):
        apply(state, "reclaim_goods", {**EVERYTHING, "done_on": None, "sent_on": date(2026, 6, 11),
                                       "deadlines": {"reclaim": date(2026, 6, 10)}})


# === FIGURES === #


def statement(**events):
    claim = Claim("F1", "b2b", "EUR", (Instalment(1, date(2025, 11, 30), Decimal(12000)),), **events)
    return penalty_statement(claim, date(2026, 6, 30), shipped_book())


def test_interest_stops_on_the_eve_and_the_indemnity_born_before_stays():
    """D1: 31 days at 12.15 and 74 at 12.15 make 419.42 up to 15 March 2026; a judgment of the 16th stops there."""
    stopped = statement(insolvency_date=date(2026, 3, 16))
    assert (stopped.interest, stopped.indemnity) == (Decimal("419.42"), Decimal("40.00"))
    assert statement().interest > stopped.interest


def test_contracts_of_a_year_or_more_keep_their_interest():
    going_on = statement(insolvency_date=date(2026, 3, 16), interest_goes_on=True)
    assert going_on.interest == statement().interest
    assert "interest_stopped_by_insolvency" not in going_on.warnings


def test_an_invoice_due_after_the_judgment_bears_no_indemnity():
    late = statement(insolvency_date=date(2025, 11, 30))
    assert (late.interest, late.indemnity) == (0, 0)
    assert "indemnity_barred_by_insolvency" in late.warnings


def decided(credits, frozen):
    plan = ladder.PlanRule("plan", (ladder.LevelRule(1, 5, "email", True),), 0)
    items = (ladder.ItemFacts("before", date(2026, 1, 31), Decimal(900), holds=("insolvency",)),
             ladder.ItemFacts("after", date(2026, 4, 30), Decimal(500)))
    facts = ladder.CustomerFacts("customer", "EUR", items, Decimal(credits), frozen_credits=Decimal(frozen))
    return ladder.decide(facts, plan, date(2026, 6, 30))


def test_a_message_about_later_debts_is_reduced_by_later_credits_only():
    assert decided(0, 300).amount_due == 500
    assert decided(200, 300).amount_due == 300
    assert decided(500, 0).reason == "net_credit"


def test_what_is_frozen_is_reduced_by_its_own_credits_only():
    plan = ladder.PlanRule("plan", (ladder.LevelRule(1, 5, "email", True),), 0)
    items = (ladder.ItemFacts("before", date(2026, 1, 31), Decimal(900), holds=("insolvency",)),)
    facts = ladder.CustomerFacts("customer", "EUR", items, Decimal(200), frozen_credits=Decimal(300))
    assert ladder.decide(facts, plan, date(2026, 6, 30)).amount_due == 600
