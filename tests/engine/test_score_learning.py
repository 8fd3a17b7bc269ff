"""What is learned from matured outcomes: little from little, the truth from much, nothing from chance or from the future."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import backtest, calibration
from engine.forecast import forecast
from engine.habits import FACTORS
from engine.portfolio import Portfolio
from engine.replay import Entry, is_late, replay
from engine.scoring import Outcome
from engine.solver import solve

DAY = date(2024, 1, 1).toordinal()


def book(seed=3, customers=25, number=900, chance=False):
    """A ledger in which a third of the customers pay late, and everybody sometimes; with ``chance``, anybody."""
    rng = random.Random(seed)
    entries = []
    for _ in range(number):
        who, issued = rng.randrange(customers), DAY + rng.randrange(600)
        mean = -3 if chance else 12 if who % 3 == 0 else -8
        settled = issued + 30 + round(rng.gauss(mean, 9))
        entries.append(Entry(who, issued, issued + 30, settled if settled < DAY + 660 else None))
    return entries


def quality(entries, announced, since=DAY + 400):
    rows = [row for row, entry in enumerate(entries) if entry.issued >= since]
    return backtest.measure([announced[row].probability for row in rows], [is_late(entries[row], 0) for row in rows])


@pytest.fixture(scope="module")
def habits():
    entries = book()
    return entries, replay(entries), replay(entries, learning=False)


def test_learning_keeps_the_ranking_and_mends_the_probabilities(habits):
    entries, learned, raw = habits
    after, before = quality(entries, learned), quality(entries, raw)
    assert after.auc > 0.8 and after.skill > 0.3
    assert after.skill >= before.skill - 0.005 and after.error < 0.09
    assert after.riskiest > 0.75 > after.late_rate


def test_too_few_outcomes_leave_the_starting_weights():
    entries = book(number=300)
    assert [one.probability for one in replay(entries)] == [one.probability for one in replay(entries, learning=False)]


def test_from_the_day_given_nothing_is_learned_but_histories_go_on(habits):
    entries, learned, _raw = habits
    frozen = replay(entries, train_until=DAY + 500)
    early = [row for row, entry in enumerate(entries) if entry.issued < DAY + 480]
    assert all(frozen[row] == learned[row] for row in early)
    assert {one.known for one in frozen} == {one.known for one in learned}
    assert [one.probability for one in frozen] != [one.probability for one in learned]


def test_the_explained_score_is_the_announced_one(habits):
    """`forecast` explains what `replay` announces: the same factors, to the rounding of the points."""
    entries, _learned, raw = habits
    row = max(range(len(entries)), key=lambda number: (raw[number].known, entries[number].issued))
    entry, portfolio = entries[row], Portfolio(0)
    before = [one for one in entries if one.issued < entry.issued]
    for one in before:
        portfolio.issue(one.issued, one.due, one.settled)
    outcomes = [as_outcome(number, one) for number, one in enumerate(before) if one.customer == entry.customer]
    moment = portfolio.moment(entry.issued - 1)
    explained = forecast(outcomes, date.fromordinal(entry.issued), moment, calibration.Weights(calibration.starting(0)),
                         instalment=as_outcome("scored", entry))
    assert explained.n_known == raw[row].known
    assert float(explained.probability_late) == pytest.approx(raw[row].probability, abs=0.01)


def as_outcome(key, entry):
    issued, due = date.fromordinal(entry.issued), date.fromordinal(entry.due)
    return Outcome(key, issued, due, 100, date.fromordinal(entry.settled) if entry.settled else None)


def test_what_is_frozen_does_not_depend_on_what_came_later(habits):
    """The outcomes after the freeze, rewritten, may not move a weight: the factors' values tell the probability."""
    entries, _learned, _raw = habits
    cut = DAY + 450
    other = [entry if entry.issued < cut else replace(entry, customer=f"new {row}") for row, entry in enumerate(entries)]
    one, two = replay(entries, train_until=cut), replay(other, train_until=cut)
    values = {announced.values + (entries[row].due % 7, entries[row].due): announced.probability
              for row, announced in enumerate(one)}
    same = [(values[key], announced.probability) for row, announced in enumerate(two)
            if (key := announced.values + (entries[row].due % 7, entries[row].due)) in values]
    assert len(same) > 400 and all(first == second for first, second in same)


