"""Which levels of a plan an instalment may take on a day."""


def is_new(level, item, as_of):
    """Above the level reached and, when it counts from the previous reminder, long enough after it."""
    if item.reached_days is not None and level.days <= item.reached_days:
        return False
    if level.wait_days is None:
        return True
    return item.reached_on is not None and (as_of - item.reached_on).days >= level.wait_days


def block_of(facts, item, level):
    """Why a level cannot be taken tonight, whatever the age: penalties unknown, a quiet period; '' when it can."""
    if level.needs_statement and facts.penalty_block:
        return facts.penalty_block
    return "sensitive_period" if level.firm and facts.quiet and not item.urgent else ""


def levels_for(plan, item, days_late):
    """Levels that the age of the item allows, lowest first."""
    if days_late < 0:
        if not item.announced:
            return []
        return [level for level in plan.levels if level.days <= days_late]
    after = plan.levels_after
    if plan.entry == "first" and (item.reached_days is None or item.reached_days < 0):
        after = after[:1]
    allowed = [level for level in after if level.days <= days_late]
    return [*allowed, *after[len(allowed):][:1]] if _climbs(plan, item) else allowed


def _climbs(plan, item):
    """Whether a broken promise brings the next level forward. Only for who was reminded: a first message stays the first."""
    return plan.climb_when_broken and item.promise_broken and item.reached_days is not None and item.reached_days >= 0
