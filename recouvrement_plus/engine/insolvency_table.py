"""The table of steps of a claim in insolvency proceedings: read with ``insolvency`` (which takes them) and
``insolvency_deadlines`` (which dates them)."""

from .proceeding_types import Transition

KINDS = ("sauvegarde", "sauvegarde_acceleree", "redressement", "liquidation", "liquidation_simplifiee")
#: The debtor has no powers over his assets any more (C. com. L641-9).
LIQUIDATIONS = ("liquidation", "liquidation_simplifiee")

TO_DECLARE_STATES = ("to_declare", "prepared", "approved")
IN_HAND_STATES = ("declared", "contested", "answered")
#: A declaration that was sent, and what became of it.
CLAIM_STATES = (*TO_DECLARE_STATES, *IN_HAND_STATES, "admitted", "admitted_part", "rejected", "foreclosed", "relief_asked",
                "relief_refused")
LIVE_STATES = CLAIM_STATES
STATES = (*CLAIM_STATES, "cancelled")

#: Facts that a person states, with their kind.
STATED = {
    "sent_on": "past_date",
    "received_on": "past_date",
    "done_on": "past_date",
    "published_on": "past_date",
    "next_on": "date",
    "channel": "choice",
    "kind": "choice",
    "closure": "choice",
    "mission": "choice",
    "reason": "text",
    "reference": "text",
    "professional": "text",
    "next_label": "text",
    "amount": "money",
    "cost": "money",
    "holder_id": "partner",
    "administrator_id": "partner",
    "document": "document",
}
CHOICES = {
    "channel": ("registered_letter", "electronic_registered", "portal", "email", "letter"),
    "kind": KINDS,
    "closure": ("insufficient_assets", "debts_extinguished", "plan_completed"),
    "mission": ("surveillance", "assistance", "representation"),
}
#: What may be added to any step.
ALWAYS = ("professional", "cost", "next_on", "next_label", "reference", "document")
_DATED, _OPEN = ("done_on",), ("procedure_open",)


def _rows(states, action, target="", **changes):
    return tuple(Transition(state, action, target or state, **{"who": "manager", "needs": _OPEN, **changes}) for state in states)


DECLARATION = (
    *_rows(TO_DECLARE_STATES, "prepare_declaration", "prepared", who="officer", needs=(*_OPEN, "own_claim", "prior_claim"),
           source="C. com. art. L622-24, L622-25"),
    *_rows(("prepared",), "approve_declaration", "approved", needs=(*_OPEN, "own_claim", "holder_known", "figures_current"),
           source="C. com. art. L622-25"),
    *_rows(("approved",), "send_declaration", "declared", asks=("sent_on", "channel"), before="declare", closes=("declare",),
           needs=(*_OPEN, "own_claim"), source="C. com. art. L622-24, R622-24", limitation="claim_declaration"),
    *_rows(("declared",), "amend_declaration", "prepared", needs=(*_OPEN, "declaration_open"), source="C. com. art. L622-24"),
    *_rows(TO_DECLARE_STATES, "record_foreclosure", "foreclosed", after="declare", needs=(*_OPEN, "published"),
           closes=("declare",), source="C. com. art. L622-26"),
    *_rows(("foreclosed",), "ask_relief", "relief_asked", asks=("done_on", "reason"), before="relief", closes=("relief",),
           needs=(*_OPEN, "own_claim"),
           source="C. com. art. L622-26"),
    *_rows(("relief_asked",), "grant_relief", "to_declare", asks=("received_on",), source="C. com. art. L622-24, L622-26"),
    *_rows(("relief_asked",), "refuse_relief", "relief_refused", asks=("received_on", "reason"), source="C. com. art. L622-26"),
)

CHECKING = (
    *_rows(IN_HAND_STATES, "record_declaration_receipt", asks=("received_on",), who="officer"),
    *_rows(("declared", "answered"), "contest_claim", "contested", asks=("received_on", "reason"), may_ask=("amount",),
           source="C. com. art. L622-27"),
    *_rows(("contested",), "answer_contest", "answered", asks=("sent_on", "reason"), before="contest_answer",
           closes=("contest_answer",), source="C. com. art. L622-27"),
    *_rows(IN_HAND_STATES, "admit_claim", "admitted", asks=_DATED, closes=("contest_answer",), source="C. com. art. L624-2"),
    *_rows(IN_HAND_STATES, "admit_claim_in_part", "admitted_part", asks=("received_on", "amount", "reason"),
           closes=("contest_answer",), source="C. com. art. L624-2"),
    *_rows(IN_HAND_STATES, "reject_claim", "rejected", asks=("received_on", "reason"), closes=("contest_answer",),
           source="C. com. art. L624-2"),
)

_RETENTION = (*_OPEN, "own_claim", "retention_clause")
_RECLAIMED = (*_OPEN, "goods_reclaimed")
GOODS = (
    *_rows(LIVE_STATES, "reclaim_goods", asks=("sent_on", "channel"), needs=_RETENTION, before="reclaim", closes=("reclaim",),
           source="C. com. art. L624-9, R624-13"),
    *_rows(LIVE_STATES, "record_reclaim_receipt", asks=("received_on",), needs=_RECLAIMED, source="C. com. art. R624-13"),
    *_rows(LIVE_STATES, "reclaim_accepted", asks=_DATED, needs=_RECLAIMED, closes=("reclaim_answer", "reclaim_judge"),
           source="C. com. art. L624-17"),
    *_rows(LIVE_STATES, "reclaim_before_judge", asks=_DATED, needs=(*_RECLAIMED, "own_claim"), before="reclaim_judge",
           closes=("reclaim_answer", "reclaim_judge"), source="C. com. art. R624-13"),
    *_rows(LIVE_STATES, "reclaim_refused", asks=("done_on", "reason"), needs=_RECLAIMED, source="C. com. art. R624-13"),
)

LIFE = (
    *_rows(LIVE_STATES, "record_publication", asks=("published_on",), needs=(*_OPEN, "unpublished"), closes=("declare", "reclaim"),
           source="C. com. art. R621-8, R622-24"),
    *_rows(LIVE_STATES, "name_holder", asks=_DATED, may_ask=("holder_id", "administrator_id", "mission")),
    *_rows(LIVE_STATES, "convert", asks=("done_on", "kind"), may_ask=("holder_id",), source="C. com. art. L631-15, L640-1"),
    *_rows(LIVE_STATES, "adopt_plan", asks=_DATED, source="C. com. art. L626-9, L631-19"),
    *_rows(LIVE_STATES, "close_procedure", asks=("done_on", "closure"), source="C. com. art. L643-9"),
    *_rows(LIVE_STATES, "record_step", asks=("done_on", "reason"), who="officer"),
    # After the closing too: that is when office-holders give it.
    *_rows(LIVE_STATES, "record_certificate", asks=("done_on", "document"), needs=()),
    *_rows(LIVE_STATES, "set_judgment_aside", "cancelled", asks=("done_on", "reason"), who="legal", needs=()),
    *_rows(LIVE_STATES, "cancel_record", "cancelled", asks=("reason",), who="legal", needs=("nothing_sent",)),
)

TRANSITIONS = (*DECLARATION, *CHECKING, *GOODS, *LIFE)
ROWS = {(row.state, row.action): row for row in TRANSITIONS}
ACTIONS = tuple(dict.fromkeys(row.action for row in TRANSITIONS))
