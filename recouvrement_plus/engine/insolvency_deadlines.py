"""The dates of insolvency proceedings: counted in months from the publication in the BODACC, to the day of the same
number, rolled over weekends and holidays (CPC 641, 642).

Holidays of the whole country only: those of one department give a later date, this one is the cautious one.
"""

from collections.abc import Mapping
from datetime import date

from .deadlines import procedural_deadline
from .proceeding_deadlines import Deadline, day_of

#: Territories with a time limit of their own; a creditor elsewhere abroad is ``abroad``, in metropolitan France empty.
OVERSEAS = ("971", "972", "973", "974", "975", "976", "977", "978")
ABROAD = "abroad"
DECLARE_MONTHS, FAR_MONTHS, RELIEF_MONTHS, RECLAIM_MONTHS, CONTEST_DAYS = 2, 4, 6, 3, 30
# Days before a deadline on which a person is told.
WARN_DECLARE, WARN_RECLAIM, WARN_CONTEST, WARN_SHORT = 30, 30, 15, 5
R622_24 = "C. com. art. R622-24"


def creditor_territory(country: str, postcode: str) -> str:
    """Where a creditor lives: empty for metropolitan France, the code of an overseas department or collectivity, ``abroad``.

    Monaco and French territories that have a country code of their own are abroad here, unless it is that of a territory
    of ``OVERSEAS``.
    """
    own = {"GP": "971", "MQ": "972", "GF": "973", "RE": "974", "PM": "975", "YT": "976", "BL": "977", "MF": "978"}
    if country in own:
        return own[country]
    if country not in ("", "FR"):
        return ABROAD
    return postcode[:3] if postcode[:3] in OVERSEAS else ""


def declaration_months(court: str, creditor: str) -> int:
    """Months to declare: two, four for a creditor outside the territory of the court (R622-24 al. 2 and 3)."""
    return DECLARE_MONTHS if court == creditor else FAR_MONTHS


def declaration_deadline(start: date, months: int) -> date:
    """Last day to send the declaration; ``start``: publication, or receipt of the personal warning (L622-24)."""
    return procedural_deadline(start, months=months)


def opening_deadlines(facts: Mapping) -> tuple:
    """What a judgment sets: the declaration, and the goods sold under retention of title when there is such a clause.

    Before the publication is known the date counted from the judgment is given, which cannot be too late: the real one
    replaces it. ``warned_on``: receipt of the personal warning by a creditor with a published security or contract.
    """
    published = facts.get("published_on")
    start, known = published or day_of(facts, "judgment_on"), bool(published)
    found = ()
    if facts.get("declaring", True):
        found += (Deadline("declare", declaration_deadline(facts.get("warned_on") or start, facts["months"]), R622_24,
                           warn=WARN_DECLARE, sanction="forclusion", confirmed=known),)
    if facts.get("retention_clause") and not facts.get("goods_reclaimed"):
        found += (Deadline("reclaim", procedural_deadline(start, months=RECLAIM_MONTHS), "C. com. art. L624-9",
                           warn=WARN_RECLAIM, sanction="forclusion", confirmed=known),)
    return found


def _amended(facts):
    return (Deadline("declare", day_of(facts, "declare_by"), R622_24, warn=WARN_SHORT, sanction="forclusion"),)


def _foreclosed(facts):
    return (Deadline("relief", procedural_deadline(day_of(facts, "published_on"), months=RELIEF_MONTHS),
                     "C. com. art. L622-26", warn=30, sanction="forclusion"),)


def _relieved(facts):
    """Half of the time, from the notification of the order (L622-24 al. 1)."""
    return (Deadline("declare", declaration_deadline(day_of(facts, "received_on"), facts["months"] // 2),
                     "C. com. art. L622-24", warn=15, sanction="forclusion"),)


def _contested(facts):
    return (Deadline("contest_answer", procedural_deadline(day_of(facts, "received_on"), days=CONTEST_DAYS),
                     "C. com. art. L622-27", warn=WARN_CONTEST, sanction="no_appeal"),)


def _appeal(facts):
    """Ten days from the notification of an order of the insolvency judge: as offices publish it, its text was not read."""
    return (Deadline("appeal", procedural_deadline(day_of(facts, "received_on"), days=10), "C. com. art. R621-21, R661-3",
                     warn=WARN_SHORT, confirmed=False),)


def _reclaim_received(facts):
    """One month to answer, one more to go to the judge (R624-13); the first is counted without its roll for the second."""
    received = day_of(facts, "received_on")
    return (
        Deadline("reclaim_answer", procedural_deadline(received, months=1), "C. com. art. R624-13", wait=True),
        Deadline("reclaim_judge", procedural_deadline(received, months=2), "C. com. art. R624-13", warn=15,
                 sanction="forclusion"),
    )


MAKERS = {
    "record_publication": opening_deadlines,
    "amend_declaration": _amended,
    "record_foreclosure": _foreclosed,
    "grant_relief": _relieved,
    "refuse_relief": _appeal,
    "contest_claim": _contested,
    "admit_claim_in_part": _appeal,
    "reject_claim": _appeal,
    "record_reclaim_receipt": _reclaim_received,
}


def deadlines_of(action: str, facts: Mapping) -> tuple:
    """The deadlines that a step sets.

    :raises InconsistentInput: a date that is none.
    """
    found = MAKERS[action](facts) if action in MAKERS else ()
    if facts.get("next_on"):
        found = (*found, Deadline("next_step", facts["next_on"], warn=7))
    return found
