"""The legal track: what is open in a state, what is missing for the rest, and what a step sets. No step is taken by machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .errors import IllegalTransition, InconsistentInput
from .proceeding_deadlines import DEFAULT_NOTICE_DAYS, Deadline, deadlines_of
from .proceeding_order import FOLLOWS, check_order
from .proceeding_table import ACTIONS, ROWS, TRANSITIONS
from .proceeding_types import (
    ALWAYS,
    CHOICES,
    END_STATES,
    NOTICE_STATES,
    OPEN_STATES,
    RUNNING_STATES,
    STATED,
    STATES,
    Transition,
)

__all__ = [
    "ACTIONS", "ALWAYS", "CHOICES", "DEFAULT_NOTICE_DAYS", "END_STATES", "NOTICE_STATES", "OPEN_STATES", "ROWS",
    "RUNNING_STATES", "STATED", "STATES", "TRANSITIONS", "Applied", "Available", "Deadline", "Transition", "apply", "available",
    "row_available",
]


@dataclass(frozen=True)
class Available:
    """An action of the present state; ``missing`` names the facts that are not there, empty when ``allowed``.

    ``asks`` and ``may_ask``: what a person states. ``from_date``: first day on which a wait is over, None without one.
    ``override``: the missing conditions that a stated reason may set aside.
    """

    action: str
    target: str
    allowed: bool
    missing: tuple
    who: str
    source: str
    asks: tuple = ()
    may_ask: tuple = ()
    from_date: date | None = None
    override: tuple = ()
    confirmed: bool = True
    bearer: str = ""


@dataclass(frozen=True)
class Applied:
    """The outcome of a step: the new state, the deadlines it sets, those it answers, what it is for the limitation clock.

    ``overridden``: conditions that were not met and that a stated reason set aside.
    """

    target: str
    deadlines: tuple = ()
    closes: tuple = ()
    limitation: str = ""
    title_kind: str = ""
    overridden: tuple = ()
    bearer: str = ""


def available(state: str, facts: Mapping) -> tuple:
    """List the actions of ``state`` with what each still lacks in ``facts`` (names to truth, dates or text).

    ``facts`` also holds ``today`` and ``deadlines`` ({code: date} of the open ones), for the waits.

    :raises InconsistentInput: an unknown state.
    """
    if state not in STATES:
        raise InconsistentInput(what="proceeding_state", state=state)
    return tuple(row_available(row, facts) for row in TRANSITIONS if row.state == state)


def row_available(row, facts):
    """One row of a table of steps against the facts."""
    unmet = tuple(name for name in row.needs if not any(facts.get(one) for one in name.split("|")))
    overridden = tuple(name for name in unmet if name in row.override)
    missing = tuple(name for name in row.asks if not facts.get(name)) + unmet
    if facts.get("override_reason"):
        missing = tuple(name for name in missing if name not in overridden)
    from_date, waiting = _wait(row, facts)
    if waiting or _too_late(row, facts):
        missing += (f"after_{row.after}" if waiting else f"before_{row.before}",)
    return Available(row.action, _target(row, facts), not missing, missing, row.who, row.source, row.asks, row.may_ask, from_date,
                     overridden, row.confirmed, row.bearer)


def _target(row, facts):
    """The state that the step leads to; it stays where it is while the fact that names it is missing."""
    return (facts.get(row.target[1:]) or row.state) if row.target.startswith("=") else row.target


def _wait(row, facts):
    """(first day open, whether it is still to come); a wait whose deadline was never set is not over."""
    if not row.after:
        return None, False
    end = (facts.get("deadlines") or {}).get(row.after)
    if end is None:
        return None, True
    # The letter says "before": its own day is late already. A time limit of procedure includes its last day.
    from_date = end if row.after == "pay_before" else date.fromordinal(end.toordinal() + 1)
    return from_date, facts.get("today", date.min) < from_date


def _too_late(row, facts):
    """An act dated after the last day that it had."""
    end = (facts.get("deadlines") or {}).get(row.before) if row.before else None
    return bool(end and isinstance(facts.get("done_on") or facts.get("today"), date)
                and (facts.get("done_on") or facts["today"]) > end)


def apply(state: str, action: str, facts: Mapping) -> Applied:
    """Take one step and return the new state with its deadlines; the caller checks the role and writes the event.

    ``send_notice`` reads ``sent_on`` (date) and ``notice_days`` (optional, days left to pay) and sets ``pay_before``; the
    others read ``done_on``, the day of the act.

    :raises IllegalTransition: the action does not exist in this state, or facts are missing.
    :raises InconsistentInput: an unknown state, a date that is none, an act before the one that it follows, an
        unknown choice.
    """
    found = next((row for row in available(state, facts) if row.action == action), None)
    if found is None or not found.allowed:
        missing = found.missing if found else ()
        raise IllegalTransition(state=state, action=action, missing=missing)
    row = ROWS[state, action]
    # Recorded later, an act is judged on its own day: a summons of when the debtor still had time is none.
    if found.from_date and "done_on" in row.asks and facts["done_on"] < found.from_date:
        raise IllegalTransition(state=state, action=action, missing=(f"after_{row.after}",))
    _check_choices(row, facts)
    check_order(action, facts, FOLLOWS)
    title_kind = row.title_kind or (facts.get("title_kind", "") if "title_kind" in row.asks else "")
    limitation = facts[row.limitation[1:]] if row.limitation.startswith("=") else row.limitation
    return Applied(
        found.target, deadlines_of(state, action, {**facts, "title_kind": title_kind}), row.closes, limitation, title_kind,
        found.override if facts.get("override_reason") else (), row.bearer)


def _check_choices(row, facts):
    for name in (*row.asks, *row.may_ask):
        if name in CHOICES and facts.get(name) and facts[name] not in CHOICES[name]:
            raise InconsistentInput(what=name, value=facts[name])
