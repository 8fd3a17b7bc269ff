"""The decision of a night: one item by table, several items by story, and what must hold for any customer."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from engine_tables import CLASSIC_LEVELS, TONIGHT, cases, classic_plan, customer, item, words
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InconsistentInput
from engine.facts import CustomerFacts, ItemFacts, LevelRule, PlanRule
from engine.ladder import decide, decide_all
from engine.recipients import CHANNELS
from engine.types import DECISIONS, HOLD_REASONS, NOTHING_REASONS

ROWS = cases("ladder_one_item")


def _number(text):
    return int(text) if text else None


def _facts(row):
    one = item("one", int(row["days_late"]), 100, _number(row["reached"]), words(row["item_holds"]))
    ago = _number(row["last_contact"])
    return customer(
        one,
        credits=Decimal(row["credits"] or 0),
        holds=tuple(words(row["customer_holds"])),
        last_contact=None if ago is None else TONIGHT - timedelta(days=ago),
        penalty_block=row["penalty_block"] or None,
        unreached=frozenset(CHANNELS if row["reachable"] == "no" else ()),
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_one_item(row):
    answer = decide(_facts(row), classic_plan(entry=row["entry"] or "by_age"), TONIGHT)

    assert (answer.decision, answer.reason) == (row["decision"], row["reason"])
    assert (answer.level.days if answer.level else None) == _number(row["level"])
    assert answer.items[0].moved == (row["decision"] == "remind")
    assert answer.items[0].days_late == int(row["days_late"])


def by_key(answer):
    return {line.key: (line.decision, line.reason, line.moved) for line in answer.items}


MOVED, LISTED = ("remind", "", True), ("nothing", "listed", False)


def test_one_message_at_the_highest_level_lists_the_other_overdue_items():
    answer = decide(
        customer(
            item("due at 30", 31, 100, reached=15),
            item("due at 3", 4, 20),
            item("already reminded", 20, 7, reached=15),
            item("one day late", 1, 5),
            item("announceable", -5, 1000),
            item("disputed", 60, 500, holds=["dispute"]),
            item("paid", 60, 0, reached=30),
        ),
        classic_plan(),
        TONIGHT,
    )
    assert (answer.decision, answer.level.days, answer.amount_due) == ("remind", 30, 132)
    assert by_key(answer) == {
        "due at 30": MOVED,
        "due at 3": LISTED,
        "already reminded": LISTED,
        "one day late": LISTED,
        "announceable": ("nothing", "not_due", False),
        "disputed": ("hold", "dispute", False),
        "paid": ("nothing", "paid", False),
    }


def test_a_listed_item_keeps_its_own_turn():
    """Listed at +30 tonight, the young item is reminded at +3 once the interval is over."""
    young = item("young", 4 + 7, 20)
    answer = decide(
        customer(item("old", 31 + 7, 100, reached=30), young, last_contact=TONIGHT - timedelta(days=7)),
        classic_plan(),
        TONIGHT,
    )
    assert (answer.level.days, by_key(answer)) == (3, {"young": MOVED, "old": LISTED})
    assert answer.amount_due == 120


def test_a_formal_notice_is_for_its_own_items_only():
    answer = decide(
        customer(item("notice", 46, 100, reached=30), item("young", 4, 20), item("quiet", 20, 5, reached=15)),
        classic_plan(),
        TONIGHT,
    )
    assert (answer.level.key, answer.level.automatic, answer.amount_due) == ("formal", False, 100)
    assert by_key(answer) == {
        "notice": MOVED,
        "young": ("hold", "recent_contact", False),
        "quiet": ("nothing", "already_reminded", False),
    }


def test_a_formal_notice_that_credits_cover_gives_way():
    """Credits of 150 cover the item of the notice, not what is owed beside it: that is asked, net, at its own level."""
    items = item("notice", 46, 100, reached=30), item("young", 4, 200)
    answer = decide(customer(*items, credits=Decimal(150)), classic_plan(), TONIGHT)
    assert (answer.decision, answer.level.key, answer.amount_due) == ("remind", "first", 150)
    assert by_key(answer) == {"notice": LISTED, "young": MOVED}

    everything = decide(customer(*items, credits=Decimal(300)), classic_plan(), TONIGHT)
    assert (everything.decision, everything.reason) == ("hold", "net_credit")


def test_blocked_penalties_let_the_principal_be_claimed_with_the_rest():
    """Two levels at once: the notice cannot be made, the younger item is reminded and the older one is in the total."""
    facts = customer(item("notice", 50, 100, reached=30), item("young", 4, 20), penalty_block="rate_unknown")
    answer = decide(facts, classic_plan(), TONIGHT)
    assert (answer.decision, answer.level.days, answer.amount_due) == ("remind", 3, 120)
    assert by_key(answer) == {"notice": LISTED, "young": MOVED}


def test_announcements_list_overdue_items_but_no_other_announcement():
    levels = (*CLASSIC_LEVELS, LevelRule("eve", -1, "email", True))
    answer = decide(
        customer(item("tomorrow", -1, 10), item("next week", -6, 20), item("late", 20, 40, reached=15)),
        classic_plan(levels=levels),
        TONIGHT,
    )
    assert (answer.level.days, answer.amount_due) == (-1, 50)
    assert by_key(answer) == {"tomorrow": MOVED, "next week": ("nothing", "not_due", False), "late": LISTED}


def test_what_is_due_today_is_not_listed_as_overdue():
    answer = decide(customer(item("late", 15, 100, reached=3), item("today", 0, 50)), classic_plan(), TONIGHT)
    assert by_key(answer) == {"late": MOVED, "today": ("nothing", "not_due", False)} and answer.amount_due == 100


def test_credits_are_deducted_from_the_whole_message():
    facts = customer(item("a", 15, 100, reached=3), item("b", 5, 50, reached=3), credits="60")
    assert decide(facts, classic_plan(), TONIGHT).amount_due == 90


def test_held_items_do_not_count_against_credits():
    """300 in dispute, 100 due, 100 of credits: nothing is owed net that may be asked for."""
    facts = customer(item("disputed", 20, 300, holds=["dispute"]), item("due", 20, 100, reached=3), credits=100)
    assert decide(facts, classic_plan(), TONIGHT).reason == "net_credit"


@pytest.mark.parametrize(
    ("level_minimum", "plan_minimum", "reason"),
    [("100", "0", ""), ("100.01", "0", "below_threshold"), ("0", "100", ""), ("0", "100.01", "below_threshold")],
)
def test_thresholds(level_minimum, plan_minimum, reason):
    plan = PlanRule("p", (LevelRule("l", 3, "email", True, min_amount=level_minimum),), 7, min_amount=plan_minimum)
    assert decide(customer(item("a", 5, "100.00")), plan, TONIGHT).reason == reason


def test_a_customer_hold_is_told_on_each_item_that_has_none_of_its_own():
    facts = customer(
        item("due", 20, 100, reached=3),
        item("quiet", 20, 50, reached=15),
        item("disputed", 20, 30, holds=["dispute"]),
        holds=("snoozed",),
    )
    answer = decide(facts, classic_plan(), TONIGHT)
    assert (answer.decision, answer.reason, answer.amount_due) == ("hold", "snoozed", 150)
    assert by_key(answer) == {
        "due": ("hold", "snoozed", False),
        "quiet": ("hold", "snoozed", False),
        "disputed": ("hold", "dispute", False),
    }


def test_without_a_plan_overdue_items_say_so():
    others = item("later", -3, 50), item("paid", 20, 0), item("disputed", 9, 1, holds=["dispute"])
    facts = customer(item("late", 20, 100), *others)
    answer = decide(facts, None, TONIGHT)
    assert (answer.decision, answer.reason, answer.level, answer.amount_due) == ("hold", "dispute", None, 101)
    assert by_key(answer)["late"] == ("hold", "no_plan", False)
    assert decide(customer(item("late", 20, 100)), None, TONIGHT).reason == "no_plan"
    assert decide(customer(item("later", -3, 100)), None, TONIGHT).reason == "not_due"


def test_nothing_to_collect():
    assert decide(customer(), classic_plan(), TONIGHT).reason == "paid"
    assert decide(customer(item("a", 20, 0)), classic_plan(), TONIGHT).reason == "paid"
    assert decide(customer(item("a", 20, 10)), classic_plan(levels=()), TONIGHT).reason == "not_due"


def test_throttle_through_a_month_of_nights():
    """Night after night for 60 days: each level once, never two messages within the interval, none doubled."""
    sent, reached, last = [], None, None
    for late in range(-10, 60):
        night = TONIGHT + timedelta(days=late)
        facts = customer(ItemFacts("a", TONIGHT, 100, reached), last_contact=last)
        answer = decide(facts, classic_plan(), night)
        if answer.decision == "remind":
            reached, last = answer.level.days, night
            sent.append((late, answer.level.days))
    assert sent == [(-7, -7), (3, 3), (15, 15), (30, 30), (45, 45)]


def test_missed_nights_are_caught_up_once():
    sent, reached, last = [], None, None
    for late in (-10, -9, 2, 20, 21, 26, 27, 50, 51):
        facts = customer(ItemFacts("a", TONIGHT, 100, reached), last_contact=last)
        answer = decide(facts, classic_plan(), TONIGHT + timedelta(days=late))
        if answer.decision == "remind":
            reached, last = answer.level.days, TONIGHT + timedelta(days=late)
            sent.append((late, answer.level.days))
    assert sent == [(20, 15), (50, 45)]


def test_a_formal_notice_is_never_automatic():
    with pytest.raises(InconsistentInput):
        LevelRule("n", 45, "letter", automatic=True, formal_notice=True)
    with pytest.raises(InconsistentInput):
        LevelRule("n", -5, "letter", automatic=False, formal_notice=True)


def test_contradictions_are_refused():
    level = LevelRule("a", 3, "email", True)
    for build in (
        lambda: PlanRule("p", (level, LevelRule("b", 3, "email", True)), 7),
        lambda: PlanRule("p", (level,), -1),
        lambda: PlanRule("p", (level,), 7, entry="middle"),
        lambda: item("a", 3, 10.5),
        lambda: item("a", 3, 10, holds=["because"]),
        lambda: customer(item("a", 3), item("a", 4)),
        lambda: customer(credits=-1),
        lambda: customer(holds=("because",)),
        lambda: customer(penalty_block="maybe"),
    ):
        with pytest.raises(InconsistentInput):
            build()


CENTS = st.integers(0, 300000).map(lambda cents: Decimal(cents) / 100)
LEVEL_DAYS = st.lists(st.integers(-15, 90), unique=True, max_size=6)
HOLDS = st.lists(st.sampled_from(HOLD_REASONS), max_size=2).map(tuple)
ITEMS = st.lists(
    st.tuples(
        st.integers(-20, 200),
        CENTS,
        st.none() | st.integers(-15, 90),
        st.just(()) | HOLDS,
    ),
    max_size=7,
)


@st.composite
def nights(draw):
    days = draw(LEVEL_DAYS)
    formal = draw(st.booleans())
    notice = max(days, default=0) if formal else 0
    levels = tuple(LevelRule(on, on, "email", False, on == notice and on > 0, draw(st.booleans())) for on in days)
    plan = PlanRule("p", levels, draw(st.integers(0, 15)), draw(st.sampled_from(["by_age", "first"])))
    items = tuple(
        ItemFacts(index, TONIGHT - timedelta(days=late), owed, reached, holds)
        for index, (late, owed, reached, holds) in enumerate(draw(ITEMS))
    )
    facts = CustomerFacts(
        "c",
        "EUR",
        items,
        draw(CENTS),
        draw(st.just(()) | HOLDS),
        draw(st.none() | st.integers(-3, 30).map(lambda ago: TONIGHT - timedelta(days=ago))),
        draw(st.sampled_from([None, "rate_unknown", "regime_unknown"])),
        draw(st.sampled_from([frozenset(), frozenset(CHANNELS)])),
    )
    return facts, plan


def _shuffled(values, seed):
    return tuple(random.Random(seed).sample(values, len(values)))


@given(nights(), st.integers(0, 5))
def test_order_of_items_levels_and_holds_does_not_matter(night, seed):
    facts, plan = night
    items = [replace(one, holds=one.holds[::-1]) for one in facts.items]
    other = replace(facts, items=_shuffled(items, seed), holds=facts.holds[::-1])
    turned = replace(plan, levels=_shuffled(plan.levels, seed))
    assert decide(facts, plan, TONIGHT) == decide(other, turned, TONIGHT)


@given(nights())
def test_what_holds_for_every_decision(night):
    facts, plan = night
    answer = decide(facts, plan, TONIGHT)
    items = {one.key: one for one in facts.items}
    moved = [line for line in answer.items if line.moved]
    shown = moved + [line for line in answer.items if line.reason == "listed"]

    assert answer.decision in DECISIONS and {line.key for line in answer.items} == set(items)
    for line in (answer, *answer.items):
        allowed = {"remind": ("",), "hold": HOLD_REASONS, "nothing": NOTHING_REASONS}[line.decision]
        assert line.reason in allowed
    assert bool(moved) == (answer.decision == "remind") and (moved or len(shown) == 0)
    if answer.decision != "remind":
        return
    assert answer.amount_due == sum(items[line.key].residual for line in shown) - facts.credits > 0
    assert not facts.holds and answer.level.channel not in facts.unreached
    assert not any(items[line.key].holds for line in shown)
    assert not (answer.level.needs_statement and facts.penalty_block)
    assert facts.last_contact is None or (TONIGHT - facts.last_contact).days >= plan.min_interval_days
    for line in moved:
        reached = items[line.key].reached_days
        assert line.level_days == answer.level.days and (reached is None or line.level_days > reached)
        assert (line.days_late < 0) == (answer.level.days < 0) and line.days_late >= answer.level.days
    if answer.level.formal_notice:
        assert shown == moved


@given(nights())
def test_run_again_the_same_night_nothing_moves_twice(night):
    facts, plan = night
    first = decide(facts, plan, TONIGHT)
    moved = {line.key for line in first.items if line.moved}
    after = tuple(replace(one, reached_days=first.level.days) if one.key in moved else one for one in facts.items)
    again = decide(replace(facts, items=after), plan, TONIGHT)
    for line in again.items:
        if plan.entry == "by_age" and line.key in moved:
            assert not line.moved


def _climbing(**changes):
    return replace(classic_plan(), climb_when_broken=True, **changes)


@pytest.mark.parametrize(
    ("days_late", "reached", "broken", "level"),
    [
        (8, 3, True, 15),  # the second reminder does not wait for its day
        (8, 3, False, None),  # nothing was broken: it does
        (20, 3, True, 30),  # one above what the days call for
        (20, None, True, 15),  # never reminded: the first message is that of the age
        (20, -7, True, 15),  # announced before the due date is not reminded
    ],
)
def test_after_a_broken_promise_one_level_up(days_late, reached, broken, level):
    one = replace(item("one", days_late, 100, reached), promise_broken=broken)

    answer = decide(customer(one), _climbing(), TONIGHT)

    assert (answer.level.days if answer.level else None) == level
    assert decide(customer(replace(one, promise_broken=False)), _climbing(), TONIGHT) == decide(
        customer(one), classic_plan(), TONIGHT
    )


def test_above_the_last_level_a_broken_promise_changes_nothing():
    last = classic_plan().levels[-1].days
    one = replace(item("one", last + 20, 100, reached=last), promise_broken=True)

    assert decide(customer(one), _climbing(), TONIGHT).reason == "last_level"


def test_a_hold_is_stronger_than_a_broken_promise():
    one = replace(item("one", 8, 100, 3, ("dispute",)), promise_broken=True)

    assert decide(customer(one), _climbing(), TONIGHT).reason == "dispute"


def test_the_hold_of_a_customer_is_told_although_no_level_is_due():
    answer = decide(
        customer(item("reminded", 20, 100, reached=15), item("not due", -40, 50), item("settled", 20, 0), holds=("dispute",)),
        classic_plan(),
        TONIGHT,
    )

    assert (answer.decision, answer.reason, answer.level, answer.amount_due) == ("hold", "dispute", None, 0)
    held = ("hold", "dispute", False)
    assert by_key(answer) == {"reminded": held, "not due": held, "settled": ("nothing", "paid", False)}


def test_what_the_bank_shows_is_told_only_of_a_message_that_would_leave():
    for reason in ("probable_receipt", "stale_bank"):
        answer = decide(customer(item("reminded", 20, 100, reached=15), holds=(reason,)), classic_plan(), TONIGHT)
        assert (answer.decision, answer.reason) == ("nothing", "already_reminded")


def test_a_judgment_on_all_that_is_owed_holds_the_customer():
    frozen = item("frozen", 20, 100, 15, ("insolvency",))
    assert decide(customer(frozen), classic_plan(), TONIGHT).reason == "insolvency"
    later = item("later", 10, 100, 3)
    assert decide(customer(frozen, later), classic_plan(), TONIGHT).reason == "already_reminded"


def test_a_credit_that_a_notice_deducts_reduces_no_second_notice():
    """A formal notice of `first` waits with a credit of 60 deducted; `second` becomes due at the same level."""
    items = item("first", 50, 1000, reached=45), item("second", 46, 300, reached=30)
    facts = customer(*items, credits=60, claimed_credits=((frozenset({"first"}), Decimal(60)),))
    answer = decide(facts, classic_plan(), TONIGHT)
    assert (answer.level.formal_notice, by_key(answer)["second"], answer.amount_due) == (True, MOVED, 300)


def test_it_reduces_a_message_that_shows_what_the_notice_claims():
    items = item("first", 50, 1000, reached=45), item("second", 4, 300)
    facts = customer(*items, credits=60, claimed_credits=((frozenset({"first"}), Decimal(60)),))
    answer = decide(facts, classic_plan(), TONIGHT)
    assert (by_key(answer), answer.amount_due) == ({"first": LISTED, "second": MOVED}, 1240)
    held = replace(facts, items=(replace(items[0], holds=("proceeding",)), items[1]))
    assert decide(held, classic_plan(), TONIGHT).amount_due == 300


def test_and_no_message_of_another_level():
    items = item("first", 50, 1000, reached=45), item("second", 4, 300), item("third", 16, 500, reached=3)
    facts = customer(*items, credits=100, claimed_credits=((frozenset({"first"}), Decimal(60)),))
    answers = decide_all(facts, classic_plan(grouping="level"), TONIGHT)
    assert [(one.level.days, one.amount_due) for one in answers if one.decision == "remind"] == [(15, 460), (3, 300)]
