"""The table of legal steps: from which state, by whom, on what conditions, after which wait, on which text.

Read with ``proceedings`` (which takes the steps) and ``proceeding_deadlines`` (which dates them). No step is taken by
machine. A rule that was not read in its own text is kept with ``confirmed=False``: the screen says "to be verified by
counsel".
"""

from .proceeding_types import OPEN_STATES, RUNNING_STATES, SUED_STATES, Transition

# What must be true of the claim at each step towards the debtor, checked again each time: a dispute or an opening
# judgment may have come since the step before.
CLAIM_STANDS = ("no_dispute", "not_insolvent", "amount_due")
COURT = ("regime_known", *CLAIM_STANDS, "identity_checked", "no_time_running", "not_prescribed", "own_claim")
_DATED = ("done_on",)
_LED = ("done_on", "professional")


def _rows(states, action, target="", **changes):
    """The same row in several states; an empty target stays where it is."""
    return tuple(Transition(state, action, target or state, **changes) for state in states)


NOTICE = (
    *_rows(("draft",), "prepare_notice", "notice_prepared", needs=("regime_known", *CLAIM_STANDS), who="officer"),
    *_rows(("notice_prepared",), "approve_notice", "notice_approved", who="manager",
           needs=("letter_prepared", *CLAIM_STANDS, "identity_checked"), override=("identity_checked",)),
    *_rows(("notice_approved",), "send_notice", "mise_en_demeure", asks=("sent_on", "channel"), may_ask=("notice_days",),
           needs=CLAIM_STANDS, who="officer", source="C. civ. art. 1344", limitation="formal_notice"),
    *_rows(RUNNING_STATES, "record_receipt", asks=("received_on",), who="officer", source="C. civ. art. 1344"),
    *_rows(RUNNING_STATES, "record_deposit", asks=("done_on", "reference"), who="officer"),
    *_rows(RUNNING_STATES, "grant_time", asks=("done_on", "until"), needs=("amount_due", "not_insolvent"), who="manager",
           source="C. civ. art. 2240", limitation="request_for_time"),
    *_rows(RUNNING_STATES, "refuse_time", asks=("done_on", "reason"), needs=("amount_due", "not_insolvent"), who="manager",
           source="C. civ. art. 2240", limitation="request_for_time"),
)

AMICABLE = (
    *_rows(("mise_en_demeure",), "open_talks", "talks", asks=("done_on", "talks_kind"), needs=("not_insolvent",),
           who="manager", source="C. civ. art. 2238", limitation="=talks_kind"),
    *_rows(("talks",), "end_talks", "mise_en_demeure", asks=_DATED, who="manager", source="C. civ. art. 2238"),
    *_rows(("talks",), "sign_before_judge", "title", asks=("done_on", "court"), needs=("not_insolvent",),
           source="CPCE art. L111-3", title_kind="judge_signed_agreement"),
    *_rows(("mise_en_demeure",), "hand_to_agency", "agency", asks=_LED, who="manager", after="pay_before",
           needs=("regime_known", *CLAIM_STANDS, "identity_checked"), source="CPCE art. R124-3",
           limitation="agency_contact", bearer="creditor"),
    *_rows(RUNNING_STATES, "hand_to_officer", asks=_LED, needs=("regime_known", "amount_due", "not_insolvent"), who="manager"),
    *_rows(("agency",), "recall_from_agency", "mise_en_demeure", asks=_DATED, who="manager"),
    *_rows(("mise_en_demeure",), "send_small_claims", "small_claims", asks=_LED, after="pay_before",
           needs=("regime_known", *CLAIM_STANDS, "identity_checked", "private_debtor", "within_small_claims", "not_prescribed",
                 "own_claim"),
           override=("not_prescribed",), source="CPCE art. L125-1, R125-1", bearer="creditor"),
    *_rows(("small_claims",), "small_claims_agreed", "title", asks=_LED, needs=("not_insolvent",),
           source="CPCE art. R125-5", closes=("small_claims_answer",), limitation="small_claims_accord",
           bearer="creditor", title_kind="bailiff_title"),
    *_rows(("small_claims",), "small_claims_refused", "mise_en_demeure", asks=_DATED, source="CPCE art. R125-5",
           closes=("small_claims_answer",), bearer="creditor"),
    *_rows(("small_claims",), "small_claims_silent", "mise_en_demeure", after="small_claims_answer", source="CPCE art. R125-2",
           closes=("small_claims_answer",), bearer="creditor"),
)

# Shipped disabled: the wording as promulgated and the decree were not read.
UNCONTESTED = (
    *_rows(("mise_en_demeure",), "serve_commandement", "commandement", asks=_LED, after="pay_before",
           needs=("l126_enabled", *COURT, "both_merchants"), source="CPCE art. L126-1", confirmed=False),
    *_rows(("commandement",), "commandement_contested", "mise_en_demeure", asks=_DATED, source="CPCE art. L126-3",
           closes=("commandement_answer", "no_contest_from"), confirmed=False),
    *_rows(("commandement",), "record_no_contest", "title", asks=_LED, after="no_contest_from",
           needs=("l126_enabled", "not_insolvent"), closes=("commandement_answer", "no_contest_from"),
           source="CPCE art. L126-3, L126-4", confirmed=False, title_kind="uncontested_claim"),
)

