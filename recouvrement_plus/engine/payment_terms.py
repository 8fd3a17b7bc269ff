"""Whether the due date of an invoice is lawful, and the latest date that would be."""

from dataclasses import dataclass
from datetime import date, timedelta

from .errors import InconsistentInput, MissingFact, MissingRule, UnknownRegime
from .law import citation
from .term_caps import CapBook, TermCap
from .types import END_OF_MONTH_METHODS, PUBLIC_BODIES, REGIMES

# The caps of the law of 4 August 2008 bind since the first day of 2009.
CAPS_SINCE = date(2009, 1, 1)
GENERAL = TermCap("agreed", CAPS_SINCE, days=60, end_of_month_days=45)
PERIODIC = TermCap("periodic_45", CAPS_SINCE, days=45)
EXPORT = TermCap("export_90", CAPS_SINCE, days=90)
NOTHING_AGREED_DAYS = 30
GENERAL_RULES = ("nothing_agreed_30", "agreed_60", "end_of_month_45", "periodic_45")
# CCP R2192-10 and R2192-11, for contracts since decree 2013-269; earlier ones had other periods.
PUBLIC_DAYS = {"authority": 30, "health": 50, "company": 60}
PUBLIC_SINCE = date(2013, 5, 1)
# CCP R2192-12 to -16: when the authority did not record the day of receipt.
UNRECORDED_RECEIPT_DAYS = 2
# CCP R2192-27 to -29: what an interruption leaves at least.
AFTER_INTERRUPTION_DAYS = 30


@dataclass(frozen=True)
class TermFacts:
    """What is known of an invoice and of the agreement behind it.

    ``regime``: ``b2b``, ``b2c`` or ``public`` of the *debtor*. ``agreed_due_date``: None when nothing was agreed.
    ``end_of_month``: ``A`` or ``B`` when the parties expressly stipulated an end-of-month term, else None.
    ``delivery_date``: goods received; ``performance_date``: service completed. ``periodic``: a summary invoice (CGI 289 I 3).
    ``sector``: a code of the sector caps. ``export``: goods bought free of VAT and delivered as such outside the EU.
    Public debtors: ``public_body`` is ``authority`` (30 days), ``health`` (50) or ``company`` (60);
    ``receipt_date`` of the payment request, None when the authority did not record it, or when it is uncertain
    (``receipt_uncertain``); ``interruption_date``: the creditor received the one notice that stops the period,
    ``completion_date``: the authority received everything it had asked for.

    :raises UnknownRegime: when the debtor is not classified.
    :raises InconsistentInput: a code that does not exist, a completion without or before an interruption.
    """

    regime: str
    issue_date: date
    agreed_due_date: date | None = None
    end_of_month: str | None = None
    delivery_date: date | None = None
    performance_date: date | None = None
    periodic: bool = False
    sector: str | None = None
    export: bool = False
    large_company: bool = False
    public_body: str | None = None
    receipt_date: date | None = None
    receipt_uncertain: bool = False
    interruption_date: date | None = None
    completion_date: date | None = None

    def __post_init__(self):
        if self.regime not in REGIMES:
            raise UnknownRegime(regime=self.regime or "")
        if self.end_of_month not in (None, *END_OF_MONTH_METHODS):
            raise InconsistentInput(what="end_of_month", value=self.end_of_month)
        if self.public_body not in (None, *PUBLIC_BODIES):
            raise InconsistentInput(what="public_body", value=self.public_body)
        if self.completion_date and not (self.interruption_date and self.interruption_date <= self.completion_date):
            raise InconsistentInput(what="completion_without_interruption", day=self.completion_date)


@dataclass(frozen=True)
class TermCheck:
    """The verdict on one invoice.

    ``latest_due_date``: last lawful day to pay (the day that the law itself sets when nothing was agreed), None when
    the law sets none: a consumer, or a public period that is interrupted. ``rule``: one of ``types.TERM_RULES``;
    ``rule_code``: the sector code when the rule is ``sector``; ``source``: the text in force on the day of issue.
    ``excess_days``: how far the agreed date goes beyond, 0 when compliant. ``warnings``: from ``types.TERM_WARNINGS``.
    """

    compliant: bool
    latest_due_date: date | None
    rule: str
    source: str
    excess_days: int = 0
    rule_code: str = ""
    warnings: tuple = ()


