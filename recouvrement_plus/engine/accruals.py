"""The running account of one instalment: principal, interest, and what each reduction covers, day after day."""

from dataclasses import replace
from functools import cached_property

from .calendars import add_years
from .claims import ZERO, Imputation, Slice
from .money import round_cents
from .rates import ONE_DAY
from .schedules import FRACTIONS, rate_spans


class Account:
    """The running account of one instalment: principal, interest, and what each reduction covers."""

    def __init__(self, claim, instalment, as_of, book, options):
        self.claim, self.instalment, self.as_of, self.book, self.options = claim, instalment, as_of, book, options
        self.known = _known(instalment, as_of, options)
        self.principal = instalment.amount
        self.interest = self.interest_paid = self.capitalised = ZERO
        self.exact, self.unpaid_since = ZERO, None
        self.accrued, self.imputations, self.overpaid = [], [], False
        self.late = self._is_late()

    def _is_late(self):
        """Whether some of what was really owed (credit notes and disputes off) was unpaid after the due date."""
        due = self.instalment.due_date
        if not self.known:
            return self.as_of > due and self.instalment.amount > self.instalment.disputed
        credited = sum((item.amount for item in self.known if item.kind == "credit_note"), ZERO)
        on_time = sum((item.amount for item in self.known if item.kind == "payment" and item.date <= due), ZERO)
        return self.as_of > due and self.instalment.amount - credited - self.instalment.disputed > on_time

    def interest_start(self):
        """First day that bears interest, None when no day does."""
        if not self.late:
            return None
        start = self.instalment.due_date
        if self.claim.regime == "b2c":
            notice = self.claim.formal_notice_date
            if notice is None or notice > self.as_of:
                return None
            start = max(start, notice)
        return start + ONE_DAY

    def interest_stop(self):
        """Last day that bears interest, unless the principal is paid before."""
        opening = self.claim.insolvency_date
        stops = opening is not None and not self.claim.interest_goes_on
        return min(self.as_of, opening - ONE_DAY) if stops else self.as_of

    def run(self):
        """Go through the known reductions in order of date, interest accruing in between."""
        start, stop = self.interest_start(), self.interest_stop()
        cursor = start or self.as_of + ONE_DAY
        for payment in self.known:
            self._run_to(start, cursor, min(payment.date, stop))
            cursor = max(cursor, payment.date + ONE_DAY)
            self._reduce(payment)
        self._run_to(start, cursor, stop)
        return self

    def _run_to(self, start, first, last):
        """Accrue ``first .. last``, interest of a whole year being added to the base on each anniversary."""
        for day in self._anniversaries(start, first, last):
            self._accrue(start, first, day - ONE_DAY)
            self._capitalise(day)
            first = max(first, day)
        self._accrue(start, first, last)

    def _anniversaries(self, start, first, last):
        """Days of ``first .. last`` that end a whole year of interest since compounding may run."""
        since = self.claim.compound_from
        if since is None or start is None:
            return []
        since = max(since, start)
        days = [add_years(since, years) for years in range(1, max(0, last.year - since.year) + 1)]
        return [day for day in days if first <= day <= last]

    def _capitalise(self, day):
        """Interest unpaid for a whole year bears interest itself; nothing does when payments cleared it within the year."""
        if self.unpaid_since is not None and add_years(self.unpaid_since, 1) <= day:
            self.capitalised = self.interest

    def _accrue(self, start, first, last):
        base = max(ZERO, self.principal - self.instalment.disputed) + self.capitalised
        if not base or first > last:
            return
        for span in rate_spans(self.claim, self.options, self.book, start, first, last):
            amount = self._amount(span, base)
            self.accrued.append((span, base, amount, self.capitalised))
            self.interest += amount
            self.unpaid_since = self.unpaid_since or span.date_from

    def _amount(self, span, base):
        """Interest of one span to the cent: of itself, or what it adds to the rounded total."""
        exact = base * span.factor(self.options.denominator)
        if self.options.rounding == "per_slice":
            return self._rounded(exact)
        before = self._rounded(self.exact)
        self.exact += exact
        return self._rounded(self.exact) - before

    def _rounded(self, weighted):
        """One division, last, so that half cents stay exact."""
        return round_cents(weighted / FRACTIONS, self.options.digits)

    @cached_property
    def slices(self):
        """What accrued, for the statement: made only when someone reads it."""
        return [Slice(
            instalment_key=self.instalment.key,
            date_from=span.date_from,
            date_to=span.date_to,
            days=span.days,
            base=base,
            rate=span.percent,
            amount=amount,
            source=span.source,
            basis=span.basis,
            capitalised=capitalised,
        ) for span, base, amount, capitalised in self.accrued]

    @property
    def span_warnings(self):
        """Codes of the rates that what accrued stands on."""
        return [warning for span, *_rest in self.accrued for warning in span.warnings]

    def _reduce(self, payment):
        """A credit note lowers the principal; a payment covers interest first when so chosen (C. civ. 1343-1)."""
        rest, covered = payment.amount, ZERO
        if payment.kind == "payment" and self.options.imputation == "interest_first":
            covered = min(rest, self.interest)
            self.interest -= covered
            self.interest_paid += covered
            rest -= covered
            self.capitalised = min(self.capitalised, self.interest)
            self.unpaid_since = self.unpaid_since if self.interest else None
        self.imputations.append(
            Imputation(self.instalment.key, payment.date, payment.amount, payment.kind, covered, rest))
        self.overpaid = self.overpaid or rest > self.principal
        self.principal = max(ZERO, self.principal - rest)

    def suspended(self):
        """Whether a court delay touches the days between the due date and the statement."""
        due = self.instalment.due_date
        return any(delay.date_to > due and delay.date_from <= self.as_of for delay in self.claim.court_delays)

    def frozen(self):
        """Whether an agreement keeps penalties from running on days between the due date and the statement."""
        due = self.instalment.due_date
        return any(
            (delay.date_to is None or delay.date_to > due) and delay.date_from <= self.as_of
            for delay in self.claim.agreed_delays)

    def days_late(self):
        """Days from the due date to the reduction that settled the undisputed part, or to the statement."""
        left = self.instalment.amount - self.instalment.disputed
        for payment in self.known:
            left -= payment.amount
            if left <= 0:
                return (payment.date - self.instalment.due_date).days
        return (self.as_of - self.instalment.due_date).days


def _known(instalment, as_of, options):
    """Reductions known at ``as_of``, in order of effect; a credit note may count from before any penalty day."""
    known = [payment for payment in instalment.payments if payment.date <= as_of]
    if not known or options.credit_note_date == "own_date":
        return known
    early = [replace(item, date=min(item.date, instalment.due_date)) if item.kind == "credit_note" else item for item in known]
    return sorted(early, key=lambda item: item.date)

