"""Thousands of random claims against a ledger kept day by day in whole cents: the same figures, to the cent.

Written from the law alone: the rates are those of the official half-years, typed here; nothing of the engine is used to
compute. Conventions of docs/legal-sources.md: K1 (365), K2 (each line to the cent, halves up), K3 (where a line ends).
"""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from engine.claims import Claim, Instalment, Options, Payment
from engine.delays import CourtDelay
from engine.penalties import penalty_statement

# Half-year: (ECB rate on its first day, legal rate owed to a professional), in hundredths of a percent.
OFFICIAL = {
    (2022, 1): (0, 76), (2022, 2): (0, 77), (2023, 1): (250, 206), (2023, 2): (400, 422), (2024, 1): (450, 507),
    (2024, 2): (425, 492), (2025, 1): (315, 371), (2025, 2): (215, 276), (2026, 1): (215, 262), (2026, 2): (240, 275)}
LAST_DAY = date(2026, 12, 31)
DAY = timedelta(days=1)


def half_year(on):
    return on.year, 1 if on.month <= 6 else 2


def yearly(on, years):
    return date(on.year + years, on.month, min(on.day, 28) if on.month == 2 else on.day)


def months_later(on, months):
    month = on.month - 1 + months
    year, month = on.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
    return date(year, month, min(on.day, last))


class Ledger:
    """One instalment, one day after the other. Amounts in cents, rates in hundredths of a percent."""

    def __init__(self, facts, options):
        self.facts, self.options = facts, options
        self.principal, self.accrued, self.due, self.capital = facts["amount"], 0, 0, 0
        self.line, self.days, self.carry, self.since = None, [0, 0], 0, None
        self.start = facts["due_date"] + DAY
        if facts["regime"] == "b2c":
            notice = facts["notice"]
            self.start = max(self.start, notice + DAY) if notice <= facts["as_of"] else None
        self.anniversaries = self.of_compounding()
        self.moves = {}
        for day, cents, kind in facts["moves"]:
            self.moves.setdefault(self.effect(day, kind), []).append((cents, kind))

    def of_compounding(self):
        since = self.facts["compound"]
        if since is None or self.start is None:
            return set()
        return {yearly(max(since, self.start), years) for years in range(1, 6)}

    def rate(self, on):
        """(rate, what must not change within one line) of a day; None when the day bears nothing."""
        facts = self.facts
        delayed = facts["delay"] is not None and facts["delay"][0] <= on <= facts["delay"][1]
        if facts["regime"] == "b2c":
            since = facts["enforceable"]
            raised = since is not None and on > months_later(since, 2) and not delayed
            return OFFICIAL[half_year(on)][1] + (500 if raised else 0), half_year(on)
        if delayed:
            return None
        if facts["regime"] == "public":
            return OFFICIAL[half_year(self.start)][0] + 800, "frozen"
        fixed = self.options.semester_method == "fixed_at_start"
        own = half_year(self.start if fixed else on)
        default, floor = OFFICIAL[own][0] + 1000, 3 * OFFICIAL[own][1]
        key = "frozen" if fixed else own
        if facts["clause"] is None:
            return default, key
        if self.options.contract_floor == "ignore" or facts["clause"] >= floor:
            return facts["clause"], "clause"
        return (floor if self.options.contract_floor == "raise" else default), key

    def close_line(self):
        """Turn the days of the running line into cents, halves up."""
        if self.line:
            base, rate, _key = self.line
            over = 10000 * 365 * 366
            exact = base * rate * (self.days[0] * 366 + self.days[1] * 365)
            if self.options.rounding == "cumulative":
                before, self.carry = (2 * self.carry + over) // (2 * over), self.carry + exact
                cents = (2 * self.carry + over) // (2 * over) - before
            else:
                cents = (2 * exact + over) // (2 * over)
            self.accrued, self.due = self.accrued + cents, self.due + cents
        self.line, self.days = None, [0, 0]

    def morning(self, on):
        if on in self.anniversaries:
            self.close_line()
            if self.since is not None and yearly(self.since, 1) <= on:
                self.capital = self.due

    def during(self, on):
        opening = self.facts["opening"]
        if self.start is None or on < self.start or (opening is not None and on >= opening):
            self.close_line()
            return
        found = self.rate(on)
        base = max(0, self.principal - self.facts["disputed"]) + self.capital
        if found is None or not base:
            self.close_line()
            return
        if self.line != (base, *found):
            self.close_line()
            self.line = (base, *found)
        leap = self.options.denominator == "actual" and on.year % 4 == 0
        self.days[leap] += 1
        self.since = self.since or on

    def evening(self, on):
        for cents, kind in self.moves.get(on, ()):
            self.close_line()
            if kind == "payment" and self.options.imputation == "interest_first":
                on_interest = min(cents, self.due)
                self.due, cents = self.due - on_interest, cents - on_interest
                self.capital = min(self.capital, self.due)
                self.since = self.since if self.due else None
            self.principal = max(0, self.principal - cents)

    def effect(self, day, kind):
        if day > self.facts["as_of"]:
            return None
        early = kind == "credit_note" and self.options.credit_note_date == "invoice_date"
        return min(day, self.facts["due_date"]) if early else day

    def run(self):
        facts = self.facts
        on = facts["due_date"] - timedelta(days=60)
        while on <= facts["as_of"]:
            self.morning(on)
            self.during(on)
            self.evening(on)
            on += DAY
        self.close_line()

    def late(self):
        facts = self.facts
        known = [move for move in facts["moves"] if move[0] <= facts["as_of"]]
        owed = facts["amount"] - facts["disputed"] - sum(cents for _day, cents, kind in known if kind == "credit_note")
        in_time = sum(cents for day, cents, kind in known if kind == "payment" and day <= facts["due_date"])
        return facts["as_of"] > facts["due_date"] and owed > in_time

    def indemnity(self):
        opening = self.facts["opening"]
        barred = opening is not None and self.facts["due_date"] >= opening
        return 4000 if self.late() and self.facts["regime"] != "b2c" and not barred else 0


