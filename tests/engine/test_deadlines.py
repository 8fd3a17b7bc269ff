"""Procedural deadlines: months by the same day number, rolled off weekends and holidays; service of payment orders."""

from datetime import date, timedelta

import pytest
from engine_tables import cases, day
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import add_months, add_years
from engine.deadlines import (
    is_working_day,
    next_working_day,
    payment_order_service_deadline,
    payment_order_service_rule,
    procedural_deadline,
    public_holidays,
)
from engine.errors import InconsistentInput, MissingRule

ROWS = cases("deadlines")


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_case(row):
    count, unit = row["limit"].split()
    assert procedural_deadline(day(row["act"]), **{unit: int(count)}, zone=row["zone"]) == day(row["deadline"])


@pytest.mark.parametrize(
    ("order", "months", "deadline"),
    [("2026-08-31", 6, "2027-03-01"), ("2026-09-01", 3, "2026-12-01"), ("2022-03-15", 6, "2022-09-15")],
)
def test_an_order_for_payment_is_served_in_six_months_or_three_by_its_date(order, months, deadline):
    order = date.fromisoformat(order)
    rule = payment_order_service_rule(order)
    assert (rule.months, rule.confirmed) == (months, months == 6)
    assert payment_order_service_deadline(order) == date.fromisoformat(deadline)


def test_an_order_older_than_the_procedure_is_refused():
    with pytest.raises(MissingRule):
        payment_order_service_deadline(date(1970, 1, 1))


@pytest.mark.parametrize("sunday", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"])
def test_easter_monday_ascension_and_whit_monday_follow_easter(sunday):
    easter = date.fromisoformat(sunday)
    for after in (1, 39, 50):
        assert easter + timedelta(days=after) in public_holidays(easter.year)


def test_the_eleven_holidays_of_france():
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    found = {(on.month, on.day) for on in public_holidays(2026)}
    assert fixed <= found and len(found) == 11


def test_working_days_skip_weekends_and_holidays():
    assert next_working_day(date(2026, 5, 1)) == date(2026, 5, 4)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 24), st.integers(1, 60))
def test_a_deadline_is_a_working_day_never_before_the_plain_one(act, months, days):
    plain = add_months(act, months) + timedelta(days=days)
    deadline = procedural_deadline(act, months=months, days=days)
    assert is_working_day(deadline) and plain <= deadline <= plain + timedelta(days=5)
    assert not any(is_working_day(plain + timedelta(days=step)) for step in range((deadline - plain).days))


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(0, 240))
def test_months_keep_the_day_number_or_end_the_month(act, months):
    found = add_months(act, months)
    assert (found.year * 12 + found.month) - (act.year * 12 + act.month) == months
    assert found.day == act.day or (found.day < act.day and (found + timedelta(days=1)).day == 1)
    assert add_years(act, 2) == add_months(act, 24)


def test_input_that_makes_no_sense_is_refused():
    on = date(2026, 1, 1)
    for call in (
        lambda: procedural_deadline(on),
        lambda: procedural_deadline(on, months=-1, days=5),
        lambda: public_holidays(2026, "75"),
        lambda: is_working_day(date(2026, 3, 3), "DE"),
    ):
        with pytest.raises(InconsistentInput):
            call()
