"""What a publication of the ECB says that the known rates do not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from engine_tables import rate_rows

from engine.errors import InconsistentInput
from engine.rate_watch import PROPOSAL_KINDS, differences
from engine.rates import RatePeriod, periods_from_rows

READ_ON = date(2026, 12, 1)


def row(start, end, percent, confirmed=True):
    return RatePeriod("ecb_mro", date.fromisoformat(start), date.fromisoformat(end), percent, "test", confirmed)


def points(*pairs):
    return [(date.fromisoformat(start), Decimal(percent)) for start, percent in pairs]


def found(known, published, as_of=READ_ON):
    rows = differences(known, published, as_of)
    assert {one.kind for one in rows} <= set(PROPOSAL_KINDS)
    return [(one.kind, str(one.date_from), str(one.date_to), str(one.percent)) for one in rows]


KNOWN = [row("2025-06-11", "2026-06-16", "2.15"), row("2026-06-17", "2026-11-21", "2.40")]
PUBLISHED = points(("2025-06-11", "2.15"), ("2026-06-17", "2.40"))


def test_the_running_rate_is_only_vouched_for_up_to_the_day_of_reading():
    assert found(KNOWN, PUBLISHED) == [("extend", "2026-06-17", "2026-12-01", "2.40")]


def test_nothing_when_everything_is_known():
    assert found(KNOWN, PUBLISHED, date(2026, 11, 21)) == []
    assert found(KNOWN, [], READ_ON) == []


def test_a_change_is_a_new_row_and_ends_the_one_before():
    published = PUBLISHED + points(("2026-11-25", "2.15"))
    assert found(KNOWN, published) == [
        ("extend", "2026-06-17", "2026-11-24", "2.40"), ("new", "2026-11-25", "2026-12-01", "2.15")]


def test_a_change_inside_a_row_that_someone_extended_too_far():
    known = [row("2026-06-17", "2027-06-30", "2.40")]
    published = points(("2026-06-17", "2.40"), ("2026-11-25", "2.15"))
    assert found(known, published) == [("new", "2026-11-25", "2026-12-01", "2.15")]


def test_another_value_for_a_known_day_is_a_change():
    published = points(("2025-06-11", "2.15"), ("2026-06-17", "2.50"))
    assert found(KNOWN, published) == [("change", "2026-06-17", "2026-12-01", "2.50")]


def test_a_row_that_the_publication_does_not_know_takes_the_published_value():
    known = [*KNOWN[:1], row("2026-06-17", "2026-08-31", "2.40"), row("2026-09-01", "2026-12-01", "9.00")]
    assert found(known, PUBLISHED) == [("change", "2026-09-01", "2026-12-01", "2.40")]


def test_a_gap_is_filled_and_stops_at_the_next_row():
    known = [row("2026-07-01", "2026-12-01", "2.40")]
    assert found(known, points(("2026-06-17", "2.40"))) == [("new", "2026-06-17", "2026-06-30", "2.40")]


def test_what_was_secondary_is_confirmed_by_the_publication():
    known = [row("2026-06-17", "2026-12-01", "2.40", confirmed=False)]
    assert found(known, points(("2026-06-17", "2.40"))) == [("confirm", "2026-06-17", "2026-12-01", "2.40")]


def test_a_decision_announced_for_a_later_day_is_proposed_from_that_day():
    published = PUBLISHED + points(("2026-12-16", "2.15"))
    assert found(KNOWN, published) == [
        ("extend", "2026-06-17", "2026-12-15", "2.40"), ("new", "2026-12-16", "2026-12-16", "2.15")]


def test_a_daily_series_says_the_same_as_its_changes():
    daily = [(date(2026, 6, 17) + timedelta(days=n), Decimal("2.40")) for n in range(100)]
    assert found(KNOWN, points(("2025-06-11", "2.15")) + daily) == [("extend", "2026-06-17", "2026-12-01", "2.40")]


def test_years_of_the_minimum_bid_rate_are_left_alone():
    """The fixed-rate series jumps from June 2000 to October 2008: its silence is no rate."""
    known = [row("2000-06-28", "2000-08-31", "4.25")]
    assert found(known, points(("2000-06-09", "9.99"), ("2008-10-15", "3.75"), ("2008-11-12", "3.25")), date(2008, 11, 12)) == [
        ("new", "2008-10-15", "2008-11-11", "3.75"), ("new", "2008-11-12", "2008-11-12", "3.25")]


def test_the_shipped_rates_agree_with_a_publication_of_the_same_changes():
    shipped = [period for period in periods_from_rows(rate_rows()) if period.series == "ecb_mro"]
    published = [(period.date_from, period.percent) for period in shipped]
    assert found(shipped, published, max(period.date_to for period in shipped)) == [
        ("confirm", "2026-06-17", "2026-09-15", "2.40"), ("confirm", "2026-09-16", "2026-11-21", "2.65")]


def test_disorder_is_refused():
    with pytest.raises(InconsistentInput):
        differences(KNOWN, PUBLISHED[::-1], READ_ON)
