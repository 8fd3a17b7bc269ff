"""Acts follow each other: none is dated before the one that it answers. Logic of the calendar, not a rule of law."""

from collections.abc import Mapping

from .errors import InconsistentInput
from .proceeding_deadlines import TITLE_ACTIONS

_SUITS = ("assign", "assign_refere", "file_public_refere", "record_opposition")
#: {step: the acts that come before it}; `account_attachment` is the act of enforcement of that kind.
FOLLOWS = {
    "record_deposit": ("send_notice",),
    "end_talks": ("open_talks",),
    "sign_before_judge": ("open_talks",),
    "recall_from_agency": ("hand_to_agency",),
    "small_claims_agreed": ("send_small_claims",),
    "small_claims_refused": ("send_small_claims",),
    "commandement_contested": ("serve_commandement",),
    "record_no_contest": ("serve_commandement",),
    "record_order": ("file_order",),
    "record_order_refused": ("file_order",),
    "serve_order": ("record_order",),
    "record_opposition": ("serve_order",),
    "order_final": ("serve_order",),
    "record_extinction": ("record_opposition",),
    "record_judgment": _SUITS,
    "record_dismissal": _SUITS,
    "seize": ("authorise_seizure",),
    "denounce_seizure": ("seize",),
    "release_seizure": ("seize",),
    "convert_seizure": ("seize", "serve_title", *TITLE_ACTIONS),
    "serve_title": TITLE_ACTIONS,
    "enforce": ("serve_title", *TITLE_ACTIONS),
    "denounce_attachment": ("account_attachment",),
    "notify_cheque": ("record_unpaid_cheque",),
    "cheque_title": ("notify_cheque",),
}


def check_order(action: str, facts: Mapping, follows: Mapping) -> None:
    """Refuse an act dated before one that it follows; ``facts`` holds ``acts`` ({act: its last day}).

    ``follows``: :data:`FOLLOWS`, or that of another table.

    A seizure on a ground that replaces the authorisation waits for none (CPCE L511-2).

    :raises InconsistentInput: ``what`` is ``before_act``, with the day stated, the act and its day.
    """
    day = next((facts[name] for name in ("done_on", "sent_on", "received_on") if facts.get(name)), None)
    if day is None or (action == "seize" and facts.get("exempt_ground")):
        return
    acts = facts.get("acts") or {}
    for act in follows.get(action, ()):
        if acts.get(act) and day < acts[act]:
            raise InconsistentInput(what="before_act", value=day, act=act, on=acts[act])
