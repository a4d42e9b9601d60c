"""The memory of people who had a place and did not come (TRAINING_NO_SHOW_MEMORY).

Off unless the setting is on. Three no-shows within 180 days place a person behind the
others in every line for 60 days from the end of the third session. A reason given
within 48 hours of a session's end excuses it; until these are over it does not count.
What a no-show is says `attendance.missed`: no list kept, nobody missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings

from members.models import Person
from training import attendance

DAY = dt.timedelta(days=1)
HOW_MANY, WITHIN, FOR = 3, 180 * DAY, 60 * DAY
TO_EXPLAIN = dt.timedelta(hours=48)


def who_is_behind(people: Sequence[Person], *, now: dt.datetime) -> set[int]:
    """The keys of those who stand behind others at `now`; one query, if any."""
    if not settings.TRAINING_NO_SHOW_MEMORY:
        return set()
    rows = attendance.missed(since=now - WITHIN - FOR, now=now - TO_EXPLAIN)
    rows = rows.filter(person__in=people, excused_at=None).order_by("session__ends_at")
    ends: dict[int, list[dt.datetime]] = {}
    for person_id, ended in rows.values_list("person_id", "session__ends_at"):
        ends.setdefault(person_id, []).append(ended)
    return {person_id for person_id, missed in ends.items() if _is_behind(missed, now)}


def _is_behind(ends: Sequence[dt.datetime], now: dt.datetime) -> bool:
    """Whether any three in a row lie close enough together, the last of them late."""
    firsts, lasts = ends, ends[HOW_MANY - 1 :]
    return any(
        last - first <= WITHIN and now < last + FOR
        for first, last in zip(firsts, lasts, strict=False)
    )
