"""Promises to pay and instalment agreements: what was announced against what arrived. Dates and amounts only."""
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from .errors import InconsistentInput

ZERO = Decimal(0)


@dataclass(frozen=True)
class Promise:
    """``amount`` to be paid on ``day`` at the latest, by value date, with ``grace_days`` of patience after it.

    :raises InconsistentInput: an amount that is not positive, negative days of grace
    """

    amount: Decimal
    day: date
    grace_days: int = 0

    def __post_init__(self):
        if self.amount <= 0 or self.grace_days < 0:
            raise InconsistentInput(what="promise")

    @property
    def last_day(self):
        """The last day on which the money still keeps the promise."""
        return self.day + timedelta(days=self.grace_days)


def promise_state(promise, receipts, as_of):
    """``running``, ``kept``, ``partly_kept`` or ``broken`` on a date.

    :param receipts: ``(value date, amount)`` of what reduced the promised instalments since the promise was made
    """
    received = _until(receipts, min(as_of, promise.last_day))
    if received >= promise.amount:
        return "kept"
    if as_of <= promise.last_day:
        return "running"
    return "partly_kept" if received > 0 else "broken"


def propose_schedule(total, number, first_day, digits=2, down_payment=ZERO, max_months=None):
    """Monthly payments of an instalment agreement: ``((day, amount), …)``; the last one carries the remainder.

    :param total: what is owed, in the currency's precision
    :param number: payments after the down payment, 1 or more
    :param first_day: day of the first payment; the others fall on the same day of the following months, or on their last day
    :param down_payment: paid on ``first_day`` before the others, which then begin a month later; 0 for none
    :param max_months: longest time from the first payment to the last one, None when nothing limits it
    :raises InconsistentInput: when the amounts or the length cannot be
    """
    months = number if down_payment else number - 1
    if number < 1 or not ZERO <= down_payment < total or (max_months is not None and months > max_months):
        raise InconsistentInput(what="schedule")
    unit = Decimal(1).scaleb(-digits)
    rest = total - down_payment
    part = (rest / number).quantize(unit)
    amounts = [part] * (number - 1) + [rest - part * (number - 1)]
    if min(amounts) <= 0:
        raise InconsistentInput(what="schedule")
    if down_payment:
        amounts = [down_payment, *amounts]
    return tuple((first_day + relativedelta(months=rank), amount) for rank, amount in enumerate(amounts))


@dataclass(frozen=True)
class AgreementState:
    """``state``: ``running``, ``kept`` (all paid), or ``lapsed``. ``paid``: amount imputed on each payment, in order.

    ``missed``: rank (from 0) of the payment whose patience ran out, None when none did; ``lapsed_on``: the first day after it.
    """

    state: str
    paid: tuple
    missed: int | None = None
    lapsed_on: date | None = None


def agreement_state(schedule, receipts, as_of, grace_days):
    """Where an agreement stands. Money counts for the oldest payment first, whatever it was sent for.

    :param schedule: ``((day, amount), …)`` in order of dates
    :param receipts: ``(value date, amount)`` since the agreement was made
    """
    missed = next((
        rank for rank, (day, _amount) in enumerate(schedule)
        if as_of > day + timedelta(days=grace_days)
        and _until(receipts, day + timedelta(days=grace_days)) < _due(schedule, rank)), None)
    paid = _impute(schedule, _until(receipts, as_of))
    if missed is not None:
        return AgreementState("lapsed", paid, missed, schedule[missed][0] + timedelta(days=grace_days + 1))
    total = _due(schedule, len(schedule) - 1)
    return AgreementState("kept" if sum(paid, ZERO) >= total else "running", paid)


def _until(receipts, day):
    return sum((amount for when, amount in receipts if when <= day), ZERO)


def _due(schedule, rank):
    return sum((amount for _day, amount in schedule[:rank + 1]), ZERO)


def _impute(schedule, money):
    paid = []
    for _day, amount in schedule:
        part = min(amount, money)
        paid.append(part)
        money -= part
    return tuple(paid)
