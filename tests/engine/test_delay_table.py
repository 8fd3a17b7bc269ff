"""The payment-delay table: tranches, both options, what is counted apart, percentages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.delay_table import DelayInstalment, DelayQuestion, delay_table, tranche_of
from engine.errors import InconsistentInput
from engine.types import DELAY_TRANCHES

CLOSING = date(2025, 12, 31)
YEAR = {"start": date(2025, 1, 1), "closing": CLOSING}


def ask(option, *instalments, **question):
    return delay_table(DelayQuestion(option, **{**YEAR, **question}), instalments)


def owed(invoice, days_late, amount=100, movements=(), **more):
    due = CLOSING - timedelta(days=days_late)
    return DelayInstalment(invoice, due - timedelta(days=30), due, Decimal(amount), movements, **more)


def cell(table, code):
    return table.cells[code].invoices, table.cells[code].amount


@pytest.mark.parametrize(
    ("days", "tranche"),
    [(0, "on_time"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (60, "31_60"), (61, "61_90"), (90, "61_90"), (91, "91_more")],
)
def test_the_edges_of_the_tranches(days, tranche):
    assert tranche_of(days) == tranche
    assert cell(ask("unpaid", owed(1, days)), tranche) == (1, Decimal(100))


def test_option_one_counts_what_is_open_at_closing_only():
    part = ((date(2025, 11, 1), Decimal(40), "payment"), (date(2026, 1, 5), Decimal(60), "payment"))
    table = ask("unpaid", owed(1, 45, movements=part), owed(2, -10, 500))
    assert cell(table, "31_60") == cell(table, "total") == (1, Decimal(60))
    assert cell(table, "on_time") == (1, Decimal(500)), "not late at closing: indicative, never in the total"


def test_option_two_spreads_an_invoice_over_its_payments():
    """Due 1 June 2025: 300 on time, 200 after 20 days, 100 after 100 days, 50 still open."""
    due = date(2025, 6, 1)
    paid = tuple((due + timedelta(days=days), Decimal(amount), "payment") for days, amount in ((0, 300), (20, 200), (100, 100)))
    instalment = DelayInstalment(7, date(2025, 5, 1), due, Decimal(650), paid)
    table = ask("paid_late", instalment, base_invoices=4, base_amount=Decimal(3000))
    assert [cell(table, code) for code in ("on_time", "1_30", "31_60", "61_90", "91_more", "total")] == [
        (1, 300), (1, 200), (0, 0), (0, 0), (1, 100), (1, 300)]
    assert table.cells["total"].percent == Decimal("10.00")
    assert table.cells["total"].percent_invoices == Decimal("25.00")
    assert cell(ask("paid_late", instalment, unpaid_too=True), "91_more") == (1, Decimal(150))


def test_a_credit_note_is_no_payment_and_last_years_payments_are_not_counted():
    moved = ((date(2024, 12, 1), Decimal(10), "payment"), (date(2025, 8, 1), Decimal(90), "credit"))
    assert cell(ask("paid_late", owed(1, 400, movements=moved)), "total") == (0, 0)
    assert cell(ask("unpaid", owed(1, 400, movements=moved)), "total") == (0, 0)


def test_disputed_and_unrecognised_are_counted_apart():
    open_dispute, old_dispute = ((date(2025, 11, 1), None),), ((date(2025, 10, 1), date(2025, 11, 30)),)
    table = ask(
        "unpaid", owed(1, 20, disputes=open_dispute), owed(2, 20, disputes=old_dispute), owed(3, 20, recognised=False),
        owed(4, 0, recognised=False))
    assert cell(table, "disputed") == (1, Decimal(100))
    assert cell(table, "unrecognised") == (1, Decimal(100)), "its term has not passed: not of this table"
    assert cell(table, "total") == (1, Decimal(100))
    late = ((date(2025, 11, 20), Decimal(100), "payment"),)
    table = ask("paid_late", owed(1, 90, movements=late, disputes=old_dispute), owed(2, 20, recognised=False))
    assert (cell(table, "disputed"), cell(table, "unrecognised"), cell(table, "total")) == (
        (1, Decimal(100)), (1, Decimal(100)), (0, Decimal(0)))


def test_legal_terms_replace_the_agreed_ones():
    instalment = DelayInstalment(1, date(2025, 10, 1), date(2025, 12, 25), Decimal(100))
    assert cell(ask("unpaid", instalment), "1_30") == (1, Decimal(100))
    table = ask("unpaid", instalment, reference="legal", legal_days=60)
    assert cell(table, "31_60") == (1, Decimal(100))
    assert table.terms == (60, 60)
    assert ask("unpaid", instalment).terms == (85, 85)


def test_without_a_base_there_is_no_percentage():
    assert ask("unpaid", owed(1, 20)).cells["total"].percent is None
    assert ask("unpaid").terms is None


@pytest.mark.parametrize("wrong", [{"option": "third"}, {"reference": "guess"}, {"start": date(2026, 1, 1)}, {"legal_days": -1}])
def test_wrong_questions_are_refused(wrong):
    with pytest.raises(InconsistentInput):
        DelayQuestion(**{"option": "unpaid", **YEAR, **wrong})


@given(st.lists(st.tuples(st.integers(-60, 200), st.integers(1, 10**6), st.booleans(), st.booleans()), max_size=30))
def test_nothing_is_lost_and_nothing_counted_twice(rows):
    """Every euro open at closing is in one tranche or counted apart; the total is that of its four tranches."""
    found = [
        owed(number, days, amount, disputes=((CLOSING, None),) if disputed else (), recognised=known)
        for number, (days, amount, disputed, known) in enumerate(rows)]
    table = ask("unpaid", *found)
    expected = sum(row.amount for row in found if row.recognised or row.due < CLOSING)
    assert sum(table.cells[code].amount for code in (*DELAY_TRANCHES, "disputed", "unrecognised")) == expected
    assert table.cells["total"].amount == sum(table.cells[code].amount for code in DELAY_TRANCHES[1:])
    assert sum(entry.amount for entry in table.entries) == expected
