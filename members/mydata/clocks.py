"""By when a request has to be confirmed and done (decree 356/2025/NĐ-CP)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from content import clock
from vietnam.dates import VIETNAM, local_day
from vietnam.working import add_working_days


def confirm_by(received: dt.datetime) -> dt.date:
    """The last day to say that the request is here."""
    return add_working_days(received, settings.DATA_REQUEST_CONFIRM_DAYS)


def due_on(kind: str, received: dt.date | dt.datetime) -> dt.date:
    """The last day to do what was asked; the first day does not count."""
    days = settings.DATA_REQUEST_DAYS[kind]
    if settings.DATA_REQUEST_WORKING_DAYS:
        return add_working_days(received, days)
    return local_day(received) + dt.timedelta(days=days)


def extended(kind: str, due: dt.date) -> dt.date:
    """The last day after the one extension that the law allows."""
    return due_on(kind, due)


def today() -> dt.date:
    return local_day(clock.now())


def moment_of(day: dt.date, now: dt.datetime) -> dt.datetime:
    """When something came that has only a day: now if that is today, else that noon."""
    if day == local_day(now):
        return now
    return dt.datetime.combine(day, dt.time(12), VIETNAM)
