"""Reading the tables under ``cases/`` and the shipped rates; turning their cells into engine values."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from engine.claims import Claim, Instalment, Options, Payment
from engine.delays import CourtDelay
from engine.facts import CustomerFacts, ItemFacts, LevelRule, PlanRule
from engine.rates import RateBook, periods_from_rows

HERE = Path(__file__).resolve().parent
ADDON = HERE.parents[1] / "recouvrement_plus"
RATE_FILES = sorted((ADDON / "data" / "rates").glob("*.csv"))


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def cases(name):
    """Rows of ``cases/<name>.csv``."""
    return read_csv(HERE / "cases" / f"{name}.csv")


def rate_rows():
    return [row for path in RATE_FILES for row in read_csv(path)]


def shipped_book():
    return RateBook(periods_from_rows(rate_rows()))


def day(text):
    """``30/11/2025`` -> date; empty -> None."""
    if not text:
        return None
    number, month, year = text.split("/")
    return date(int(year), int(month), int(number))


def amount(text):
    """``12 000.50`` -> Decimal; empty -> None."""
    return Decimal(text.replace(" ", "")) if text else None


def words(text):
    """``a ; b`` -> ['a', 'b']."""
    return [part.strip() for part in text.split(";") if part.strip()]


def payments(text):
    """``01/07/2025 4000 ; 02/07/2025 100 credit_note`` -> payments."""
    found = []
    for part in words(text):
        on, value, *kind = part.split()
        found.append(Payment(day(on), Decimal(value), kind[0] if kind else "payment"))
    return tuple(found)


def court_delays(text):
    """``01/03/2026..30/06/2026 ; …`` -> court delays."""
    return tuple(CourtDelay(*map(day, part.split(".."))) for part in words(text))


def options(text):
    """``imputation=interest_first ; contract_floor=ignore`` -> Options."""
    return Options(**dict(part.split("=") for part in words(text)))


def claim_of(row):
    """One claim with one instalment, from a row of a statement table."""
    return Claim(
        reference=row["id"],
        regime=row["regime"],
        currency="EUR",
        instalments=(_instalment(row),),
        contract_rate=amount(row["contract_rate"]),
        insolvency_date=day(row["insolvency"]),
        formal_notice_date=day(row["formal_notice"]),
        enforceable_since=day(row.get("enforceable")),
        court_delays=court_delays(row.get("court_delays") or ""),
    )


def _instalment(row):
    disputed = amount(row["disputed"]) or 0
    return Instalment("1", day(row["due"]), amount(row["amount"]), payments(row["payments"]), disputed)


def slices_text(slices):
    """``31 d @ 12.15 = 123.83 ; …``: the way the tables write the detail lines."""
    return " ; ".join(f"{piece.days} d @ {piece.rate:.2f} = {piece.amount}" for piece in slices)


TONIGHT = date(2026, 3, 10)
CLASSIC_LEVELS = (
    LevelRule("formal", 45, "letter", automatic=False, formal_notice=True, needs_statement=True),
    LevelRule("firm", 30, "email", automatic=True),
    LevelRule("before", -7, "email", automatic=True),
    LevelRule("second", 15, "email", automatic=True),
    LevelRule("first", 3, "email", automatic=True),
)


def classic_plan(**changes):
    """The shipped ladder: 7 days before, then +3, +15, +30 firm, +45 formal notice; seven days between messages."""
    values = {"key": "classic", "levels": CLASSIC_LEVELS, "min_interval_days": 7}
    return PlanRule(**{**values, **changes})


def item(key, days_late, residual=100, reached=None, holds=()):
    """An item that is ``days_late`` days late tonight."""
    return ItemFacts(key, TONIGHT - timedelta(days=days_late), residual, reached, tuple(holds))


def customer(*items, **changes):
    return CustomerFacts(**{"key": "customer", "currency": "EUR", "items": items, **changes})
