"""Payment terms: the lawful date of each kind of invoice, the two end-of-month methods, what is refused."""

from datetime import date, timedelta

import pytest
from engine_tables import ADDON, cases, day, read_csv, words
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InconsistentInput, MissingFact, MissingRule, UnconfirmedRule, UnknownRegime
from engine.payment_terms import TermFacts, check_term
from engine.term_caps import CapBook, TermCap, caps_from_rows, end_of_month_date
from engine.types import TERM_RULES, TERM_WARNINGS

CAP_ROWS = read_csv(ADDON / "data" / "law" / "payment_term_caps.csv")
CAPS = CapBook(caps_from_rows(CAP_ROWS))
DATES = {
    "issue": "issue_date",
    "agreed": "agreed_due_date",
    "delivery": "delivery_date",
    "performance": "performance_date",
    "receipt": "receipt_date",
    "interruption": "interruption_date",
    "completion": "completion_date",
}
FLAGS = {"periodic": "periodic", "export": "export", "large": "large_company", "uncertain": "receipt_uncertain"}
CODES = {"regime": "regime", "eom": "end_of_month", "sector": "sector", "body": "public_body"}


def facts_of(text):
    values = {}
    for key, value in (part.split("=") for part in words(text)):
        if key in DATES:
            values[DATES[key]] = day(value)
        elif key in FLAGS:
            values[FLAGS[key]] = value == "1"
        else:
            values[CODES[key]] = value
    return TermFacts(**values)


ROWS = cases("payment_terms")


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_case(row):
    check = check_term(facts_of(row["facts"]), CAPS)
    assert check.latest_due_date == day(row["latest"])
    assert (check.rule, check.excess_days, check.compliant) == (row["rule"], int(row["excess"]), row["excess"] == "0")
    assert check.source == row["source"]
    assert check.warnings == tuple(words(row["warnings"]))
    assert check.rule in TERM_RULES and set(check.warnings) <= set(TERM_WARNINGS)


EOM_ROWS = cases("end_of_month")


@pytest.mark.parametrize("row", EOM_ROWS, ids=[row["invoice"] for row in EOM_ROWS])
@pytest.mark.parametrize("method", ["A", "B"])
def test_the_two_end_of_month_methods(row, method):
    expected = day(row["method_a" if method == "A" else "method_b"])
    assert end_of_month_date(day(row["invoice"]), 45, method) == expected
    check = check_term(TermFacts("b2b", day(row["invoice"]), expected, end_of_month=method))
    assert (check.compliant, check.latest_due_date, check.rule) == (True, expected, "end_of_month_45")


ISSUED = st.dates(date(2019, 5, 1), date(2026, 12, 31))


@given(ISSUED, st.integers(0, 200), st.sampled_from([None, "A", "B"]), st.booleans(), st.booleans())
def test_lawful_means_not_after_the_latest_date(issued, days, method, periodic, export):
    agreed = issued + timedelta(days=days)
    check = check_term(TermFacts("b2b", issued, agreed, end_of_month=method, periodic=periodic, export=export))
    assert check.compliant == (agreed <= check.latest_due_date)
    assert check.excess_days == max(0, (agreed - check.latest_due_date).days)
    on_the_latest = check_term(TermFacts("b2b", issued, check.latest_due_date, method, None, None, periodic, None, export))
    assert on_the_latest.compliant


@given(ISSUED)
def test_an_end_of_month_is_between_45_and_76_days(issued):
    for method in "AB":
        assert 45 <= (end_of_month_date(issued, 45, method) - issued).days <= 76


def test_an_unread_cap_is_refused_unless_it_is_accepted():
    facts = TermFacts("b2b", date(2026, 1, 15), date(2026, 5, 31), end_of_month="A", sector="agricultural_machinery")
    with pytest.raises(UnconfirmedRule) as refusal:
        check_term(facts, CAPS)
    assert refusal.value.params["rule"] == "agricultural_machinery"
    check = check_term(facts, CAPS, accept_unconfirmed=True)
    assert (check.latest_due_date, check.warnings) == (date(2026, 5, 31), ("rule_unconfirmed",))


