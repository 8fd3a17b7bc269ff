"""Promises and agreements: kept, partly kept, broken; kept, running, lapsed."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import promises
from engine.errors import InconsistentInput

DAY = date(2026, 3, 10)


def made(*receipts):
    return tuple((DAY + timedelta(days=offset), Decimal(amount)) for offset, amount in receipts)


@pytest.mark.parametrize(('receipts', 'offset', 'expected'), [
    ((), 0, 'running'),
    ((), 3, 'running'),                       # the last day of grace
    ((), 4, 'broken'),
    (((0, 1000),), 0, 'kept'),                # at once, before the date is over
    (((-5, 400), (3, 600)), 4, 'kept'),       # in two parts, the second on the last day of grace
    (((-5, 400),), 2, 'running'),
    (((-5, 400),), 4, 'partly_kept'),
    (((4, 1000),), 10, 'broken'),             # one day after the grace
    (((2, 400), (9, 600)), 10, 'partly_kept'),
])
def test_the_state_of_a_promise(receipts, offset, expected):
    promise = promises.Promise(Decimal(1000), DAY, 3)
    assert promises.promise_state(promise, made(*receipts), DAY + timedelta(days=offset)) == expected


@pytest.mark.parametrize(('amount', 'grace'), [(0, 0), (-1, 0), (10, -1)])
def test_a_promise_of_nothing_is_refused(amount, grace):
    with pytest.raises(InconsistentInput):
        promises.Promise(Decimal(amount), DAY, grace)


def test_a_schedule_falls_on_the_same_day_of_each_month():
    schedule = promises.propose_schedule(Decimal('1000.00'), 3, date(2026, 1, 31))
    assert schedule == (
        (date(2026, 1, 31), Decimal('333.33')), (date(2026, 2, 28), Decimal('333.33')), (date(2026, 3, 31), Decimal('333.34')))


def test_a_down_payment_comes_first():
    schedule = promises.propose_schedule(Decimal('1000.00'), 2, date(2026, 1, 15), down_payment=Decimal('400.00'))
    assert schedule == (
        (date(2026, 1, 15), Decimal('400.00')), (date(2026, 2, 15), Decimal('300.00')), (date(2026, 3, 15), Decimal('300.00')))


@pytest.mark.parametrize('wrong', [
    {'number': 0}, {'number': 3, 'max_months': 1}, {'number': 2, 'down_payment': Decimal(1000)},
    {'number': 2, 'down_payment': Decimal(-1)}])
def test_a_schedule_that_cannot_be_is_refused(wrong):
    with pytest.raises(InconsistentInput):
        promises.propose_schedule(Decimal(1000), first_day=DAY, **wrong)


@given(st.decimals('0.10', '100000', places=2), st.integers(1, 10), st.integers(0, 2))
def test_the_payments_sum_to_what_is_owed(total, number, digits):
    total = total.quantize(Decimal(1).scaleb(-digits))
    try:
        schedule = promises.propose_schedule(total, number, DAY, digits)
    except InconsistentInput:
        return
    assert sum(amount for _day, amount in schedule) == total
    assert all(amount > 0 for _day, amount in schedule)


SCHEDULE = ((date(2026, 4, 1), Decimal(300)), (date(2026, 5, 1), Decimal(300)), (date(2026, 6, 1), Decimal(400)))


@pytest.mark.parametrize(('receipts', 'as_of', 'state', 'paid', 'missed'), [
    ((), date(2026, 4, 6), 'running', (0, 0, 0), None),
    ((), date(2026, 4, 7), 'lapsed', (0, 0, 0), 0),
    (((date(2026, 4, 6), 300),), date(2026, 5, 6), 'running', (300, 0, 0), None),
    (((date(2026, 4, 7), 300),), date(2026, 4, 7), 'lapsed', (300, 0, 0), 0),
    (((date(2026, 4, 1), 600),), date(2026, 5, 30), 'running', (300, 300, 0), None),   # paid ahead
    (((date(2026, 4, 1), 300), (date(2026, 5, 1), 299)), date(2026, 5, 7), 'lapsed', (300, 299, 0), 1),
    (((date(2026, 4, 1), 1000),), date(2026, 4, 2), 'kept', (300, 300, 400), None),
])
def test_the_state_of_an_agreement(receipts, as_of, state, paid, missed):
    receipts = tuple((day, Decimal(amount)) for day, amount in receipts)
    found = promises.agreement_state(SCHEDULE, receipts, as_of, 5)
    assert (found.state, found.paid, found.missed) == (state, tuple(map(Decimal, paid)), missed)
    if missed is not None:
        assert found.lapsed_on == SCHEDULE[missed][0] + timedelta(days=6)
