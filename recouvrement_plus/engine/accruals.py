"""The running account of one instalment: principal, interest, and what each reduction covers, day after day."""

from calendar import isleap
from dataclasses import replace
from datetime import date

from .calendars import add_years
from .claims import ZERO, Imputation, Slice
from .money import round_cents
from .rates import ONE_DAY
from .schedules import rate_spans


class Account:
    """The running account of one instalment: principal, interest, and what each reduction covers."""

    def __init__(self, claim, instalment, as_of, book, options):
        self.claim, self.instalment, self.as_of, self.book, self.options = claim, instalment, as_of, book, options
        self.known = _known(instalment, as_of, options)
        self.principal = instalment.amount
        self.interest = self.interest_paid = self.capitalised = ZERO
        self.exact, self.unpaid_since = ZERO, None
        self.slices, self.imputations, self.span_warnings, self.overpaid = [], [], [], False
        self.late = self._is_late()

    def _is_late(self):
        """Whether some of what was really owed (credit notes and disputes off) was unpaid after the due date."""
        due = self.instalment.due_date
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
            piece = self._slice(span, base)
            self.slices.append(piece)
            self.span_warnings.extend(span.warnings)
            self.interest += piece.amount
            self.unpaid_since = self.unpaid_since or piece.date_from

    def _amount(self, span, base):
        """Interest of one slice to the cent: of itself, or what it adds to the rounded total."""
        if self.options.rounding == "per_slice":
            return self._rounded(_weighted(base, span, self.options.denominator))
        before = self._rounded(self.exact)
        self.exact += _weighted(base, span, self.options.denominator)
        return self._rounded(self.exact) - before

    def _rounded(self, weighted):
        """One division, last, so that half cents stay exact."""
        return round_cents(weighted / (100 * 365 * 366), self.options.digits)

    def _slice(self, span, base):
        return Slice(
            instalment_key=self.instalment.key,
            date_from=span.date_from,
            date_to=span.date_to,
            days=(span.date_to - span.date_from).days + 1,
            base=base,
            rate=span.percent,
            amount=self._amount(span, base),
            source=span.source,
            basis=span.basis,
            capitalised=self.capitalised,
        )

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
    if options.credit_note_date == "own_date":
        return known
    early = [replace(item, date=min(item.date, instalment.due_date)) if item.kind == "credit_note" else item for item in known]
    return sorted(early, key=lambda item: item.date)


def _weighted(base, span, denominator):
    """Interest of ``base`` over the days of ``span``, in fractions 1 / (100 x 365 x 366) of a currency unit: exact."""
    leap = _leap_days(span.date_from, span.date_to) if denominator == "actual" else 0
    plain = (span.date_to - span.date_from).days + 1 - leap
    return base * span.percent * (plain * 366 + leap * 365)


def _leap_days(first, last):
    """How many of the days ``first .. last`` belong to a leap year."""
    years = range(first.year, last.year + 1)
    spans = [(max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in years if isleap(year)]
    return sum((end - start).days + 1 for start, end in spans)
