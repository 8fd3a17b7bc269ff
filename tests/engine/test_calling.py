"""When a person may be called: hours, days, holidays, four in thirty days."""
from datetime import date, datetime, timedelta

import pytest

from engine import calling


@pytest.mark.parametrize(("at", "codes"), [
    (datetime(2026, 3, 16, 10, 0), ()), (datetime(2026, 3, 16, 9, 59), ("call_hours",)), (datetime(2026, 3, 16, 12, 59), ()),
    (datetime(2026, 3, 16, 13, 0), ("call_hours",)), (datetime(2026, 3, 16, 19, 59), ()),
    (datetime(2026, 3, 16, 20, 0), ("call_hours",)), (datetime(2026, 3, 21, 11, 0), ("call_weekend",)),
    (datetime(2026, 7, 14, 11, 0), ("call_holiday",)), (datetime(2026, 3, 22, 21, 0), ("call_weekend", "call_hours"))])
def test_hours_and_days(at, codes):
    assert calling.refusals(at, ()) == codes


def test_a_holiday_of_alsace_is_one_there():
    good_friday = datetime(2026, 4, 3, 11, 0)
    assert calling.refusals(good_friday, ()) == ()
    assert calling.refusals(good_friday, (), zone="6AE") == ("call_holiday",)


def test_four_calls_in_thirty_days():
    now = datetime(2026, 3, 16, 11, 0)
    days = [date(2026, 3, 16) - timedelta(days=count) for count in (1, 10, 20, 29)]
    assert calling.refusals(now, days) == ("call_limit",)
    assert calling.refusals(now, [*days[:3], date(2026, 2, 14)]) == ()
    assert calling.refusals(now, days * 3, maximum=0) == ()
