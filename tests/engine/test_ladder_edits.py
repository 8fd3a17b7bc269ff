"""Plans are edited while customers are being reminded: nothing is ever due twice at a level."""

from dataclasses import replace
from datetime import timedelta

from engine_tables import TONIGHT, classic_plan, customer, item
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import ItemFacts, LevelRule, PlanRule
from engine.ladder import decide, decide_all


def reminded(late, *levels):
    """An item reminded at these (key, days then) of the plan."""
    days = [on for _key, on in levels]
    return replace(item("one", late, 100, max(days)), reached_levels=tuple(key for key, _on in levels))


def with_days(**days):
    levels = {level.key: level for level in classic_plan().levels}
    return classic_plan(levels=tuple(replace(level, days=days.get(key, level.days)) for key, level in levels.items()))


def due(plan, one):
    answer = decide(customer(one), plan, TONIGHT)
    return answer.level.key if answer.decision == "remind" else answer.reason


def test_a_level_whose_days_are_raised_is_not_due_again():
    later = with_days(first=8)
    assert due(later, reminded(8, ("first", 3))) == "already_reminded"
    assert due(later, reminded(15, ("first", 3))) == "second", "the next one on its day"


def test_a_level_whose_days_are_lowered_is_not_due_again():
    assert due(with_days(second=10), reminded(16, ("second", 15))) == "already_reminded"


def test_two_levels_that_change_places_are_each_due_once():
    swapped = with_days(first=15, second=3)
    assert due(swapped, reminded(16, ("first", 3))) == "already_reminded"
    assert due(swapped, reminded(16, ("first", 3), ("second", 15))) == "already_reminded"
    assert due(swapped, reminded(30, ("first", 3))) == "firm"


def test_a_last_level_that_is_moved_later_stays_the_last():
    later = with_days(formal=60)
    assert due(later, reminded(61, ("firm", 30), ("formal", 45))) == "last_level"


def test_a_level_in_the_place_of_an_archived_one_is_due_above_it_only():
    twin = LevelRule("twin", 3, "email", True)
    levels = tuple(twin if level.key == "first" else level for level in classic_plan().levels)
    assert due(classic_plan(levels=levels), reminded(5, ("first", 3))) == "already_reminded"


PLANS = ("one", "two")
EDITS = st.lists(
    st.tuples(
        st.integers(1, 80),  # on which day
        st.sampled_from(["days", "swap", "move", "archive", "plan", "withdraw"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(-10, 60),
    ),
    max_size=12,
)


class World:
    """Levels {key: [plan, days]} that a person edits, and the evidence [(item, level, days then, night)]."""

    def __init__(self, levels, entry, grouping, climbs):
        self.levels = {key: [PLANS[key % 2], days] for key, days in enumerate(levels)}
        self.options = {"entry": entry, "grouping": grouping, "climb_when_broken": climbs}
        self.followed, self.sent = {"a": "one", "b": "one"}, []

    def edit(self, kind, one, other, days):
        known = list(self.levels)
        if not known:
            return
        first, second = known[one % len(known)], known[other % len(known)]
        if kind == "days":
            self.put(first, self.levels[first][0], days)
        elif kind == "swap" and self.levels[first][0] == self.levels[second][0]:
            self.levels[first][1], self.levels[second][1] = self.levels[second][1], self.levels[first][1]
        elif kind == "move":
            self.put(first, PLANS[other % 2], self.levels[first][1])
        elif kind == "archive":
            del self.levels[first]
            if other % 2:
                self.levels[max(known) + 1] = [PLANS[one % 2], days]
                self.put(max(known) + 1, PLANS[one % 2], days)
        elif kind == "plan":
            self.followed["ab"[one % 2]] = PLANS[other % 2]
        elif self.sent:
            self.sent.pop(one % len(self.sent))

    def put(self, key, plan, days):
        """As the screen: never two levels of a plan on one day."""
        while any(number != key and other == [plan, days] for number, other in self.levels.items()):
            days += 1
        self.levels[key] = [plan, days]

    def rule(self, plan):
        return PlanRule(plan, tuple(
            LevelRule(key, days, "email", True) for key, (owner, days) in self.levels.items() if owner == plan), 0, **self.options)

    def facts(self, key, due):
        mine = [(level, days, night) for one, level, days, night in self.sent if one == key]
        return ItemFacts(
            key, due, 100, max((days for _level, days, _night in mine), default=None),
            reached_on=max((night for _level, _days, night in mine), default=None),
            reached_levels=tuple(level for level, _days, _night in mine),
            plan=self.rule(self.followed[key]), promise_broken=key == "b")

    def night(self, number):
        night = TONIGHT + timedelta(days=number)
        facts = customer(self.facts("a", TONIGHT), self.facts("b", TONIGHT - timedelta(days=20)))
        for answer in decide_all(facts, self.rule("one"), night):
            for line in answer.items:
                if line.moved:
                    assert (line.key, answer.level.key) not in {(one, level) for one, level, *_rest in self.sent}
                    self.sent.append((line.key, answer.level.key, answer.level.days, night))


@given(
    st.lists(st.integers(-10, 60), unique=True, min_size=1, max_size=6), EDITS,
    st.sampled_from(["by_age", "first"]), st.sampled_from(["customer", "level"]), st.booleans())
def test_whatever_is_edited_no_level_is_due_twice(levels, edits, entry, grouping, climbs):
    """Night after night, while levels get other days, change places, plans or are replaced: each once for an instalment."""
    world = World(levels, entry, grouping, climbs)
    for number in range(-10, 81):
        for on, *edit in edits:
            if on == number:
                world.edit(*edit)
        world.night(number)
