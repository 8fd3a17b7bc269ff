"""The days and hours at which messages may leave: working days of France, quiet periods, hours of a channel.

They put messages off, never the law: limitation periods, payment terms and time limits of procedure do not ask them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .deadlines import METROPOLE, ONE_DAY, ZONES, is_working_day
from .errors import InconsistentInput

# Overseas territories that have a country code of their own, by the calendar that the library knows.
ZONE_OF_COUNTRY = {"GP": "971", "MQ": "972", "GF": "973", "RE": "974", "YT": "976"}
# Postcodes of the islands that share the prefix of Guadeloupe.
ZONE_OF_POSTCODE = {"97133": "BL", "97150": "MF"}
ZONE_OF_PREFIX = {"975": "PM", "984": "TF", "986": "WF", "987": "PF", "988": "NC"}


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included; ``yearly``: only the day and the month count, every year.

    :raises InconsistentInput: when it ends before it starts.
    """

    first: date
    last: date
    yearly: bool = False

    def __post_init__(self):
        if self.last < self.first:
            raise InconsistentInput(what="period", first=self.first, last=self.last)

    def holds(self, day: date) -> bool:
        """Whether ``day`` falls in the period; a yearly one may span 31 December."""
        if not self.yearly:
            return self.first <= day <= self.last
        if (self.last - self.first).days >= 365:
            return True
        here, first, last = ((when.month, when.day) for when in (day, self.first, self.last))
        return first <= here <= last if first <= last else here >= first or here <= last


@dataclass(frozen=True)
class DayRules:
    """``zones``: calendars that all must be open, empty when every day is; ``quiet``: periods without firm messages."""

    zones: tuple = ()
    quiet: tuple = ()


def zone_of(country: str, postcode: str) -> str | None:
    """The calendar of an address: a zone of ``deadlines``, ``""`` for the rest of France, None elsewhere."""
    if country in ZONE_OF_COUNTRY:
        return ZONE_OF_COUNTRY[country]
    if country != "FR":
        return country if country in ZONES and country else None
    code = "".join((postcode or "").split())
    if code in ZONE_OF_POSTCODE:
        return ZONE_OF_POSTCODE[code]
    for prefix in (code[:3], code[:2]):
        zone = ZONE_OF_PREFIX.get(prefix, prefix)
        if zone and zone in ZONES:
            return zone
    return METROPOLE


def is_open(day: date, rules: DayRules) -> bool:
    """Whether messages may leave on ``day``: a working day of every calendar."""
    return all(is_working_day(day, zone) for zone in rules.zones)


def may_be_closed(day: date) -> bool:
    """Whether some calendar is closed on ``day``."""
    return not all(is_working_day(day, zone) for zone in ZONES)


def puts_off_firm(day: date, rules: DayRules) -> bool:
    """Whether ``day`` falls in a quiet period: courteous and neutral messages leave, firm ones wait."""
    return any(period.holds(day) for period in rules.quiet)


def first_day_outside(day: date, periods: tuple, limit: date) -> date:
    """``day`` when no period holds it, else the first day after it that none does; ``limit`` at the latest."""
    while day < limit and any(period.holds(day) for period in periods):
        day += ONE_DAY
    return day


def closed_days_before(day: date, rules: DayRules) -> int:
    """How many days right before ``day`` are closed: two on a Monday, 0 where every day is open."""
    count = 0
    while not is_open(day - (count + 1) * ONE_DAY, rules):
        count += 1
    return count


def next_open_day(day: date, rules: DayRules) -> date:
    """``day`` itself when messages may leave, else the first day after it when they may."""
    while not is_open(day, rules):
        day += ONE_DAY
    return day


def next_open_moment(moment: datetime, opens: int, closes: int, rules: DayRules) -> datetime:
    """``moment`` when its day is open and its hour between ``opens`` and ``closes`` (hours, ``closes`` excluded), else
    the next moment that is. Local time in and out.

    :raises InconsistentInput: when the hours leave no time.
    """
    if not 0 <= opens < closes <= 24:
        raise InconsistentInput(what="hours", opens=opens, closes=closes)
    day = moment.date()
    if moment.hour >= closes:
        day += ONE_DAY
    day = next_open_day(day, rules)
    first = datetime.combine(day, time()) + timedelta(hours=opens)
    return max(moment, first.replace(tzinfo=moment.tzinfo))
