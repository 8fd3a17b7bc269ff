"""The penalty statement (décompte): interest, indemnity and principal of one invoice on one day.

Rules and their texts: docs/legal-sources.md. Day count: the day after the due date is the first penalty day, the day
of payment the last, so that days = payment date - due date.
"""

from calendar import isleap
from dataclasses import replace
from datetime import date

from .claims import ZERO, Claim, CourtDelay, Imputation, Instalment, Options, Payment, Slice, Statement
from .law import citation
from .money import round_cents
from .rates import ONE_DAY, RateBook
from .schedules import FloorWarning, floor_warning, method_of, rate_spans
from .types import STATEMENT_WARNINGS

__all__ = [
    "Claim",
    "CourtDelay",
    "FloorWarning",
    "Imputation",
    "Instalment",
    "Options",
    "Payment",
    "Slice",
    "Statement",
    "floor_warning",
    "penalty_statement",
]

# Every open choice at its default.
DEFAULT_OPTIONS = Options()
# Due dates from which the fixed indemnity exists (decree 2012-1115; public debtors have no rate before July 2013).
INDEMNITY_SINCE = date(2013, 1, 1)


def penalty_statement(claim: Claim, as_of: date, book: RateBook, options: Options = DEFAULT_OPTIONS) -> Statement:
    """Return what is owed for ``claim`` at the end of the day ``as_of``; reductions dated later are not known yet.

    Between professionals: ECB + 10 of each half-year or the contract rate, from the day after the due date without
    any reminder (C. com. L441-10 II), and 40 EUR once for the invoice as soon as one instalment was late (D441-5).
    Public debtors: ECB + 8 frozen at the half-year in which interest began (CCP R2192-31), 40 EUR (D2192-35).
    Consumers: legal rate from the day after the formal notice was received (C. civ. 1231-6), five points more two
    months after a decision became enforceable (CMF L313-3), no indemnity.
    Time to pay granted by a judge: no penalty (nor the five points) for its days (C. civ. 1343-5).

    Insolvency: the last day that bears interest is the day before ``claim.insolvency_date``, since the judgment
    stops interest and takes effect from the beginning of its day (C. com. L622-28); no indemnity for instalments
    due on that day or later.

    An instalment wholly credited by credit notes known at ``as_of`` was never owed: no interest, no indemnity.

    :raises MissingRate: when a rate that the figures need is not known.
    """
    accounts = [_Account(claim, instalment, as_of, book, options) for instalment in claim.instalments]
    due = [account.run() for account in accounts if account.instalment.due_date <= as_of]
    late = [account for account in due if account.late]
    indemnity, indemnity_warnings = _indemnity(claim, options, late)
    principal = sum((account.principal for account in due), ZERO)
    interest = sum((account.interest for account in late), ZERO)
    return Statement(
        regime=claim.regime,
        method=method_of(claim, options),
        currency=claim.currency,
        principal=principal,
        interest=interest,
        indemnity=indemnity,
        total=principal + interest + indemnity,
        days_late=_days_late(late),
        slices=tuple(piece for account in late for piece in account.slices),
        warnings=_warnings(claim, as_of, due, late, indemnity_warnings),
        sources=_sources(claim, options, late, indemnity),
        interest_paid=sum((account.interest_paid for account in late), ZERO),
        disputed=sum((min(account.instalment.disputed, account.principal) for account in due), ZERO),
        imputations=tuple(piece for account in due for piece in account.imputations),
    )


