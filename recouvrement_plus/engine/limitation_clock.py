"""One reading of the limitation clock: where it starts, what restarts it, what stops it, when it has run out."""

from dataclasses import replace
from datetime import date, timedelta

from .calendars import add_months, add_years
from .limitation_facts import Clock
from .limitation_rules import EVENT_KINDS, TEN_YEAR_TITLES, TITLE_YEARS, effect_of

AFTER_SUSPENSION_MONTHS = 6
ONE_DAY = timedelta(days=1)


def run(facts, events, safe: bool, long_stop: date) -> Clock:
    """Run the clock of ``facts`` through ``events``; ``safe`` takes the earlier start and no contestable suspension."""
    start, end, years = _first_period(facts, safe)
    useful, ignored = _sift(facts, events, start, safe)
    suspensions = [event for event in useful if _kind(event).effect == "suspends"]
    restarts, applied = _restart(start, end, years, useful, suspensions)
    if restarts is None:
        return _pending(facts, events, safe, long_stop, Clock(start, None, tuple(applied), pending=applied[-1]))
    begin, end = restarts
    end, used, waiting = _suspend(begin, end, suspensions)
    clock = Clock(start, end, tuple(sorted((*applied, *used), key=lambda event: event.date)))
    clock = replace(clock, ignored=(*ignored, *_late(clock, useful)))
    if waiting:
        return _pending(facts, events, safe, long_stop, replace(clock, expiry=None, pending=waiting))
    if any(_kind(event).judicial for event in applied) or facts.title in TEN_YEAR_TITLES:
        return clock
    return replace(clock, expiry=min(end, long_stop))


def _first_period(facts, safe):
    """Start, last day and length in years of the first period (of the title's, once a ten-year title exists)."""
    if facts.title in TEN_YEAR_TITLES:
        years = max(TITLE_YEARS, facts.years)
        return facts.title_date, add_years(facts.title_date, years), years
    days = [facts.performance_date or facts.invoice_date, facts.due_date or facts.performance_date or facts.invoice_date]
    start = min(days) if safe else max(days)
    if facts.period.calendar_year:
        start = date(start.year + 1, 1, 1)
        return start, add_years(start, facts.years) - ONE_DAY, facts.years
    return start, add_years(start, facts.years), facts.years


def _sift(facts, events, start, safe):
    """``(events that can move the clock, in order of date, the others with their reason)``."""
    useful, ignored = [], []
    for event in sorted(events, key=lambda event: event.date):
        reason = _reason(facts, event, start, safe)
        if reason:
            ignored.append((event, reason))
        else:
            useful.append(event)
    return useful, ignored


def _reason(facts, event, start, safe):
    """Why the event moves nothing, empty when it may."""
    kind = _kind(event)
    if effect_of(event.kind, facts.nature) == "none":
        return "no_legal_effect"
    if event.void:
        return "void"
    if safe and kind.contestable:
        return "arguable_only"
    lasts = kind.lasting or kind.effect == "suspends"
    over = (event.ended_on or date.max) if lasts else event.date
    return "before_start" if over < start else ""


def _restart(begin, end, years, useful, suspensions):
    """``((begin, end) of the last period, interruptions applied)``; None instead of the period while a case lasts."""
    applied = []
    for event in useful:
        kind = _kind(event)
        last, _used, waiting = _suspend(begin, end, suspensions)
        if kind.effect != "interrupts" or (event.date > last and not waiting):
            continue
        applied.append(event)
        if kind.lasting and event.ended_on is None:
            return None, applied
        restart = event.ended_on if kind.lasting else event.date
        if restart > begin:
            begin, end = restart, add_years(restart, years)
    return (begin, end), applied


def _suspend(begin, end, suspensions):
    """``(last day of the period after its suspensions, those that counted, the one that still lasts)``.

    A suspension that begins once the period is over changes nothing; overlapping ones count once.
    """
    used, counted_to = [], begin
    for event in suspensions:
        first = max(event.date, counted_to)
        if event.date > end:
            continue
        if event.ended_on is None:
            return end, [*used, event], event
        if event.ended_on <= first:
            continue
        end += event.ended_on - first
        if _kind(event).at_least_six_months:
            end = max(end, add_months(event.ended_on, AFTER_SUSPENSION_MONTHS))
        counted_to = event.ended_on
        used.append(event)
    return end, used, None


def _late(clock, useful):
    """The useful events that the run did not apply: too late, or overtaken by a later restart."""
    left = [event for event in useful if event not in clock.applied]
    return tuple((event, "after_expiry" if event.date > clock.expiry else "superseded") for event in left)


def _pending(facts, events, safe, long_stop, clock):
    """Complete a clock that stands still with the date that counts if the pending event comes to nothing."""
    others = [event for event in events if event is not clock.pending]
    return replace(clock, expiry_if_void=run(facts, others, safe, long_stop).expiry)


def _kind(event):
    return EVENT_KINDS[event.kind]
