"""How much is at stake with a customer, and which limits that passes. Tells, never blocks."""

from dataclasses import dataclass
from decimal import Decimal

from .money import round_cents, to_decimal

LIMITS = ("credit", "insured")


@dataclass(frozen=True)
class ExposureFacts:
    """``invoiced``: invoiced and not paid, less credits; ``orders``: confirmed, not invoiced yet. None: no limit of that kind.

    ``coverage``: percentage of an insured loss that the insurer bears.
    """

    invoiced: Decimal = Decimal(0)
    orders: Decimal = Decimal(0)
    credit_limit: Decimal | None = None
    insured_limit: Decimal | None = None
    coverage: Decimal = Decimal(100)

    def __post_init__(self):
        for name in ("invoiced", "orders", "coverage"):
            object.__setattr__(self, name, to_decimal(getattr(self, name)))
        for name in ("credit_limit", "insured_limit"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else to_decimal(value))


@dataclass(frozen=True)
class Exposure:
    """``excess``: {limit: how much beyond}, only the limits passed; ``uncovered``: what no insurer would bear."""

    total: Decimal
    excess: dict
    uncovered: Decimal

    @property
    def passed(self) -> str:
        """``''``, ``credit``, ``insured`` or ``both``."""
        return "both" if len(self.excess) > 1 else next(iter(self.excess), "")


def assess(facts: ExposureFacts) -> Exposure:
    """The exposure of a customer against its limits. A limit reached exactly is not passed.

    A customer in credit (more credits than invoices) has its orders reduced by it, and never a negative exposure.
    """
    total = max(facts.invoiced + facts.orders, Decimal(0))
    excess = {
        name: total - limit
        for name, limit in zip(LIMITS, (facts.credit_limit, facts.insured_limit), strict=True)
        if limit is not None and total > limit
    }
    covered = min(total, facts.insured_limit or Decimal(0)) * facts.coverage / 100
    return Exposure(total, excess, round_cents(total - covered))
