"""The dates that a legal step sets. Time limits of procedure roll to a working day (CPC 641, 642); the date that a letter
gives and the life of a title do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .calendars import add_years
from .deadlines import METROPOLE, payment_order_service_deadline, payment_order_service_rule, procedural_deadline
from .errors import InconsistentInput
from .limitation_rules import TEN_YEAR_TITLES, TITLE_SOURCE, TITLE_YEARS
from .proceeding_types import SUED_STATES

# Days left to the debtor when the letter says nothing else: eight to fifteen is custom, no text fixes it.
DEFAULT_NOTICE_DAYS, MAX_NOTICE_DAYS = 8, 365
# Enforcement of an order only two months after its service: a decree whose own text was not read (in force on this day).
ENFORCEMENT_WAIT_FROM = date(2026, 4, 1)
# Small claims before a commissaire de justice and prior amicable step before the civil court: the same ceiling today.
SMALL_CLAIMS_LIMIT, PRIOR_STEP_LIMIT = 5000, 5000


@dataclass(frozen=True)
class Deadline:
    """A date that a step sets. ``source``: the text, empty where the letter itself sets it.

    ``wait``: something may be done only after it; else something must be done by it. ``warn``: days of warning before it.
    ``sanction``: what the text says of the act that misses it, in the words of the law (``non_avenue``, ``caduque``).
    """

    code: str
    date: date
    source: str = ""
    wait: bool = False
    warn: int = 0
    sanction: str = ""
    confirmed: bool = True


def deadlines_of(state: str, action: str, facts: Mapping) -> tuple:
    """The deadlines that ``action`` sets in ``state``; ``facts`` holds the dates stated and ``zone`` (holidays).

    :raises InconsistentInput: a date that is none, days that are none.
    """
    make = MAKERS.get(action)
    found = make(facts) if make else ()
    if action == "seize" and state in SUED_STATES:
        # An action is pending already: no suit to bring.
        found = tuple(line for line in found if line.code != "seizure_suit")
    if facts.get("next_on"):
        found = (*found, Deadline("next_step", facts["next_on"], warn=7))
    return found


def day_of(facts, name):
    """A stated day.

    :raises InconsistentInput: when it is no date.
    """
    if not isinstance(facts.get(name), date):
        raise InconsistentInput(what=name, value=facts.get(name))
    return facts[name]


def _limit(facts, **length):
    return procedural_deadline(day_of(facts, "done_on"), zone=facts.get("zone") or METROPOLE, **length)


def _notice(facts):
    days = facts.get("notice_days", DEFAULT_NOTICE_DAYS)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MAX_NOTICE_DAYS:
        raise InconsistentInput(what="notice_days", value=days)
    return (Deadline("pay_before", day_of(facts, "sent_on") + timedelta(days=days), wait=True),)


def _receipt(facts):
    if facts.get("sent_on") and day_of(facts, "received_on") < day_of(facts, "sent_on"):
        raise InconsistentInput(what="received_before_sent", received_on=facts["received_on"])
    day_of(facts, "received_on")
    return ()


def _small_claims(facts):
    # Silence after a month is a refusal; the later reading (working day) is the safe one for who waits.
    return (Deadline("small_claims_answer", _limit(facts, months=1), "CPCE art. R125-2", wait=True),)


def _commandement(facts):
    answer = _limit(facts, months=1)
    source = "CPCE art. L126-3"
    return (
        Deadline("commandement_answer", answer, source, wait=True, confirmed=False),
        Deadline("no_contest_from", answer + timedelta(days=8), source, wait=True, confirmed=False),
    )


def _order_filed(facts):
    """The clerk's fee, in the commercial court only; and what a seizure of a third party's debt asks."""
    found = _sued(facts)
    if facts.get("commercial_court"):
        found += (Deadline("order_fee", _limit(facts, days=15), "CPC art. 1425", warn=5, sanction="caduque"),)
    return found


def _sued(facts):
    found = ()
    if facts.get("hearing_on"):
        found = (Deadline("hearing", facts["hearing_on"], warn=7),)
    if facts.get("seized_third_party"):
        found += (Deadline("seizure_third_party", _limit(facts, days=8), "CPCE art. R511-8", warn=3),)
    return found


def _order_granted(facts):
    on, zone = day_of(facts, "done_on"), facts.get("zone") or METROPOLE
    rule = payment_order_service_rule(on)
    return (Deadline("order_service", payment_order_service_deadline(on, zone), rule.source, warn=30, sanction="non_avenue",
                     confirmed=rule.confirmed),)


def _order_refused(facts):
    """A seizure made before has one more month for a suit."""
    if not facts.get("seizure_made"):
        return ()
    return (Deadline("seizure_suit", _limit(facts, months=1), "CPCE art. R511-7", warn=10, sanction="caduque"),)


def _order_served(facts):
    opposition = _limit(facts, months=1)
    enforceable, source, confirmed = opposition, "CPC art. 1422", True
    if facts.get("order_on") and facts["order_on"] >= ENFORCEMENT_WAIT_FROM:
        enforceable, source, confirmed = _limit(facts, months=2), "CPC art. 1422 (décret 2026-96)", False
    return (
        Deadline("opposition", opposition, "CPC art. 1416", wait=True),
        Deadline("enforceable_from", enforceable, source, wait=True, confirmed=confirmed),
    )


def _opposed(facts):
    """Fifteen days: to pay the clerk's fee in (commercial court, else the request lapses) or to appoint counsel (civil court,
    else the order is of no effect). Which one is not said while the court is not known."""
    source, sanction = "CPC art. 1418, 1419, 1425", ""
    if facts.get("commercial_court"):
        source, sanction = "CPC art. 1425", "caduque"
    elif facts.get("civil_court"):
        source, sanction = "CPC art. 1418, 1419", "non_avenue"
    return (Deadline("opposition_fee", _limit(facts, days=15), source, warn=7, sanction=sanction),)


def _seizure_authorised(facts):
    return (Deadline("seizure_execution", _limit(facts, months=3), "CPCE art. R511-6", warn=15, sanction="caduque"),)


def _seized(facts):
    found = (Deadline("seizure_suit", _limit(facts, months=1), "CPCE art. R511-7", warn=10, sanction="caduque"),)
    if facts.get("third_party"):
        found += (Deadline("seizure_denounce", _limit(facts, days=8), "CPCE art. R523-3", warn=3, sanction="caduque"),)
    return found


def _title(facts):
    if facts.get("title_kind") not in TEN_YEAR_TITLES:
        return ()  # the claim keeps its own period: the limitation clock says it
    return (Deadline("title_expiry", add_years(day_of(facts, "done_on"), TITLE_YEARS), TITLE_SOURCE, warn=180),)


def _enforced(facts):
    act = facts.get("enforcement_act")
    if act == "payment_command":
        return (Deadline("sale_from", _limit(facts, days=8), "CPCE art. R221-1", wait=True),)
    if act == "account_attachment":
        return (Deadline("attachment_denounce", _limit(facts, days=8), "CPCE art. R211-3", warn=3, sanction="caduque"),)
    return ()


def _denounced(facts):
    return (Deadline("attachment_contest", _limit(facts, months=1), "CPCE art. R211-11", wait=True),)


def _time_granted(facts):
    until = day_of(facts, "until")
    if until <= day_of(facts, "done_on"):
        raise InconsistentInput(what="until", value=until)
    return (Deadline("time_granted", until, wait=True),)


def _resumed(facts):
    """Those that ran when the proceeding was stayed, as the acts set them: whether their time ran is for counsel to say."""
    return facts.get("stayed_deadlines") or ()


TITLE_ACTIONS = ("sign_before_judge", "small_claims_agreed", "record_no_contest", "order_final", "record_judgment",
                 "record_title", "cheque_title")
MAKERS = {
    "send_notice": _notice,
    "record_receipt": _receipt,
    "grant_time": _time_granted,
    "send_small_claims": _small_claims,
    "serve_commandement": _commandement,
    "file_order": _order_filed,
    "record_order": _order_granted,
    "record_order_refused": _order_refused,
    "serve_order": _order_served,
    "record_opposition": _opposed,
    "assign_refere": _sued,
    "assign": _sued,
    "file_public_refere": _sued,
    "authorise_seizure": _seizure_authorised,
    "seize": _seized,
    "enforce": _enforced,
    "denounce_attachment": _denounced,
    "resume": _resumed,
    **dict.fromkeys(TITLE_ACTIONS, _title),
}
