"""The score: the published formula, an explanation that adds up, no look into the future, no class without history."""

import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InconsistentInput
from engine.scoring import Outcome, portfolio_rate, score_customer
from engine.types import GRADES, SCORE_FACTORS

TODAY = date(2026, 6, 1)
BASE = Decimal("0.35")


def outcome(key, due_ago, late=None, amount=100, disputed=False):
    """Issued 30 days before its due date, due ``due_ago`` days ago, settled ``late`` days after it (None: open)."""
    due = TODAY - timedelta(days=due_ago)
    settled = None if late is None else due + timedelta(days=late)
    return Outcome(key, due - timedelta(days=30), due, amount, settled, disputed)


def points(score):
    return {factor.code: factor.points for factor in score.factors}


def test_formula_by_hand():
    """Settled late on the day, late a year ago (weight 1/2), on time a year ago: share (1.5 + 2 x 0.35) / (2 + 2)."""
    history = [outcome("a", 10, 10), outcome("b", 375, 10), outcome("c", 365, 0)]
    score = score_customer(history, TODAY, BASE)
    history_points = Decimal("2.9")  # 10 * log2(0.55 / 0.45)
    assert points(score) == {
        "base": 50,
        "history": history_points,
        "overdue": 0,
        "disputes": 0,
        "average_days_late": 0,
    }
    assert (score.score, score.grade, score.n_known, score.evidence) == (Decimal("52.9"), "D", 3, Decimal("0.500"))
    assert near(score.probability_late, 1 / (1 + 2 ** (-0.29)))


def near(value, expected):
    """Within what a tenth of a point changes: the probability is that of the score shown."""
    return math.isclose(value, expected, abs_tol=0.001)


def test_always_on_time_is_an_a_and_always_late_an_e():
    punctual = score_customer([outcome(n, 30 * n + 30, 0) for n in range(12)], TODAY, BASE)
    tardy = score_customer([outcome(n, 30 * n + 30, 20) for n in range(12)], TODAY, BASE)
    assert (punctual.grade, tardy.grade) == ("A", "E")
    assert punctual.probability_late < Decimal("0.2") < Decimal("0.74") < tardy.probability_late


@pytest.mark.parametrize(
    ("late", "expected"), [([], 0), ([outcome("a", 1)], 3), ([outcome("a", 30)], 3), ([outcome("a", 31)], 4)]
)
def test_overdue_now(late, expected):
    assert points(score_customer(late, TODAY, BASE))["overdue"] == expected


def test_due_today_or_not_yet_due_is_not_overdue():
    score = score_customer([outcome("today", 0), outcome("soon", -10)], TODAY, BASE)
    assert (score.n_known, points(score)["overdue"]) == (0, 0)


def test_overdue_instalments_outside_the_history_count_as_overdue_only():
    score = score_customer([], TODAY, BASE, overdue=[outcome("old debt", 500)])
    assert (score.n_known, points(score)["overdue"]) == (0, 4)


@pytest.mark.parametrize(("disputed", "settled", "expected"), [(0, 4, 0), (1, 4, 1), (2, 4, 1), (3, 4, 3), (1, 0, 1)])
def test_disputes(disputed, settled, expected):
    """More than one disputed for four settled (plus four): 3 points; 2 of 8 is a quarter, not more."""
    history = [outcome(n, 40, 0, disputed=n < disputed) for n in range(settled)]
    history += [outcome(f"x{n}", 40, -1, disputed=True) for n in range(max(0, disputed - settled))]
    assert points(score_customer(history, TODAY, BASE))["disputes"] == expected


def test_corrections_are_capped_at_five_by_a_visible_factor():
    history = [outcome(n, 40, disputed=True) for n in range(3)]
    score = score_customer(history, TODAY, BASE)
    assert [points(score)[code] for code in ("overdue", "disputes", "correction_cap")] == [4, 3, -2]


def test_the_end_of_the_scale_is_a_visible_factor():
    history = [outcome(n, 5, 5) for n in range(300)] + [outcome("open", 60)]
    score = score_customer(history, TODAY, Decimal("0.9"))
    assert score.score == 100 and points(score)["score_cap"] == Decimal("-10.1")


def test_cold_start_shows_the_portfolio_and_no_class():
    score = score_customer([], TODAY, BASE)
    assert (score.grade, score.n_known, score.evidence) == ("", 0, 0)
    assert near(score.probability_late, 0.35)


def test_early_evidence_grows():
    evidences = [score_customer([outcome(n, 0, 0) for n in range(size)], TODAY, BASE).evidence for size in (1, 2, 6)]
    assert evidences == [Decimal("0.333"), Decimal("0.500"), Decimal("0.750")]


