"""What becomes of an entry that lacks something again. Inside its lock."""

from __future__ import annotations

import datetime as dt

from contests import emails, loading, rules, versions
from contests.locks import move
from contests.models import Entry
from members.models import User

State = Entry.State


def settle(entry: Entry, *, now: dt.datetime, by: User | None = None) -> None:
    """A submitted entry that lacks something is a draft again; the page says so.

    Not after the deadline, when a late file comes in and nothing else can be mended.
    What stays handed in is a new version, which is kept.
    """
    if entry.state != State.SUBMITTED:
        return
    fresh = loading.entry_at(entry.code)
    if now < entry.contest.closes_at and rules.missing(fresh, now=now):
        move(entry, State.DRAFT, submitted_at=None)
    else:
        versions.keep(fresh, by=by, now=now)


def fall_out(entry: Entry, why: emails.Why, *, now: dt.datetime) -> None:
    if entry.state not in Entry.IN_CONTEST:
        return
    if entry.state == State.SUBMITTED and now < entry.contest.closes_at:
        move(entry, State.DRAFT, submitted_at=None)
    else:
        move(entry, State.WITHDRAWN)
    emails.fell_out(entry, why, now=now)
