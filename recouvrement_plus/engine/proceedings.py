"""The road to the formal notice, as a table. No step is taken by machine: it says what is open and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .errors import IllegalTransition, InconsistentInput

STATES = ("draft", "notice_prepared", "notice_approved", "mise_en_demeure", "paid", "withdrawn")
OPEN_STATES = STATES[:4]

# What must be true of the claim at each step towards the debtor, checked again each time: a dispute or an opening
# judgment may have come since the step before.
CLAIM_STANDS = ("no_dispute", "not_insolvent", "amount_due")

# Days left to the debtor when the letter says nothing else: eight to fifteen is custom, no text fixes it.
DEFAULT_NOTICE_DAYS = 8


@dataclass(frozen=True)
class Transition:
    """One row: in ``state``, ``action`` leads to ``target`` when all facts named in ``needs`` are true or known.

    ``who``: the role that takes the step; ``source``: the text, empty where the step is the house's own rule.
    """

    state: str
    action: str
    target: str
    needs: tuple
    who: str
    source: str = ""


@dataclass(frozen=True)
class Available:
    """An action of the present state; ``missing`` names the facts that are not there, empty when ``allowed``."""

    action: str
    target: str
    allowed: bool
    missing: tuple
    who: str
    source: str


@dataclass(frozen=True)
class Deadline:
    """A date that a step sets. ``source``: the text, empty where the letter itself sets it."""

    code: str
    date: date
    source: str = ""


@dataclass(frozen=True)
class Applied:
    """The outcome of a step: the new state and the deadlines it sets."""

    target: str
    deadlines: tuple = ()


TRANSITIONS = (
    Transition("draft", "prepare_notice", "notice_prepared", ("regime_known", *CLAIM_STANDS), "officer"),
    Transition("notice_prepared", "approve_notice", "notice_approved", ("letter_prepared", *CLAIM_STANDS), "manager"),
    Transition(
        "notice_approved",
        "send_notice",
        "mise_en_demeure",
        ("sent_on", "channel", *CLAIM_STANDS),
        "officer",
        "C. civ. art. 1344",
    ),
    Transition(
        "mise_en_demeure", "record_receipt", "mise_en_demeure", ("received_on",), "officer", "C. civ. art. 1344"
    ),
    *(Transition(state, "withdraw", "withdrawn", ("reason",), "manager") for state in OPEN_STATES),
    *(Transition(state, "close_paid", "paid", ("nothing_owed",), "officer") for state in OPEN_STATES),
)


def available(state: str, facts: Mapping) -> tuple:
    """List the actions of ``state`` with what each still lacks in ``facts`` (names to truth, dates or text).

    :raises InconsistentInput: an unknown state.
    """
    if state not in STATES:
        raise InconsistentInput(what="proceeding_state", state=state)
    return tuple(_available(row, facts) for row in TRANSITIONS if row.state == state)


def _available(row, facts):
    missing = tuple(name for name in row.needs if not facts.get(name))
    return Available(row.action, row.target, not missing, missing, row.who, row.source)


def apply(state: str, action: str, facts: Mapping) -> Applied:
    """Take one step and return the new state with its deadlines; the caller checks the role and writes the event.

    ``send_notice`` reads ``sent_on`` (date) and ``notice_days`` (optional, days left to pay) and sets ``pay_before``.

    :raises IllegalTransition: the action does not exist in this state, or facts are missing.
    :raises InconsistentInput: an unknown state, a date that is none, a receipt before the sending.
    """
    found = next((row for row in available(state, facts) if row.action == action), None)
    if found is None or not found.allowed:
        missing = found.missing if found else ()
        raise IllegalTransition(state=state, action=action, missing=missing)
    return Applied(found.target, _deadlines(action, facts))


def _deadlines(action, facts):
    if action == "send_notice":
        days = facts.get("notice_days", DEFAULT_NOTICE_DAYS)
        if isinstance(days, bool) or not isinstance(days, int) or days < 1:
            raise InconsistentInput(what="notice_days", value=days)
        return (Deadline("pay_before", _day(facts, "sent_on") + timedelta(days=days)),)
    if action == "record_receipt":
        sent_on = facts.get("sent_on")
        if sent_on and _day(facts, "received_on") < _day(facts, "sent_on"):
            raise InconsistentInput(what="received_before_sent", received_on=facts["received_on"])
        _day(facts, "received_on")
    return ()


def _day(facts, name):
    if not isinstance(facts[name], date):
        raise InconsistentInput(what=name, value=facts[name])
    return facts[name]
