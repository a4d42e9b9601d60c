"""Working days and hours of offices in Việt Nam, for clocks that the law sets.

Source: Labour Code 45/2019/QH14, article 112 (public holidays) and article 111 (a day
off in lieu when one falls on a weekend). Which days lie around Tết and beside 2/9 the
government says anew each year; here the day before Tết and its first four days, and
1/9. Pass `also` for what was announced otherwise.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import cache

from vietnam.dates import local, local_day
from vietnam.lunar import lunar_day, tet

MORNING = (time(7, 30), time(11, 30))
AFTERNOON = (time(13, 30), time(17, 0))
_SATURDAY = 5


def is_working_day(day: date | datetime, *, also: Collection[date] = ()) -> bool:
    """Monday to Friday and no holiday; `also` are further days off."""
    day = local_day(day)
    if day.weekday() >= _SATURDAY or day in also:
        return False
    return day not in days_off(day.year)


def is_working_time(moment: datetime, *, also: Collection[date] = ()) -> bool:
    """Whether an office is open: [07:30, 11:30) or [13:30, 17:00) of a working day."""
    if not is_working_day(moment, also=also):
        return False
    clock = local(moment).time()
    return any(begin <= clock < end for begin, end in (MORNING, AFTERNOON))


def add_working_days(
    day: date | datetime, number: int, *, also: Collection[date] = ()
) -> date:
    """The day on which a time of `number` working days after `day` ends.

    The first day does not count (Civil Code 91/2015/QH13, article 147).
    """
    day = local_day(day)
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day, also=also)
    return day


@cache
def days_off(year: int) -> frozenset[date]:
    """The public holidays of a year and the days given in lieu. Years as in `tet`."""
    new_year = tet(year)
    groups = [
        [date(year, 1, 1)],
        [new_year + timedelta(days=n) for n in range(-1, 4)],
        [lunar_day(year, 3, 10)],
        [date(year, 4, 30), date(year, 5, 1)],
        [date(year, 9, 1), date(year, 9, 2)],
    ]
    holidays = {day for group in groups for day in group}
    found = set(holidays)
    for day in sorted(holidays):
        if day.weekday() >= _SATURDAY:
            instead = day
            while instead.weekday() >= _SATURDAY or instead in found:
                instead += timedelta(days=1)
            found.add(instead)
    return frozenset(found)
