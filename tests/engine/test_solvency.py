"""Exposure against limits, suggestions and their reasons, what an invoice lacks: facts a credit manager can argue with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.exposure import ExposureFacts, assess
from engine.invoice_checks import GAPS, InvoicingFacts, gaps, is_email, payment_run
from engine.suggestions import KINDS, REASONS, CustomerFacts, suggest

LATE = CustomerFacts(
    grade="E", regime="b2b", known=10, late=9, average_delay=Decimal(40), invoiced=Decimal(73000), usual_term=45,
    overdue=Decimal(1), lawful_term=60)
GOOD = CustomerFacts(
    grade="A", regime="b2b", known=12, late=1, average_delay=Decimal(-2), invoiced=Decimal(36500), usual_term=30, lawful_term=60)
COMPLETE = InvoicingFacts(contact=True, email="compta@client.example", address=True, identifier=True, terms=True)


def kinds(facts):
    return {one.kind: one for one in suggest(facts)}


# === EXPOSURE === #


@pytest.mark.parametrize(
    ("opened", "orders", "credit", "insured", "passed"),
    [
        (900, 100, 1000, None, ""),  # reached, not passed
        (900, 101, 1000, None, "credit"),
        (900, 101, None, 1000, "insured"),
        (900, 101, 1000, 1000, "both"),
        (1, 0, 0, None, "credit"),  # a limit of nothing is a limit
        (5000, 5000, None, None, ""),  # no limit: nothing to pass
        (-500, 400, 0, None, ""),  # more credits than invoices
    ],
)
def test_which_limits_are_passed(opened, orders, credit, insured, passed):
    assert assess(ExposureFacts(opened, orders, credit, insured)).passed == passed


def test_what_no_insurer_bears():
    found = assess(ExposureFacts(12000, 3000, None, 10000, Decimal(90)))
    assert found.uncovered == Decimal("6000.00")  # 15 000 less 90 % of the 10 000 insured
    assert found.excess == {"insured": Decimal(5000)}


# === SUGGESTIONS === #


def test_always_late_gets_the_four_adapted_means():
    found = kinds(LATE)
    assert {"payment_term", "deposit", "direct_debit", "prevention_call"} <= set(found)
    assert found["payment_term"].days == 30
    assert found["deposit"].reasons[0] == ("always_late", "9/10")
    assert "discount" not in found


def test_good_payer_gets_a_longer_term_and_a_discount():
    found = kinds(GOOD)
    assert found["payment_term"].days == 45
    assert found["discount"].percent == 1
    assert not {"deposit", "direct_debit", "prevention_call"} & set(found)


def test_no_longer_term_than_the_law_allows():
    assert kinds(replace(GOOD, usual_term=50))["payment_term"].days == 60
    assert "payment_term" not in kinds(replace(GOOD, usual_term=60))
    assert "payment_term" not in kinds(replace(GOOD, lawful_term=None))  # a sector with its own caps: not guessed


def test_limit_is_the_credit_used_times_a_factor():
    # 36 500 a year is 100 a day; 30 days of credit; grade A counts 1.5
    limit = kinds(GOOD)["credit_limit"]
    assert limit.amount == 4500
    assert limit.reasons == (("invoiced", "36500.00"), ("credit_days", "30"), ("grade", "A"))
    # 200 a day, 45 + 40 days, grade E counts half: 8 500
    assert kinds(LATE)["credit_limit"].amount == 8500


def test_limit_stays_within_what_is_insured_and_is_not_repeated():
    capped = kinds(replace(GOOD, insured_limit=Decimal(3000)))["credit_limit"]
    assert (capped.amount, capped.reasons[-1]) == (3000, ("insured_cap", "3000.00"))
    assert "credit_limit" not in kinds(replace(GOOD, credit_limit=Decimal(4500)))
    assert "credit_limit" not in kinds(replace(GOOD, credit_limit=Decimal(4200)))  # 7 % away
    assert kinds(replace(GOOD, credit_limit=Decimal(9000)))["credit_limit"].amount == 4500


def test_few_outcomes_suggest_nothing():
    assert suggest(replace(LATE, known=3, late=3)) == ()


def test_public_bodies_only_get_a_call():
    assert set(kinds(replace(LATE, regime="public"))) == {"prevention_call"}


def test_a_contested_score_suggests_nothing():
    assert suggest(replace(LATE, contested=True)) == ()


FACTS = st.builds(
    CustomerFacts, grade=st.sampled_from(["", "A", "B", "C", "D", "E"]), regime=st.sampled_from(["", "b2b", "b2c", "public"]),
    natural_person=st.booleans(), contested=st.booleans(), known=st.integers(0, 20), late=st.integers(0, 20),
    average_delay=st.integers(-30, 90).map(Decimal), invoiced=st.integers(0, 10**6).map(Decimal), usual_term=st.integers(0, 90),
    overdue=st.integers(0, 1000).map(Decimal), credit_limit=st.none() | st.integers(0, 10**5).map(Decimal),
    insured_limit=st.none() | st.integers(0, 10**5).map(Decimal), direct_debit=st.booleans(),
    lawful_term=st.none() | st.just(60))


@given(FACTS)
def test_every_suggestion_has_reasons_and_a_known_kind(facts):
    found = suggest(facts)
    assert len({one.kind for one in found}) == len(found)
    for one in found:
        assert one.kind in KINDS
        assert one.reasons
        assert {code for code, _value in one.reasons} <= set(REASONS)


@given(FACTS)
def test_nothing_restrictive_is_ever_suggested_on_a_natural_person(facts):
    found = kinds(replace(facts, natural_person=True))
    assert "deposit" not in found
    if "payment_term" in found:
        assert found["payment_term"].days > facts.usual_term
    if "credit_limit" in found and facts.credit_limit is not None:
        assert found["credit_limit"].amount >= facts.credit_limit


@given(FACTS)
def test_a_term_or_a_limit_never_exceeds_the_law_or_the_insurance(facts):
    for one in suggest(facts):
        if one.kind == "payment_term" and one.reasons[0][0] == "good_payer":
            assert one.days <= 60
        if one.kind == "credit_limit" and facts.insured_limit is not None:
            assert one.amount <= facts.insured_limit


# === INVOICE === #


def test_nothing_is_missing_on_a_complete_customer():
    assert gaps(COMPLETE) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contact": False}, "no_contact"), ({"email": ""}, "no_email"), ({"email": "compta@client"}, "invalid_email"),
        ({"address": False}, "no_address"), ({"order_required": True, "order_number": " "}, "no_order_number"),
        ({"terms": False}, "no_terms"), ({"identifier": False}, "no_identifier"), ({"days_since_delivery": 2}, "invoiced_late"),
    ],
)
def test_each_gap_alone(change, code):
    assert gaps(replace(COMPLETE, **change)) == (code,)


def test_the_next_day_is_in_time_and_the_customer_list_asks_no_order_number():
    assert gaps(replace(COMPLETE, days_since_delivery=1)) == ()
    assert gaps(replace(COMPLETE, order_required=True)) == ()


def test_who_needs_what():
    nobody = InvoicingFacts()
    assert gaps(nobody) == ("no_contact", "no_email", "no_address", "no_terms", "no_identifier")
    assert gaps(replace(nobody, natural_person=True)) == ("no_email", "no_address", "no_terms")
    assert gaps(replace(nobody, portal=True, public=True)) == ("no_address", "no_identifier")
    assert set(gaps(nobody)) <= set(GAPS)


@pytest.mark.parametrize(("text", "right"), [
    ("a@b.fr", True), ("a@b.fr; c@d.com", True), ("a@b", False), ("a b@c.fr", False), ("a@b.fr,c", False), (";", False)])
def test_addresses(text, right):
    assert is_email(text) is right


@pytest.mark.parametrize(("day", "days", "run"), [
    (date(2026, 3, 16), [10, 25], date(2026, 3, 25)), (date(2026, 3, 25), [10, 25], date(2026, 3, 25)),
    (date(2026, 3, 26), [10, 25], date(2026, 4, 10)), (date(2026, 12, 26), [10], date(2027, 1, 10)),
    (date(2026, 2, 16), [31], date(2026, 2, 28)), (date(2026, 6, 1), [31], date(2026, 6, 30)), (date(2026, 6, 1), [], None)])
def test_the_next_payment_run(day, days, run):
    assert payment_run(day, days) == run
