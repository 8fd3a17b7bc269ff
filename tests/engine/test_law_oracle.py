"""A second implementation, straight from the texts and sharing no code with the engine, against thousands of random cases.

Days are walked one by one where the engine adds and compares; months are read on a calendar of our own; Easter is that of
Butcher's table. What differs is a mistake in one of the two: the text decides which.
"""

import random
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.deadlines import payment_order_service_deadline, procedural_deadline, public_holidays
from engine.delay_table import DelayInstalment, DelayQuestion, delay_table
from engine.insolvency_deadlines import opening_deadlines
from engine.limitation import limitation
from engine.limitation_facts import LimitationEvent, LimitationFacts
from engine.payment_terms import TermFacts, check_term
from engine.schedules import floor_warning

DAY = timedelta(days=1)


# === A CALENDAR OF OUR OWN === #

def easter(year):
    """Easter Sunday (anonymous Gregorian computation)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, number = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, number + 1)


def holidays_of(year):
    """Labour code L3133-1: the eleven holidays of the whole country."""
    sunday = easter(year)
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return {date(year, *day) for day in fixed} | {sunday + DAY, sunday + 39 * DAY, sunday + 50 * DAY}


def same_number(day, months):
    """The day of the same number so many months later, the last of the month when there is none (CPC 641)."""
    year, month = day.year, day.month
    for _month in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = day.day
    while number > monthrange(year, month)[1]:
        number -= 1
    return date(year, month, number)


def rolled(day):
    """CPC 642."""
    while day.weekday() in (5, 6) or day in holidays_of(day.year):
        day += DAY
    return day


# === PROCEDURE === #

@pytest.mark.parametrize(("year", "sunday"), [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28))])
def test_easter_of_the_reference(year, sunday):
    assert easter(year) == date(year, *sunday)


@pytest.mark.parametrize("year", range(2008, 2060))
def test_the_holidays_are_those_of_the_labour_code(year):
    assert set(public_holidays(year)) == holidays_of(year)


def test_every_month_limit_of_ten_years():
    """641, 642: each day of ten years plus one to six months, and plus eight, ten, fifteen and thirty days."""
    day = date(2020, 1, 1)
    while day < date(2030, 1, 1):
        for months in (1, 2, 3, 4, 6):
            assert procedural_deadline(day, months=months) == rolled(same_number(day, months)), (day, months)
        for days in (8, 10, 15, 30):
            assert procedural_deadline(day, days=days) == rolled(day + days * DAY), (day, days)
        day += DAY


def test_an_order_of_each_day_around_the_change_of_law():
    """CPC 1411: six months; three for orders made on or after 1 September 2026 (décret 2026-96)."""
    for offset in range(-400, 400):
        day = date(2026, 9, 1) + offset * DAY
        assert payment_order_service_deadline(day) == rolled(same_number(day, 3 if day >= date(2026, 9, 1) else 6))


@pytest.mark.parametrize("months", [2, 4])
def test_a_declaration_of_each_day(months):
    """R622-24: two months from the BODACC, four from afar; L624-9: three for the goods."""
    for offset in range(1500):
        day = date(2024, 1, 1) + offset * DAY
        found = {line.code: line.date for line in opening_deadlines(
            {"published_on": day, "judgment_on": day - 5 * DAY, "months": months, "retention_clause": True})}
        assert found == {"declare": rolled(same_number(day, months)), "reclaim": rolled(same_number(day, 3))}


# === LIMITATION === #

PERIODS = {"b2b": 5, "b2c": 2}
INTERRUPTING = ("part_payment", "acknowledgement", "request_for_time", "payment_plan", "payment_order_served",
                "conservatory_measure", "enforcement_act")
COURT = ("payment_order_served", "conservatory_measure", "enforcement_act")
WITHOUT_EFFECT = ("reminder", "formal_notice", "registered_formal_notice", "agency_contact", "payment_order_request",
                  "third_party_payment", "offset", "credit_note", "own_allocation", "seizure_proceeds")


def clock(start, years, points, waits, long_stop):
    """Walk the days: how many are left, what gives them all back, what makes them wait (C. civ. 2228 to 2244).

    ``points``: {day: ends the case on} of interruptions; ``waits``: [(from, to)] of mediations, disjoint.
    """
    def length(day):
        return (same_number(day, 12 * years) - day).days

    day, left, standing, judicial = start, length(start), None, False
    while True:
        if day in points:
            until, before_judge = points[day]
            left, judicial = length(day), judicial or before_judge
            if until and until > day:
                standing = max(standing or until, until)
        if standing == day:
            left, standing = length(day), None
        for since, until in waits:
            if until == day and since < until and since >= start:
                left = max(left, (same_number(day, 6) - day).days)
        waiting = standing or any(since <= day < until for since, until in waits if since >= start)
        if not left and not waiting:
            break
        left -= 0 if waiting else 1
        day += DAY
    return day if judicial else min(day, long_stop)


def one_limitation(draw):
    issued = date(2015, 1, 1) + draw.randrange(2500) * DAY
    performed, due = issued - draw.randrange(60) * DAY, issued + draw.randrange(90) * DAY
    regime = draw.choice(("b2b", "b2c"))
    events, points, waits = [], {}, []
    day = issued
    for _number in range(draw.randrange(5)):
        day += draw.randrange(1, 900) * DAY
        kind = draw.choice((*INTERRUPTING, *WITHOUT_EFFECT, "court_action", "mediation", "conciliation"))
        ended, void = None, draw.random() < 0.15
        if kind in ("court_action", "mediation", "conciliation"):
            ended = day + draw.randrange(1, 200) * DAY
        events.append(LimitationEvent(kind, day, recorded=True, proof="p", ended_on=ended, void=void))
        if kind in ("mediation", "conciliation") and not void:
            waits.append((day, ended))
        elif kind == "court_action" and not void:
            points[day] = (ended, True)
        elif kind in INTERRUPTING and not void:
            points[day] = (None, kind in COURT)
        day = ended or day
    return performed, due, issued, regime, events, points, waits


@pytest.mark.parametrize("seed", range(8))
def test_the_clock_of_limitation_day_by_day(seed):
    draw = random.Random(seed)
    for _case in range(60):
        performed, due, issued, regime, events, points, waits = one_limitation(draw)
        answer = limitation(LimitationFacts(regime, issued, due_date=due, performance_date=performed), events)
        stop = same_number(performed, 240)
        expected = [clock(start, PERIODS[regime], points, waits, stop) for start in (min(performed, due), max(performed, due))]
        assert [answer.safe.expiry, answer.arguable.expiry] == expected, (performed, due, regime, events)


# === PAYMENT TERMS === #

def latest_due(facts):
    """L441-10 I, CCP R2192-10 to -29, from the tables of the texts."""
    if facts["regime"] == "public":
        length = {"authority": 30, "health": 50, "company": 60}[facts["public_body"]]
        receipt = facts.get("receipt_date") or facts["issue_date"] + 2 * DAY
        begin = max(receipt, facts.get("performance_date") or receipt)
        end = begin + length * DAY
        stop, done = facts.get("interruption_date"), facts.get("completion_date")
        if not stop or stop > end:
            return end
        return done + max(30, (end - stop).days) * DAY if done else None
    issue = facts["issue_date"]
    if facts.get("periodic"):
        return issue + 45 * DAY
    net = issue + 60 * DAY
    method, agreed = facts.get("end_of_month"), facts["agreed_due_date"]
    if not method:
        return net
    added, whole = issue + 45 * DAY, date(issue.year, issue.month, monthrange(issue.year, issue.month)[1])
    limit = {"A": date(added.year, added.month, monthrange(added.year, added.month)[1]), "B": whole + 45 * DAY}[method]
    # a date beyond the clause but within 60 days is lawful as well
    return limit if agreed <= limit or limit >= net else net


@pytest.mark.parametrize("seed", range(6))
def test_the_latest_lawful_date(seed):
    draw = random.Random(seed)
    for _case in range(300):
        issue = date(2023, 12, 1) + draw.randrange(1200) * DAY
        facts = {"regime": draw.choice(("b2b", "public")), "issue_date": issue,
                 "agreed_due_date": issue + draw.randrange(0, 130) * DAY}
        if facts["regime"] == "public":
            facts["public_body"] = draw.choice(("authority", "health", "company"))
            if draw.random() < 0.7:
                facts["receipt_date"] = issue + draw.randrange(20) * DAY
            if draw.random() < 0.3:
                facts["performance_date"] = issue + draw.randrange(-20, 40) * DAY
            if draw.random() < 0.5:
                facts["interruption_date"] = issue + draw.randrange(20, 90) * DAY
                if draw.random() < 0.7:
                    facts["completion_date"] = facts["interruption_date"] + draw.randrange(60) * DAY
        else:
            facts["periodic"] = draw.random() < 0.3
            facts["end_of_month"] = draw.choice((None, "A", "B"))
        expected, answer = latest_due(facts), check_term(TermFacts(**facts))
        assert answer.latest_due_date == expected, facts
        late = bool(expected and facts["agreed_due_date"] > expected)
        assert (answer.compliant, answer.excess_days > 0) == (not late, late), facts


# === FLOOR OF A CLAUSE === #

@pytest.mark.parametrize(("day", "floor"), [
    (date(2023, 7, 1), "12.66"), (date(2024, 6, 30), "15.21"), (date(2024, 7, 1), "14.76"), (date(2025, 1, 1), "11.13"),
    (date(2025, 12, 31), "8.28"), (date(2026, 7, 1), "8.25"),
])
def test_a_flat_clause_of_eight_percent_is_too_low(book, day, floor):
    """P3, T8: the half-years in which three times the legal rate is more than 8 %."""
    warning = floor_warning(Decimal(8), book, day)
    assert (warning.floor, warning.day) == (Decimal(floor), day)
    assert floor_warning(Decimal(8), book, date(2026, 1, 1)) is None


# === PAYMENT DELAYS OF THE YEAR === #

def late_by(days):
    return next(code for code, most in (("on_time", 0), ("1_30", 30), ("31_60", 60), ("61_90", 90), ("91_more", 10**9))
                if days <= most)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("option", ["unpaid", "paid_late"])
def test_the_delay_table_invoice_by_invoice(option, seed):
    """D441-6: what is open at closing, or what was paid in the year, each part by the days that it was late."""
    draw = random.Random(seed)
    start, closing = date(2025, 1, 1), date(2025, 12, 31)
    instalments, amounts, invoices = [], {}, {}
    for number in range(120):
        issued = date(2024, 6, 1) + draw.randrange(560) * DAY
        due, left, movements = issued + draw.randrange(60) * DAY, Decimal(1000), []
        for _part in range(draw.randrange(3)):
            part = min(left, Decimal(draw.randrange(100, 700)))
            movements.append((issued + draw.randrange(250) * DAY, part, draw.choice(("payment", "payment", "credit"))))
            left -= part
        movements = [row for row in movements if row[0] <= closing and row[1]]
        instalments.append(DelayInstalment(number, issued, due, Decimal(1000), tuple(movements)))
        parts = [(closing, Decimal(1000) - sum(row[1] for row in movements))] if option == "unpaid" else [
            (day, part) for day, part, kind in movements if kind == "payment" and day >= start]
        for day, part in parts:
            if part > 0:
                code = late_by((day - due).days)
                amounts[code] = amounts.get(code, 0) + part
                invoices.setdefault(code, set()).add(number)
    table = delay_table(DelayQuestion(option, start, closing), instalments)
    for code in ("on_time", "1_30", "31_60", "61_90", "91_more"):
        assert (table.cells[code].amount, table.cells[code].invoices) == (amounts.get(code, 0), len(invoices.get(code, ())))
    late = set().union(*(found for code, found in invoices.items() if code != "on_time"))
    assert table.cells["total"].invoices == len(late)