def draw(random):
    """The facts of one claim, as whole cents and dates."""
    due = date(2022, 1, 1) + timedelta(days=random.randrange(1700))
    as_of = min(due + timedelta(days=random.randrange(900)), LAST_DAY)
    amount = random.choice([random.randrange(1, 1000), random.randrange(1, 5 * 10**5), random.randrange(1, 5 * 10**8)])
    moves = [(due + timedelta(days=random.randrange(-40, 700)), max(1, amount * random.randrange(1, 60) // 100),
              random.choice(["payment", "payment", "credit_note"])) for _move in range(random.randrange(4))]
    start = due + timedelta(days=random.randrange(-50, 300))
    seldom = lambda value: value if random.random() < 0.2 else None  # noqa: E731
    return {
        "due_date": due, "as_of": as_of, "amount": amount, "moves": sorted(moves, key=lambda move: move[0]),
        "regime": random.choice(["b2b", "b2b", "b2c", "public"]), "clause": seldom(random.randrange(100, 2000)),
        "notice": due + timedelta(days=random.randrange(-20, 200)), "enforceable": seldom(start),
        "opening": seldom(due + timedelta(days=random.randrange(-60, 500))),
        "delay": seldom((start, start + timedelta(days=random.randrange(400)))),
        "disputed": random.randrange(amount + 1) if random.random() < 0.2 else 0,
        "compound": seldom(due + timedelta(days=random.randrange(-30, 200)))}


def money(cents):
    return Decimal(cents) / 100


def as_claim(facts):
    paid = tuple(Payment(day, money(cents), kind) for day, cents, kind in facts["moves"])
    delays = (CourtDelay(*facts["delay"]),) if facts["delay"] else ()
    return Claim(
        "x", facts["regime"], "EUR", (Instalment(1, facts["due_date"], money(facts["amount"]), paid, money(facts["disputed"])),),
        contract_rate=None if facts["clause"] is None else money(facts["clause"]), insolvency_date=facts["opening"],
        formal_notice_date=facts["notice"], enforceable_since=facts["enforceable"], court_delays=delays,
        compound_from=facts["compound"])


def choose(random):
    return Options(
        denominator=random.choice(["365", "365", "actual"]), semester_method=random.choice([None, "fixed_at_start"]),
        imputation=random.choice(["principal_first", "interest_first"]),
        contract_floor=random.choice(["raise", "fallback", "ignore"]),
        credit_note_date=random.choice(["own_date", "invoice_date"]), rounding=random.choice(["per_slice", "cumulative"]))


@pytest.mark.parametrize("seed", range(8))
def test_the_same_cents_as_a_ledger_kept_by_hand(seed, book):
    random = Random(seed)
    for number in range(350):
        facts, options = draw(random), choose(random)
        statement = penalty_statement(as_claim(facts), facts["as_of"], book, options)
        ledger = Ledger(facts, options)
        if ledger.late():
            ledger.run()
        found = (statement.interest + statement.interest_paid, statement.interest, statement.indemnity)
        expected = (money(ledger.accrued), money(ledger.due), money(ledger.indemnity()))
        assert found == expected, (seed, number, facts, options)


def test_invoices_add_up(book):
    """Two instalments are two ledgers and one indemnity."""
    random = Random(99)
    for _number in range(200):
        facts, options = draw(random), choose(random)
        other = {**facts, "due_date": facts["due_date"] + timedelta(days=30), "moves": [], "disputed": 0}
        both = as_claim(facts)
        second = Instalment(2, other["due_date"], money(other["amount"]))
        statement = penalty_statement(
            Claim(**{**both.__dict__, "instalments": (*both.instalments, second)}), facts["as_of"], book, options)
        ledgers = [Ledger(facts, options), Ledger(other, options)]
        for ledger in ledgers:
            if ledger.late():
                ledger.run()
        assert statement.interest == money(sum(ledger.due for ledger in ledgers))
        assert statement.indemnity == money(max(ledger.indemnity() for ledger in ledgers))