ORDER = (
    *_rows(("mise_en_demeure",), "prepare_order", "order_prepared", asks=("court",), after="pay_before",
           needs=(*COURT, "private_debtor"), override=("not_prescribed",), source="CPC art. 1405, 1406, 1407"),
    *_rows(("order_prepared",), "file_order", "order_filed", asks=_DATED, needs=(*COURT, "private_debtor"),
           override=("not_prescribed",), source="CPC art. 1407", closes=("seizure_suit",), limitation="payment_order_request"),
    *_rows(("order_filed",), "record_order", "order_granted", asks=_DATED, source="CPC art. 1410", closes=("order_fee",)),
    *_rows(("order_filed",), "record_order_refused", "mise_en_demeure", asks=_DATED, source="CPC art. 1409",
           closes=("order_fee",)),
    *_rows(("order_granted",), "serve_order", "order_served", asks=_LED, may_ask=("served_in_person",),
           needs=("not_insolvent", "amount_due"), before="order_service", closes=("order_service",),
           source="CPC art. 1411", limitation="payment_order_served"),
    *_rows(("order_granted",), "order_lapsed", "mise_en_demeure", after="order_service", source="CPC art. 1411",
           closes=("order_service",)),
    *_rows(("order_served",), "record_opposition", "opposed", asks=_DATED, source="CPC art. 1416",
           closes=("opposition", "enforceable_from")),
    *_rows(("title", "enforcement"), "record_opposition", "opposed", asks=_DATED, needs=("late_opposition_open",),
           source="CPC art. 1416", closes=("enforceable_from", "title_expiry")),
    *_rows(("order_served",), "order_final", "title", asks=_DATED, after="enforceable_from", needs=("not_insolvent",),
           source="CPC art. 1422", closes=("opposition", "enforceable_from"), title_kind="court_decision"),
    *_rows(("opposed",), "record_extinction", "mise_en_demeure", asks=_DATED, source="CPC art. 1419",
           closes=("opposition_fee",)),
)

COURTS = (
    *_rows(("mise_en_demeure",), "assign_refere", "refere", asks=("done_on", "court", "professional"), after="pay_before",
           may_ask=("hearing_on",), needs=(*COURT, "private_debtor", "prior_step_done"),
           override=("not_prescribed", "prior_step_done"), source="CPC art. 835, 873", closes=("seizure_suit",),
           limitation="court_action"),
    *_rows(("mise_en_demeure",), "assign", "lawsuit", asks=("done_on", "court", "professional"), after="pay_before",
           may_ask=("hearing_on",), needs=(*COURT, "private_debtor", "prior_step_done"), confirmed=False,
           override=("no_dispute", "not_prescribed", "prior_step_done"), source="CPC art. 54, 750-1",
           closes=("seizure_suit",), limitation="court_action"),
    *_rows(("refere", "lawsuit", "opposed", "public_court"), "record_judgment", "title", asks=("done_on", "court"),
           source="CPC art. 514", closes=("hearing", "opposition_fee"), title_kind="court_decision"),
    *_rows(("refere", "public_court"), "record_dismissal", "mise_en_demeure", asks=("done_on", "reason"),
           source="C. civ. art. 2243", closes=("hearing",)),
    *_rows(("lawsuit", "opposed"), "record_dismissal", "withdrawn", asks=("done_on", "reason"), source="C. civ. art. 2243",
           closes=("hearing", "opposition_fee")),
)

# Public money is not seized and no order for payment is made against a public body; these routes are from memory.
PUBLIC = (
    *_rows(("mise_en_demeure",), "ask_public_accountant", "public_claim", asks=("done_on", "third_party"), after="pay_before",
           needs=("public_debtor", *CLAIM_STANDS), source="Loi 80-539", confirmed=False),
    *_rows(("mise_en_demeure", "public_claim"), "file_public_refere", "public_court", asks=("done_on", "court"),
           may_ask=("hearing_on",), after="pay_before", needs=("public_debtor", *COURT), override=("not_prescribed",),
           source="CJA art. R541-1", limitation="court_action", confirmed=False),
    *_rows(("title",), "ask_ex_officio_payment", asks=("done_on", "third_party"),
           needs=("public_debtor", "amount_due", "own_claim"), source="Loi 80-539", confirmed=False),
)

