"""Days that make sense whenever the demo is loaded: near today, never in Tết."""

from __future__ import annotations

import datetime as dt

from vietnam.dates import VIETNAM, local
from vietnam.lunar import in_tet_holiday

DAY = dt.timedelta(days=1)
SATURDAY = 5


def at(now: dt.datetime, days: int, *, hour: int, minute: int = 0) -> dt.datetime:
    """That many days from today at this time of the clock, out of Tết.

    What would fall into Tết moves on to the first day after it, and what lies behind
    us back to the last day before it.
    """
    day = local(now).date() + days * DAY
    return _moment(_outside_tet(day, step=DAY if days >= 0 else -DAY), hour, minute)


def saturday(now: dt.datetime, days: int, *, hour: int) -> dt.datetime:
    """The first Saturday from that many days on; the last one before if behind us."""
    step = DAY if days >= 0 else -DAY
    day = local(now).date() + days * DAY
    while day.weekday() != SATURDAY or in_tet_holiday(day):
        day += step
    return _moment(day, hour, 0)


def out_of_tet(moment: dt.datetime) -> dt.datetime:
    """The same time of the clock on the first day from this one on outside Tết."""
    return moment + (
        _outside_tet(local(moment).date(), step=DAY) - local(moment).date()
    )


def _outside_tet(day: dt.date, *, step: dt.timedelta) -> dt.date:
    while in_tet_holiday(day):
        day += step
    return day


def _moment(day: dt.date, hour: int, minute: int) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)
