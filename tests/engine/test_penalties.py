"""The penalty statement against published figures (oracles: never adjusted) and against the rules, case by case."""

from datetime import date
from decimal import Decimal

import pytest
from engine_tables import amount, cases, claim_of, day, options, slices_text, words

from engine.claims import Claim, Instalment, Options, Payment
from engine.delays import AgreedDelay, CourtDelay
from engine.errors import InconsistentInput, MissingRate, UnknownRegime
from engine.penalties import floor_warning, penalty_statement
from engine.rates import RateBook, RatePeriod

ROWS = cases("published_figures") + cases("rules") + cases("court")


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_case(row, book):
    statement = penalty_statement(claim_of(row), day(row["stop"]), book, options(row["options"]))

    assert slices_text(statement.slices) == row["slices"]
    assert statement.interest == amount(row["interest"])
    assert statement.indemnity == amount(row["indemnity"])
    assert statement.total == amount(row["total"])
    assert statement.days_late == int(row["days_late"])
    assert sorted(statement.warnings) == sorted(words(row["warnings"]))


def test_t4_is_near_the_published_month_method():
    by_id = {row["id"]: amount(row["interest"]) for row in ROWS}
    assert abs(by_id["T4-91"] - 256) < 1 and abs(by_id["T4-legal"] - 3) < Decimal("0.05")


def test_t6_interest_first_leaves_the_published_principal(book):
    row = next(row for row in ROWS if row["id"] == "T6-interest")
    statement = penalty_statement(claim_of(row), day(row["stop"]), book, options(row["options"]))
    assert (statement.principal, statement.interest_paid) == (Decimal("6495.89"), Decimal("495.89"))


@pytest.mark.parametrize(
    ("rate", "on", "floor"),
    [("8", "15/08/2026", "8.25"), ("8", "15/02/2026", None), ("8.25", "01/07/2026", None), ("8", "31/12/2023", "12.66")]
    + [
        ("8", "01/01/2024", "15.21"),
        ("8", "01/07/2024", "14.76"),
        ("8", "01/01/2025", "11.13"),
        ("8", "01/07/2025", "8.28"),
    ],
)
def test_t8_clause_below_three_times_the_legal_rate(rate, on, floor, book):
    warning = floor_warning(Decimal(rate), book, day(on))
    assert (warning and warning.floor) == (floor and Decimal(floor))
    assert warning is None or warning.code == "contract_rate_below_floor"


@pytest.mark.parametrize("days", [1, 29, 73, 181])
def test_t9_official_legal_interest_formula(days, book):
    """amount x days x rate / 36 500, inside one half-year, for a consumer after formal notice."""
    notice = date(2025, 12, 31)
    claim = Claim("T9", "b2c", "EUR", (Instalment(1, notice, 7300),), formal_notice_date=notice)
    statement = penalty_statement(claim, date.fromordinal(notice.toordinal() + days), book)
    assert statement.interest == (Decimal(7300) * days * Decimal("2.62") / 36500).quantize(Decimal("0.01"))


def test_t10_five_points_two_months_after_an_enforceable_decision():
    """The published example: legal rate 2.11 % in 2006, 7.11 % afterwards, amount x rate x days / 365."""
    book = RateBook([RatePeriod("legal_professional", date(2006, 1, 1), date(2006, 12, 31), "2.11", "https://example.org")])
    due, enforceable = date(2006, 1, 31), date(2006, 3, 15)
    claim = Claim("T10", "b2c", "EUR", (Instalment(1, due, 10000),), None, None, due, enforceable)
    before, after = penalty_statement(claim, date(2006, 6, 30), book).slices
    assert (before.rate, before.date_to, before.basis) == (Decimal("2.11"), date(2006, 5, 15), "legal_rate")
    assert (after.rate, after.days, after.basis) == (Decimal("7.11"), 46, "legal_rate_plus_5")
    assert after.amount == (Decimal(10000) * 46 * Decimal("7.11") / 36500).quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"regime": "b2c", "enforceable_since": date(2026, 1, 5)}, "CMF art. L313-3"),
        ({"court_delays": (CourtDelay(date(2026, 2, 1), date(2026, 2, 10)),)}, "C. civ. art. 1343-5"),
    ],
)
def test_the_statement_cites_what_the_judge_changed(changes, text, book):
    values = {"regime": "b2b", "formal_notice_date": date(2025, 12, 31), **changes}
    claim = Claim("x", currency="EUR", instalments=(Instalment(1, date(2025, 12, 31), 1000),), **values)
    assert text in penalty_statement(claim, date(2026, 3, 31), book).sources
    assert text not in penalty_statement(claim, date(2026, 1, 20), book).sources


