"""What could be proposed to a person about a customer: limit, term, means, a call. Nothing here is ever applied alone.

Each suggestion carries its reasons as codes with figures. On a natural person nothing restrictive is proposed: no
lower limit, no shorter term, no deposit. While a score is contested nothing is proposed from it.
"""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from .money import to_decimal

KINDS = ("credit_limit", "payment_term", "deposit", "direct_debit", "prevention_call", "discount")
REASONS = (
    "invoiced", "credit_days", "grade", "insured_cap", "current_limit", "always_late", "average_delay", "usual_term",
    "good_payer", "lawful_term", "next_due")
# Seasonal peaks and trust: how many times the credit that the customer uses on an average day.
LIMIT_FACTORS = {"A": Decimal("1.5"), "B": Decimal("1.3"), "C": Decimal("1.1"), "D": Decimal("0.8"), "E": Decimal("0.5")}
LEAST_OUTCOMES = 4
ALWAYS_LATE = Decimal("0.8")
GOOD_OUTCOMES = 6
GOOD_PAYER = Decimal("0.1")
# A limit that differs less than that from the present one is not worth a decision.
WORTH = Decimal("0.15")
DEPOSIT_PERCENT = Decimal(30)
DISCOUNT_PERCENT = Decimal(1)
DISCOUNT_DAYS = 10
LONGER_BY = 15
CALL_DAYS = 5


@dataclass(frozen=True)
class CustomerFacts:
    """A year of a customer. ``known``: instalments whose outcome is known, ``late``: how many were paid late.

    ``average_delay``: days after the due date, negative when early; ``invoiced``: amount of the year;
    ``usual_term``: days from issue to due date; ``lawful_term``: longest term that may be agreed, None when it is not the
    general rule (public body, consumer, sector with its own caps): no longer term is proposed then.
    """

    grade: str = ""
    regime: str = ""
    natural_person: bool = False
    contested: bool = False
    known: int = 0
    late: int = 0
    average_delay: Decimal = Decimal(0)
    invoiced: Decimal = Decimal(0)
    usual_term: int = 0
    overdue: Decimal = Decimal(0)
    credit_limit: Decimal | None = None
    insured_limit: Decimal | None = None
    direct_debit: bool = False
    lawful_term: int | None = None

    def __post_init__(self):
        for name in ("average_delay", "invoiced", "overdue"):
            object.__setattr__(self, name, to_decimal(getattr(self, name)))

    @property
    def always_late(self) -> bool:
        """At least four outcomes in the year and four in five late."""
        return self.known >= LEAST_OUTCOMES and self.late >= ALWAYS_LATE * self.known

    @property
    def good_payer(self) -> bool:
        """Six outcomes in the year, at most one in ten late, nothing overdue, grade A or B."""
        return (
            self.known >= GOOD_OUTCOMES and self.late <= GOOD_PAYER * self.known and self.overdue <= 0
            and self.grade in ("A", "B")
        )


@dataclass(frozen=True)
class Suggestion:
    """``reasons``: ((code, text of its figure), ...). ``days``: a term, or days before the due date for a call."""

    kind: str
    reasons: tuple
    amount: Decimal | None = None
    days: int | None = None
    percent: Decimal | None = None


def suggest(facts: CustomerFacts) -> tuple:
    """Every suggestion for one customer, in the order of `KINDS`; at most one of each kind."""
    if facts.contested:
        return ()
    found = [_credit_limit(facts), _payment_term(facts)]
    if facts.always_late:
        found += _adapted_means(facts)
    if facts.good_payer and facts.regime == "b2b" and facts.usual_term >= 30:
        found.append(Suggestion("discount", _good(facts), days=DISCOUNT_DAYS, percent=DISCOUNT_PERCENT))
    return tuple(one for one in found if one)


def _credit_limit(facts):
    """The credit that the customer uses on an average day, times a factor by grade, within what is insured."""
    if facts.regime == "public" or facts.known < LEAST_OUTCOMES or facts.grade not in LIMIT_FACTORS or facts.invoiced <= 0:
        return None
    days = facts.usual_term + max(int(facts.average_delay), 0)
    amount = _round_up(facts.invoiced * days / 365 * LIMIT_FACTORS[facts.grade])
    reasons = [("invoiced", f"{facts.invoiced:.2f}"), ("credit_days", str(days)), ("grade", facts.grade)]
    if facts.insured_limit is not None and amount > facts.insured_limit:
        amount = facts.insured_limit
        reasons.append(("insured_cap", f"{facts.insured_limit:.2f}"))
    present = facts.credit_limit
    if amount <= 0 or (present is not None and abs(amount - present) <= WORTH * present):
        return None
    if facts.natural_person and present is not None and amount < present:
        return None
    if present is not None:
        reasons.append(("current_limit", f"{present:.2f}"))
    return Suggestion("credit_limit", tuple(reasons), amount=amount)


def _round_up(amount):
    """Two figures that count, upwards: 12 340 becomes 13 000."""
    if amount <= 0:
        return Decimal(0)
    step = Decimal(10) ** max(amount.adjusted() - 1, 1)
    return (amount / step).to_integral_value(rounding=ROUND_UP) * step


def _payment_term(facts):
    """A shorter term for who is always late, a longer one, within the law, for a good payer."""
    if facts.regime != "b2b":
        return None
    term = ("usual_term", str(facts.usual_term))
    if facts.always_late and not facts.natural_person and facts.usual_term > LONGER_BY:
        return Suggestion("payment_term", (*_late(facts), term), days=30 if facts.usual_term > 30 else LONGER_BY)
    if facts.good_payer and facts.lawful_term and 0 < facts.usual_term < facts.lawful_term:
        days = min(facts.usual_term + LONGER_BY, facts.lawful_term)
        return Suggestion("payment_term", (*_good(facts), term, ("lawful_term", str(facts.lawful_term))), days=days)
    return None


def _adapted_means(facts):
    """Deposit and direct debit are not asked of a public body: it pays by its own rules."""
    private = facts.regime in ("b2b", "b2c")
    if private and not facts.natural_person and facts.grade in ("D", "E"):
        yield Suggestion("deposit", (*_late(facts), ("grade", facts.grade)), percent=DEPOSIT_PERCENT)
    if private and not facts.direct_debit:
        yield Suggestion("direct_debit", _late(facts))
    yield Suggestion("prevention_call", (*_late(facts), ("next_due", str(CALL_DAYS))), days=CALL_DAYS)


def _late(facts):
    return ("always_late", f"{facts.late}/{facts.known}"), ("average_delay", f"{facts.average_delay:.0f}")


def _good(facts):
    return (("good_payer", f"{facts.known - facts.late}/{facts.known}"),)
