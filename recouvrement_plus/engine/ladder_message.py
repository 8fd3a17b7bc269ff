"""The one message of a night to a customer: at which level it leaves, what it shows, and why it may not leave."""

from .facts import ZERO
from .types import HOLD_REASONS


def first_reason(reasons, precedence):
    """The first reason by order of precedence, an empty string without any."""
    return min(reasons, key=precedence.index, default="")


def message_of(facts, views, ready, as_of):
    """The message of the night: its level, the keys it moves and lists, its amount, why it may not leave ('' if it may).

    The highest level due. It gives way to a lower one when too little is owed for it (its own minimum; a formal notice,
    which lists no others, also when nothing is owed net of credits) and, when the customer was contacted too recently for
    its plan, to one of another plan: what is owed beside it is still asked. It never gives way to an announcement of what
    is not due yet.
    """
    found = {view.due_level.key: (view.due_level, view.plan) for view in ready}
    resting, held = set(), []
    for level, plan in sorted(found.values(), key=lambda pair: (-pair[0].days, str(pair[0].key))):
        if plan.key in resting or (held and level.days < 0 <= held[0][0].days):
            continue
        message = _message_at(level, facts, plan, views, ready, as_of)
        if not _gives_way(level, message[-1]):
            return message
        held.append(message)
        if message[-1] == "recent_contact":
            resting.add(plan.key)
    return held[0]


def _gives_way(level, reason):
    """Whether what holds the message is the affair of its level or plan alone."""
    return reason in ("below_threshold", "recent_contact") or (level.formal_notice and reason == "net_credit")


def _message_at(level, facts, plan, views, ready, as_of):
    moved = {view.item.key for view in ready if view.due_level.key == level.key}
    listed = set() if level.formal_notice else {view.item.key for view in views if view.listable} - moved
    shown = moved | listed
    amount = sum((view.item.asked for view in views if view.item.key in shown), ZERO) - facts.credits_beside(shown)
    return level, moved, listed, amount, _customer_hold(facts, plan, level, amount, as_of)


def _customer_hold(facts, plan, level, amount, as_of):
    """Why the message may not leave, by precedence; an empty string when it may. ``plan``: that of the level."""
    own = first_reason(facts.holds, HOLD_REASONS)
    if own:
        return own
    if level.channel in facts.unreached:
        return "no_contact"
    if amount <= 0:
        return "net_credit"
    if amount < max(level.min_amount, plan.min_amount):
        return "below_threshold"
    if level.broken:
        return "broken_text"
    if facts.closed:
        return "closed_day"
    interval = plan.min_interval_days if level.min_interval_days is None else level.min_interval_days
    if facts.last_contact and (as_of - facts.last_contact).days < interval:
        return "recent_contact"
    return ""
