# SPDX-License-Identifier: LGPL-3.0-only
"""Dates and amounts: what is read, and above all what is not guessed."""

from datetime import date
from decimal import Decimal

import pytest
from _ledger_text import Ambiguous, AmountReader, DateReader, Unreadable

THIRD_OF_JANUARY = date(2013, 1, 3)


def numbered(*texts):
    return list(enumerate(texts, 2))


@pytest.mark.parametrize("text", [
    "2013-01-03", "2013/1/3", "20130103", "2013-01-03T00:00:00", "2013-01-03 14:05", "03-Jan-2013", "3 janv. 2013",
    "3 Janvier 2013", "Jan 3, 2013", "January 3rd, 2013", "3-jan-13", "3\u00a0janv.\u00a02013", "03.01.2013", "3/1/13",
])
def test_one_day_in_many_habits(text):
    """The day-first order is proved by the other line of the file."""
    assert DateReader(numbered(text, "25/12/2013")).read(text) == THIRD_OF_JANUARY


@pytest.mark.parametrize(("text", "month"), [
    ("1er février 2013", 2), ("1 févr. 2013", 2), ("1-Feb-2013", 2), ("1 août 2013", 8), ("1 aug 2013", 8),
    ("1 déc. 2013", 12), ("1 juin 2013", 6), ("1 juil. 2013", 7), ("1 sept. 2013", 9), ("1 mai 2013", 5),
])
def test_month_names_in_french_and_english(text, month):
    assert DateReader(numbered(text)).read(text) == date(2013, month, 1)


@pytest.mark.parametrize(("proof", "expected"), [("25/12/2013", date(2013, 4, 3)), ("12/25/2013", date(2013, 3, 4))])
def test_one_line_proves_the_order_for_the_file(proof, expected):
    assert DateReader(numbered("03/04/2013", proof)).read("03/04/2013") == expected


def test_a_file_that_proves_nothing_is_refused_with_the_option_to_give():
    with pytest.raises(Ambiguous, match=r"'03/04/2013' \(line 2\) may be D/M/Y or M/D/Y.*--date-format"):
        DateReader(numbered("03/04/2013", "05/06/2013"))


def test_a_file_that_proves_both_is_refused_with_both_lines():
    with pytest.raises(Ambiguous, match=r"line 2: '25/12/2013'.*line 3: '12/25/2013'.*--date-format"):
        DateReader(numbered("25/12/2013", "12/25/2013"))


def test_a_short_year_that_may_stand_in_front_is_not_guessed():
    with pytest.raises(Ambiguous, match="--date-format"):
        DateReader(numbered("13-01-12", "13-01-28"))
    assert DateReader(numbered("13-01-12"), "D/M/Y").read("13-01-12") == date(2012, 1, 13)


def test_the_option_decides_and_refuses_the_lines_that_do_not_follow():
    dates = DateReader(numbered("25/12/2013", "12/25/2013"), "D/M/Y")
    assert dates.read("03/04/2013") == date(2013, 4, 3)
    with pytest.raises(Unreadable):
        dates.read("12/25/2013")


def test_equal_day_and_month_need_no_proof():
    assert DateReader(numbered("04/04/2013")).read("04/04/2013") == date(2013, 4, 4)


def test_a_lone_numeric_date_among_clear_ones_is_refused_alone():
    dates = DateReader(numbered("2013-01-03", "03/04/2013"))
    assert dates.read("2013-01-03") == THIRD_OF_JANUARY
    with pytest.raises(Unreadable, match="--date-format"):
        dates.read("03/04/2013")


@pytest.mark.parametrize("text", ["2013-02-30", "31/02/2013", "32/01/2013", "0213-01-03", "2103-01-03", "3 foo 2013",
                                  "yesterday", "12", "2013-01", "41277", "2013-1/3"])
def test_what_is_not_a_date(text):
    with pytest.raises(Unreadable):
        DateReader([], "D/M/Y").read(text)


def test_a_strptime_pattern_is_strict():
    dates = DateReader([], "%d.%m.%Y")
    assert dates.read("03.01.2013") == THIRD_OF_JANUARY
    with pytest.raises(Unreadable):
        dates.read("2013-01-03")


@pytest.mark.parametrize(("text", "amount"), [
    ("1234.56", "1234.56"), ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1 234,56", "1234.56"),
    ("1\u202f234,56 €", "1234.56"), ("1\u00a0234\u00a0567,8", "1234567.8"), ("€ 12,50", "12.50"),
    ("12,50 EUR", "12.50"), ("1'234.56", "1234.56"), ("(12.50)", "-12.50"), ("12.50-", "-12.50"),
    ("−12,50", "-12.50"), ("55", "55"), ("0.125", "0.125"), ("1,234,567", "1234567"),
])
def test_one_amount_in_many_habits(text, amount):
    assert AmountReader(numbered(text)).read(text)[0] == Decimal(amount)


@pytest.mark.parametrize(("text", "currency"), [
    ("12,50 €", "EUR"), ("£12.50", "GBP"), ("12.50 CHF", "CHF"), ("usd 12.50", "USD"), ("12.50", ""),
])
def test_the_currency_beside_the_amount(text, currency):
    assert AmountReader(numbered(text)).read(text)[1] == currency


def test_one_thousand_or_one_point_two_is_not_guessed():
    with pytest.raises(Ambiguous, match=r"'1,234' \(line 2\).*--decimal"):
        AmountReader(numbered("1,234", "7"))
    assert AmountReader(numbered("1,234"), "point").read("1,234")[0] == 1234
    assert AmountReader(numbered("1,234"), "comma").read("1,234")[0] == Decimal("1.234")
    assert AmountReader(numbered("1,234", "2,5")).read("1,234")[0] == Decimal("1.234")


def test_a_file_with_both_decimal_marks_is_refused():
    with pytest.raises(Ambiguous, match="two ways"):
        AmountReader(numbered("1.234,56", "1,234.56"))


@pytest.mark.parametrize("text", ["abc", "12.34.5", "1,23,4.50", "", "--", "1 2 a", "12.5.", "1e5", "٣"])
def test_what_is_not_an_amount(text):
    with pytest.raises(Unreadable):
        AmountReader([], "point").read(text)
