"""The one source of the current moment."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The current moment, aware, in UTC.

    In debug `PORTAL_CLOCK_OFFSET` shifts every process by the same amount, so that
    reminders and deadlines can be watched without waiting for them.
    """
    return timezone.now() + settings.CLOCK_OFFSET


def parse_offset(text: str) -> timedelta:
    """`"26h"`, `"-30m"`, `"1d"`, `"90s"`; a bare number counts seconds.

    Raises ValueError for anything else.
    """
    text = text.strip()
    if not text:
        return timedelta()
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    unit = units.get(text[-1])
    amount = text[:-1] if unit else text
    return timedelta(**{unit or "seconds": int(amount)})


class ClockMiddleware:
    """Gives each request the one `now` that rules and actions are handed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.now = now()
        return self.get_response(request)
