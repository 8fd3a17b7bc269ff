"""Limitation: the vectors, what restarts or stops the clock, what never does, and that no machine moves it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from engine_tables import cases, day, words
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InconsistentInput, UnknownRegime
from engine.limitation import alert, limitation
from engine.limitation_facts import LimitationEvent, LimitationFacts
from engine.limitation_rules import EVENT_KINDS, NATURES, OWN_PERIOD_TITLES, TEN_YEAR_TITLES
from engine.types import LIMITATION_IGNORED, LIMITATION_WARNINGS, REGIMES

NAMES = {
    "invoice": "invoice_date",
    "due": "due_date",
    "performance": "performance_date",
    "title_date": "title_date",
}


def facts_of(text):
    values = {}
    for key, value in (part.split("=") for part in words(text)):
        values[NAMES.get(key, key)] = day(value) if key in NAMES else value
    if "years" in values:
        values["contract_years"] = int(values.pop("years"))
    return LimitationFacts(**values)


def event_of(text):
    """``court_action 01/02/2025..15/06/2026 void`` -> a recorded event."""
    kind, dates, *flags = text.split()
    first, _dots, last = dates.partition("..")
    return LimitationEvent(kind, day(first), True, "proof.pdf", day(last), "void" in flags)


ROWS = cases("limitation")


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_case(row):
    answer = limitation(facts_of(row["facts"]), [event_of(text) for text in words(row["events"])])
    assert answer.safe.starts_on == day(row["starts"])
    assert (answer.safe.expiry, answer.arguable.expiry) == (day(row["safe"]), day(row["arguable"]))
    assert (answer.rule, answer.warnings) == (row["rule"], tuple(words(row["warnings"])))
    assert answer.source and answer.confirmed == ("rule_unconfirmed" not in answer.warnings)


PLAIN = LimitationFacts("b2b", date(2022, 3, 31), date(2022, 4, 30), date(2022, 3, 10))


def recorded(kind, on, **more):
    return LimitationEvent(kind, on, True, "proof.pdf", **more)


def test_a_proposed_event_moves_nothing_and_says_what_it_would_give():
    proposed = LimitationEvent("part_payment", date(2024, 6, 12))
    answer = limitation(PLAIN, [proposed])
    assert (answer.safe, answer.arguable) == (limitation(PLAIN).safe, limitation(PLAIN).arguable)
    assert [(item.event, item.safe_expiry) for item in answer.proposals] == [(proposed, date(2029, 6, 12))]


def test_nothing_with_effect_is_recorded_without_its_proof():
    with pytest.raises(InconsistentInput) as refusal:
        LimitationEvent("part_payment", date(2024, 6, 12), recorded=True)
    assert refusal.value.params["what"] == "limitation_event_proof"
    assert LimitationEvent("reminder", date(2024, 6, 12), recorded=True)


@pytest.mark.parametrize(
    ("event", "facts", "reason"),
    [
        (recorded("formal_notice", date(2025, 1, 1)), PLAIN, "no_legal_effect"),
        (recorded("registered_formal_notice", date(2025, 1, 1)), PLAIN, "no_legal_effect"),
        (recorded("court_action", date(2025, 1, 1), void=True), PLAIN, "void"),
        (recorded("part_payment", date(2022, 3, 9)), PLAIN, "before_start"),
        (recorded("part_payment", date(2027, 3, 11)), PLAIN, "after_expiry"),
        (recorded("inability", date(2025, 1, 1), ended_on=date(2025, 2, 1)), PLAIN, "arguable_only"),
    ],
)
def test_an_event_without_effect_says_why(event, facts, reason):
    clock = limitation(facts, [event]).safe
    assert clock.ignored == ((event, reason),) and clock.applied == ()
    assert clock.expiry == date(2027, 3, 10)


def test_a_suspension_before_the_last_restart_is_superseded():
    mediation = recorded("mediation", date(2023, 1, 1), ended_on=date(2023, 2, 1))
    payment = recorded("part_payment", date(2024, 6, 12))
    clock = limitation(PLAIN, [payment, mediation]).safe
    assert (clock.applied, clock.ignored) == ((payment,), ((mediation, "superseded"),))
    assert clock.expiry == date(2029, 6, 12)


def test_a_restart_may_owe_its_effect_to_an_earlier_suspension():
    mediation = recorded("mediation", date(2023, 1, 1), ended_on=date(2023, 2, 1))
    payment = recorded("part_payment", date(2027, 4, 1))
    assert limitation(PLAIN, [mediation, payment]).safe.expiry == date(2032, 4, 1)


def test_a_pending_case_shows_the_date_that_counts_if_it_comes_to_nothing():
    action = recorded("court_action", date(2025, 2, 1))
    payment = recorded("part_payment", date(2025, 6, 1))
    clock = limitation(PLAIN, [action, payment]).safe
    assert (clock.expiry, clock.pending, clock.expiry_if_void) == (None, action, date(2030, 6, 1))


def test_a_pending_mediation_shows_the_date_without_it():
    mediation = recorded("mediation", date(2025, 2, 1))
    clock = limitation(PLAIN, [mediation]).safe
    assert (clock.expiry, clock.pending, clock.expiry_if_void) == (None, mediation, date(2027, 3, 10))


def test_the_answer_cites_the_text_of_the_period():
    for changes, source in (
        ({}, "C. com. art. L110-4 I"),
        ({"regime": "b2c"}, "C. conso. art. L218-2"),
        ({"nature": "transport"}, "C. com. art. L133-6"),
        ({"nature": "insurance"}, "C. assur. art. L114-1"),
        ({"title": "court_decision", "title_date": date(2025, 1, 1)}, "CPCE art. L111-4"),
    ):
        assert limitation(replace(PLAIN, **changes)).source == source


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-09-10", None), ("2026-09-11", 180), ("2026-12-10", 90), ("2027-02-08", 30), ("2027-03-10", 30), ("2027-03-11", 0)],
)
def test_alerts_180_90_30_days_before_and_once_passed(on, expected):
    assert alert(date(2027, 3, 10), date.fromisoformat(on)) == expected


def test_no_alert_while_the_clock_stands_still():
    assert alert(None, date(2030, 1, 1)) is None


def test_input_that_contradicts_itself_is_refused():
    with pytest.raises(UnknownRegime):
        replace(PLAIN, regime=None)
    for changes in (
        {"nature": "rent"},
        {"title": "court_decision"},
        {"title": "memo", "title_date": date(2025, 1, 1)},
        {"contract_years": 0},
        {"contract_years": 11},
        {"contract_years": 3, "regime": "b2c"},
        {"contract_years": 3, "regime": "public"},
        {"contract_years": 3, "periodic": True},
        {"contract_years": 3, "nature": "insurance"},
    ):
        with pytest.raises(InconsistentInput):
            replace(PLAIN, **changes)
    with pytest.raises(InconsistentInput):
        LimitationEvent("prayer", date(2025, 1, 1))
    with pytest.raises(InconsistentInput):
        LimitationEvent("mediation", date(2025, 1, 2), ended_on=date(2025, 1, 1))


def test_only_what_the_law_lists_has_an_effect_and_each_says_by_which_text():
    effects = {kind.code: kind.effect for kind in EVENT_KINDS.values()}
    assert {code for code, effect in effects.items() if effect == "none"} == {
        "formal_notice",
        "reminder",
        "invoice",
        "agency_contact",
        "payment_order_request",
        "third_party_payment",
        "seizure_proceeds",
        "offset",
        "credit_note",
        "own_allocation",
    }
    assert all(bool(kind.source) == (kind.effect != "none") for kind in EVENT_KINDS.values())


DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 31))


@st.composite
def situations(draw):
    nature = draw(st.sampled_from(NATURES))
    title = draw(st.sampled_from([None, None, None, *TEN_YEAR_TITLES, *OWN_PERIOD_TITLES]))
    facts = LimitationFacts(
        draw(st.sampled_from(REGIMES)),
        draw(DAYS),
        draw(st.none() | DAYS),
        draw(st.none() | DAYS),
        nature,
        title=title,
        title_date=title and draw(DAYS),
    )
    return facts, draw(st.lists(events(), max_size=4))


@st.composite
def events(draw):
    on = draw(DAYS)
    length = draw(st.none() | st.integers(0, 900))
    ended = None if length is None else on + timedelta(days=length)
    kind = draw(st.sampled_from(sorted(EVENT_KINDS)))
    return LimitationEvent(kind, on, draw(st.booleans()), "proof.pdf", ended, draw(st.sampled_from([False, False, True])))


@given(situations())
def test_what_happens_never_brings_the_date_nearer(situation):
    facts, happened = situation
    bare, answer = limitation(facts), limitation(facts, happened)
    for before, after in ((bare.safe, answer.safe), (bare.arguable, answer.arguable)):
        assert after.expiry is None or after.expiry >= before.expiry
        assert (after.expiry is None) == (after.pending is not None)
        assert {reason for _event, reason in after.ignored} <= set(LIMITATION_IGNORED)
    assert set(answer.warnings) <= set(LIMITATION_WARNINGS)


@given(situations())
def test_the_safe_date_is_never_after_the_arguable_one(situation):
    facts, happened = situation
    answer = limitation(facts, happened)
    if answer.safe.expiry and answer.arguable.expiry:
        assert answer.safe.expiry <= answer.arguable.expiry


@given(situations())
def test_proposals_alone_change_nothing(situation):
    facts, happened = situation
    only_recorded = [event for event in happened if event.recorded]
    with_proposals, without = limitation(facts, happened), limitation(facts, only_recorded)
    assert (with_proposals.safe, with_proposals.arguable) == (without.safe, without.arguable)


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_were_recorded_does_not_matter(situation, random):
    facts, happened = situation
    shuffled = random.sample(happened, len(happened))
    dates = [limitation(facts, order) for order in (happened, shuffled)]
    assert (dates[0].safe.expiry, dates[0].arguable.expiry) == (dates[1].safe.expiry, dates[1].arguable.expiry)
