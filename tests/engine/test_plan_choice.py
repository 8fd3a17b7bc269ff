"""Which plan, by which rule; who is announced to; where an old debt enters (lessons 47, 49, 50)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from engine_tables import TONIGHT, customer, item

from engine.facts import LevelRule, PlanRule
from engine.ladder import decide, decide_all
from engine.plan_choice import Profile, Segment, announces, belongs, choose_plan, entry_level

ANYBODY = Profile()
RISKY = Profile(grade="E", regime="b2b", owed=Decimal(8000), tags=frozenset({7}), known_outcomes=12)
ALL = {"invoice": "i", "deposit": "d", "customer": "c", "company": "co"}
SEGMENTS = (Segment("late", "s2", sequence=20), Segment("first", "s1", sequence=10))


@pytest.mark.parametrize(
    ("without", "plan", "rule"),
    [
        ((), "i", "invoice"),
        (("invoice",), "d", "deposit"),
        (("invoice", "deposit"), "c", "customer"),
        (("invoice", "deposit", "customer"), "s1", "segment"),
        (("invoice", "deposit", "customer", "segments"), "co", "company"),
        (("invoice", "deposit", "customer", "segments", "company"), None, "none"),
    ],
)
def test_the_order_of_precedence(without, plan, rule):
    given = {name: value for name, value in ALL.items() if name not in without}
    choice = choose_plan(ANYBODY, () if "segments" in without else SEGMENTS, **given)
    assert (choice.plan, choice.rule) == (plan, rule)


@pytest.mark.parametrize(
    ("criteria", "inside"),
    [
        ({}, True),
        ({"grades": frozenset("DE")}, True),
        ({"grades": frozenset("AB")}, False),
        ({"regimes": frozenset({"public"})}, False),
        ({"amount_min": Decimal(8000)}, True),
        ({"amount_max": Decimal(8000)}, False),
        ({"tags": frozenset({7, 9})}, True),
        ({"tags": frozenset({9})}, False),
        ({"grades": frozenset("E"), "tags": frozenset({9})}, False),
    ],
)
def test_every_criterion_that_is_filled_must_hold(criteria, inside):
    assert belongs(RISKY, Segment("one", "plan", **criteria)) == inside


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        (Profile(grade="A", owed=Decimal(50), known_outcomes=12), False),
        (Profile(grade="", owed=Decimal(50), known_outcomes=2), True),  # new
        (Profile(grade="A", owed=Decimal(10000), known_outcomes=12), True),  # large
        (Profile(grade="D", owed=Decimal(50), known_outcomes=12), True),  # risky
    ],
)
def test_lesson_49_before_the_due_date_by_default_only_new_large_or_risky(profile, told):
    """lesson 49: pre-due levels exist, and are not for everybody."""
    assert announces("targeted", profile, Decimal(10000)) == told
    assert announces("everyone", profile, None)
    assert not announces("nobody", profile, None)


LEVELS = (
    LevelRule("notice", 45, "letter", False, formal_notice=True), LevelRule("before", -5, "email", True),
    LevelRule("firm", 30, "email", True), LevelRule("first", 3, "email", True))


@pytest.mark.parametrize(("late", "level"), [(2, None), (3, "first"), (29, "first"), (30, "firm"), (400, "firm")])
def test_lesson_50_a_debt_older_than_the_tool_enters_at_its_age_never_at_a_notice(late, level):
    """lesson 50: the entry level of invoices that were late before activation; lesson 48: in any order."""
    found = entry_level(LEVELS, late)
    assert (found.key if found else None) == level


def test_a_level_counted_from_the_previous_reminder_waits_for_it():
    plan = PlanRule("plan", (LevelRule("a", 3, "email", True), LevelRule("b", 10, "email", True, wait_days=7)), 0)
    recent, old = (item("one", 20, 100, 3) for _ in range(2))
    recent = replace(recent, reached_on=TONIGHT - timedelta(days=6))
    old = replace(old, reached_on=TONIGHT - timedelta(days=7))
    assert decide(customer(recent), plan, TONIGHT).decision == "nothing"
    assert decide(customer(old), plan, TONIGHT).level.key == "b"
    assert decide(customer(item("new", 20, 100)), plan, TONIGHT).level.key == "a", "it needs a previous one"


def test_a_level_has_its_own_interval():
    levels = (LevelRule("a", 3, "email", True), LevelRule("b", 10, "email", True, min_interval_days=2))
    facts = customer(item("one", 20, 100, 3), last_contact=TONIGHT - timedelta(days=3))
    assert decide(facts, PlanRule("plan", levels, 7), TONIGHT).decision == "remind"
    assert decide(facts, PlanRule("plan", levels[:1], 7), TONIGHT).decision == "nothing"


def test_lesson_26_a_level_whose_text_is_broken_holds():
    """lesson 26: a broken text is refused before any sending."""
    plan = PlanRule("plan", (LevelRule("a", 3, "email", True, broken=True),), 0)
    assert decide(customer(item("one", 20, 100)), plan, TONIGHT).reason == "broken_text"


def test_an_invoice_with_its_own_plan_beside_the_others():
    own = PlanRule("own", (LevelRule("soft", 25, "email", True),), 0)
    plan = PlanRule("plan", (LevelRule("a", 3, "email", True), LevelRule("b", 15, "email", True)), 0)
    answer = decide(customer(replace(item("mine", 26, 100), plan=own), item("other", 16, 50)), plan, TONIGHT)
    assert answer.level.key == "soft"
    assert {one.key: (one.moved, one.reason) for one in answer.items} == {"mine": (True, ""), "other": (False, "listed")}


def test_lesson_20_one_message_or_one_for_each_level():
    """lesson 20: one message at the highest level; lesson 51: the other mode, which may be switched on later."""
    levels = (LevelRule("a", 3, "email", True), LevelRule("b", 15, "email", True))
    facts = customer(item("old", 20, 100), item("young", 4, 50), item("future", -3, 70), credits=Decimal(30))
    (one,) = decide_all(facts, PlanRule("plan", levels, 0), TONIGHT)
    assert (one.level.key, one.amount_due) == ("b", 120)
    answers = decide_all(facts, PlanRule("plan", levels, 0, grouping="level"), TONIGHT)
    assert [(one.decision, one.level and one.level.key, one.amount_due) for one in answers] == [
        ("remind", "b", 70), ("remind", "a", 50), ("nothing", None, 0)]
    assert sorted(line.key for one in answers for line in one.items) == ["future", "old", "young"]