def test_a_judge_grants_two_years_at_most():
    start = date(2026, 2, 1)
    assert CourtDelay(start, date(2028, 2, 1)).covers(start)
    for end in (date(2028, 2, 2), date(2026, 1, 31)):
        with pytest.raises(InconsistentInput):
            CourtDelay(start, end)


@pytest.mark.parametrize("regime", [None, "", "B2B", "private"])
def test_an_unclassified_debtor_is_refused(regime):
    with pytest.raises(UnknownRegime) as refusal:
        Claim("x", regime, "EUR", (Instalment(1, date(2025, 1, 1), 100),))
    assert refusal.value.code == "regime_unknown"


def test_an_unknown_half_year_is_refused_never_guessed(book):
    claim = Claim("x", "b2b", "EUR", (Instalment(1, date(2026, 12, 30), 100),))
    assert penalty_statement(claim, date(2026, 12, 31), book).interest > 0
    with pytest.raises(MissingRate) as refusal:
        penalty_statement(claim, date(2027, 1, 1), book)
    assert refusal.value.params == {"series": "ecb_mro", "day": date(2027, 1, 1)}


def test_an_unknown_half_year_does_not_matter_to_what_was_paid_before(book):
    paid = (Payment(date(2026, 12, 31), 100),)
    claim = Claim("x", "b2b", "EUR", (Instalment(1, date(2026, 12, 30), 100, paid),))
    assert penalty_statement(claim, date(2027, 6, 1), book).days_late == 1


def test_a_clause_needs_the_legal_rate_unless_the_floor_does_not_govern_it(book):
    claim = Claim("x", "b2b", "EUR", (Instalment(1, date(2014, 6, 1), 100),), contract_rate=12)
    with pytest.raises(MissingRate) as refusal:
        penalty_statement(claim, date(2014, 6, 30), book)
    assert refusal.value.params["series"] == "legal_professional"
    assert penalty_statement(claim, date(2014, 6, 30), book, Options(contract_floor="ignore")).interest > 0


@pytest.mark.parametrize(("regime", "due"), [("b2b", date(2008, 11, 1)), ("public", date(2013, 5, 1))])
def test_delays_older_than_the_known_margin_are_refused(regime, due, book):
    with pytest.raises(MissingRate):
        penalty_statement(Claim("x", regime, "EUR", (Instalment(1, due, 100),)), due.replace(day=30), book)


def _two_instalments(*paid_second):
    first = Instalment("first", date(2025, 10, 31), 1000, (Payment(date(2025, 11, 10), 1000),))
    second = Instalment("second", date(2025, 11, 30), 1000, paid_second)
    later = Instalment("later", date(2026, 3, 31), 1000)
    return Claim("INV/1", "b2b", "EUR", (later, second, first))


def test_forty_euros_once_for_an_invoice_with_two_late_instalments(book):
    statement = penalty_statement(_two_instalments(), date(2025, 12, 10), book)
    assert statement.indemnity == 40
    assert {piece.instalment_key for piece in statement.slices} == {"first", "second"}


def test_principal_leaves_out_instalments_that_are_not_due(book):
    assert penalty_statement(_two_instalments(), date(2025, 12, 10), book).principal == 1000


def test_days_late_are_those_of_the_oldest_late_instalment_up_to_its_payment(book):
    assert penalty_statement(_two_instalments(), date(2025, 12, 20), book).days_late == 10


