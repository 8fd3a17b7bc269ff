"""What no statement may ever do, whatever the invoice: the properties that a debtor's lawyer would try first."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from engine_situations import paid_situations, situations, sixty_payments
from hypothesis import given
from hypothesis import strategies as st

from engine.claims import Claim, Instalment, Options, Payment
from engine.penalties import penalty_amounts, penalty_statement
from engine.rates import RateBook, RatePeriod
from engine.schedules import rate_spans
from engine.types import SERIES

HALF_CENT = Decimal("0.005")
IMPUTATIONS = st.sampled_from(["principal_first", "interest_first"])


def rounding(*statements):
    """The most that rounding may make of the difference: half a cent for each slice."""
    return HALF_CENT * sum(len(statement.slices) for statement in statements)


@given(situations(), st.integers(0, 900))
def test_splitting_a_period_changes_the_total_by_no_more_than_rounding(book, situation, days):
    """A payment of nothing cuts the period on its day: same days, same rates, one more line."""
    claim, as_of = situation
    (item,) = claim.instalments
    marker = Payment(min(as_of, item.due_date + timedelta(days=days)), 0)
    cut = replace(claim, instalments=(replace(item, payments=(*item.payments, marker)),))
    whole, split = penalty_statement(claim, as_of, book), penalty_statement(cut, as_of, book)
    assert sum(piece.days for piece in split.slices) == sum(piece.days for piece in whole.slices)
    assert abs(split.interest - whole.interest) <= rounding(whole, split)
    assert split.indemnity == whole.indemnity


@given(paid_situations(), st.integers(1, 400), IMPUTATIONS)
def test_paying_earlier_never_costs_more(book, situation, days, imputation):
    claim, as_of = situation
    (item,) = claim.instalments
    first, *others = item.payments
    sooner = replace(first, date=first.date - timedelta(days=days))
    early = replace(claim, instalments=(replace(item, payments=(sooner, *others)),))
    options = Options(imputation=imputation)
    then, now = penalty_statement(claim, as_of, book, options), penalty_statement(early, as_of, book, options)
    # Imputed on interest first, a cent of rounding bears a little interest in its turn.
    assert now.total <= then.total + 2 * rounding(now, then)
    assert now.indemnity <= then.indemnity


@given(situations())
def test_the_public_regime_has_one_rate_for_the_whole_delay(book, situation):
    claim, as_of = situation
    statement = penalty_statement(replace(claim, regime="public"), as_of, book)
    assert len({piece.rate for piece in statement.slices}) <= 1
    assert {piece.basis for piece in statement.slices} <= {"ecb_plus_8"}


@given(situations())
def test_zero_days_is_zero(book, situation):
    claim, _as_of = situation
    (item,) = claim.instalments
    statement = penalty_statement(claim, item.due_date, book)
    assert (statement.interest, statement.indemnity, statement.slices, statement.days_late) == (0, 0, (), 0)
    assert rate_spans(claim, Options(), book, item.due_date, item.due_date, item.due_date - timedelta(days=1)) == ()


@given(situations(), st.integers(1, 400))
def test_before_the_due_date_there_is_nothing(book, situation, days):
    claim, _as_of = situation
    (item,) = claim.instalments
    statement = penalty_statement(claim, item.due_date - timedelta(days=days), book)
    assert (statement.principal, statement.total, statement.slices, statement.days_late) == (0, 0, (), 0)


@given(situations(), situations(), IMPUTATIONS)
def test_invoices_add_up(book, one, other, imputation):
    """Interest of two instalments claimed together is that of each alone; two invoices owe 40 EUR each."""
    claim, as_of = one
    (first,), (second,) = claim.instalments, other[0].instalments
    second = Instalment("second", *[getattr(second, name) for name in ("due_date", "amount", "payments", "disputed")])
    options = Options(imputation=imputation)
    together = penalty_statement(replace(claim, instalments=(first, second)), as_of, book, options)
    apart = [penalty_statement(replace(claim, instalments=(item,)), as_of, book, options) for item in (first, second)]
    assert together.interest == sum(statement.interest for statement in apart)
    assert together.principal == sum(statement.principal for statement in apart)
    assert together.indemnity == max(statement.indemnity for statement in apart)
    assert together.slices == apart[0].slices + apart[1].slices


@given(situations())
def test_a_credit_note_that_counts_from_the_invoice_never_costs_more(book, situation):
    claim, as_of = situation
    own = penalty_statement(claim, as_of, book)
    early = penalty_statement(claim, as_of, book, Options(credit_note_date="invoice_date"))
    assert early.total <= own.total + rounding(own, early)


@given(situations())
def test_what_a_judge_grants_never_costs_more(book, situation):
    claim, as_of = situation
    granted = penalty_statement(claim, as_of, book)
    without = penalty_statement(replace(claim, court_delays=()), as_of, book)
    assert granted.interest <= without.interest + rounding(granted, without)
    assert granted.indemnity == without.indemnity


def test_an_invoice_with_sixty_payments_over_four_years(book):
    """Each payment cuts the delay: what bin/bench times is a real statement (see the subject ``decompte``)."""
    claim, as_of = sixty_payments()
    statement = penalty_statement(claim, as_of, book)
    assert len(statement.slices) >= 60 and statement.principal == claim.instalments[0].amount / 61
    assert statement.interest == sum(piece.amount for piece in statement.slices)


@given(st.integers(0, 900))
def test_at_a_rate_of_nought_the_total_is_the_debt_and_its_indemnity(days):
    """A consumer at a legal rate of 0 %: no slice costs anything, whatever the delay; nothing is made up for an empty rate."""
    day = date(2025, 1, 1)
    nought = RateBook(tuple(
        RatePeriod(series, date(2020, 1, 1), date(2030, 12, 31), "0.00", "https://example.org") for series in SERIES))
    claim = Claim("one", "b2c", "EUR", (Instalment("1", day, Decimal(1000)),), formal_notice_date=day + timedelta(days=1))
    statement = penalty_statement(claim, day + timedelta(days=days), nought)
    assert (statement.interest, statement.indemnity) == (0, 0)


@given(situations(), IMPUTATIONS, st.sampled_from(("per_slice", "cumulative")))
def test_the_amounts_of_a_night_are_those_of_the_statement(book, situation, imputation, rounding):
    claim, as_of = situation
    options = Options(imputation=imputation, rounding=rounding)
    statement, amounts = penalty_statement(claim, as_of, book, options), penalty_amounts(claim, as_of, book, options)
    assert amounts.indemnity == statement.indemnity
    for instalment in claim.instalments:
        assert amounts.interest_of(instalment.key) == statement.interest_of(instalment.key)
