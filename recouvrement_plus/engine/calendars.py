"""Adding months and years as the law counts them: to the day of the same number."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The day of the same number ``months`` later, or the last day of that month when it has none (CPC 641)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same date ``years`` later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)
