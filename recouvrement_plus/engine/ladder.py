"""Whom to remind tonight, at which level, of what, and why not."""

from dataclasses import dataclass, replace
from datetime import date

from .facts import ZERO, CustomerFacts, Decision, ItemDecision, ItemFacts, LevelRule, PlanRule
from .ladder_levels import block_of, is_new, is_put_off, levels_for
from .ladder_message import first_reason, message_of
from .types import HOLD_REASONS, NOTHING_REASONS

__all__ = ["CustomerFacts", "Decision", "ItemDecision", "ItemFacts", "LevelRule", "PlanRule", "decide", "decide_all"]


NO_LEVELS = PlanRule(None, (), 0)


@dataclass(slots=True)
class _View:
    """An item seen on the day.

    ``age_level``: the level its age calls for; ``due_level``: the one it would climb to tonight, None when its turn
    has not come; ``hold``: its own hold; ``block``: why no statement can be made, when its level needs one;
    ``idle``: why nothing is asked, when nothing holds it and it is not due; ``plan``: the one it follows.
    """

    item: ItemFacts
    plan: PlanRule
    days_late: int
    age_level: LevelRule | None
    due_level: LevelRule | None
    hold: str
    block: str
    idle: str

    @property
    def pending(self):
        """It would be due, or its last reminder reached nobody."""
        return self.due_level is not None or bool(self.block)

    @property
    def ready(self):
        """Its turn has come and nothing of its own holds it."""
        return self.due_level is not None and not self.hold and not self.block

    @property
    def listable(self):
        """Overdue, owed and not held by itself: it belongs in the table of a message although its turn has not come."""
        return not self.hold and self.days_late > 0 and self.item.residual > 0


def decide_all(facts: CustomerFacts, plan: PlanRule | None, as_of: date) -> tuple:
    """The decisions of the night for one customer: one, or one for each level due when the plan groups by level.

    Grouped by level, each message carries the items due at its level and no other; credits are deducted from the
    highest level first; what is not due tonight is decided apart.
    """
    if plan is None or plan.grouping == "customer":
        return (decide(facts, plan, as_of),)
    groups = {}
    for item in _ordered(facts.items):
        view = _view(facts, plan, item, as_of)
        key = (view.due_level.days, str(view.due_level.key)) if view.ready else None
        groups.setdefault(key, []).append(item)
    rest, answers = groups.pop(None, ()), []
    left = facts.credits_beside({item.key for group in groups.values() for item in group})
    facts = replace(facts, claimed_credits=())
    for key in sorted(groups, key=lambda key: (-key[0], key[1])):
        owed = sum((item.residual for item in groups[key]), ZERO)
        answers.append(decide(replace(facts, items=tuple(groups[key]), credits=left), plan, as_of))
        left = max(left - owed, ZERO)
    if rest or not answers:
        answers.append(decide(replace(facts, items=tuple(rest), credits=left), plan, as_of))
    return tuple(answers)


def decide(facts: CustomerFacts, plan: PlanRule | None, as_of: date) -> Decision:
    """Decide the night of ``as_of`` for one customer; the order of items, levels and holds does not matter.

    * An item is due when the level of its age is above the one it reached; levels missed meanwhile are skipped.
      None is reminded twice at a level. A level before the due date applies only before it, or on it when the days
      between were closed.
    * The message takes the highest level due among items that nothing holds. Items due at that level move; other
      overdue items are listed and counted in the total, their own turn unchanged. A formal notice lists no others, and
      gives way to the next level when credits cover what it claims.
    * A level that needs a penalty statement is not due while penalties are blocked: the item falls back to the
      highest lower level that it has not reached, so that the principal is still claimed, and is held without one.
    * Then the customer's holds: its own, no address, nothing owed net of credits, too little, a recent message.
      A last contact dated after ``as_of`` holds too: when the facts are doubtful nothing leaves.
    * A firm level waits in a quiet period; the item falls back like above, unless a legal deadline may be near.
      After it the level that was put off leaves first, the next one after its own distance.
    * An item may follow a plan of its own; the message takes the highest level due whatever the plan, and obeys the
      minimum and the interval of the plan of that level (see ``ladder_message``).
    """
    if plan is None and not any(item.plan for item in facts.items):
        return _without_plan(facts, as_of)
    plan = plan or NO_LEVELS
    views = [_view(facts, plan, item, as_of) for item in _ordered(facts.items)]
    ready = [view for view in views if view.ready]
    if not ready:
        return _quiet(facts, views)
    level, moved, listed, amount, reason = message_of(facts, views, ready, as_of)
    if reason:
        told = facts.told
        items = tuple(_item(view, "hold", reason) if view.ready else _still(view, told) for view in views)
        return Decision(facts.key, facts.currency, "hold", reason, level, amount, items)
    items = tuple(_in_message(view, moved, listed) for view in views)
    return Decision(facts.key, facts.currency, "remind", "", level, amount, items)


def _ordered(items):
    return items if len(items) < 2 else sorted(items, key=lambda item: (item.due_date, str(item.key)))


