"""One entry at a time: the locks that every verb takes, always in one order.

The children whose consent counts, the contest (shared: its deadline must not move
meanwhile), the entry, the judge's assignment. READ COMMITTED; a wait of three seconds
ends as `Busy`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import TextChoices

from content import waiting
from contests import loading
from contests.models import Author, Contest, Entry, JudgeAssignment
from members.models import Person, User


class Busy(Exception):
    """Somebody else holds the row; asking again in a moment is right."""


class Refused(Exception):
    """A rule says no; `refusal` is its reason."""

    def __init__(self, refusal: TextChoices) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def refuse(refusal: TextChoices | None) -> None:
    if refusal:
        raise Refused(refusal)


@contextmanager
def guarded() -> Iterator[None]:
    with waiting.no_longer(Busy), transaction.atomic():
        yield


def share_contest(contest_id: int) -> Contest:
    """The contest, whose dates nobody moves until we are done; many may hold it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM contests_contest WHERE id = %s FOR SHARE", [contest_id]
        )
    if found := loading.contest_of(contest_id).first():
        return found
    raise Contest.DoesNotExist(f"no contest {contest_id}")


def share_contest_of(entry_id: int) -> None:
    """The same for the contest that the entry is in; none moves to another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM contests_contest WHERE id ="
            " (SELECT contest_id FROM contests_entry WHERE id = %s) FOR SHARE",
            [entry_id],
        )


def lock_account(user_id: int) -> None:
    """One account begins one entry at a time."""
    if not loading.held_account(user_id):
        raise User.DoesNotExist(f"no account {user_id}")


def lock_contest(contest_id: int) -> Contest:
    contests = Contest.objects.select_related("unit")
    return contests.select_for_update(no_key=True, of=("self",)).get(pk=contest_id)


def lock_entry(entry_id: int) -> Entry:
    """The entry's row, fresh and ours until the transaction ends."""
    return loading.lock(entry_id)


@contextmanager
def entry_locked(entry_id: int, *, with_children: bool = False) -> Iterator[Entry]:
    """The entry as it stands once it is ours; see the module for the order of locks."""
    with guarded():
        if with_children:
            _lock_children(entry_id)
        share_contest_of(entry_id)
        yield lock_entry(entry_id)


def _lock_children(entry_id: int) -> None:
    """Whoever withdraws a consent holds the child: so that we see it or they see us."""
    authors = Author.objects.filter(entry=entry_id).values("person")
    list(Person.objects.filter(pk__in=authors).order_by("pk").select_for_update())


@contextmanager
def assignment_locked(assignment_id: int) -> Iterator[JudgeAssignment]:
    """The entry first, so that it cannot be withdrawn meanwhile, then the row."""
    entry_id = JudgeAssignment.objects.values_list("entry_id", flat=True).get(
        pk=assignment_id
    )
    with entry_locked(entry_id) as entry:
        rows = JudgeAssignment.objects.select_related("round__contest", "judge__person")
        row = rows.select_for_update(no_key=True, of=("self",)).get(pk=assignment_id)
        row.entry = entry
        yield row


def move(entry: Entry, state: Entry.State, **changes: Any) -> None:
    if state not in Entry.MOVES[Entry.State(entry.state)]:
        raise ValueError(f"no way from {entry.state} to {state}")
    entry.state = state
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.save(update_fields=["state", *changes])


def touch(entry: Entry, now: dt.datetime, *fields: str) -> None:
    entry.saved_at = now
    entry.save(update_fields=["saved_at", *fields])
