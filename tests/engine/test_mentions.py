"""What an invoice must say, by regime and day; what a payment term does at worst."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.errors import MissingFact, UnknownRegime
from engine.mentions import invoice_mentions
from engine.term_caps import CapBook, TermCap
from engine.term_scan import worst_case
from engine.types import MENTIONS

TODAY = date(2026, 11, 22)


def codes(*args):
    return [mention.code for mention in invoice_mentions(*args)]


def test_each_regime_has_its_own_mentions():
    assert codes("b2b", TODAY) == ["legal_rate", "indemnity", "discount"]
    assert codes("public", TODAY, Decimal(12)) == ["public_rate", "indemnity"], "no contract rate against a public body"
    assert codes("b2c", TODAY, Decimal(12)) == []


@pytest.mark.parametrize("regime", ["", None, "company"])
def test_an_unknown_regime_is_refused(regime):
    with pytest.raises(UnknownRegime):
        invoice_mentions(regime, TODAY)


@pytest.mark.parametrize(
    ("floor", "code"), [("raise", "contract_floor"), ("fallback", "contract_fallback"), ("ignore", "contract_rate")]
)
def test_a_stipulated_rate_reads_as_it_is_applied(floor, code):
    mention = invoice_mentions("b2b", TODAY, Decimal(8), floor)[0]
    assert (mention.code, mention.percent) == (code, 8)
    assert code in MENTIONS


@pytest.mark.parametrize(
    ("day", "rate", "indemnity"),
    [
        (date(2027, 1, 1), "C. com. art. L441-10 II (ord. 2026-671)", "C. com. art. D441-5"),
        (date(2026, 12, 31), "C. com. art. L441-10 II", "C. com. art. D441-5"),
        (date(2019, 4, 25), "C. com. art. L441-6 I", "Décret 2012-1115"),
    ],
)
def test_the_text_in_force_on_the_day_of_the_invoice(day, rate, indemnity):
    assert [mention.citation for mention in invoice_mentions("b2b", day)][:2] == [rate, indemnity]


def test_an_indemnity_that_did_not_exist_is_not_mentioned():
    assert codes("b2b", date(2012, 12, 31)) == ["legal_rate", "discount"]


def days_of_four_years(days):
    return [(day, day + timedelta(days=days)) for day in (TODAY + timedelta(days=number) for number in range(1461))]


def test_the_worst_case_of_a_term():
    assert worst_case(days_of_four_years(60), regime="b2b").check.compliant
    case = worst_case(days_of_four_years(75), regime="b2b")
    assert (case.check.excess_days, (case.due_date - case.issue_date).days) == (15, 75)


def test_a_cap_that_runs_from_delivery_cannot_be_told_without_an_invoice():
    caps = CapBook((TermCap("livestock", date(2024, 1, 1), days=20, start="delivery"),))
    with pytest.raises(MissingFact):
        worst_case(days_of_four_years(10), caps, regime="b2b", sector="livestock")
