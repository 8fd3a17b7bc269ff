"""Insolvency proceedings of a debtor (procédures collectives): what the judgment freezes, who is written to, what may be done.

The steps of a declaration of claim are a table (``insolvency_table``), their dates are in ``insolvency_deadlines``. No step
is taken by machine.
"""

from collections.abc import Mapping
from datetime import date

from .errors import IllegalTransition, InconsistentInput
from .insolvency_deadlines import deadlines_of, opening_deadlines
from .insolvency_table import (
    ACTIONS,
    ALWAYS,
    CHOICES,
    CLAIM_STATES,
    KINDS,
    LIQUIDATIONS,
    LIVE_STATES,
    ROWS,
    STATED,
    STATES,
    TRANSITIONS,
)
from .proceeding_order import check_order
from .proceedings import Applied, row_available

__all__ = [
    "ACTIONS", "ALWAYS", "CHOICES", "CLAIM_STATES", "KINDS", "LIQUIDATIONS", "LIVE_STATES", "ROWS", "STATED", "STATES",
    "TRANSITIONS", "apply", "available", "is_prior", "nets_with_prior", "opening_deadlines", "written_to",
]


#: {step: the acts that come before it}.
FOLLOWS = {
    **dict.fromkeys(("record_declaration_receipt", "contest_claim", "admit_claim", "admit_claim_in_part", "reject_claim"),
                    ("send_declaration",)),
    "answer_contest": ("contest_claim",),
    **dict.fromkeys(("grant_relief", "refuse_relief"), ("ask_relief",)),
    **dict.fromkeys(("record_reclaim_receipt", "reclaim_accepted", "reclaim_refused", "reclaim_before_judge"), ("reclaim_goods",)),
}


def is_prior(born: date, judgment: date) -> bool:
    """Whether a debt born on a day is one that the judgment freezes: born before it (C. com. L622-7, L622-21).

    A judgment takes effect from the first hour of its day: what is born on that day is paid at term (L622-17, L641-13).
    """
    return born < judgment


def nets_with_prior(credited: date, judgment: date, connected: bool = False) -> bool:
    """Whether a credit dated ``credited`` reduces the debts of before the judgment, else those of after it.

    Paying an earlier debt is forbidden, and so is setting a later credit off against it, unless both are connected
    (L622-7 I): ``connected`` is a person's decision.
    """
    return connected or is_prior(credited, judgment)


def written_to(kind: str, mission: str = "") -> str:
    """To whom letters about later debts go: ``liquidator``, ``administrator``, or empty for the debtor itself.

    A liquidation takes the administration of his assets away from the debtor (L641-9); in the other procedures only an
    administrator with a mission of representation does.

    :raises InconsistentInput: an unknown kind.
    """
    if kind not in KINDS:
        raise InconsistentInput(what="insolvency_kind", value=kind)
    if kind in LIQUIDATIONS:
        return "liquidator"
    return "administrator" if mission == "representation" else ""


def available(state: str, facts: Mapping) -> tuple:
    """List the steps of ``state`` with what each still lacks in ``facts``; see ``proceedings.available``.

    :raises InconsistentInput: an unknown state.
    """
    if state not in STATES:
        raise InconsistentInput(what="insolvency_state", state=state)
    if facts.get("sent_on") and not facts.get("done_on"):
        facts = {**facts, "done_on": facts["sent_on"]}  # what must be done by a date is done when it is sent
    return tuple(row_available(row, facts) for row in TRANSITIONS if row.state == state)


def apply(state: str, action: str, facts: Mapping) -> Applied:
    """Take one step: the new state, the deadlines it sets and those it answers; the caller checks the role.

    :raises IllegalTransition: the step does not exist in this state, or facts are missing.
    :raises InconsistentInput: an unknown state or choice, dates that contradict each other.
    """
    found = next((row for row in available(state, facts) if row.action == action), None)
    if found is None or not found.allowed:
        raise IllegalTransition(state=state, action=action, missing=found.missing if found else ())
    row = ROWS[state, action]
    for name in (*row.asks, *row.may_ask):
        if name in CHOICES and facts.get(name) and facts[name] not in CHOICES[name]:
            raise InconsistentInput(what=name, value=facts[name])
    _check_dates(facts)
    check_order(action, facts, FOLLOWS)
    return Applied(row.target, deadlines_of(action, facts), row.closes, row.limitation)


def _check_dates(facts):
    """Nothing that concerns a judgment happens before it.

    :raises InconsistentInput: an act dated before the judgment.
    """
    judgment = facts.get("judgment_on")
    for name in ("published_on", "sent_on", "received_on", "done_on"):
        if judgment and facts.get(name) and facts[name] < judgment:
            raise InconsistentInput(what="before_judgment", value=facts[name])
