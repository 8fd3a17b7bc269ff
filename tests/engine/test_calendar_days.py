"""On which days and hours messages leave (lesson 28) and what a quiet period puts off."""

from datetime import date, datetime

import pytest
from engine_tables import TONIGHT, classic_plan, customer, item

from engine.calendar_days import DayRules, Period, is_open, next_open_day, next_open_moment, puts_off_firm, zone_of
from engine.errors import InconsistentInput
from engine.facts import LevelRule, PlanRule
from engine.ladder import decide

FRANCE, STRASBOURG = DayRules(zones=("",)), DayRules(zones=("", "67"))
AUGUST = Period(date(2026, 8, 1), date(2026, 8, 31), yearly=True)
YEAR_END = Period(date(2026, 12, 24), date(2027, 1, 2), yearly=True)


@pytest.mark.parametrize(
    ("country", "postcode", "zone"),
    [
        ("FR", "75011", ""),
        ("FR", "57000", "57"),
        ("FR", "67000", "67"),
        ("FR", "68 100", "68"),
        ("FR", "97110", "971"),
        ("FR", "97133", "BL"),
        ("FR", "97150", "MF"),
        ("FR", "97200", "972"),
        ("FR", "97400", "974"),
        ("FR", "98800", "NC"),
        ("FR", "", ""),
        ("RE", "97400", "974"),
        ("NC", "98800", "NC"),
        ("BE", "1000", None),
        ("", "", None),
    ],
)
def test_the_calendar_of_an_address(country, postcode, zone):
    assert zone_of(country, postcode) == zone


@pytest.mark.parametrize(
    ("day", "rules", "open_on"),
    [
        ("2026-03-14", FRANCE, "2026-03-16"),  # a Saturday
        ("2026-05-01", FRANCE, "2026-05-04"),  # 1 May 2026 is a Friday
        ("2026-04-03", FRANCE, "2026-04-03"),  # Good Friday is worked in Paris
        ("2026-04-03", STRASBOURG, "2026-04-07"),  # not in Alsace; then the week-end and Easter Monday
        ("2026-12-25", FRANCE, "2026-12-28"),
        ("2026-03-14", DayRules(), "2026-03-14"),  # every day is open
    ],
)
def test_lesson_28_a_closed_day_goes_on_the_next_open_day(day, rules, open_on):
    """lesson 28: no sending on week-ends and holidays."""
    assert next_open_day(date.fromisoformat(day), rules) == date.fromisoformat(open_on)
    assert is_open(date.fromisoformat(day), rules) == (day == open_on)


@pytest.mark.parametrize(
    ("now", "hours", "leaves"),
    [
        ("2026-03-16T10:30", (8, 19), "2026-03-16T10:30"),
        ("2026-03-16T02:00", (8, 19), "2026-03-16T08:00"),
        ("2026-03-16T19:00", (8, 19), "2026-03-17T08:00"),
        ("2026-03-13T20:00", (8, 19), "2026-03-16T08:00"),  # Friday evening
        ("2026-03-14T10:00", (0, 24), "2026-03-16T00:00"),
    ],
)
def test_the_hours_of_a_channel(now, hours, leaves):
    assert next_open_moment(datetime.fromisoformat(now), *hours, FRANCE) == datetime.fromisoformat(leaves)


def test_hours_that_leave_no_time_are_refused():
    with pytest.raises(InconsistentInput):
        next_open_moment(datetime(2026, 3, 16, 10), 19, 8, FRANCE)


@pytest.mark.parametrize(
    ("period", "day", "inside"),
    [
        (AUGUST, "2026-07-31", False),
        (AUGUST, "2031-08-01", True),
        (AUGUST, "2031-08-31", True),
        (YEAR_END, "2026-12-23", False),
        (YEAR_END, "2026-12-24", True),
        (YEAR_END, "2029-01-02", True),
        (YEAR_END, "2029-01-03", False),
        (Period(date(2026, 3, 1), date(2026, 3, 5)), "2027-03-02", False),
    ],
)
def test_a_period_every_year_may_span_new_year(period, day, inside):
    assert period.holds(date.fromisoformat(day)) == inside
    assert puts_off_firm(date.fromisoformat(day), DayRules(quiet=(period,))) == inside


def plan():
    return PlanRule("plan", (
        LevelRule("first", 3, "email", True), LevelRule("second", 15, "email", True),
        LevelRule("firm", 30, "email", True, firm=True), LevelRule("last", 40, "email", True, firm=True)), 0)


@pytest.mark.parametrize(
    ("late", "reached", "urgent", "decision", "reason", "level"),
    [
        (31, 15, False, "hold", "sensitive_period", 30),  # the firm level waits
        (31, None, False, "remind", "", 15),  # never reminded: the neutral one leaves
        (16, 3, False, "remind", "", 15),
        (700, 15, True, "remind", "", 40),  # a legal deadline may be near: nothing is put off
    ],
)
def test_a_quiet_period_puts_off_firm_levels_only(late, reached, urgent, decision, reason, level):
    facts = customer(item("one", late, 100, reached))
    facts = type(facts)(**{**vars(facts), "quiet": True, "items": (
        type(facts.items[0])(**{**vars(facts.items[0]), "urgent": urgent}),)})
    answer = decide(facts, plan(), TONIGHT)
    assert (answer.decision, answer.reason, answer.level.days) == (decision, reason, level)


def test_lesson_21_a_closed_day_is_caught_up_once():
    """lesson 21: what waited for an open day leaves once, at the level of its age."""
    facts = customer(item("one", 16, 100, 3))
    closed = type(facts)(**{**vars(facts), "closed": True})
    assert decide(closed, classic_plan(), TONIGHT).reason == "closed_day"
    assert decide(facts, classic_plan(), TONIGHT).decision == "remind"
    reached = customer(item("one", 16, 100, 15))
    assert decide(reached, classic_plan(), TONIGHT).reason == "already_reminded"