class _Account:
    """The running account of one instalment: principal, interest, and what each reduction covers."""

    def __init__(self, claim, instalment, as_of, book, options):
        self.claim, self.instalment, self.as_of, self.book, self.options = claim, instalment, as_of, book, options
        self.known = _known(instalment, as_of, options)
        self.principal = instalment.amount
        self.interest = self.interest_paid = ZERO
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
            self._accrue(start, cursor, min(payment.date, stop))
            cursor = max(cursor, payment.date + ONE_DAY)
            self._reduce(payment)
        self._accrue(start, cursor, stop)
        return self

    def _accrue(self, start, first, last):
        base = max(ZERO, self.principal - self.instalment.disputed)
        if not base or first > last:
            return
        for span in rate_spans(self.claim, self.options, self.book, start, first, last):
            piece = self._slice(span, base)
            self.slices.append(piece)
            self.span_warnings.extend(span.warnings)
            self.interest += piece.amount

    def _slice(self, span, base):
        return Slice(
            instalment_key=self.instalment.key,
            date_from=span.date_from,
            date_to=span.date_to,
            days=(span.date_to - span.date_from).days + 1,
            base=base,
            rate=span.percent,
            amount=round_cents(_interest(base, span, self.options.denominator), self.options.digits),
            source=span.source,
            basis=span.basis,
        )

    def _reduce(self, payment):
        """A credit note lowers the principal; a payment covers interest first when so chosen (C. civ. 1343-1)."""
        rest, covered = payment.amount, ZERO
        if payment.kind == "payment" and self.options.imputation == "interest_first":
            covered = min(rest, self.interest)
            self.interest -= covered
            self.interest_paid += covered
            rest -= covered
        self.imputations.append(
            Imputation(self.instalment.key, payment.date, payment.amount, payment.kind, covered, rest))
        self.overpaid = self.overpaid or rest > self.principal
        self.principal = max(ZERO, self.principal - rest)

    def suspended(self):
        """Whether a court delay touches the days between the due date and the statement."""
        due = self.instalment.due_date
        return any(delay.date_to > due and delay.date_from <= self.as_of for delay in self.claim.court_delays)

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


def _interest(base, span, denominator):
    """Unrounded interest of ``base`` over the days of ``span``: one division, last, so that half cents stay exact."""
    leap = _leap_days(span.date_from, span.date_to) if denominator == "actual" else 0
    plain = (span.date_to - span.date_from).days + 1 - leap
    return base * span.percent * (plain * 366 + leap * 365) / (100 * 365 * 366)


def _leap_days(first, last):
    """How many of the days ``first .. last`` belong to a leap year."""
    years = range(first.year, last.year + 1)
    spans = [(max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in years if isleap(year)]
    return sum((end - start).days + 1 for start, end in spans)


def _indemnity(claim, options, late):
    """The fixed indemnity of the invoice (D441-5, D2192-35) and why it is left out, as ``(amount, warnings)``."""
    late = [account for account in late if account.instalment.due_date >= INDEMNITY_SINCE]
    if claim.regime == "b2c" or not late:
        return ZERO, ()
    opening = claim.insolvency_date
    if opening and all(account.instalment.due_date >= opening for account in late):
        return ZERO, ("indemnity_barred_by_insolvency",)
    if claim.currency != options.indemnity_currency:
        return ZERO, ("indemnity_other_currency",)
    return round_cents(options.indemnity_amount, options.digits), ()


def _days_late(late):
    """Days late of the oldest late instalment, 0 without one."""
    oldest = min((account.instalment.due_date for account in late), default=None)
    return max((account.days_late() for account in late if account.instalment.due_date == oldest), default=0)


def _warnings(claim, as_of, due, late, warnings):
    """The codes that apply, each once, in the order of ``STATEMENT_WARNINGS``."""
    found = {warning for account in late for warning in account.span_warnings}.union(warnings)
    opening, notice = claim.insolvency_date, claim.formal_notice_date
    checks = {
        "contract_rate_ignored": late and claim.regime != "b2b" and claim.contract_rate is not None,
        "no_formal_notice": late and claim.regime == "b2c" and (notice is None or notice > as_of),
        "interest_stopped_by_insolvency": late and opening is not None and opening <= as_of and not claim.interest_goes_on,
        "penalties_suspended_by_court": any(account.suspended() for account in late),
        "disputed_part": any(account.instalment.disputed for account in due),
        "overpaid": any(account.overpaid for account in due),
    }
    found.update(code for code, applies in checks.items() if applies)
    return tuple(code for code in STATEMENT_WARNINGS if code in found)


def _sources(claim, options, late, indemnity):
    """The texts in force for each slice and for the indemnity, then the addresses of the rates; each once."""
    slices = [piece for account in late for piece in account.slices]
    found = [citation(claim.regime + "_interest", piece.date_from) for piece in slices]
    if indemnity:
        found += [citation(claim.regime + "_indemnity", account.instalment.due_date) for account in late]
    if any(account.interest_paid for account in late):
        found += [citation("interest_first", piece.date_from) for piece in slices]
    found += [citation("judgment_surcharge", piece.date_from) for piece in slices if piece.basis == "legal_rate_plus_5"]
    if any(account.suspended() for account in late):
        found += [citation("court_delay", delay.date_from) for delay in claim.court_delays]
    if claim.insolvency_date and slices and not claim.interest_goes_on:
        found.append(citation("insolvency_stop", claim.insolvency_date))
    found += [piece.source for piece in slices]
    return tuple(dict.fromkeys(text for text in found if text))
