"""What a payment term can do at worst: no invoice yet, every day of issue tried."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .payment_terms import TermCheck, TermFacts, check_term
from .term_caps import CapBook


@dataclass(frozen=True)
class TermCase:
    """An invoice of ``issue_date`` under the term is due on ``due_date``; ``check`` is the verdict on it."""

    issue_date: date
    due_date: date
    check: TermCheck


def worst_case(schedule: Iterable, caps: CapBook | None = None, accept_unconfirmed: bool = False, **facts) -> TermCase:
    """Return the case that goes furthest beyond the law (the first one when none does).

    ``schedule``: at least one pair ``(issue date, due date)``. ``facts``: the others of :class:`TermFacts`, the same for all.

    :raises EngineError: as :func:`payment_terms.check_term`.
    """
    cases = [
        TermCase(issued, due, check_term(TermFacts(issue_date=issued, agreed_due_date=due, **facts), caps, accept_unconfirmed))
        for issued, due in schedule
    ]
    return max(cases, key=lambda case: case.check.excess_days)
