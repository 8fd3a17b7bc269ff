"""Random invoices for the property tests, and the long one that the bench times."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from engine.claims import Claim, Instalment, Payment
from engine.delays import CourtDelay

DAYS = st.dates(date(2015, 1, 1), date(2026, 12, 31))
KINDS = st.sampled_from(["payment", "payment", "credit_note"])
CENTS = st.integers(1, 2 * 10**7).map(lambda cents: Decimal(cents) / 100)


@st.composite
def situations(draw):
    due = draw(st.dates(date(2015, 1, 1), date(2026, 11, 30)))
    as_of = min(due + timedelta(days=draw(st.integers(0, 900))), date(2026, 12, 31))
    amount = draw(CENTS)
    shares = draw(st.lists(st.tuples(st.integers(-40, 900), st.integers(1, 40), KINDS), max_size=3))
    paid = tuple(
        Payment(due + timedelta(days=days), (amount * share / 100).quantize(Decimal("0.01")), kind) for days, share, kind in shares
    )
    regime = draw(st.sampled_from(["b2b", "b2b", "b2c", "public"]))
    claim = Claim(
        "x",
        regime,
        "EUR",
        (Instalment(1, due, amount, paid),),
        contract_rate=draw(st.none() | st.integers(100, 2000).map(lambda rate: Decimal(rate) / 100)),
        insolvency_date=draw(st.none() | DAYS),
        formal_notice_date=due + timedelta(days=draw(st.integers(-20, 200))),
        enforceable_since=draw(st.none() | st.integers(-100, 600).map(lambda days: due + timedelta(days=days))),
        court_delays=draw(st.lists(court_delays(due), max_size=2)),
    )
    return claim, as_of


@st.composite
def court_delays(draw, due):
    start = due + timedelta(days=draw(st.integers(-100, 600)))
    return CourtDelay(start, start + timedelta(days=draw(st.integers(0, 400))))


def paid_situations():
    """Those with at least one payment in money, the first of the list."""
    return situations().filter(lambda drawn: any(_money(payment) for payment in _payments(drawn))).map(_money_first)


def _payments(drawn):
    return drawn[0].instalments[0].payments


def _money(payment):
    return payment.kind == "payment"


def _money_first(drawn):
    """Only the payments in money: a credit note of everything would settle whether there was a delay at all."""
    claim, as_of = drawn
    (item,) = claim.instalments
    return replace(claim, instalments=(replace(item, payments=tuple(filter(_money, item.payments))),)), as_of


def sixty_payments():
    """An invoice due on 31/12/2021, sixty equal payments every 24 days, one part of 61 left after four years."""
    due = date(2021, 12, 31)
    paid = tuple(Payment(due + timedelta(days=24 * rank), 1000) for rank in range(1, 61))
    return Claim("INV/2021/0001", "b2b", "EUR", (Instalment(1, due, 61000, paid),)), date(2025, 12, 31)
