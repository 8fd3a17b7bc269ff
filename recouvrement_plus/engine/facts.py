"""What the ladder reads and answers: a plan, a customer's facts on one day, a decision with its reasons."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .errors import InconsistentInput
from .money import to_decimal
from .types import HOLD_REASONS

ZERO = Decimal(0)
KNOWN_HOLDS = frozenset(HOLD_REASONS)
BANK_HOLDS = ("probable_receipt", "stale_bank")
PENALTY_BLOCKS = (None, "", "rate_unknown", "regime_unknown")


def _decimal(record, *names):
    for name in names:
        value = getattr(record, name)
        exact = to_decimal(value)
        if exact is not value:  # most are exact already, and a frozen record is slow to change
            object.__setattr__(record, name, exact)


def _known_holds(holds):
    if not KNOWN_HOLDS.issuperset(holds):
        raise InconsistentInput(what="hold_reason", reasons=sorted(set(holds) - KNOWN_HOLDS))


@dataclass(frozen=True)
class LevelRule:
    """One step of a plan. ``days``: after the due date, negative before it; ``min_amount``: in the item's currency.

    ``needs_statement``: the message states penalties, so it waits when they cannot be computed.
    ``formal_notice``: a mise en demeure; it is prepared, and a person sends it. ``firm``: it waits in quiet periods.
    ``wait_days``: days since the previous reminder of the instalment, None when only its age counts; the lowest level of
    a plan has none before it and counts from the due date.
    ``min_interval_days``: days since any contact with the customer, None: those of the plan. ``broken``: its text cannot
    be written.

    :raises InconsistentInput: a formal notice that is automatic or that precedes the first day of delay.
    """

    key: object
    days: int
    channel: str
    automatic: bool
    formal_notice: bool = False
    needs_statement: bool = False
    min_amount: Decimal = ZERO
    firm: bool = False
    wait_days: int | None = None
    min_interval_days: int | None = None
    broken: bool = False

    def __post_init__(self):
        _decimal(self, "min_amount")
        if self.formal_notice and (self.automatic or self.days <= 0):
            raise InconsistentInput(what="formal_notice_level", level=self.key)


@dataclass(frozen=True)
class PlanRule:
    """The ladder of a customer: ``levels`` in any order, at least ``min_interval_days`` between two messages.

    ``entry``: where an item that was never reminded enters: ``by_age`` at the level of its age, ``first`` at the
    first level on or after the due date, whatever its age, to climb from there level by level. ``min_amount``: below it
    nothing is asked.
    ``grouping``: one message for each ``customer`` at the highest level due, or one for each ``level`` due.
    ``climb_when_broken``: after a broken promise the next message is one level above that of the age.
    ``levels_after``: those on or after the due date.

    :raises InconsistentInput: two levels on the same day, an unknown entry or grouping, a negative interval.
    """

    key: object
    levels: tuple
    min_interval_days: int
    entry: str = "by_age"
    min_amount: Decimal = ZERO
    grouping: str = "customer"
    climb_when_broken: bool = False
    levels_after: tuple = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        _decimal(self, "min_amount")
        object.__setattr__(self, "levels", tuple(sorted(self.levels, key=lambda level: level.days)))
        object.__setattr__(self, "levels_after", tuple(level for level in self.levels if level.days >= 0))
        if len({level.days for level in self.levels}) != len(self.levels):
            raise InconsistentInput(what="plan_levels_same_day", plan=self.key)
        known = self.entry in ("by_age", "first") and self.grouping in ("customer", "level")
        if not known or self.min_interval_days < 0:
            raise InconsistentInput(what="plan", plan=self.key)


@dataclass(frozen=True)
class ItemFacts:
    """One open instalment. ``reached_days``: ``days`` of the highest level already reminded in this cycle, or None;
    ``reached_levels``: keys of all of them, whatever their days are now.

    ``disputed``: the part of it in dispute, which nothing asks; all of ``residual`` in dispute is a hold.
    ``reached_on``: the day of that reminder. ``plan``: its own plan, None: the customer's. ``urgent``: a legal deadline
    may be near, no quiet period puts its levels off. ``announced``: levels before the due date apply to it.
    ``promise_broken``: a promise to pay it was broken since its last reminder. ``unreached``: that reminder failed for want
    of a good address, and a person has to see to it.

    :raises InconsistentInput: an inexact amount, a negative dispute, a hold that is not in ``HOLD_REASONS``.
    """

    key: object
    due_date: date
    residual: Decimal
    reached_days: int | None = None
    holds: tuple = ()
    disputed: Decimal = ZERO
    reached_on: date | None = None
    plan: PlanRule | None = None
    urgent: bool = False
    announced: bool = True
    promise_broken: bool = False
    reached_levels: tuple = ()
    unreached: bool = False

    def __post_init__(self):
        _decimal(self, "residual", "disputed")
        _known_holds(self.holds)
        if self.disputed < 0:
            raise InconsistentInput(what="negative_disputed", item=self.key)
        if self.residual > 0 and self.disputed >= self.residual:
            object.__setattr__(self, "holds", (*self.holds, "dispute"))

    @property
    def asked(self):
        """What a message may ask: the residual without its disputed part; all of it when the whole is held."""
        return self.residual - self.disputed if self.disputed < self.residual else self.residual


@dataclass(frozen=True)
class CustomerFacts:
    """One customer in one currency. ``credits``: unallocated credits, a positive amount; ``holds``: on everything.

    ``penalty_block``: why penalties cannot be computed (``rate_unknown``, ``regime_unknown``), None when they can.
    ``unreached``: channels whose levels find nobody (``recipients.unreached``). ``closed``: nothing leaves on that day;
    ``quiet``: firm levels wait. ``frozen_credits``: they reduce the instalments that an opening judgment freezes and
    nothing else, as ``credits`` reduces all others. ``claimed_credits``: the parts of ``credits`` that a formal notice
    or a proceeding deducts already, as (keys of the items that it claims, amount); see ``credits_beside``.
    ``closed_before``: closed days right before this one. ``quiet_periods``: all those that put firm levels off, this day
    or another (`calendar_days.Period`).

    :raises InconsistentInput: negative credits, unknown holds or block, two items with one key.
    """

    key: object
    currency: str
    items: tuple
    credits: Decimal = ZERO
    holds: tuple = ()
    last_contact: date | None = None
    penalty_block: str | None = None
    unreached: frozenset = frozenset()
    closed: bool = False
    quiet: bool = False
    frozen_credits: Decimal = ZERO
    closed_before: int = 0
    quiet_periods: tuple = ()
    claimed_credits: tuple = ()

    def __post_init__(self):
        _decimal(self, "credits", "frozen_credits")
        _known_holds(self.holds)
        object.__setattr__(self, "items", tuple(self.items))
        if min(self.credits, self.frozen_credits) < 0 or self.penalty_block not in PENALTY_BLOCKS:
            raise InconsistentInput(what="customer", customer=self.key)
        if len({item.key for item in self.items}) != len(self.items):
            raise InconsistentInput(what="item_keys", customer=self.key)

    @property
    def told(self):
        """The hold of the whole customer, told whether a level is due or not: recorded, or a judgment on all that is owed.

        What the bank shows only concerns a message that would leave. '' without any.
        """
        owed = [item for item in self.items if item.residual > 0]
        reasons = [reason for reason in self.holds if reason not in BANK_HOLDS]
        if all("insolvency" in item.holds for item in owed):
            reasons.append("insolvency")
        return min(reasons, key=HOLD_REASONS.index, default="") if owed else ""

    def credits_beside(self, keys):
        """What reduces a message that shows the items of these keys: a credit that a claim under way deducts already reduces
        nothing else, or the customer would pay too little; it does where an item of that claim is shown again."""
        return self.credits - sum((amount for claimed, amount in self.claimed_credits if not claimed & keys), ZERO)


@dataclass(frozen=True)
class ItemDecision:
    """What happens to one item. ``level_days``: the level its age calls for; ``moved``: it climbs to it tonight."""

    key: object
    decision: str
    reason: str
    days_late: int
    level_days: int | None
    moved: bool = False


@dataclass(frozen=True)
class Decision:
    """What happens to one customer in one currency: at most one message, at ``level``.

    ``amount_due``: what the message asks for (or would ask for when it is held), 0 when nothing is asked.
    """

    key: object
    currency: str
    decision: str
    reason: str
    level: LevelRule | None
    amount_due: Decimal
    items: tuple