def test_the_indemnity_is_in_euros_and_never_added_to_another_currency(book):
    claim = Claim("x", "b2b", "USD", (Instalment(1, date(2025, 12, 31), 1000),))
    statement = penalty_statement(claim, date(2026, 1, 10), book)
    assert (statement.indemnity, statement.warnings) == (0, ("indemnity_other_currency",))
    converted = Options(indemnity_amount="43.20", indemnity_currency="USD")
    assert penalty_statement(claim, date(2026, 1, 10), book, converted).indemnity == Decimal("43.20")


def test_a_currency_without_cents(book):
    claim = Claim("x", "b2b", "XPF", (Instalment(1, date(2025, 12, 31), 36500),))
    statement = penalty_statement(claim, date(2026, 1, 10), book, Options(digits=0))
    assert statement.interest == Decimal(122) and statement.interest.as_tuple().exponent == 0


@pytest.mark.parametrize(
    ("regime", "due", "notice", "texts"),
    [
        ("b2b", date(2018, 11, 30), None, ["C. com. art. L441-6 I", "Décret 2012-1115"]),
        ("b2b", date(2025, 11, 30), None, ["C. com. art. L441-10 II", "C. com. art. D441-5"]),
        ("public", date(2025, 11, 30), None, ["CCP art. R2192-31", "CCP art. D2192-35"]),
        ("b2c", date(2025, 11, 30), date(2025, 12, 1), ["C. civ. art. 1231-6"]),
    ],
)
def test_the_statement_cites_the_texts_of_its_time(regime, due, notice, texts, book):
    claim = Claim("x", regime, "EUR", (Instalment(1, due, 1000),), formal_notice_date=notice)
    sources = penalty_statement(claim, date(due.year, 12, 20), book).sources
    assert list(sources[: len(texts)]) == texts
    assert all(address.startswith("http") for address in sources[len(texts) :])


def test_options_that_do_not_exist_are_refused():
    for wrong in (
        {"denominator": "360"},
        {"imputation": "fifo"},
        {"semester_method": "daily"},
        {"contract_floor": "max"},
        {"credit_note_date": "today"},
    ):
        with pytest.raises(InconsistentInput):
            Options(**wrong)


def test_input_that_contradicts_itself_is_refused():
    due = date(2025, 1, 1)
    for build in (
        lambda: Payment(due, 10.5),
        lambda: Payment(due, -1),
        lambda: Payment(due, 1, "refund"),
        lambda: Instalment(1, due, -5),
        lambda: Instalment(1, due, 100, (), 101),
        lambda: Claim("x", "b2b", "EUR", (Instalment(1, due, 1), Instalment(1, due, 2))),
        lambda: Claim("x", "b2b", "EUR", (), contract_rate=-1),
    ):
        with pytest.raises(InconsistentInput):
            build()


def test_days_of_an_agreement_bear_no_penalty(book):
    """Frozen from 10 to 19 February: ten days less than without, against professionals and consumers alike."""
    def interest(regime, *delays):
        claim = Claim("F1", regime, "EUR", (Instalment(1, date(2025, 1, 31), Decimal(10000)),),
                      formal_notice_date=date(2025, 1, 15), agreed_delays=delays)
        return penalty_statement(claim, date(2025, 3, 2), book).interest

    frozen = AgreedDelay(date(2025, 2, 10), date(2025, 2, 19))
    for regime in ("b2b", "b2c"):
        assert interest(regime, frozen) == pytest.approx(interest(regime) * 20 / 30, abs=Decimal("0.02"))
        assert interest(regime, AgreedDelay(date(2025, 1, 1))) == 0


def test_a_public_debtor_is_not_let_off():
    with pytest.raises(InconsistentInput):
        Claim("F1", "public", "EUR", (Instalment(1, date(2025, 1, 31), Decimal(1)),),
              agreed_delays=(AgreedDelay(date(2025, 2, 1)),))