def test_average_days_late_is_weighted_by_amount_and_carries_no_points():
    history = [outcome("big", 40, 20, amount=900), outcome("small", 40, 0, amount=100)]
    (factor,) = [one for one in score_customer(history, TODAY, BASE).factors if one.code == "average_days_late"]
    assert (factor.value, factor.points, set(factor.keys)) == (18, 0, {"big", "small"})


def test_thirty_day_score_uses_the_history_only():
    history = [outcome("a", 60, 29), outcome("b", 60, 31), outcome("open", 20), outcome("older", 40, disputed=True)]
    score = score_customer(history, TODAY, Decimal("0.08"), threshold=30)
    assert score.n_known == 3 and set(points(score)) == {"base", "history", "average_days_late"}


def test_portfolio_rate():
    assert portfolio_rate([], TODAY) == BASE and portfolio_rate([], TODAY, 30) == Decimal("0.08")
    ledger = [outcome("late", 10, 5), outcome("on time", 20, 0), outcome("open", 30), outcome("old", 365, 90)]
    ledger += [outcome("due today, open", 0), outcome("not due, open", -5)]
    assert portfolio_rate(ledger, TODAY) == (2 + Decimal("3.5")) / 13
    assert portfolio_rate(ledger, TODAY, 30) == (0 + Decimal("0.8")) / 12


def test_what_was_issued_on_the_day_is_not_history_yet():
    on_the_day = Outcome("a", TODAY, TODAY, 100, TODAY)
    assert portfolio_rate([on_the_day], TODAY) == BASE
    assert score_customer([on_the_day], TODAY, BASE).n_known == 0
    assert score_customer([on_the_day], TODAY + timedelta(days=1), BASE).n_known == 1


@pytest.mark.parametrize(("late", "on_time", "grade"), [(1, 1, "D"), (1, 3, "C"), (0, 3, "B"), (0, 4, "A")])
def test_a_grade_begins_at_its_bound(late, on_time, grade):
    """Odds of exactly 1:1, 1:2 and 1:4 (scores 50, 40, 30) begin D, C and B. Settled on the day, each weighs 1."""
    history = [outcome(f"late {n}", 40, 40) for n in range(late)] + [outcome(n, 0, 0) for n in range(on_time)]
    assert score_customer(history, TODAY, Decimal("0.5")).grade == grade


def test_settled_within_the_threshold_is_on_time():
    assert portfolio_rate([outcome("a", 10, 0)], TODAY) == Decimal("3.5") / 11
    assert portfolio_rate([outcome("a", 10, 1)], TODAY) == Decimal("4.5") / 11


def test_other_thresholds_and_impossible_bases_are_refused():
    with pytest.raises(InconsistentInput):
        portfolio_rate([], TODAY, 15)
    for base in (0, 1, "1.5", 0.35):
        with pytest.raises(InconsistentInput):
            score_customer([], TODAY, base)


LEDGERS = st.lists(
    st.builds(
        outcome,
        st.integers(0, 10**9),
        st.integers(-60, 900),
        st.none() | st.integers(-40, 200),
        st.integers(0, 10**6),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)
BASES = st.integers(10, 990).map(lambda rate: Decimal(rate) / 1000)


@given(LEDGERS, BASES, st.sampled_from([0, 30]))
def test_factors_add_up_to_the_score(ledger, base, threshold):
    score = score_customer(ledger, TODAY, base, threshold)
    assert sum(factor.points for factor in score.factors) == score.score
    assert 0 <= score.score <= 100 and 0 < score.probability_late < 1
    assert (score.grade in GRADES) == (score.n_known > 0)
    for factor in score.factors:
        assert factor.code in SCORE_FACTORS
        assert factor.points == factor.points.quantize(Decimal("0.1"))
        assert factor.code.endswith("_cap") or factor.points <= factor.max_points


@given(LEDGERS, BASES, st.integers(1, 300))
def test_the_future_changes_nothing(ledger, base, ahead):
    """The same ledger with all that happened after the day rewritten: same score, same portfolio rate."""
    then = TODAY - timedelta(days=ahead)

    def rewritten(one):
        settled = one.settled if one.settled and one.settled <= then else None
        return Outcome(one.key, one.issued, one.due, one.amount, settled, one.disputed)

    past = [rewritten(one) for one in ledger if one.issued < then]
    late = [Outcome(f"new {one.key}", then, then, 10**6, then + timedelta(days=400), True) for one in ledger]
    assert score_customer(ledger, then, base) == score_customer(past + late, then, base)
    assert portfolio_rate(ledger, then) == portfolio_rate(past + late, then)


@given(LEDGERS, BASES)
def test_paying_late_once_more_never_improves_the_history(ledger, base):
    def history(outcomes):
        return points(score_customer(outcomes, TODAY, base))["history"]

    assert history([*ledger, outcome("again", 10, 10)]) >= history(ledger)
