"""Limitation: the periods, what interrupts or suspends them, and what does not, as tables."""

from dataclasses import dataclass

from .errors import InconsistentInput

NATURES = ("general", "transport", "freight_forwarding", "insurance")


@dataclass(frozen=True)
class Period:
    """How long a claim may be sued on. ``calendar_year``: runs from the 1 January after the right was acquired.

    ``confirmed``: false while the text itself was not read. ``fixed``: no contract may change it.
    """

    code: str
    years: int
    source: str
    calendar_year: bool = False
    confirmed: bool = True
    fixed: bool = False


BY_NATURE = {
    "transport": Period("transport", 1, "C. com. art. L133-6"),
    "freight_forwarding": Period("freight_forwarding", 1, "C. com. art. L133-6", confirmed=False),
    "insurance": Period("insurance", 2, "C. assur. art. L114-1", fixed=True),
}
BY_REGIME = {
    "b2b": Period("commercial", 5, "C. com. art. L110-4 I"),
    "b2c": Period("consumer", 2, "C. conso. art. L218-2", fixed=True),
    "public": Period("public", 4, "Loi 68-1250 art. 1", calendar_year=True, confirmed=False, fixed=True),
}


def period_of(regime: str, nature: str) -> Period:
    """The period of a claim: that of its nature where a special text fixes one (all are shorter), else of its debtor."""
    return BY_NATURE.get(nature) or BY_REGIME[regime]


@dataclass(frozen=True)
class EventKind:
    """What a kind of event does to the clock.

    ``effect``: ``interrupts`` (a new period of the same length starts), ``suspends`` (the clock stands still) or
    ``none``. ``lasting``: the interruption lasts until the end of the case (C. civ. 2242). ``judicial``: the long stop
    of 20 years does not apply (2232). ``at_least_six_months``: left after the suspension, by 2238. ``contestable``:
    counted in the arguable date only, because a judge must first admit it. ``only_nature``: effect limited to a nature.
    """

    code: str
    effect: str
    source: str = ""
    lasting: bool = False
    judicial: bool = False
    at_least_six_months: bool = False
    contestable: bool = False
    only_nature: str = ""


_ADMITTED, _AGREED = "C. civ. art. 2240", "C. civ. art. 2238"
EVENT_KINDS = {
    kind.code: kind
    for kind in (
        # The debtor admits the debt.
        EventKind("part_payment", "interrupts", _ADMITTED),
        EventKind("acknowledgement", "interrupts", _ADMITTED),
        EventKind("request_for_time", "interrupts", _ADMITTED),
        EventKind("payment_plan", "interrupts", _ADMITTED),
        # The creditor acts before a judge or through an officer.
        EventKind("court_action", "interrupts", "C. civ. art. 2241, 2242", lasting=True, judicial=True),
        EventKind("payment_order_served", "interrupts", "C. civ. art. 2241", judicial=True),
        EventKind("claim_declaration", "interrupts", "C. com. art. L622-25-1", lasting=True, judicial=True),
        EventKind("conservatory_measure", "interrupts", "C. civ. art. 2244", judicial=True),
        EventKind("enforcement_act", "interrupts", "C. civ. art. 2244", judicial=True),
        # The parties talk, or nobody could act.
        EventKind("mediation", "suspends", _AGREED, at_least_six_months=True),
        EventKind("conciliation", "suspends", _AGREED, at_least_six_months=True),
        EventKind("participative_procedure", "suspends", _AGREED, at_least_six_months=True),
        EventKind("small_claims_accord", "suspends", _AGREED, at_least_six_months=True),
        EventKind("inability", "suspends", "C. civ. art. 2234", contestable=True),
        # Often believed to interrupt, and do not; the registered letter does in insurance.
        EventKind("registered_formal_notice", "interrupts", "C. assur. art. L114-2", only_nature="insurance"),
        EventKind("formal_notice", "none"),
        EventKind("reminder", "none"),
        EventKind("invoice", "none"),
        EventKind("agency_contact", "none"),
        EventKind("payment_order_request", "none"),
        EventKind("third_party_payment", "none"),
        EventKind("seizure_proceeds", "none"),
        EventKind("offset", "none"),
        EventKind("credit_note", "none"),
        EventKind("own_allocation", "none"),
    )
}


def effect_of(kind: str, nature: str) -> str:
    """``interrupts``, ``suspends`` or ``none``.

    :raises InconsistentInput: for a kind that is not in the table.
    """
    known = EVENT_KINDS.get(kind)
    if known is None:
        raise InconsistentInput(what="limitation_event", kind=kind)
    return "none" if known.only_nature not in ("", nature) else known.effect


# CPCE L111-3 1° to 3°: the titles that L111-4 lets live ten years.
TEN_YEAR_TITLES = ("court_decision", "recognised_decision", "judge_signed_agreement")
# L111-3 4°, 5°, 7° and the new L126: the claim keeps its own period (for L126 not verified: the shorter one is kept).
OWN_PERIOD_TITLES = ("notarial_act", "bailiff_title", "countersigned_settlement", "uncontested_claim")
TITLE_YEARS, TITLE_SOURCE = 10, "CPCE art. L111-4"
