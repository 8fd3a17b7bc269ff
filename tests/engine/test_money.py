"""Money is exact, and rounded in one way."""

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InconsistentInput, MissingRate
from engine.money import round_cents, to_decimal


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.005", "0.01"), ("0.0049999", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("7", "7.00")],
)
def test_halves_go_away_from_zero(value, rounded):
    assert str(round_cents(Decimal(value))) == rounded


def test_other_currencies_have_other_decimals():
    assert round_cents(Decimal("10.5"), 0) == 11 and str(round_cents(Decimal("1.0005"), 3)) == "1.001"


@pytest.mark.parametrize("value", [0.1, 1.0, True, None, "abc", "", "NaN", "Infinity", Decimal("NaN"), [1]])
def test_inexact_numbers_are_refused(value):
    with pytest.raises(InconsistentInput):
        to_decimal(value)


@given(st.decimals(-(10**12), 10**12, places=6))
def test_rounding_moves_by_half_a_cent_at_most(value):
    assert abs(round_cents(value) - value) <= Decimal("0.005")


def test_refusals_carry_codes_and_survive_a_process_boundary():
    refusal = pickle.loads(pickle.dumps(MissingRate(series="ecb_mro", day="2027-01-01")))
    assert (refusal.code, refusal.params["series"]) == ("rate_unknown", "ecb_mro")
    assert "ecb_mro" in str(refusal)
