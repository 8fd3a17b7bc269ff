"""Whom to remind tonight, at which level, of what, and why not."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .errors import InconsistentInput
from .money import to_decimal
from .types import HOLD_REASONS, NOTHING_REASONS

ZERO = Decimal(0)
PENALTY_BLOCKS = (None, "", "rate_unknown", "regime_unknown")


def _decimal(record, *names):
    for name in names:
        object.__setattr__(record, name, to_decimal(getattr(record, name)))


def _known_holds(holds):
    unknown = sorted(set(holds) - set(HOLD_REASONS))
    if unknown:
        raise InconsistentInput(what="hold_reason", reasons=unknown)


@dataclass(frozen=True)
class LevelRule:
    """One step of a plan. ``days``: after the due date, negative before it; ``min_amount``: in the item's currency.

    ``needs_statement``: the message states penalties, so it waits when they cannot be computed.
    ``formal_notice``: a mise en demeure; it is prepared, and a person sends it.

    :raises InconsistentInput: a formal notice that is automatic or that precedes the first day of delay.
    """

    key: object
    days: int
    channel: str
    automatic: bool
    formal_notice: bool = False
    needs_statement: bool = False
    min_amount: Decimal = ZERO

    def __post_init__(self):
        _decimal(self, "min_amount")
        if self.formal_notice and (self.automatic or self.days <= 0):
            raise InconsistentInput(what="formal_notice_level", level=self.key)


@dataclass(frozen=True)
class PlanRule:
    """The ladder of a customer: ``levels`` in any order, at least ``min_interval_days`` between two messages.

    ``entry``: where an item that was never reminded enters: ``by_age`` at the level of its age, ``first`` at the
    first level on or after the due date, whatever its age. ``min_amount``: below it nothing is asked.

    :raises InconsistentInput: two levels on the same day, an unknown entry, a negative interval.
    """

    key: object
    levels: tuple
    min_interval_days: int
    entry: str = "by_age"
    min_amount: Decimal = ZERO

    def __post_init__(self):
        _decimal(self, "min_amount")
        object.__setattr__(self, "levels", tuple(sorted(self.levels, key=lambda level: level.days)))
        if len({level.days for level in self.levels}) != len(self.levels):
            raise InconsistentInput(what="plan_levels_same_day", plan=self.key)
        if self.entry not in ("by_age", "first") or self.min_interval_days < 0:
            raise InconsistentInput(what="plan", plan=self.key)


@dataclass(frozen=True)
class ItemFacts:
    """One open instalment. ``reached_days``: ``days`` of the highest level already reminded in this cycle, or None.

    :raises InconsistentInput: an inexact amount, a hold that is not in ``HOLD_REASONS``.
    """

    key: object
    due_date: date
    residual: Decimal
    reached_days: int | None = None
    holds: tuple = ()

    def __post_init__(self):
        _decimal(self, "residual")
        _known_holds(self.holds)


@dataclass(frozen=True)
class CustomerFacts:
    """One customer in one currency. ``credits``: unallocated credits, a positive amount; ``holds``: on everything.

    ``penalty_block``: why penalties cannot be computed (``rate_unknown``, ``regime_unknown``), None when they can.
    ``reachable``: false when no address suits the level's channel.

    :raises InconsistentInput: negative credits, unknown holds or block, two items with one key.
    """

    key: object
    currency: str
    items: tuple
    credits: Decimal = ZERO
    holds: tuple = ()
    last_contact: date | None = None
    penalty_block: str | None = None
    reachable: bool = True

    def __post_init__(self):
        _decimal(self, "credits")
        _known_holds(self.holds)
        object.__setattr__(self, "items", tuple(self.items))
        if self.credits < 0 or self.penalty_block not in PENALTY_BLOCKS:
            raise InconsistentInput(what="customer", customer=self.key)
        if len({item.key for item in self.items}) != len(self.items):
            raise InconsistentInput(what="item_keys", customer=self.key)


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


@dataclass(frozen=True)
class _View:
    """An item seen on the day: the level due tonight if any, and why it stays where it is otherwise."""

    item: ItemFacts
    days_late: int
    age_level: LevelRule | None
    due_level: LevelRule | None
    hold: str
    idle: str


def decide(facts: CustomerFacts, plan: PlanRule | None, as_of: date) -> Decision:
    """Decide the night of ``as_of`` for one customer; the order of items, levels and holds does not matter.

    * An item is due when the level of its age is above the one it reached; levels missed meanwhile are skipped.
      A level before the due date applies only before it.
    * The message takes the highest level due among items that nothing holds. Items due at that level move; other
      overdue items are listed and counted in the total, their own turn unchanged. A formal notice lists no others.
    * A level that needs a penalty statement is not due while penalties are blocked: the item falls back to the
      highest lower level that it has not reached, so that the principal is still claimed, and is held without one.
    * Then the customer's holds: its own, no address, nothing owed net of credits, too little, a recent message.
      A last contact dated after ``as_of`` holds too: when the facts are doubtful nothing leaves.
    """
    if plan is None:
        return _without_plan(facts, as_of)
    views = [_view(facts, plan, item, as_of) for item in _ordered(facts.items)]
    ready = [view for view in views if view.due_level and not view.hold]
    if not ready:
        return _quiet(facts, views)
    level = max((view.due_level for view in ready), key=lambda rule: rule.days)
    moved = [view for view in ready if view.due_level == level]
    listed = [] if level.formal_notice else [view for view in views if _is_listed(view, moved)]
    amount = sum((view.item.residual for view in moved + listed), ZERO) - facts.credits
    reason = _customer_hold(facts, plan, level, amount, as_of)
    if reason:
        items = tuple(_held(view, reason) if view in ready else _still(view) for view in views)
        return Decision(facts.key, facts.currency, "hold", reason, level, amount, items)
    items = tuple(_in_message(view, moved, listed) for view in views)
    return Decision(facts.key, facts.currency, "remind", "", level, amount, items)


def _ordered(items):
    return sorted(items, key=lambda item: (item.due_date, str(item.key)))


def _first(reasons, precedence):
    """The first reason by order of precedence, an empty string without any."""
    return min(reasons, key=precedence.index, default="")


def _view(facts, plan, item, as_of):
    days_late = (as_of - item.due_date).days
    candidates = _levels_for(plan, item, days_late)
    age_level = candidates[-1] if candidates else None
    if item.residual <= 0:
        return _View(item, days_late, age_level, None, "", "paid")
    new = [level for level in candidates if item.reached_days is None or level.days > item.reached_days]
    free = [level for level in new if not (level.needs_statement and facts.penalty_block)]
    hold = _first(item.holds, HOLD_REASONS)
    if new and not free and not hold:
        return _View(item, days_late, age_level, None, "", facts.penalty_block)
    due_level = (free or new or [None])[-1]
    return _View(item, days_late, age_level, due_level, hold, _idle_reason(plan, item, days_late, age_level))


def _levels_for(plan, item, days_late):
    """Levels that the age of the item allows, lowest first."""
    if days_late < 0:
        return [level for level in plan.levels if level.days < 0 and level.days <= days_late]
    after = [level for level in plan.levels if level.days >= 0]
    if plan.entry == "first" and (item.reached_days is None or item.reached_days < 0):
        after = after[:1]
    return [level for level in after if level.days <= days_late]


def _idle_reason(plan, item, days_late, age_level):
    """Why an item that nothing holds is not due tonight."""
    if age_level is None:
        return "not_due"
    return "last_level" if item.reached_days is not None and item.reached_days >= plan.levels[-1].days else "already_reminded"


def _is_listed(view, moved):
    """Overdue, owed and not held by itself: it belongs to the table of the message although its turn has not come."""
    return view not in moved and not view.hold and view.days_late > 0 and view.item.residual > 0


def _customer_hold(facts, plan, level, amount, as_of):
    own = _first(facts.holds, HOLD_REASONS)
    if own:
        return own
    if not facts.reachable:
        return "no_contact"
    if amount <= 0:
        return "net_credit"
    if amount < max(level.min_amount, plan.min_amount):
        return "below_threshold"
    if facts.last_contact and (as_of - facts.last_contact).days < plan.min_interval_days:
        return "recent_contact"
    return ""
