"""How customers pay: each profile turns a due date into the day of payment, with a given source of chance.

The profiles differ enough for a score to tell them apart, and each keeps some chance: a ledger without noise
flatters a score.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Profile:
    """``share`` of the customers; days from the due date: ``low`` to ``high``, and with chance ``slip`` 4 to ``worst``.

    ``stuck`` is the chance that an instalment due in the last five months is still unpaid; ``failing`` customers
    paid well once, then later and later, and have paid nothing for ten weeks.
    """

    share: int
    low: int
    high: int
    slip: float = 0.0
    worst: int = 4
    stuck: float = 0.0
    failing: bool = False


PROFILES = {
    'early': Profile(10, -25, -6),
    'prompt': Profile(38, -3, 0, slip=0.04, worst=12, stuck=0.012),
    'careless': Profile(20, -4, 1, slip=0.30, worst=20, stuck=0.04),
    'late': Profile(13, 8, 30, stuck=0.05),
    'chronic': Profile(9, 20, 75, stuck=0.10),
    'erratic': Profile(7, -6, 45, stuck=0.06),
    'failing': Profile(3, -2, 4, failing=True),
}
RECENT_DAYS = 150
SILENT_DAYS = 70


def pick_profile(rng):
    """One profile name by the shares."""
    names = list(PROFILES)
    return rng.choices(names, weights=[PROFILES[name].share for name in names])[0]


def payment_day(rng, profile_name, issued, due, as_of):
    """The day on which an instalment is paid; None when it has not been paid by ``as_of``."""
    profile = PROFILES[profile_name]
    age = (as_of - due).days
    stuck = rng.random() < profile.stuck and age < RECENT_DAYS
    slips = rng.random() < profile.slip
    days = rng.randint(4, profile.worst) if slips else rng.randint(profile.low, profile.high)
    if profile.failing:
        stuck = age < SILENT_DAYS
        days += max(0, 45 - age // 8)
    # Who means to be on time pays before the weekend; who is late anyway pays after it.
    bank_day = working_day if days > 0 else working_day_before
    day = bank_day(max(due + timedelta(days=days), issued + timedelta(days=4)))
    return None if stuck or day > as_of else day


def working_day(day):
    """``day``, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def working_day_before(day):
    """``day``, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