@pytest.mark.parametrize("day", [DAY + 250, DAY + 455])
def test_hiding_the_future_changes_no_figure(habits, day):
    """The same book as it stood on an evening: every invoice issued by the next day is announced as before."""
    entries, learned, _raw = habits
    past = [row for row, entry in enumerate(entries) if entry.issued <= day]
    then = [replace(entries[row], settled=settled if (settled := entries[row].settled) and settled < day else None)
            for row in past]
    assert [one.probability for one in replay(then)] == [learned[row].probability for row in past]


def test_chance_closes_the_gate_and_everybody_gets_the_rate():
    entries = book(chance=True, number=1200)
    announced = replay(entries, train_until=DAY + 400)
    late = [row for row, entry in enumerate(entries) if entry.issued >= DAY + 400]
    assert len({announced[row].probability for row in late}) == 1
    assert 0.48 <= quality(entries, announced).auc <= 0.52


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chance_stays_chance_month_after_month(seed):
    """Learned again each month, the rate does not follow the accidents of the month before."""
    entries = book(seed, chance=True, number=2000)
    assert 0.48 <= quality(entries, replay(entries)).auc <= 0.52


def test_a_rate_that_has_really_moved_is_told():
    closed = calibration.Weights((), trusted=False, rate=0.4)
    assert calibration.keep_rate(closed, replace(closed, rate=0.44)).rate == 0.4
    assert calibration.keep_rate(closed, replace(closed, rate=0.6)).rate == 0.6
    assert calibration.keep_rate(calibration.Weights(()), closed) is closed


def judged(number, skilled):
    """Outcomes of customers with a history, judged well or by chance."""
    rng = random.Random(number)
    late = [int(rng.random() < 0.4) for _ in range(number)]
    chances = [min(0.9, max(0.1, rng.gauss(0.25 + 0.3 * (one if skilled else rng.random()), 0.1))) for one in late]
    evidence = tuple(0.5 if name == "evidence" else 0.0 for name in FACTORS)
    return [evidence] * number, [(0, 1)] * number, late, chances


def test_the_gate_opens_again_when_habits_return():
    """A closed gate goes on judging behind the scenes, on the latest thousand outcomes."""
    chance, skill = judged(900, False), judged(700, True)
    assert not calibration.trusted(calibration.Matured(*chance))
    both = [before + after for before, after in zip(chance, skill, strict=True)]
    assert calibration.trusted(calibration.Matured(*both))


def test_few_late_ones_are_judged_over_more_outcomes():
    """One in twelve late, ranked right in three pairs of five: five thousand outcomes tell that from chance, a thousand do not."""
    rng = random.Random(4)
    late = [int(rng.random() < 0.08) for _ in range(5000)]
    chances = [min(0.9, max(0.02, rng.gauss(0.1 + 0.02 * one, 0.06))) for one in late]
    weak = range(4000, 5000)  # a thousand in which chance had the upper hand
    chances = [rng.choice(chances) if row in weak else chance for row, chance in enumerate(chances)]
    evidence = tuple(0.5 if name == "evidence" else 0.0 for name in FACTORS)
    matured = calibration.Matured([evidence] * 5000, [(0, 1)] * 5000, late, chances)
    assert not calibration.predicts(*calibration.history_only(matured, 1000))
    assert calibration.trusted(matured)


def test_the_error_of_a_ranking_by_hand():
    """Four of ten late: the square root of 11 / (12 * 6 * 4)."""
    assert calibration.auc_error([1] * 4 + [0] * 6) == pytest.approx((11 / 288) ** 0.5)


