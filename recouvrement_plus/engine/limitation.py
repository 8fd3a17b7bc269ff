"""Limitation (prescription) of one claim: until when it may be sued on, by the cautious and by the arguable reading.

Nothing here moves a date by itself: only events that a person recorded with their proof count; proposed ones are
answered with the date that recording them would give. One instalment is one claim (each runs from its own due date).
Expiry dates are the last day on which the claim can be sued on (C. civ. 2228, 2229); weekends and holidays do not move them.
"""

from dataclasses import dataclass
from datetime import date

from .calendars import add_years
from .limitation_clock import run
from .limitation_facts import Clock, LimitationEvent, LimitationFacts
from .limitation_rules import OWN_PERIOD_TITLES, TEN_YEAR_TITLES, TITLE_SOURCE, TITLE_YEARS

LONG_STOP_YEARS = 20
ALERT_DAYS = (180, 90, 30)


@dataclass(frozen=True)
class Proposal:
    """A proposed event, and the safe expiry if it were recorded (None: the clock would stand still)."""

    event: LimitationEvent
    safe_expiry: date | None


@dataclass(frozen=True)
class Limitation:
    """The answer. ``rule``: code of the period (``title`` once a ten-year title exists); ``long_stop``: 20 years.

    ``confirmed``: whether the text of the rule was read; ``warnings``: codes of ``types.LIMITATION_WARNINGS``.
    """

    rule: str
    years: int
    source: str
    confirmed: bool
    safe: Clock
    arguable: Clock
    long_stop: date
    proposals: tuple = ()
    warnings: tuple = ()


def limitation(facts: LimitationFacts, events=()) -> Limitation:
    """Return until when the claim may be sued on.

    Safe: from the earlier of performance (the case-law's starting point; the invoice date when unknown, with a
    warning) and due date (C. civ. 2233). Arguable: from the later one. Both restart at recorded interruptions
    (2231, 2240-2244) that came before their own expiry, and wait during recorded suspensions (2230, 2238, 2234);
    neither passes 20 years after the right was born unless a court or an officer acted (2232).
    """
    recorded = tuple(event for event in events if event.recorded)
    proposed = tuple(event for event in events if not event.recorded)
    ten_years = facts.title in TEN_YEAR_TITLES
    return Limitation(
        rule="title" if ten_years else facts.period.code,
        years=max(TITLE_YEARS, facts.years) if ten_years else facts.years,
        source=TITLE_SOURCE if ten_years else facts.period.source,
        confirmed=ten_years or facts.period.confirmed,
        safe=_clock(facts, recorded, safe=True),
        arguable=_clock(facts, recorded, safe=False),
        long_stop=_long_stop(facts),
        proposals=tuple(Proposal(event, _clock(facts, (*recorded, event), safe=True).expiry) for event in proposed),
        warnings=_warnings(facts, ten_years),
    )


def alert(expiry: date | None, as_of: date, thresholds=ALERT_DAYS) -> int | None:
    """Smallest threshold (days before ``expiry``) reached on ``as_of``; 0 once the last day is over; else None."""
    if expiry is None:
        return None
    left = (expiry - as_of).days
    return 0 if left < 0 else min((days for days in thresholds if left <= days), default=None)


def _warnings(facts, ten_years):
    checks = {
        "performance_date_unknown": facts.performance_date is None,
        "rule_unconfirmed": not (ten_years or facts.period.confirmed),
        "title_keeps_claim_period": facts.title in OWN_PERIOD_TITLES,
        "title_unconfirmed": facts.title == "uncontested_claim",
    }
    return tuple(code for code, applies in checks.items() if applies)


def _long_stop(facts):
    return add_years(facts.performance_date or facts.invoice_date, LONG_STOP_YEARS)


def _clock(facts, events, safe):
    return run(facts, events, safe, _long_stop(facts))
