"""What goes into the limitation of a claim (facts, dated events) and what one reading of the clock gives."""

from dataclasses import dataclass
from datetime import date

from .errors import InconsistentInput, UnknownRegime
from .limitation_rules import EVENT_KINDS, NATURES, OWN_PERIOD_TITLES, TEN_YEAR_TITLES, Period, effect_of, period_of
from .types import REGIMES

CONTRACT_YEARS = range(1, 11)


@dataclass(frozen=True)
class LimitationEvent:
    """Something that happened to the claim. ``kind`` is a key of ``limitation_rules.EVENT_KINDS``.

    ``recorded``: a person of the legal role recorded it with its ``proof`` (a reference); else it is only proposed.
    ``ended_on``: end of the case or of the suspension, None while it lasts. ``void``: the action was withdrawn, lapsed
    or finally dismissed (C. civ. 2243).

    :raises InconsistentInput: unknown kind, an end before the beginning, a recorded event with effect but no proof.
    """

    kind: str
    date: date
    recorded: bool = False
    proof: str = ""
    ended_on: date | None = None
    void: bool = False

    def __post_init__(self):
        effect = effect_of(self.kind, EVENT_KINDS[self.kind].only_nature if self.kind in EVENT_KINDS else "")
        if self.ended_on is not None and self.ended_on < self.date:
            raise InconsistentInput(what="limitation_event_dates", kind=self.kind, day=self.ended_on)
        if self.recorded and effect != "none" and not self.proof:
            raise InconsistentInput(what="limitation_event_proof", kind=self.kind, day=self.date)


@dataclass(frozen=True)
class LimitationFacts:
    """One claim. ``performance_date``: goods delivered or service completed; ``due_date``: of this instalment.

    ``nature``: one of ``limitation_rules.NATURES``. ``contract_years``: period agreed (C. civ. 2254), None without a
    clause. ``periodic``: rents, interest and other claims payable by periods. ``title`` and ``title_date``: the
    enforceable title, one of ``TEN_YEAR_TITLES`` or ``OWN_PERIOD_TITLES``.

    :raises UnknownRegime: when the debtor is not classified.
    :raises InconsistentInput: unknown codes, a clause that the law forbids, a title without its date.
    """

    regime: str
    invoice_date: date
    due_date: date | None = None
    performance_date: date | None = None
    nature: str = "general"
    contract_years: int | None = None
    periodic: bool = False
    title: str | None = None
    title_date: date | None = None

    def __post_init__(self):
        if self.regime not in REGIMES:
            raise UnknownRegime(regime=self.regime or "")
        if self.nature not in NATURES or self.title not in (None, *TEN_YEAR_TITLES, *OWN_PERIOD_TITLES):
            raise InconsistentInput(what="limitation_code", nature=self.nature, title=self.title)
        if (self.title is None) != (self.title_date is None):
            raise InconsistentInput(what="title_date", title=self.title)
        self._check_clause()

    def _check_clause(self):
        forbidden = self.periodic or self.regime in ("b2c", "public") or self.period.fixed
        if self.contract_years is not None and (forbidden or self.contract_years not in CONTRACT_YEARS):
            raise InconsistentInput(what="contract_years", value=self.contract_years)

    @property
    def period(self) -> Period:
        """The statutory period."""
        return period_of(self.regime, self.nature)

    @property
    def years(self) -> int:
        """Length of the period before any title, in years."""
        return self.contract_years or self.period.years


@dataclass(frozen=True)
class Clock:
    """One reading. ``expiry``: last day, None while ``pending`` (a case or a suspension that still lasts) stops it.

    ``expiry_if_void``: the last day, should the pending event come to nothing. ``applied``: the events that moved it;
    ``ignored``: ``(event, reason)`` with a reason of ``types.LIMITATION_IGNORED``.
    """

    starts_on: date
    expiry: date | None
    applied: tuple = ()
    ignored: tuple = ()
    pending: LimitationEvent | None = None
    expiry_if_void: date | None = None
