"""Bad debts: the tax in a part of a claim, the age that proposes an impairment, the years in which VAT comes back."""
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bad_debts
from engine.errors import InconsistentInput

D = Decimal


def tax(amount, left=None, key=1):
    return bad_debts.Tax(key, D(amount), D(left if left is not None else amount))


def test_net_and_vat_of_a_part():
    part = bad_debts.split(D("400"), D("1200"), (tax("200"),))
    assert (part.net, part.vat, part.taxes) == (D("333.33"), D("66.67"), ((1, D("66.67")),))


def test_the_last_part_takes_what_is_left_to_the_cent():
    part = bad_debts.split(D("800"), D("1200"), (tax("200", left="133.34"),), last=True)
    assert (part.net, part.vat) == (D("666.66"), D("133.34"))


def test_two_rates():
    part = bad_debts.split(D("633"), D("1266"), (tax("200"), tax("66", key=2)))
    assert part.taxes == ((1, D("100.00")), (2, D("33.00")))


def test_without_tax_everything_is_net():
    assert bad_debts.split(D("500"), D("500"), (), last=True) == bad_debts.Split(D("500"), D("0"), ())


@pytest.mark.parametrize("amount", ["-1", "1200.01"])
def test_more_than_the_invoice_is_refused(amount):
    with pytest.raises(InconsistentInput):
        bad_debts.split(D(amount), D("1200"), ())


@given(st.integers(2, 10_000_000), st.integers(1, 25), st.integers(1, 99))
def test_parts_add_up_to_the_tax_of_the_invoice(cents, rate, share):
    """However an invoice is written off in two parts, its VAT comes back once and whole."""
    net = D(cents) / 100
    vat = (net * rate / 100).quantize(D("0.01"))
    total = net + vat
    first = (total * share / 100).quantize(D("0.01"))
    one = bad_debts.split(first, total, (tax(vat),))
    two = bad_debts.split(total - first, total, (tax(vat, left=vat - one.vat),), last=True)
    assert one.vat + two.vat == vat
    assert one.net + two.net == net


@pytest.mark.parametrize(("days", "percent"), [(-5, 0), (90, 0), (91, 25), (180, 25), (181, 50), (365, 50), (366, 100)])
def test_proposal_by_age(days, percent):
    assert bad_debts.provision_percent(days) == percent
    assert bad_debts.provision_percent(days, insolvent=True) == 100


def test_until_the_end_of_the_second_year():
    """CGI ann. II art. 208: judgment of 5 March 2024, deducted until 31 December 2026."""
    assert bad_debts.vat_deadline(date(2024, 3, 5)) == date(2026, 12, 31)
    assert bad_debts.vat_warning("liquidation", date(2024, 3, 5), date(2026, 12, 31)) == ""
    assert bad_debts.vat_warning("liquidation", date(2024, 3, 5), date(2027, 1, 1)) == "vat_too_late"


@pytest.mark.parametrize("ground", bad_debts.GROUNDS)
def test_which_grounds_bring_the_vat_back(ground):
    """Neither the passing of time nor a decision of the house makes a claim irrecoverable (BOI-TVA-DED-40-10-20)."""
    expected = "vat_ground" if ground in ("prescribed", "abandoned") else ""
    assert bad_debts.vat_warning(ground, date(2026, 1, 1), date(2026, 2, 1)) == expected
    assert bad_debts.vat_warning(ground, None, date(2026, 2, 1)) == "vat_ground"


def test_an_unknown_ground_is_refused():
    with pytest.raises(InconsistentInput):
        bad_debts.vat_warning("tired", date(2026, 1, 1), date(2026, 2, 1))
