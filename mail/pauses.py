"""When letters that can wait do wait: at night, and over Tết.

Asked when a letter is written and again when it is claimed, because a queue, a retry
or a server that was away may carry a letter into hours it was not written for.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from mail import kinds
from mail.kinds import Wait
from vietnam.dates import VIETNAM, local_day
from vietnam.hours import next_allowed
from vietnam.lunar import in_tet_holiday


def leaves_at(
    kind: str, moment: datetime, not_after: datetime | None = None
) -> datetime:
    """The first moment from `moment` on at which a letter of this kind may leave.

    A letter that would be too late afterwards cannot wait: then only the night is
    waited for, or nothing at all.
    """
    known = kinds.registry.get(kind)
    wait = known.waits if known else Wait.NOTHING
    if wait is Wait.NOTHING:
        return moment
    if wait is Wait.TET:
        after = after_tet(next_allowed(moment))
        if not_after is None or after < not_after:
            return after
    morning = next_allowed(moment)
    if not_after is None or morning < not_after:
        return morning
    return moment


def after_tet(moment: datetime) -> datetime:
    """The first morning after the holiday that `moment` falls into, or `moment`."""
    if not in_tet_holiday(moment):
        return moment
    return datetime.combine(holiday_around(moment)[1], time(7), VIETNAM)


def holiday_around(moment: datetime | date) -> tuple[date, date]:
    """The first day of the holiday that `moment` falls into, and the first after it."""
    day = first = local_day(moment) if isinstance(moment, datetime) else moment
    while in_tet_holiday(first - timedelta(days=1)):
        first -= timedelta(days=1)
    while in_tet_holiday(day):
        day += timedelta(days=1)
    return first, day