def _view(facts, plan, item, as_of):
    plan = item.plan or plan
    days_late = (as_of - item.due_date).days
    candidates = levels_for(plan, item, days_late, 0 if facts.closed else facts.closed_before)
    age_level = candidates[-1] if candidates else None
    if item.residual <= 0:
        return _View(item, plan, days_late, age_level, None, "", "", "paid")
    due_level, block = _due_level(facts, plan, item, candidates, as_of)
    if due_level is None and item.unreached and age_level:
        block = "no_contact"
    hold = first_reason(item.holds, HOLD_REASONS) if item.holds else ""
    return _View(item, plan, days_late, age_level, due_level, hold, block, _idle_reason(plan, item, age_level))


def _due_level(facts, plan, item, candidates, as_of):
    """(the highest of these levels that is new and free, '') or, when none is free, (the highest new one, why it is not)."""
    highest, why = None, ""
    for level in reversed(candidates):
        put_off = not facts.quiet and is_put_off(plan, item, level, facts.quiet_periods, as_of)
        if not put_off and is_new(level, item, as_of, level is candidates[0]):
            block = block_of(facts, item, level)
            if not block:
                return level, ""
            highest, why = (highest, why) if highest else (level, block)
    return highest, why


def _idle_reason(plan, item, age_level):
    """Why an item that nothing holds is not due tonight."""
    if age_level is None:
        return "not_due"
    if item.reached_days is None:
        return "already_reminded"
    left = any(level.days > item.reached_days and level.key not in item.reached_levels for level in reversed(plan.levels))
    return "already_reminded" if left else "last_level"


def _quiet(facts, views):
    """No item is ready: held when one would have been due or the whole customer is, else nothing is asked."""
    told = facts.told
    items = tuple(_still(view, told) for view in views)
    pending = [view for view in views if view.pending]
    if not pending and told:
        return Decision(facts.key, facts.currency, "hold", told, None, ZERO, items)
    if not pending:
        reason = first_reason((view.idle for view in views), NOTHING_REASONS) or "paid"
        return Decision(facts.key, facts.currency, "nothing", reason, None, ZERO, items)
    reason = first_reason([view.hold or view.block for view in pending] + list(facts.holds), HOLD_REASONS)
    level = max((view.due_level or view.age_level for view in pending), key=lambda rule: rule.days)
    return Decision(facts.key, facts.currency, "hold", reason, level, _owed(facts, [view.item for view in pending]), items)


def _owed(facts, items):
    """What is owed on held items: credits reduce those of their own side of an opening judgment only."""
    frozen = [item.asked for item in items if "insolvency" in item.holds]
    free = [item.asked for item in items if "insolvency" not in item.holds]
    amount = sum(free, ZERO) - facts.credits if free or not frozen else ZERO
    return amount + (sum(frozen, ZERO) - facts.frozen_credits if frozen else ZERO)


def _item(view, decision, reason):
    level_days = view.age_level.days if view.age_level else None
    return ItemDecision(view.item.key, decision, reason, view.days_late, level_days)


def _still(view, told=""):
    """An item that no message carries tonight; `told`: the hold of its customer."""
    reason = view.hold or view.block or (told if view.item.residual > 0 else "")
    return _item(view, "hold", reason) if reason else _item(view, "nothing", view.idle)


def _in_message(view, moved, listed):
    """An item on a night when a message leaves to its customer."""
    key = view.item.key
    if key in moved:
        return ItemDecision(key, "remind", "", view.days_late, view.due_level.days, True)
    if key in listed:
        return _item(view, "nothing", "listed")
    if not view.ready:
        return _still(view)
    # Its turn had come at a lower level, but the one message of the night does not carry it: before its due date it
    # is simply not due, after it (beside a formal notice) it waits like after any message.
    return _item(view, "nothing", "not_due") if view.days_late <= 0 else _item(view, "hold", "recent_contact")


def _without_plan(facts, as_of):
    """Without a plan nothing leaves, and what is overdue says so."""
    items = tuple(_item_without_plan(item, (as_of - item.due_date).days) for item in _ordered(facts.items))
    held = [item for item in items if item.decision == "hold"]
    if not held:
        reason = first_reason((item.reason for item in items), NOTHING_REASONS) or "paid"
        return Decision(facts.key, facts.currency, "nothing", reason, None, ZERO, items)
    keys = {item.key for item in held}
    amount = _owed(facts, [item for item in facts.items if item.key in keys])
    reason = first_reason([item.reason for item in held] + list(facts.holds), HOLD_REASONS)
    return Decision(facts.key, facts.currency, "hold", reason, None, amount, items)


def _item_without_plan(item, days_late):
    if item.residual <= 0:
        return ItemDecision(item.key, "nothing", "paid", days_late, None)
    if days_late <= 0:
        return ItemDecision(item.key, "nothing", "not_due", days_late, None)
    return ItemDecision(item.key, "hold", first_reason(item.holds, HOLD_REASONS) or "no_plan", days_late, None)
