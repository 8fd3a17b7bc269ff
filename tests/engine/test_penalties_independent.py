"""The statement against a second computation that shares no code with it: day by day, in exact fractions."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import pytest
from dateutil.relativedelta import relativedelta
from engine_situations import situations
from engine_tables import rate_rows
from hypothesis import given
from hypothesis import strategies as st

from engine.claims import Claim, Instalment, Options, Payment
from engine.penalties import penalty_statement

ROWS = [(row["code"], row["date_from"], row["date_to"], Fraction(row["rate_percent"])) for row in rate_rows()]
HALF_CENT = Fraction(1, 200)


@cache
def naive_rate(series, on):
    (rate,) = [rate for code, first, last, rate in ROWS if code == series and first <= on.isoformat() <= last]
    return rate


def first_of_half_year(on):
    return date(on.year, 1 if on.month < 7 else 7, 1)


def daily_percent(claim, options, start, on):
    """The yearly percentage of one day, straight from the text of each regime."""
    delayed = any(delay.date_from <= on <= delay.date_to for delay in claim.court_delays)
    if claim.regime == "b2c":
        since = claim.enforceable_since
        raised = since is not None and on > since + relativedelta(months=2) and not delayed
        return naive_rate("legal_professional", on) + (5 if raised else 0)
    if delayed:
        return 0
    if claim.regime == "public":
        return naive_rate("ecb_mro", first_of_half_year(start)) + 8
    reference = start if options.semester_method == "fixed_at_start" else on
    default = naive_rate("ecb_mro", first_of_half_year(reference)) + 10
    if claim.contract_rate is None:
        return default
    floor = 3 * naive_rate("legal_professional", reference)
    if options.contract_floor == "ignore" or claim.contract_rate >= floor:
        return Fraction(claim.contract_rate)
    return floor if options.contract_floor == "raise" else default


def naive_interest(claim, as_of, options):
    """``(accrued, still due)`` of the one instalment, unrounded, going through the calendar day by day."""
    (item,) = claim.instalments
    dates = [
        item.due_date if payment.kind == "credit_note" and options.credit_note_date == "invoice_date" else payment.date
        for payment in item.payments
    ]
    left, accrued, unpaid = Fraction(item.amount), Fraction(0), Fraction(0)
    start = item.due_date + timedelta(days=1)
    if claim.regime == "b2c":
        start = max(start, claim.formal_notice_date + timedelta(days=1))
    on = min([start, item.due_date, *(payment.date for payment in item.payments)])
    while on <= as_of:
        if on >= start and (claim.insolvency_date is None or on < claim.insolvency_date):
            year = 366 if options.denominator == "actual" and on.year % 4 == 0 else 365
            interest = left * daily_percent(claim, options, start, on) / 100 / year
            accrued, unpaid = accrued + interest, unpaid + interest
        for payment, effective in zip(item.payments, dates, strict=True):
            if effective == on and payment.date <= as_of:
                first = options.imputation == "interest_first" and payment.kind == "payment"
                on_interest = min(unpaid, Fraction(payment.amount)) if first else 0
                unpaid -= on_interest
                left = max(Fraction(0), left - (Fraction(payment.amount) - on_interest))
        on += timedelta(days=1)
    return accrued, unpaid


@given(
    situations(),
    st.sampled_from(["365", "actual"]),
    st.sampled_from([None, "per_semester", "fixed_at_start"]),
    st.sampled_from(["raise", "fallback", "ignore"]),
    st.sampled_from(["principal_first", "interest_first"]),
    st.sampled_from(["own_date", "invoice_date"]),
)
def test_same_interest_as_the_day_by_day_computation(book, situation, denominator, method, floor, imputation, credited):
    claim, as_of = situation
    options = Options(denominator, method, imputation, floor, credit_note_date=credited)
    statement = penalty_statement(claim, as_of, book, options)
    accrued, unpaid = naive_interest(claim, as_of, options)
    # Half a cent for each rounded slice; imputed on interest first, the rounding itself bears a little interest.
    tolerance = len(statement.slices) * HALF_CENT * (1 if imputation == "principal_first" else 3)

    assert abs(Fraction(statement.interest + statement.interest_paid) - accrued) <= tolerance
    assert abs(Fraction(statement.interest) - unpaid) <= tolerance


@given(situations(), st.sampled_from(["principal_first", "interest_first"]))
def test_a_statement_adds_up(book, situation, imputation):
    claim, as_of = situation
    statement = penalty_statement(claim, as_of, book, Options(imputation=imputation))
    (item,) = claim.instalments

    assert statement.total == statement.principal + statement.interest + statement.indemnity
    assert sum(piece.amount for piece in statement.slices) == statement.interest + statement.interest_paid
    assert statement.indemnity in (0, 40) and (statement.indemnity == 0 or statement.days_late > 0)
    assert 0 <= statement.principal <= item.amount
    last = item.due_date
    for piece in statement.slices:
        assert last < piece.date_from <= piece.date_to <= as_of
        assert piece.days == (piece.date_to - piece.date_from).days + 1 and piece.base > 0
        last = piece.date_to


@given(situations(), st.permutations([0, 1, 2]))
def test_the_order_of_payments_does_not_matter(book, situation, order):
    claim, as_of = situation
    (item,) = claim.instalments
    shuffled = tuple(item.payments[index] for index in order if index < len(item.payments))
    other = replace(claim, instalments=(replace(item, payments=shuffled),))
    assert penalty_statement(claim, as_of, book).total == penalty_statement(other, as_of, book).total


@given(situations())
def test_what_happens_later_changes_nothing(book, situation):
    claim, as_of = situation
    (item,) = claim.instalments
    known = tuple(payment for payment in item.payments if payment.date <= as_of)
    past = replace(claim, instalments=(replace(item, payments=known),))
    assert penalty_statement(claim, as_of, book) == penalty_statement(past, as_of, book)


@pytest.mark.parametrize("days", range(1, 400, 57))
def test_penalty_days_are_payment_date_minus_due_date(days, book):
    due = date(2024, 2, 15)
    paid = due + timedelta(days=days)
    claim = Claim("x", "b2b", "EUR", (Instalment(1, due, 1000, (Payment(paid, 1000),)),))
    statement = penalty_statement(claim, date(2026, 6, 30), book)
    assert sum(piece.days for piece in statement.slices) == statement.days_late == days
