"""When a person may be called about a debt: no text fixes it for collection; the hours of marketing calls are the default.

C. conso. art. D223-9: Monday to Friday, 10 to 13 and 14 to 20 hours, four times in thirty days at most, no public holiday.
"""

from datetime import date, datetime, timedelta

from .deadlines import is_working_day

#: From the first hour, before the last one.
HOURS = ((10, 13), (14, 20))
MAX_CALLS = 4
DAYS = 30


def refusals(at: datetime, calls, zone: str = "", maximum: int = MAX_CALLS) -> tuple:
    """Why a person is not to be called at ``at`` (their local time), as codes; empty when nothing speaks against it.

    :param calls: the days on which they were called
    :param zone: calendar of public holidays (``calendar_days.zone_of``)
    :param maximum: calls in thirty days, 0 without limit
    """
    found = []
    if at.weekday() > 4:
        found.append("call_weekend")
    elif not is_working_day(at.date(), zone):
        found.append("call_holiday")
    if not any(first <= at.hour < last for first, last in HOURS):
        found.append("call_hours")
    if maximum and called(at.date(), calls) >= maximum:
        found.append("call_limit")
    return tuple(found)


def called(day: date, calls) -> int:
    """How many of ``calls`` fall in the thirty days that end with ``day``."""
    return sum(day - timedelta(days=DAYS) < one <= day for one in calls)
