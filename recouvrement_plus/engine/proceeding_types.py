"""States, facts and rows of the legal track: the vocabulary of ``proceeding_table``."""

from dataclasses import dataclass, field

NOTICE_STATES = ("draft", "notice_prepared", "notice_approved")
#: Steps already taken towards the debtor: his instalments get no ordinary reminder.
RUNNING_STATES = (
    "mise_en_demeure",
    "talks",
    "agency",
    "small_claims",
    "commandement",
    "cheque",
    "order_prepared",
    "order_filed",
    "order_granted",
    "order_served",
    "opposed",
    "refere",
    "lawsuit",
    "public_claim",
    "public_court",
    "title",
    "enforcement",
    "insolvency",
)
END_STATES = ("paid", "irrecoverable", "prescribed", "withdrawn")
OPEN_STATES = (*NOTICE_STATES, *RUNNING_STATES)
STATES = (*OPEN_STATES, *END_STATES)
#: An action in court is under way: a conservatory seizure has no suit to wait for (CPCE R511-7).
SUED_STATES = ("order_filed", "order_granted", "order_served", "opposed", "refere", "lawsuit")

#: Facts that a person states, with their kind. Every other fact is read from the records.
STATED = {
    "sent_on": "past_date",
    "received_on": "past_date",
    "done_on": "past_date",
    "until": "date",
    "hearing_on": "date",
    "next_on": "date",
    "notice_days": "days",
    "channel": "choice",
    "talks_kind": "choice",
    "title_kind": "choice",
    "enforcement_act": "choice",
    "exempt_ground": "choice",
    "reason": "text",
    "court": "text",
    "professional": "text",
    "third_party": "text",
    "reference": "text",
    "next_label": "text",
    "override_reason": "text",
    "served_in_person": "flag",
    "cost_recoverable": "flag",
    "cost": "money",
    "document": "document",
}
CHOICES = {
    "channel": ("registered_letter", "electronic_registered", "bailiff", "letter", "email"),
    "talks_kind": ("mediation", "conciliation", "participative_procedure"),
    "title_kind": ("court_decision", "recognised_decision", "judge_signed_agreement", "notarial_act", "bailiff_title",
                   "countersigned_settlement", "uncontested_claim"),
    "enforcement_act": ("payment_command", "account_attachment", "other"),
    # CPCE L511-2: no authorisation is needed with one of these.
    "exempt_ground": ("title", "decision", "accepted_bill", "cheque", "rent_lease"),
}
#: What may be added to any step: a cost, its bearer, the professional, the next date, a document.
ALWAYS = ("professional", "cost", "cost_recoverable", "next_on", "next_label", "reference", "document", "override_reason")


@dataclass(frozen=True)
class Transition:
    """One row: in ``state``, ``action`` leads to ``target``, or to the state that a fact names (``=stayed_from``).

    ``asks``: facts a person must state; ``may_ask``: those he may add. ``needs``: conditions read from the records
    (``a|b``: one of them is enough). ``after``: code of a recorded deadline that must have passed; ``before``: code of
    one that must not have passed on the day of the act; ``closes``: deadlines that the step answers. ``override``:
    conditions that a stated reason may set aside. ``limitation``: kind of event for the limitation clock, or the name
    of the stated fact that gives it (``=talks_kind``). ``bearer``: who bears the cost by law, empty where a judge or the
    parties decide. ``confirmed``: false where the text itself was not read.
    """

    state: str
    action: str
    target: str
    asks: tuple = ()
    needs: tuple = ()
    who: str = "legal"
    source: str = ""
    may_ask: tuple = ()
    after: str = ""
    before: str = ""
    closes: tuple = ()
    override: tuple = ()
    limitation: str = ""
    bearer: str = ""
    confirmed: bool = True
    title_kind: str = field(default="", compare=False)