_BEFORE_TITLE = ("mise_en_demeure", "talks", "agency", "small_claims", "order_prepared", *SUED_STATES)
SEIZURE = (
    *_rows(_BEFORE_TITLE, "authorise_seizure", asks=("done_on", "court"), source="CPCE art. L511-1, L511-3",
           needs=("not_insolvent", "amount_due", "private_debtor", "own_claim")),
    *_rows(_BEFORE_TITLE, "seize", asks=_LED, may_ask=("third_party", "exempt_ground"), before="seizure_execution",
           needs=("not_insolvent", "amount_due", "private_debtor", "own_claim", "seizure_authorised|exempt_ground"),
           closes=("seizure_execution",), source="CPCE art. L511-1, L511-2, R511-6", limitation="conservatory_measure"),
    *_rows(_BEFORE_TITLE, "denounce_seizure", asks=_DATED, needs=("seizure_made",), closes=("seizure_denounce",),
           before="seizure_denounce", source="CPCE art. R523-3"),
    *_rows((*_BEFORE_TITLE, "title", "enforcement"), "release_seizure", asks=("done_on", "reason"), needs=("seizure_made",),
           closes=("seizure_denounce", "seizure_suit", "seizure_third_party")),
    *_rows(("title", "enforcement"), "convert_seizure", "enforcement", asks=_LED, source="CPCE art. R523-7", bearer="debtor",
           needs=("seizure_made", "title_served", "not_insolvent", "amount_due", "private_debtor", "own_claim"),
           limitation="enforcement_act"),
)

TITLE = (
    *_rows(("mise_en_demeure", "talks"), "record_title", "title", asks=("done_on", "title_kind"), needs=("not_insolvent",),
           source="CPCE art. L111-3"),
    *_rows(("title",), "serve_title", asks=_LED, source="CPC art. 503"),
    *_rows(("title", "enforcement"), "enforce", "enforcement", asks=("done_on", "professional", "enforcement_act"),
           needs=("not_insolvent", "amount_due", "private_debtor", "title_served", "own_claim"), source="CPCE art. L111-3",
           may_ask=("third_party",), limitation="enforcement_act", bearer="debtor"),
    *_rows(("enforcement",), "denounce_attachment", asks=_DATED, needs=("attachment_made",), before="attachment_denounce",
           source="CPCE art. R211-3", closes=("attachment_denounce",), bearer="debtor"),
)

# To be verified by counsel: the texts are named by usage, their time limits are not given here.
FAST = (
    *_rows(("mise_en_demeure",), "record_unpaid_cheque", "cheque", asks=("done_on", "reference"),
           needs=("not_insolvent", "amount_due", "private_debtor"), source="CMF art. L131-73", confirmed=False),
    *_rows(("cheque",), "notify_cheque", asks=_LED, needs=("not_insolvent",), source="CMF art. L131-73", confirmed=False),
    *_rows(("cheque",), "cheque_title", "title", asks=_LED, needs=("cheque_notified", "not_insolvent"),
           source="CPCE art. L111-3", confirmed=False, title_kind="bailiff_title"),
    *_rows(("mise_en_demeure",), "subcontractor_direct_action", asks=("done_on", "third_party"),
           needs=("no_dispute", "amount_due", "own_claim"), source="Loi 75-1334 art. 12", confirmed=False),
    *_rows(("mise_en_demeure",), "carrier_direct_action", asks=("done_on", "third_party"),
           needs=("no_dispute", "amount_due", "own_claim"), source="C. com. art. L132-8", confirmed=False),
)

# Each stands on a clause whose acceptance is proven.
CLAUSES = (
    *_rows(("mise_en_demeure",), "accelerate", asks=_DATED, after="pay_before",
           needs=("acceleration_clause", *CLAIM_STANDS), source="C. civ. art. 1103", confirmed=False),
    *_rows(("mise_en_demeure", "agency", "title", "enforcement"), "demand_goods", asks=_DATED,
           needs=("retention_clause", "not_insolvent", "amount_due"), source="C. civ. art. 2367", confirmed=False),
    *_rows((*_BEFORE_TITLE, "title", "enforcement", "insolvency"), "call_guarantor", asks=("done_on", "third_party"),
           confirmed=False,
           needs=("guarantee_clause", "amount_due"), source="C. civ. art. 2288"),
)

ENDS = (
    *_rows(OPEN_STATES[:-1], "stay_by_insolvency", "insolvency", needs=("insolvent",), who="officer",
           source="C. com. art. L622-21"),
    # What a judgment set aside does to the stay and to the time that ran meanwhile was not read.
    *_rows(("insolvency",), "resume", "=stayed_from", asks=("done_on", "reason", "document"),
           needs=("stayed_from", "not_insolvent"), source="C. com. art. L622-21", confirmed=False),
    *_rows(OPEN_STATES, "withdraw", "withdrawn", asks=("reason",), who="manager"),
    *_rows(OPEN_STATES, "close_paid", "paid", needs=("nothing_owed",), who="officer"),
    *_rows(RUNNING_STATES, "close_irrecoverable", "irrecoverable", asks=("done_on", "reason"), who="manager"),
    *_rows(RUNNING_STATES, "close_prescribed", "prescribed", asks=("reason",), needs=("prescribed",),
           source="C. civ. art. 2219", confirmed=False),
    *_rows(("paid",), "issue_release", who="manager", needs=("nothing_owed",), source="C. civ. art. 1342", confirmed=False),
)

TRANSITIONS = (
    *NOTICE, *AMICABLE, *UNCONTESTED, *ORDER, *COURTS, *PUBLIC, *SEIZURE, *TITLE, *FAST, *CLAUSES, *ENDS,
)
ROWS = {(row.state, row.action): row for row in TRANSITIONS}
ACTIONS = tuple(dict.fromkeys(row.action for row in TRANSITIONS))
