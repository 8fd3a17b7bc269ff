"""Statutory rates: the published half-years, the shipped data, and the refusal to guess."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from engine_tables import RATE_FILES, amount, cases, day, rate_rows

from engine.errors import InconsistentInput, MissingRate
from engine.rates import (
    RateBook,
    RatePeriod,
    b2b_default_rate,
    contract_floor,
    legal_rate,
    periods_from_rows,
    public_rate,
    semester_end,
    semester_start,
    split_by_semester,
)

SEMESTERS = cases("statutory_rates")
CHECKED_ON = date(2026, 11, 21)


@pytest.mark.parametrize("row", SEMESTERS, ids=[row["semester"] for row in SEMESTERS])
def test_published_half_year(row, book):
    for on in (day(row["day"]), day(row["day"]) + timedelta(days=100), semester_end(day(row["day"]))):
        assert b2b_default_rate(book, on) == amount(row["b2b_default"]) == amount(row["ecb"]) + 10
        if row["public"]:
            assert public_rate(book, on) == amount(row["public"])
        if row["floor"]:
            assert legal_rate(book, on) == amount(row["legal_professional"])
            assert contract_floor(book, on) == amount(row["floor"])


def test_what_the_table_leaves_empty_is_refused(book):
    for row in SEMESTERS:
        if not row["public"]:
            with pytest.raises(MissingRate):
                public_rate(book, day(row["day"]))
        if not row["floor"]:
            with pytest.raises(MissingRate):
                contract_floor(book, day(row["day"]))


def test_first_half_of_2027_is_unknown(book):
    for rate in (b2b_default_rate, public_rate, legal_rate, contract_floor):
        with pytest.raises(MissingRate) as refusal:
            rate(book, date(2027, 1, 1))
        assert refusal.value.code == "rate_unknown" and set(refusal.value.params) == {"series", "day"}


def test_a_rate_holds_from_its_first_to_its_last_day_only():
    row = RatePeriod("ecb_mro", date(2026, 1, 10), date(2026, 1, 20), "2.5", "https://example.org")
    book = RateBook([row])
    assert book.at("ecb_mro", date(2026, 1, 10)) == book.at("ecb_mro", date(2026, 1, 20)) == row
    for outside in (date(2026, 1, 9), date(2026, 1, 21)):
        with pytest.raises(MissingRate):
            book.at("ecb_mro", outside)


def test_a_gap_between_two_rows_is_not_filled():
    book = RateBook(
        RatePeriod("ecb_mro", date(year, 1, 1), date(year, 6, 30), "2", "https://example.org") for year in (2025, 2026)
    )
    with pytest.raises(MissingRate):
        book.at("ecb_mro", date(2025, 10, 1))


def test_two_rates_for_one_day_are_refused():
    def rows(first_end):
        yield RatePeriod("ecb_mro", date(2026, 1, 1), first_end, "2", "https://example.org")
        yield RatePeriod("ecb_mro", date(2026, 2, 1), date(2026, 3, 1), "3", "https://example.org")

    with pytest.raises(InconsistentInput):
        RateBook(rows(date(2026, 2, 1)))
    assert len(RateBook(rows(date(2026, 1, 31))).periods) == 2


def test_rates_of_wrong_type_or_series_are_refused():
    for series, first, rate in (
        ("ecb_mro", date(2026, 1, 1), 2.5),
        ("ecb_deposit", date(2026, 1, 1), "2.5"),
        ("ecb_mro", date(2026, 7, 1), "2.5"),
        ("ecb_mro", date(2026, 1, 1), "two"),
    ):
        with pytest.raises(InconsistentInput):
            RatePeriod(series, first, date(2026, 6, 30), rate, "https://example.org")


def test_a_row_that_is_no_rate_is_refused():
    good = rate_rows()[0]
    assert periods_from_rows([good])[0].series == good["code"]
    for column, value in (("date_from", "1/1/2026"), ("confirmed", "yes"), ("rate_percent", "2,5")):
        with pytest.raises(InconsistentInput):
            periods_from_rows([{**good, column: value}])
    with pytest.raises(InconsistentInput):
        periods_from_rows([{"code": "ecb_mro"}])


def test_half_years():
    assert semester_start(date(2024, 6, 30)) == date(2024, 1, 1)
    assert semester_start(date(2024, 7, 1)) == semester_start(date(2024, 12, 31)) == date(2024, 7, 1)
    assert semester_end(date(2024, 2, 29)) == date(2024, 6, 30)
    assert split_by_semester(date(2025, 6, 30), date(2026, 1, 1)) == [
        (date(2025, 6, 30), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 1)),
    ]
    assert split_by_semester(date(2025, 6, 30), date(2025, 6, 29)) == []


@pytest.mark.parametrize("path", RATE_FILES, ids=lambda path: path.name)
def test_shipped_columns(path):
    with open(path, encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == ["code", "date_from", "date_to", "rate_percent", "confirmed", "source"]


def test_shipped_rates_have_a_source_and_are_continuous(book):
    by_series = {}
    for period in book.periods:
        assert period.source and (period.source.startswith("http") == period.confirmed)
        by_series.setdefault(period.series, []).append(period)
    assert set(by_series) == {"ecb_mro", "legal_professional", "legal_consumer"}
    for periods in by_series.values():
        for before, after in pairwise(periods):
            assert before.date_to + timedelta(days=1) == after.date_from
    assert by_series["ecb_mro"][-1].date_to == CHECKED_ON
    assert by_series["legal_professional"][-1].date_to == date(2026, 12, 31)


def test_unconfirmed_rates_are_marked(book):
    unconfirmed = {(row.series, row.date_from, row.percent) for row in book.periods if not row.confirmed}
    assert unconfirmed == {
        ("ecb_mro", date(2026, 6, 17), Decimal("2.40")),
        ("ecb_mro", date(2026, 9, 16), Decimal("2.65")),
        ("legal_professional", date(2026, 7, 1), Decimal("2.75")),
    }


def test_the_doubt_about_a_rate_is_not_cut_off():
    """A comma that is not quoted drops the end of the source: "official publication to be checked"."""
    rows = rate_rows()
    assert all(None not in row for row in rows)
    assert all("vérifier" in row["source"] for row in rows if row["confirmed"] == "0")
