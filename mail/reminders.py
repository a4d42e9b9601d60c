"""Reminders are derived, not scheduled: which letters are due is asked each minute.

A feature registers a source; `queue_due` writes what is due and not written yet. So a
dead worker, a flushed broker, a moved date or two beats lose and double nothing.

A source works per event, not per person, because all times hang on the event's start:

    lead = latest_lead(start=…, leads=LEADS, now=now)      # None: nothing is due
    people = people.filter(registered_at__lt=send_at(start, lead))
    people = people.exclude(reminded("training.reminder", lead=lead, start=start))
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from content.registry import Registry
from mail.actions import Draft, queue_many
from mail.locks import SWEEP, hold
from mail.models import Letter
from vietnam.dates import VIETNAM, local_day
from vietnam.hours import EVENING, evening_before
from vietnam.lunar import in_tet_holiday

__all__ = [
    "Draft",
    "ReminderSource",
    "due_lead",
    "key",
    "latest_lead",
    "queue_due",
    "registry",
    "reminded",
    "send_at",
]

logger = logging.getLogger(__name__)

CHUNK = 500
"""Letters written per transaction."""
SAME_START = timedelta(minutes=30)
"""A move of less than this brings no second reminder (DESIGN rule 4)."""
LONGEST_SHIFT = timedelta(days=15, hours=11)
"""How far a letter can move forward: by the holiday of Tết, which lasts 15 days at
most, and by the night, from 07:00 to 20:00 of the day before."""


class ReminderSource(Protocol):
    """What a feature registers."""

    kind: str

    def due(self, now: datetime) -> Iterable[Draft]:
        """Every letter that should have been written by `now` and is not there."""


registry: Registry[ReminderSource] = Registry("mail.reminders")


def send_at(start: datetime, lead: timedelta) -> datetime:
    """When the reminder `lead` before `start` goes out.

    Inside 21:00 to 07:00 it moves to 20:00 of the evening before. From 23 tháng Chạp
    to mùng 7 Tết nobody is reminded of what comes after the holiday: it moves to 20:00
    of the evening before those days.
    """
    moment = evening_before(start - lead)
    if not in_tet_holiday(moment) or in_tet_holiday(start):
        return moment
    day = local_day(moment)
    while in_tet_holiday(day):
        day -= timedelta(days=1)
    return datetime.combine(day, EVENING, VIETNAM)


def latest_lead(
    *, start: datetime, leads: Iterable[timedelta], now: datetime
) -> timedelta | None:
    """The one lead whose reminder is due at `now`, or None.

    When several are due only the one nearest to the start counts, and none goes out
    later than half its lead before the start.
    """
    due = [lead for lead in leads if send_at(start, lead) <= now]
    lead = min(due, default=None)
    if lead is None or now > start - lead / 2:
        return None
    return lead


def due_lead(
    *,
    start: datetime,
    registered_at: datetime,
    leads: Iterable[timedelta],
    now: datetime,
) -> timedelta | None:
    """`latest_lead` for one person, who must have known of the event by then.

    Who registers at or after the reminder time has just been told and gets none.
    `registered_at` is the last moment the person was told of the start: for a person
    who moved up from the waiting list the promotion, after a move of the event the
    change letter, so that past reminders are not sent again.
    """
    lead = latest_lead(start=start, leads=leads, now=now)
    if lead is None or registered_at >= send_at(start, lead):
        return None
    return lead


def key(prefix: str, id: int, lead: timedelta, start: datetime) -> str:
    """The dedupe key: what, whom, which lead in minutes, which start to the minute."""
    return f"{_stem(prefix, id, lead)}{_minute(start)}"


def reminded(
    prefix: str, *, lead: timedelta, start: datetime, id: str = "pk"
) -> Exists:
    """Whether a row's reminder was written for a start less than 30 minutes away.

    The SQL side of `key`, to `exclude` by; `id` names the row's own field. Suppressed
    letters count too: what was dropped once is not written again.
    """
    return reminded_between(prefix, *ends(lead, start), id=id)


def ends(lead: timedelta, start: datetime) -> tuple[str, str]:
    """What keys of starts less than 30 minutes away lie between, after row and id."""
    return (
        f":{_minutes(lead)}:{_minute(start - SAME_START)}",
        f":{_minutes(lead)}:{_minute(start + SAME_START)}",
    )


def reminded_between(prefix: str, after: str, before: str, *, id: str = "pk") -> Exists:
    """`reminded` by the `ends` of its range, for statements that are prepared."""

    def bound(end: str) -> Concat:
        row = Cast(OuterRef(id), TextField())
        return Concat(Value(f"{prefix}:"), row, Value(end), output_field=TextField())

    # Keys of one row and lead differ in the twelve digits of the start only, so they
    # sort by time and the unique index answers this as a range.
    return Exists(
        Letter.objects.filter(dedupe_key__gt=bound(after), dedupe_key__lt=bound(before))
    )


def is_same_start(one: datetime, other: datetime) -> bool:
    """Whether people who were reminded of `one` need no reminder of `other`."""
    return abs(_to_minute(one) - _to_minute(other)) < SAME_START


def queue_due(now: datetime) -> int:
    """Write every due reminder of every source; returns how many were new.

    One sweep at a time, because the rule about small moves looks at the letters of
    the sweep before; a second one leaves at once. A source that fails is logged and
    does not keep the others from their letters.
    """
    with hold(SWEEP) as held:
        if not held:
            return 0
        return sum(
            _queue_source(name, source, now) for name, source in registry.items()
        )


def _queue_source(name: str, source: ReminderSource, now: datetime) -> int:
    new = 0
    try:
        for chunk in _chunks(source.due(now)):
            new += queue_many(chunk, now=now)
    except Exception:
        logger.exception("reminders of %s", name)
    return new


def _chunks(drafts: Iterable[Draft]) -> Iterator[Sequence[Draft]]:
    each = iter(drafts)
    while chunk := list(islice(each, CHUNK)):
        yield chunk


def _stem(prefix: str, id: int, lead: timedelta) -> str:
    return f"{prefix}:{id}:{_minutes(lead)}:"


def _minutes(lead: timedelta) -> int:
    return lead // timedelta(minutes=1)


def _to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M")
