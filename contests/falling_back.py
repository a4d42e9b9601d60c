"""What becomes of an entry that lacks something again. Inside its lock."""

from __future__ import annotations

import datetime as dt

from contests import emails, rules
from contests.locks import move
from contests.models import Entry

State = Entry.State


def settle(entry: Entry, *, now: dt.datetime) -> None:
    """A submitted entry that lacks something is a draft again; the page says so.

    A new file that the scanner still holds is no reason: nobody could mend it.
    """
    if entry.state != State.SUBMITTED:
        return
    fresh = Entry.objects.for_page().get(pk=entry.pk)
    lacks = {one.lack for one in rules.missing(fresh, now=now)}
    if lacks - {rules.Lack.FILE_CHECKING}:
        move(entry, State.DRAFT, submitted_at=None)


def fall_out(entry: Entry, why: emails.Why, *, now: dt.datetime) -> None:
    if entry.state not in Entry.IN_CONTEST:
        return
    if entry.state == State.SUBMITTED and now < entry.contest.closes_at:
        move(entry, State.DRAFT, submitted_at=None)
    else:
        move(entry, State.WITHDRAWN)
    emails.fell_out(entry, why, now=now)
