"""What belongs to a level or to its plan binds that level only: intervals, minimums, how old invoices enter."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from engine_tables import TONIGHT, classic_plan, customer, item

from engine.calendar_days import Period
from engine.facts import ItemFacts, LevelRule, PlanRule
from engine.ladder import decide

OWN = PlanRule("own", (LevelRule("own 3", 3, "email", True), LevelRule("own 6", 6, "email", True)), 20)


def days_ago(count):
    return TONIGHT - timedelta(days=count)


def own(key, late, reached=None, plan=OWN, amount=100):
    return replace(item(key, late, amount, reached), plan=plan)


def moved(answer):
    return [line.key for line in answer.items if line.moved]


def test_the_interval_is_that_of_the_plan_of_the_level():
    """The invoice's own plan waits 20 days whatever its customer's allows; and the other way round."""
    patient, hurried = classic_plan(min_interval_days=20), classic_plan(min_interval_days=0)
    answer = decide(customer(own("a", 6, 3), last_contact=days_ago(3)), hurried, TONIGHT)
    assert (answer.decision, answer.reason) == ("hold", "recent_contact")

    quick = own("a", 6, 3, replace(OWN, min_interval_days=0))
    assert decide(customer(quick, last_contact=days_ago(3)), patient, TONIGHT).level.key == "own 6"


def test_a_plan_at_rest_keeps_no_other_plan_back():
    """The deposit's reminder may leave three days after the last contact; the customer's second one waits its own interval."""
    deposit = own("deposit", 4, None, replace(OWN, min_interval_days=0))
    answer = decide(customer(deposit, item("late", 18, 500, 3), last_contact=days_ago(3)), classic_plan(), TONIGHT)
    assert (answer.decision, answer.level.key, moved(answer)) == ("remind", "own 3", ["deposit"])


def test_levels_of_one_plan_rest_together():
    """Else a customer with a new invoice each week would never get the second reminder of the old one."""
    levels = tuple(replace(level, min_interval_days=30 if level.key == "second" else 0) for level in classic_plan().levels)
    facts = customer(item("old", 16, 100, 3), item("young", 4, 100), last_contact=days_ago(10))
    answer = decide(facts, classic_plan(levels=levels), TONIGHT)
    assert (answer.decision, answer.reason) == ("hold", "recent_contact")


def plan_with_minimum():
    return classic_plan(levels=tuple(
        replace(level, min_amount=500 if level.key == "firm" else 0) for level in classic_plan().levels))


def test_the_minimum_of_a_level_holds_its_own_items_only():
    """100 wait for the 500 of the firm reminder; 300 are reminded at the first level, which has no minimum."""
    firm, young = item("firm", 30, 100, 15), item("young", 4, 300)
    answer = decide(customer(firm, young), plan_with_minimum(), TONIGHT)
    assert (answer.decision, answer.level.key, moved(answer), answer.amount_due) == ("remind", "first", ["young"], 400)

    alone = decide(customer(firm), plan_with_minimum(), TONIGHT)
    assert (alone.decision, alone.reason, alone.level.key) == ("hold", "below_threshold", "firm")


def test_too_little_overdue_is_not_asked_in_an_announcement():
    levels = (*plan_with_minimum().levels_after, LevelRule("eve", -1, "email", True))
    facts = customer(item("firm", 30, 100, 15), item("tomorrow", -1, 10))
    answer = decide(facts, classic_plan(levels=levels), TONIGHT)
    assert (answer.decision, answer.reason) == ("hold", "below_threshold")


def test_the_minimum_is_that_of_the_plan_of_the_level():
    dear = classic_plan(min_amount=500)
    assert decide(customer(own("a", 4)), dear, TONIGHT).decision == "remind"
    small = decide(customer(own("a", 4, plan=replace(OWN, min_amount=500))), classic_plan(), TONIGHT)
    assert small.reason == "below_threshold"


# === AN OLD INVOICE THAT ENTERS AT THE FIRST LEVEL === #


def nights(plan, due, start, count, missed=(), **changes):
    """[(night, level)] of one instalment, night after night from a day on."""
    sent, facts = [], ItemFacts("a", due, 100)
    periods = changes.pop("quiet_periods", ())
    for night in (start + timedelta(days=number) for number in range(count)):
        if night in missed:
            continue
        quiet = any(period.holds(night) for period in periods)
        answer = decide(customer(facts, quiet=quiet, quiet_periods=periods, **changes), plan, night)
        if answer.decision == "remind":
            facts = replace(facts, reached_days=answer.level.days, reached_on=night,
                            reached_levels=(*facts.reached_levels, answer.level.key))
            sent.append((night, answer.level.key))
    return sent


def test_an_old_invoice_at_the_first_level_climbs_level_by_level():
    """70 days late: courteous tonight, then each level when the days between the two have passed."""
    found = nights(classic_plan(entry="first"), TONIGHT - timedelta(days=70), TONIGHT, 60)
    assert found == [(TONIGHT + timedelta(days=after), level) for after, level in (
        (0, "first"), (12, "second"), (27, "firm"), (42, "formal"))]


def test_a_young_invoice_climbs_by_its_age_there_too():
    due = TONIGHT - timedelta(days=3)
    late = {due + timedelta(days=15), due + timedelta(days=16)}  # two nights missed
    found = nights(classic_plan(entry="first"), due, due, 60, late)
    assert [((night - due).days, level) for night, level in found] == [(3, "first"), (17, "second"), (30, "firm"), (45, "formal")]


# === QUIET PERIODS === #

AUGUST = (Period(date(2000, 8, 1), date(2000, 8, 31), yearly=True),)
FIRM = classic_plan(levels=tuple(
    replace(level, firm=level.key in ("firm", "formal")) for level in classic_plan().levels_after))


def test_what_august_put_off_leaves_first_the_next_level_its_own_distance_later():
    found = nights(FIRM, date(2026, 7, 10), date(2026, 7, 10), 90, quiet_periods=AUGUST)
    assert [(str(night), level) for night, level in found] == [
        ("2026-07-13", "first"), ("2026-07-25", "second"), ("2026-09-01", "firm"), ("2026-09-16", "formal")]


def test_the_distance_counts_from_the_day_on_which_it_left():
    """The first open night is the 3rd."""
    missed = {date(2026, 9, 1), date(2026, 9, 2)}
    found = nights(FIRM, date(2026, 7, 10), date(2026, 7, 10), 90, missed, quiet_periods=AUGUST)
    assert [(str(night), level) for night, level in found[2:]] == [("2026-09-03", "firm"), ("2026-09-18", "formal")]


def test_a_period_between_two_levels_puts_off_the_later_one_only():
    found = nights(FIRM, date(2026, 6, 25), date(2026, 6, 25), 90, quiet_periods=AUGUST)
    assert [(str(night), level) for night, level in found[2:]] == [("2026-07-25", "firm"), ("2026-09-01", "formal")]


def test_two_periods_one_after_the_other():
    closed = (*AUGUST, Period(date(2026, 9, 1), date(2026, 9, 20)))
    found = nights(FIRM, date(2026, 7, 10), date(2026, 7, 10), 100, quiet_periods=closed)
    assert [(str(night), level) for night, level in found[2:]] == [("2026-09-21", "firm"), ("2026-10-06", "formal")]


@pytest.mark.parametrize(("reached", "urgent", "broken", "level"), [
    (15, False, False, "firm"), (None, False, False, "formal"), (15, True, False, "formal"), (15, False, True, "formal")])
def test_only_who_was_reminded_and_may_wait_takes_the_level_put_off(reached, urgent, broken, level):
    """Never reminded: the level of its age, as after any absence; a legal deadline or a broken promise waits for nothing."""
    one = ItemFacts("a", date(2026, 7, 10), 100, reached, reached_on=reached and date(2026, 7, 25), urgent=urgent,
                    promise_broken=broken)
    plan = replace(FIRM, climb_when_broken=True)
    assert decide(customer(one, quiet_periods=AUGUST), plan, date(2026, 9, 1)).level.key == level


def test_a_long_hold_still_ends_at_the_level_of_the_age():
    """A dispute from July to December has nothing to do with August: the ladder goes on by age, as after any hold."""
    one = ItemFacts("a", date(2026, 7, 10), 100, 15, reached_on=date(2026, 7, 25))
    assert decide(customer(one, quiet_periods=AUGUST), FIRM, date(2026, 12, 1)).level.key == "formal"


# === BEFORE THE DUE DATE === #


@pytest.mark.parametrize(("late", "closed_before", "closed", "decision"), [
    (0, 1, False, "remind"),  # the eve was closed: on the due date, which is the next open day
    (0, 2, False, "remind"),
    (0, 0, False, "nothing"),  # the eve was open: it had its night
    (0, 1, True, "nothing"),  # the due date is closed too: the next open day is too late
    (1, 2, False, "nothing"),
])
def test_an_announcement_of_a_closed_day_goes_on_the_due_date_at_the_latest(late, closed_before, closed, decision):
    plan = classic_plan(levels=(LevelRule("eve", -1, "email", True), LevelRule("first", 3, "email", True)))
    facts = customer(item("a", late), closed_before=closed_before, closed=closed)
    assert decide(facts, plan, TONIGHT).decision == decision


def test_only_the_announcement_of_the_closed_days_goes_on_the_due_date():
    plan = classic_plan(levels=(LevelRule("week", -7, "email", True), LevelRule("first", 3, "email", True)))
    assert decide(customer(item("a", 0), closed_before=2), plan, TONIGHT).decision == "nothing"
    sent = replace(item("a", 0, reached=-1), reached_levels=("eve",))
    plan = classic_plan(levels=(LevelRule("eve", -1, "email", True),))
    assert decide(customer(sent, closed_before=2), plan, TONIGHT).reason == "last_level"


# === COUNTED FROM THE PREVIOUS REMINDER, NOBODY REACHED === #


def test_the_lowest_level_has_no_previous_reminder_and_counts_from_the_due_date():
    plan = classic_plan(levels=(
        LevelRule("first", 3, "email", True, wait_days=5), LevelRule("second", 15, "email", True, wait_days=12)))
    assert nights(plan, TONIGHT, TONIGHT, 40) == [
        (TONIGHT + timedelta(days=3), "first"), (TONIGHT + timedelta(days=15), "second")]


def test_an_item_whose_reminder_reached_nobody_says_so():
    failed = replace(item("a", 8, 100, 3), unreached=True)
    answer = decide(customer(failed), classic_plan(), TONIGHT)
    assert (answer.decision, answer.reason, answer.level.key, answer.amount_due) == ("hold", "no_contact", "first", 100)
    assert [(line.decision, line.reason) for line in answer.items] == [("hold", "no_contact")]

    beside = decide(customer(failed, item("b", 4, 20)), classic_plan(), TONIGHT)
    assert (beside.decision, beside.amount_due) == ("remind", 120), "what is due beside it leaves, and lists it"
    later = replace(item("a", 15, 100, 3), unreached=True)
    assert decide(customer(later), classic_plan(), TONIGHT).level.key == "second", "the next level tries again"