def check_term(facts: TermFacts, caps: CapBook | None = None, accept_unconfirmed: bool = False) -> TermCheck:
    """Return whether the agreed due date of ``facts`` is lawful.

    Between professionals (C. com. L441-10 I to L441-12): 30 days after delivery or performance when nothing was
    agreed; else 60 days after issue, or 45 days end of month when stipulated; periodic invoices 45 days; sectors as in
    ``caps``; exports 90 days, not for large companies. A sector cap goes before the export one: the stricter reading.
    Public debtors (CCP R2192-10 to -29): 30, 50 or 60 days from receipt. Consumers: no cap.
    The date is never moved off a Sunday or a holiday: no text does so.

    :raises MissingFact: when the date from which the term runs, or the kind of public body, is unknown.
    :raises MissingRule: a sector without a cap on that day; an invoice older than the rules known here.
    :raises UnconfirmedRule: a cap whose text was not read, unless ``accept_unconfirmed``.
    """
    if facts.regime == "b2c":
        return TermCheck(True, None, "no_cap", "")
    if facts.regime == "public":
        return _check_public(facts)
    if facts.issue_date < CAPS_SINCE:
        raise MissingRule(rule="agreed_60", day=facts.issue_date)
    if facts.agreed_due_date is None:
        return _nothing_agreed(facts)
    if facts.sector:
        cap = (caps or CapBook()).at(facts.sector, facts.issue_date, facts.periodic, accept_unconfirmed)
        return _check_sector(facts, cap)
    if facts.export and not facts.large_company:
        return _verdict(facts, EXPORT.net_date(facts.issue_date, None), "export_90")
    if facts.periodic:
        return _verdict(facts, PERIODIC.net_date(facts.issue_date, None), "periodic_45")
    return _check_general(facts)


def _verdict(facts, latest, rule, source=None, **more):
    """Compare the agreed date, if there is one, with the latest lawful one."""
    excess = max(0, (facts.agreed_due_date - latest).days) if facts.agreed_due_date and latest else 0
    if source is None:
        source = citation("term_general" if rule in GENERAL_RULES else "term_" + rule, facts.issue_date)
    return TermCheck(not excess, latest, rule, source, excess, **more)


def _nothing_agreed(facts):
    known = [day for day in (facts.delivery_date, facts.performance_date) if day]
    if not known:
        raise MissingFact(fact="performance_date", rule="nothing_agreed_30")
    return _verdict(facts, max(known) + timedelta(days=NOTHING_AGREED_DAYS), "nothing_agreed_30")


def _check_general(facts):
    """60 days, or the stipulated end-of-month form.

    A date that the end-of-month clause does not reach is still lawful within 60 days (15 February + 60 days is later
    than method B); when both are exceeded the excess counts from the later one.
    """
    net = GENERAL.net_date(facts.issue_date, None)
    limit = GENERAL.end_of_month_limit(facts.issue_date, None, facts.end_of_month)
    if _judged_by_clause(facts, limit, net):
        return _verdict(facts, limit, "end_of_month_45")
    return _verdict(facts, net, "agreed_60")


def _judged_by_clause(facts, limit, net):
    return limit is not None and (facts.agreed_due_date <= limit or limit >= net)


def _check_sector(facts, cap):
    net = cap.net_date(facts.issue_date, facts.delivery_date)
    limit = cap.end_of_month_limit(facts.issue_date, facts.delivery_date, facts.end_of_month)
    latest = limit if _judged_by_clause(facts, limit, net) else net
    warnings = () if cap.confirmed else ("rule_unconfirmed",)
    return _verdict(facts, latest, "sector", cap.citation, rule_code=cap.code, warnings=warnings)


def _check_public(facts):
    if facts.public_body is None:
        raise MissingFact(fact="public_body", rule="public")
    if facts.issue_date < PUBLIC_SINCE:
        raise MissingRule(rule="public", day=facts.issue_date)
    days = PUBLIC_DAYS[facts.public_body]
    due = _public_start(facts) + timedelta(days=days)
    stop = facts.interruption_date
    if stop is None:
        return _verdict(facts, due, f"public_{days}")
    if stop > due:
        return _verdict(facts, due, f"public_{days}", warnings=("interruption_too_late",))
    left = max(AFTER_INTERRUPTION_DAYS, (due - stop).days)
    due = facts.completion_date + timedelta(days=left) if facts.completion_date else None
    return _verdict(facts, due, "public_interrupted")


def _public_start(facts):
    """First event of the period (CCP R2192-12 to -16): receipt, or performance when that came later or is surer."""
    if facts.receipt_date and not facts.receipt_uncertain:
        start = facts.receipt_date
    elif facts.receipt_uncertain:
        if facts.performance_date is None:
            raise MissingFact(fact="performance_date", rule="public")
        return facts.performance_date
    else:
        start = facts.issue_date + timedelta(days=UNRECORDED_RECEIPT_DAYS)
    return max(start, facts.performance_date or start)
