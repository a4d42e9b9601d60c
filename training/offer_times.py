"""How a free place goes to the line: straight, as an offer with an end, or tomorrow.

A session with `offer_hours` asks before it gives. Nobody is asked between 21:00 and
07:00, and no offer ends then: a place freed at night stays empty for the line until
07:00, and an end that would fall into the night moves to 07:00. From twelve hours
before the start there is no time for questions: the place goes straight to the first
in line, by day and by night. Offers end before that; one that would not is shortened
(to 20:00 where that is night), and where less than two hours would be left to answer,
or less than the offer's own hours where these are fewer, the place goes straight too.
"""

from __future__ import annotations

import datetime as dt

from training.models import TrainingSession
from vietnam.hours import evening_before, is_quiet, next_allowed

STRAIGHT_WITHIN = dt.timedelta(hours=12)
SHORTEST = dt.timedelta(hours=2)


def straight_from(session: TrainingSession) -> dt.datetime:
    """From this moment on places are given and not offered."""
    return session.starts_at - STRAIGHT_WITHIN


def rests(session: TrainingSession, now: dt.datetime) -> bool:
    """Whether a free place waits for the morning."""
    asks = bool(session.offer_hours) and now < straight_from(session)
    return asks and is_quiet(now)


def offer_end(session: TrainingSession, now: dt.datetime) -> dt.datetime | None:
    """When an offer made now would end; None where the place is given straight."""
    if not session.offer_hours or now >= straight_from(session):
        return None
    hours = dt.timedelta(hours=session.offer_hours)
    latest = evening_before(straight_from(session))
    ends = min(next_allowed(now + hours), latest)
    return ends if ends - now >= min(hours, SHORTEST) else None