def test_an_end_of_month_cap_without_that_clause_counts_plain_days():
    facts = TermFacts("b2b", date(2026, 1, 15), date(2026, 5, 31), sector="agricultural_machinery")
    assert check_term(facts, CAPS, accept_unconfirmed=True).latest_due_date == date(2026, 5, 5)


@pytest.mark.parametrize(("month", "days"), [(9, 95), (10, 75)])
def test_toys_by_season(month, days):
    issued = date(2026, month, 1)
    check = check_term(TermFacts("b2b", issued, issued, sector="toys"), CAPS, accept_unconfirmed=True)
    assert check.latest_due_date == issued + timedelta(days=days)


@pytest.mark.parametrize(("sector", "issued"), [("textiles", date(2026, 1, 1)), ("transport", date(2023, 12, 31))])
def test_a_sector_without_a_row_for_the_day_is_refused_never_judged_by_the_general_cap(sector, issued):
    with pytest.raises(MissingRule):
        check_term(TermFacts("b2b", issued, issued, sector=sector), CAPS)


def test_invoices_older_than_the_rules_are_refused():
    old = date(2008, 12, 31)
    for facts in (TermFacts("b2b", old, old), TermFacts("public", old, public_body="authority")):
        with pytest.raises(MissingRule):
            check_term(facts)


def test_an_unknown_fact_is_refused_never_assumed():
    issued = date(2026, 1, 15)
    for facts in (
        TermFacts("b2b", issued),
        TermFacts("b2b", issued, issued, sector="livestock"),
        TermFacts("public", issued, issued),
        TermFacts("public", issued, public_body="authority", receipt_uncertain=True),
    ):
        with pytest.raises(MissingFact):
            check_term(facts, CAPS)


def test_input_that_contradicts_itself_is_refused():
    issued = date(2026, 1, 15)
    with pytest.raises(UnknownRegime):
        TermFacts("", issued)
    for changes in (
        {"end_of_month": "C"},
        {"public_body": "club"},
        {"completion_date": issued},
        {"interruption_date": date(2026, 2, 2), "completion_date": date(2026, 2, 1)},
    ):
        with pytest.raises(InconsistentInput):
            TermFacts("public", issued, **changes)
    with pytest.raises(InconsistentInput):
        end_of_month_date(issued, 45, "C")


def test_cap_rows_that_are_wrong_are_refused():
    for changes in ({"days": "", "end_of_month_days": ""}, {"start": "receipt"}, {"valid_from": "2024"}, {"confirmed": "yes"}):
        with pytest.raises(InconsistentInput):
            caps_from_rows([{**CAP_ROWS[0], **changes}])
    with pytest.raises(InconsistentInput):
        caps_from_rows([{"code": "toys"}])


@pytest.mark.parametrize(
    "changes",
    [{"periodic": True}, {"valid_from": date(2026, 12, 31)}, {"months": (1, 2)}, {"valid_to": date(2024, 1, 1)}],
)
def test_two_caps_for_one_invoice_are_refused(changes):
    first = TermCap("wine", date(2024, 1, 1), days=60, valid_to=date(2026, 12, 31))
    other = TermCap(**{"code": "wine", "valid_from": date(2024, 1, 1), "days": 45, **changes})
    with pytest.raises(InconsistentInput):
        CapBook((first, other))


def test_a_cap_may_follow_another():
    first = TermCap("wine", date(2024, 1, 1), days=60, valid_to=date(2026, 12, 31))
    book = CapBook((first, TermCap("wine", date(2027, 1, 1), days=45)))
    assert [book.at("wine", on).days for on in (date(2026, 12, 31), date(2027, 1, 1))] == [60, 45]


def test_shipped_caps_say_where_they_come_from():
    for cap in CAPS.caps:
        assert cap.citation and (cap.source.startswith("https://") or not cap.confirmed)
    assert {cap.code for cap in CAPS.caps if not cap.confirmed} == {
        "seasonal_plants",
        "agricultural_machinery",
        "green_space_equipment",
        "winter_sports",
        "leather",
        "watches_jewellery",
        "toys",
    }
