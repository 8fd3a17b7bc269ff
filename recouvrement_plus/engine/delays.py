"""Times on which no penalty runs: granted by a judge, or agreed by the creditor."""

from dataclasses import dataclass
from datetime import date

from .calendars import add_years
from .errors import InconsistentInput

COURT_DELAY_YEARS = 2


@dataclass(frozen=True)
class CourtDelay:
    """Time to pay granted by a judge (C. civ. 1343-5), ``date_from .. date_to`` both included, two years at most.

    :raises InconsistentInput: reversed dates, more than two years.
    """

    date_from: date
    date_to: date

    def __post_init__(self):
        if not self.date_from <= self.date_to <= add_years(self.date_from, COURT_DELAY_YEARS):
            raise InconsistentInput(what="court_delay", date_from=self.date_from, date_to=self.date_to)

    def covers(self, day: date) -> bool:
        """Whether ``day`` is in the time granted."""
        return self.date_from <= day <= self.date_to


@dataclass(frozen=True)
class AgreedDelay:
    """Days on which the creditor agreed that no penalty runs, both included; ``date_to`` None: the agreement still holds.

    :raises InconsistentInput: reversed dates.
    """

    date_from: date
    date_to: date | None = None

    def __post_init__(self):
        if self.date_to is not None and self.date_to < self.date_from:
            raise InconsistentInput(what="agreed_delay", date_from=self.date_from, date_to=self.date_to)

    def covers(self, day: date) -> bool:
        """Whether ``day`` is in the time agreed."""
        return self.date_from <= day and (self.date_to is None or day <= self.date_to)
