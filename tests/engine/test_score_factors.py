"""The factors beyond the card: nothing known adds nothing, each moves as its name says, none looks ahead."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calibration import Weights, starting
from engine.forecast import _rounded, factors_json, forecast, score_figures, score_in_brief
from engine.habits import FACTORS, customer_factors, own_figures, visible
from engine.payment_dates import on_payment_runs, payment_dates, portfolio_delays
from engine.portfolio import Moment, Portfolio
from engine.scoring import Outcome, score_customer
from engine.types import FORECAST_FACTORS, GRADES, SCORE_FACTORS

TODAY = date(2026, 6, 1)
MOMENT = Moment(base=0.3, level=0.3, deviation=10.0, paid_days=tuple(range(20, 60)))
START = Weights(starting(0))


def outcome(key, due_ago, late=None, term=30, amount=100):
    """Due so many days ago, settled so many days after (None: open)."""
    due = TODAY - timedelta(days=due_ago)
    return Outcome(key, due - timedelta(days=term), due, amount, None if late is None else due + timedelta(days=late))


def single(name, weight=1.0):
    """Weights that count one factor only."""
    return Weights(tuple(weight if factor == name else 0.0 for factor in FACTORS))


def points(score):
    return {factor.code: factor.points for factor in score.factors}


def test_nothing_known_is_the_portfolio_rate_and_no_grade():
    score = forecast([], TODAY, MOMENT, START)
    assert (score.grade, score.n_known, score.evidence) == ("", 0, 0)
    assert abs(score.probability_late - Decimal("0.3")) < Decimal("0.002")


def test_the_history_is_the_one_of_the_card():
    """Alone, the factor `history` gives the probability of the published card, a day earlier in what it sees."""
    ledger = [outcome(n, 30 * n + 40, late) for n, late in enumerate((0, 12, 0, 5, 40, 0))]
    card = score_customer(ledger, TODAY - timedelta(days=1), Decimal("0.3"))
    assert points(forecast(ledger, TODAY, MOMENT, single("history")))["history"] == points(card)["history"]


@pytest.mark.parametrize(("name", "worse", "better"), [
    ("recent", [outcome(1, 20, 9), outcome(2, 300, 0)], [outcome(1, 20, 0), outcome(2, 300, 9)]),
    ("delay", [outcome(1, 40, 30)], [outcome(1, 40, 2)]),
    ("evidence", [outcome(n, 40, 0) for n in range(9)], [outcome(1, 40, 0)]),
    ("overdue", [outcome(1, 5)], [outcome(1, -5)]),
])
def test_a_factor_of_the_customer_moves_as_its_name_says(name, worse, better):
    bad, good = (points(forecast(ledger, TODAY, MOMENT, single(name)))[name] for ledger in (worse, better))
    assert bad > good


def test_the_portfolio_worsening_worsens_everyone():
    worse = Moment(0.3, 0.5, 10.0)
    assert points(forecast([], TODAY, worse, single("moment")))["moment"] == Decimal("12.2")  # odds 1:1 against 3:7


def test_who_always_takes_thirty_days_is_late_on_a_short_term():
    habit = [outcome(n, 30 * n + 60, 0) for n in range(6)]  # paid after 30 days, which was the term
    short, long = (
        points(forecast(habit, TODAY, MOMENT, single("term"), instalment=outcome("x", -term, term=term)))["term"]
        for term in (15, 60))
    assert short > 10 and long == 0


def test_a_new_customer_on_a_short_term_takes_the_portfolio_s_time():
    short, long = (
        points(forecast([], TODAY, MOMENT, single("usual_term"), instalment=outcome("x", -term, term=term)))["usual_term"]
        for term in (10, 60))
    assert short > 0 > long


def test_the_day_of_the_month_that_was_late_before_is_late_again():
    fifth = [outcome(n, (TODAY - date(2026, month, 5)).days, 6) for n, month in enumerate((1, 2, 3, 4))]
    twentieth = [outcome(f"b{n}", (TODAY - date(2026, month, 20)).days, 0) for n, month in enumerate((1, 2, 3, 4))]
    due_5, due_20 = (
        points(forecast(fifth + twentieth, TODAY, MOMENT, single("payment_days"), instalment=Outcome("x", TODAY, day, 1)))
        for day in (date(2026, 7, 5), date(2026, 7, 20)))
    assert due_5["payment_days"] > 0 > due_20["payment_days"]


def test_an_untrusted_history_gives_the_rate_to_everybody():
    gate = Weights(starting(0), trusted=False, rate=0.42)
    for ledger in ([], [outcome(n, 40, 30) for n in range(20)]):
        score = forecast(ledger, TODAY, MOMENT, gate)
        assert score.grade == "" and abs(score.probability_late - Decimal("0.42")) < Decimal("0.002")
        assert list(points(score)) == ["portfolio_rate"]


LEDGERS = st.lists(
    st.builds(outcome, st.integers(0, 10**9), st.integers(-60, 900), st.none() | st.integers(-40, 200), st.integers(0, 90)),
    max_size=12, unique_by=lambda one: one.key)
WEIGHTS = st.builds(
    Weights, st.tuples(*[st.floats(-3, 3)] * len(FACTORS)), st.floats(-2, 2),
    st.tuples(*[st.floats(-1, 1)] * 7), st.tuples(*[st.floats(-1, 1)] * 32))


@given(LEDGERS, WEIGHTS, st.sampled_from([0, 10, 30]), st.none() | st.integers(0, 90), st.floats(-1, 1))
def test_points_add_up_to_the_score_whatever_the_weights(ledger, weights, threshold, term, level):
    instalment = None if term is None else outcome("scored", -term, term=term)
    score = forecast(ledger, TODAY, MOMENT, weights, threshold, instalment, level)
    assert sum(factor.points for factor in score.factors) == score.score
    assert 0 <= score.score <= 100 and 0 < score.probability_late < 1
    assert (score.grade in GRADES) == (score.n_known > 0)
    assert {factor.code for factor in score.factors} <= {*SCORE_FACTORS, *FORECAST_FACTORS}


@given(LEDGERS, WEIGHTS, st.booleans(), st.sampled_from([0.0, 0.3, -0.7]))
def test_the_short_ways_of_a_night_say_what_the_explanation_says(ledger, weights, trusted, level):
    """The score alone, and the factors as they are kept, to the last digit."""
    evening = TODAY.toordinal() - 1
    days = [(one.issued.toordinal(), one.due.toordinal(), one.settled and one.settled.toordinal()) for one in ledger]
    own = own_figures(visible(days, evening), evening, 0)
    weights = replace(weights, trusted=trusted, rate=0.42)
    values = customer_factors(own, MOMENT)
    full = score_figures(own, MOMENT, weights, values, level, "known", "overdue")
    brief = (float(full.score), full.grade, float(full.probability_late), float(full.evidence))
    assert score_in_brief(own, weights, values, level) == brief
    assert json.loads(factors_json(own, MOMENT, weights, values, level, "known", "overdue")) == [
        {"code": factor.code, "value": str(factor.value), "points": str(factor.points),
         "max_points": str(factor.max_points), "keys": factor.keys or ""} for factor in full.factors]


@given(st.floats(-1000, 1000) | st.integers(-10**6, 10**6).map(lambda number: number / 20000), st.sampled_from([1, 3, 4]))
def test_numbers_are_rounded_half_up_as_they_are_written(number, places):
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert str(_rounded(number, places)) == str(exact + 0)


@given(LEDGERS, st.integers(1, 300))
def test_what_happens_later_changes_nothing(ledger, ahead):
    then = TODAY - timedelta(days=ahead)
    hidden = [
        Outcome(one.key, one.issued, one.due, one.amount, one.settled if one.settled and one.settled < then else None)
        for one in ledger if one.issued < then]
    assert forecast(ledger, then, MOMENT, START) == forecast(hidden, then, MOMENT, START)


def test_points_open_their_instalments():
    ledger = [outcome("late", 40, 9), outcome("open", 3), outcome("not due", -9)]
    keys = {factor.code: set(factor.keys) for factor in forecast(ledger, TODAY, MOMENT, START).factors}
    assert keys["overdue"] == {"open"} and keys["history"] == {"late", "open"} and keys["moment"] == set()


def test_portfolio_sees_each_outcome_on_its_day():
    day = TODAY.toordinal()
    portfolio = Portfolio(0)
    portfolio.issue(day - 30, day, day + 20)
    assert portfolio.moment(day).base == 0.35  # due today: nothing is known
    assert portfolio.moment(day + 1).base == pytest.approx((1 + 3.5) / 11)  # open past the due date: late, whatever comes
    assert list(portfolio.moment(day + 20).paid_days) == [50]
    assert portfolio.moment(day + 365).base == 0.35  # a year later it is forgotten


def test_payment_dates_are_the_customer_s_median_and_eightieth():
    """Nine on the day and three 20 days late, all recent: half are paid on the day, 80 % within 20 days."""
    ledger = [outcome(n, 0, 0) for n in range(9)] + [outcome(f"late {n}", 20, 20) for n in range(3)]
    due = TODAY + timedelta(days=30)
    dates = payment_dates(ledger, (), due, TODAY)
    assert (dates.expected, dates.most, dates.n) == (due, due + timedelta(days=20), 12)


def test_payment_dates_of_a_new_customer_are_the_portfolio_s():
    delays = portfolio_delays([outcome(n, 100, n) for n in range(100)], TODAY)
    assert delays == (5, 15, 25, 35, 45, 55, 65, 75, 85, 95)
    dates = payment_dates([], delays, TODAY, TODAY - timedelta(days=3))
    assert (dates.expected - TODAY).days == 45 and (dates.most - TODAY).days == 75


def test_payment_dates_are_never_past():
    """Ten days late already: what was paid earlier than that says nothing any more; later than all, no date is given."""
    ledger = [outcome(n, 60, late) for n, late in enumerate((0, 0, 0, 30))]
    late = TODAY - timedelta(days=10)
    assert payment_dates(ledger, (), late, TODAY).expected == late + timedelta(days=30)
    assert payment_dates(ledger, (), TODAY - timedelta(days=31), TODAY) is None


def test_stated_payment_runs_move_both_dates_to_the_next_one():
    """Expected on the 3rd and the 17th: a customer who pays on the 10th and the last day pays on the 10th and the 30th."""
    delays = tuple([2] * 6 + [16] * 4)
    dates = payment_dates([], delays, date(2024, 6, 1), date(2024, 5, 20))
    assert (dates.expected, dates.most) == (date(2024, 6, 3), date(2024, 6, 17))
    moved = on_payment_runs(dates, [10, 31])
    assert (moved.expected, moved.most, moved.n) == (date(2024, 6, 10), date(2024, 6, 30), 0)
    assert on_payment_runs(dates, [3, 17]) == dates
    assert on_payment_runs(dates, []) == dates and on_payment_runs(None, [10]) is None
