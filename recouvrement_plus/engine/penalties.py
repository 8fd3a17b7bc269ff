"""The penalty statement (décompte): interest, indemnity and principal of one invoice on one day.

Rules and their texts: docs/legal-sources.md. Day count: the day after the due date is the first penalty day, the day
of payment the last, so that days = payment date - due date.
"""

from datetime import date

from .accruals import Account
from .claims import ZERO, Amounts, Claim, Imputation, Instalment, Options, Payment, Slice, Statement
from .delays import CourtDelay
from .law import citation
from .money import round_cents
from .rates import RateBook
from .schedules import FloorWarning, floor_warning, method_of
from .types import STATEMENT_WARNINGS

__all__ = [
    "Amounts",
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
    "penalty_amounts",
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

    Compounding, only when the claim says from when (contract or decision): see ``accruals.Account`` (C. civ. 1343-2).

    An instalment wholly credited by credit notes known at ``as_of`` was never owed: no interest, no indemnity.

    :raises MissingRate: when a rate that the figures need is not known.
    """
    due = _accounts(claim, as_of, book, options)
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


def penalty_amounts(claim: Claim, as_of: date, book: RateBook, options: Options = DEFAULT_OPTIONS) -> Amounts:
    """Return the figures of :func:`penalty_statement` without their grounds: a third of its time, for a night of thousands.

    :raises MissingRate: when a rate that the figures need is not known.
    """
    late = [account for account in _accounts(claim, as_of, book, options) if account.late]
    interest = {account.instalment.key: account.interest + account.interest_paid for account in late}
    return Amounts(interest, _indemnity(claim, options, late)[0])


def _accounts(claim, as_of, book, options):
    """The accounts of the instalments that are due, each gone through up to the day."""
    return [
        Account(claim, instalment, as_of, book, options).run()
        for instalment in claim.instalments if instalment.due_date <= as_of]


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
        "penalties_suspended_by_agreement": any(account.frozen() for account in late),
        "disputed_part": any(account.instalment.disputed for account in due),
        "interest_compounded": any(account.capitalised for account in late),
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
    found += [citation("compounding", piece.date_from) for piece in slices if piece.capitalised]
    if claim.insolvency_date and slices and not claim.interest_goes_on:
        found.append(citation("insolvency_stop", claim.insolvency_date))
    found += [piece.source for piece in slices]
    return tuple(dict.fromkeys(text for text in found if text))