def test_new_customers_do_not_close_the_gate():
    """Nobody can predict them; with too few others there is nothing to judge the history by."""
    values, *others = judged(900, False)
    unknown = [(0.0,) * len(FACTORS)] * 900
    assert calibration.trusted(calibration.Matured(unknown, *others))


def test_credit_notes_are_no_history():
    entries = book(number=200)
    notes = [Entry(0, DAY + 10 * n, DAY + 10 * n, None, counts=False) for n in range(50)]
    assert [one.probability for one in replay(entries + notes)][:200] == [one.probability for one in replay(entries)]


@pytest.mark.parametrize("delay", [-5, 40])
def test_a_portfolio_of_one_kind_is_scored_all_the_same(delay):
    entries = [Entry(n % 3, DAY + n, DAY + n + 30, DAY + n + 30 + delay) for n in range(500)]
    last = replay(entries)[-1].probability
    assert last < 0.15 if delay < 0 else last > 0.85


def test_order_of_the_file_does_not_matter_between_days(habits):
    entries, learned, _raw = habits
    assert replay([]) == []
    turned = replay(entries[::-1], learning=False)[::-1]
    plain = replay(entries, learning=False)
    assert all(abs(one.probability - two.probability) < 1e-9 for one, two in zip(turned, plain, strict=True))


def test_regression_finds_the_weights_that_made_the_outcomes():
    rng = random.Random(1)
    rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(4000)]
    late = [int(rng.random() < calibration.probability(-0.5 + 1.5 * one - 0.7 * two)) for one, two in rows]
    columns = [[1.0] * len(rows), *map(list, zip(*rows, strict=True))]
    found = calibration.regress(columns, late, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert found == pytest.approx([-0.5, 1.5, -0.7], abs=0.15)
    held = calibration.regress(columns, late, (0.0, 0.3, 0.3), (1e9, 1e9, 1e9))
    assert held == pytest.approx([0.0, 0.3, 0.3], abs=1e-4)


def test_platt_mends_overconfidence_and_needs_outcomes():
    rng = random.Random(2)
    announced = [rng.uniform(0.05, 0.95) for _ in range(3000)]
    late = [int(rng.random() < 0.35 + 0.3 * chance) for chance in announced]
    a, b = calibration.platt(announced, late)
    assert 0.2 < b < 0.5 and calibration.platt(announced[:399], late[:399]) == (0.0, 1.0)


def test_solve():
    assert solve([[4, 1], [1, 3]], [1, 2]) == pytest.approx([1 / 11, 7 / 11])


def test_figures_by_hand():
    """Four outcomes, ranked 0.2 on time, 0.4 late, 0.6 on time, 0.8 late: 3 pairs of 4 in order."""
    announced, late = [0.2, 0.4, 0.6, 0.8], [0, 1, 0, 1]
    found = backtest.measure(announced, late)
    assert found.auc == 0.75 and found.late_rate == 0.5 and found.riskiest == 1.0
    assert found.brier == pytest.approx((0.04 + 0.36 + 0.36 + 0.04) / 4)
    assert found.skill == pytest.approx(1 - 0.2 / 0.25)
    assert backtest.measure([], []) is None and backtest.measure([0.5], [1]).auc is None
    assert backtest.auc([0.5] * 4, late) == 0.5


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(0, 1)), min_size=1, max_size=60))
def test_figures_stay_within_bounds(pairs):
    announced, late = map(list, zip(*pairs, strict=True))
    found = backtest.measure(announced, late)
    assert 0 <= found.error <= 1 and (found.auc is None or 0 <= found.auc <= 1)
    assert sum(one.n for one in found.bins) == found.n
    turned = backtest.auc([1 - chance for chance in announced], late)
    assert found.auc is None or found.auc + turned == pytest.approx(1)
