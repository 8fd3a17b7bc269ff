"""Which plan a debt follows and by which rule; who is worth a message before the due date; where an old debt enters."""

from dataclasses import dataclass
from decimal import Decimal

from .money import to_decimal

# In order of precedence.
PLAN_RULES = ("invoice", "deposit", "customer", "segment", "company", "none")
PREDUE_SCOPES = ("targeted", "everyone", "nobody")
RISKY_GRADES = ("D", "E")
# Fewer invoices than this whose outcome is known: a new customer.
KNOWN_CUSTOMER = 3


@dataclass(frozen=True)
class Profile:
    """What segments look at: ``grade`` ('' without history), ``regime`` ('' when unclassified), ``tags``.

    ``owed``: what is open, due or not, before credits, in the company's currency.
    """

    grade: str = ""
    regime: str = ""
    owed: Decimal = Decimal(0)
    tags: frozenset = frozenset()
    known_outcomes: int = 0

    def __post_init__(self):
        object.__setattr__(self, "owed", to_decimal(self.owed))


@dataclass(frozen=True)
class Segment:
    """A group of customers and its plan. An empty criterion excludes nobody; all those that are filled must hold.

    ``amount_min`` is included, ``amount_max`` is not; None: no bound. ``tags``: one of them is enough.
    """

    key: object
    plan: object
    sequence: int = 10
    grades: frozenset = frozenset()
    regimes: frozenset = frozenset()
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    tags: frozenset = frozenset()


@dataclass(frozen=True)
class Choice:
    """The plan of a debt, the rule of ``PLAN_RULES`` that chose it, and the segment when that is the rule."""

    plan: object
    rule: str
    segment: object = None


def belongs(profile: Profile, segment: Segment) -> bool:
    """Whether a customer is in a segment."""
    return (
        (not segment.grades or profile.grade in segment.grades)
        and (not segment.regimes or profile.regime in segment.regimes)
        and (segment.amount_min is None or profile.owed >= segment.amount_min)
        and (segment.amount_max is None or profile.owed < segment.amount_max)
        and (not segment.tags or bool(segment.tags & profile.tags))
    )


def choose_plan(profile, segments, *, invoice=None, deposit=None, customer=None, company=None) -> Choice:
    """Invoice, then deposit invoices, then customer, then the first segment by sequence, then company.

    :param deposit: plan of deposit invoices, only when the debt is one
    """
    for rule, plan in (("invoice", invoice), ("deposit", deposit), ("customer", customer)):
        if plan:
            return Choice(plan, rule)
    for segment in sorted(segments, key=lambda segment: (segment.sequence, str(segment.key))):
        if belongs(profile, segment):
            return Choice(segment.plan, "segment", segment.key)
    return Choice(company, "company") if company else Choice(None, "none")


def announces(scope: str, profile: Profile, large: Decimal | None) -> bool:
    """Whether a customer gets messages before the due date: everyone, nobody, or who is new, large or risky.

    :param scope: one of ``PREDUE_SCOPES``
    :param large: amount owed from which a customer is large; None: none is
    """
    if scope != "targeted":
        return scope == "everyone"
    return (
        profile.known_outcomes < KNOWN_CUSTOMER
        or profile.grade in RISKY_GRADES
        or (large is not None and profile.owed >= large)
    )


def entry_level(levels, days_late: int):
    """The highest ordinary level whose days have passed: where a debt enters quietly. None: it enters by itself.

    A formal notice is never an entry: it would pass for sent.
    """
    passed = [level for level in levels if 0 <= level.days <= days_late and not level.formal_notice]
    return max(passed, key=lambda level: level.days, default=None)
