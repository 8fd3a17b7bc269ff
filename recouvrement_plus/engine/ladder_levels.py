"""Which levels of a plan an instalment may take on a day."""

from datetime import timedelta

from .calendar_days import first_day_outside


def is_new(level, item, as_of, lowest=False):
    """Not reminded yet, above the level reached and, when it counts from the previous reminder, long enough after it.

    A level is known by its key: one whose days were changed since is still the same. ``lowest``: no level comes before
    it, so that without any reminder to count from it counts from the due date.
    """
    if level.key in item.reached_levels or (item.reached_days is not None and level.days <= item.reached_days):
        return False
    if level.wait_days is None:
        return True
    return lowest if item.reached_on is None else (as_of - item.reached_on).days >= level.wait_days


def block_of(facts, item, level):
    """Why a level cannot be taken tonight, whatever the age: penalties unknown, a quiet period; '' when it can."""
    if level.needs_statement and facts.penalty_block:
        return facts.penalty_block
    return "sensitive_period" if level.firm and facts.quiet and not item.urgent else ""


def levels_for(plan, item, days_late, closed_before=0):
    """Levels that the age of the item allows, lowest first.

    :param closed_before: closed days right before this one. A level before the due date that fell on one of them still
        goes on the due date, when that is the next open day: the customer is told that he pays today. Later it would
        announce what is past, and never leaves.
    """
    if days_late < 0:
        return [level for level in plan.levels if level.days <= days_late] if item.announced else []
    after = plan.levels_after
    if plan.entry == "first":
        days_late -= lag_of(plan, item)
        if not _was_reminded(item):
            after = after[:1]
    allowed = [level for level in after if level.days <= days_late]
    if days_late == 0 and closed_before and item.announced:
        allowed[:0] = [level for level in plan.levels if -closed_before <= level.days < 0]
    return [*allowed, *after[len(allowed):][:1]] if _climbs(plan, item) else allowed


def lag_of(plan, item):
    """Days by which an instalment is behind its age, 0 in general.

    Where a plan lets old invoices enter at the first level, one that was reminded below the level of its age climbs from
    there: the next levels come when the days between them have passed since that reminder.
    """
    if plan.entry != "first" or not _was_reminded(item) or item.reached_on is None:
        return 0
    age = (item.reached_on - item.due_date).days
    behind = any(item.reached_days < level.days <= age for level in plan.levels_after)
    return age - item.reached_days if behind else 0


def is_put_off(plan, item, level, periods, as_of):
    """Whether quiet periods that are over still put a firm level off: it was, or a firm level before it, which leaves first.

    What is put off goes on the first day after the period, and the next firm level its own distance later. Only for who
    was reminded: a first message is the one of the age. A legal deadline that may be near is not put off.
    """
    if not periods or not level.firm or item.urgent or not _was_reminded(item) or _climbs(plan, item):
        return False
    start, delay = item.due_date + timedelta(lag_of(plan, item)), 0
    for step in plan.levels_after:
        if step.days > level.days:
            break
        day = start + timedelta(step.days + delay)
        if step.firm:
            delay += (first_day_outside(day, periods, as_of) - day).days
        if delay and step.days == item.reached_days and item.reached_on:
            delay = max((item.reached_on - start).days - step.days, 0)
    return delay > 0 and start + timedelta(level.days + delay) > as_of


def _was_reminded(item):
    """Of what is overdue: an announcement before the due date is no reminder."""
    return item.reached_days is not None and item.reached_days >= 0


def _climbs(plan, item):
    """Whether a broken promise brings the next level forward. Only for who was reminded: a first message stays the first."""
    return plan.climb_when_broken and item.promise_broken and _was_reminded(item)
