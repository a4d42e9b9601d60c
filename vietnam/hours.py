"""The quiet hours of the night, in which nobody is written to unasked."""

from datetime import datetime, time, timedelta

from vietnam.dates import local

QUIET_FROM = time(21)
QUIET_UNTIL = time(7)
EVENING = time(20)


def is_quiet(moment: datetime) -> bool:
    """Whether a moment falls into [21:00, 07:00) in Việt Nam."""
    clock = local(moment).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def evening_before(moment: datetime) -> datetime:
    """Move a moment of the quiet hours back to 20:00 of the evening they began.

    22:30 becomes 20:00 of the same day and 05:00 becomes 20:00 of the day before.
    Any other moment is returned as it is.
    """
    if not is_quiet(moment):
        return moment
    here = local(moment)
    day = here.date() - timedelta(days=here.time() < QUIET_UNTIL)
    return datetime.combine(day, EVENING, here.tzinfo)


def next_allowed(moment: datetime) -> datetime:
    """Return the first moment from `moment` on that is not quiet."""
    if not is_quiet(moment):
        return moment
    here = local(moment)
    day = here.date() + timedelta(days=here.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, here.tzinfo)
