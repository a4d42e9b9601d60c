"""Which works everybody sees, and in which order.

Only works whose authors all agreed that their name is public (rule 9) are in the
gallery, and only those can be voted for: a work cannot be shown without telling of
the child behind it. Asked anew for each page, so that a consent that is withdrawn
hides the work at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from contests import pictures
from contests.models import Author, Contest, Entry
from contests.pictures import Shown
from contests.querysets import EntryQuerySet
from contests.rules import consent_about, results_public
from contests.voting.rules import vote_open
from members.models import Consent
from members.rules import publishable
from vietnam.dates import local_day

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Work:
    """One work as its card and its page show it; `votes` only once they are public."""

    entry: Entry
    authors: list[Author]
    picture: Shown | None
    votes: int | None = None

    @property
    def key(self) -> str:
        """For addresses."""
        return str(self.entry.pk)


def candidates(contest: Contest) -> EntryQuerySet:
    """What is in the contest; only what went on where that was told before the vote."""
    rows = Entry.objects.in_contest().filter(contest=contest)
    told, opens = contest.shortlist_at, contest.vote_opens_at
    return rows.filter(went_on=True) if told and opens and told <= opens else rows


def shown_ids(
    contest: Contest, *, now: dt.datetime, among: Collection[int] | None = None
) -> set[int]:
    """The ids of those candidates that may be shown, in two queries."""
    authors = Author.objects.filter(entry__in=candidates(contest).order_by())
    if among is not None:
        authors = authors.filter(entry__in=among)
    rows = list(
        authors.select_related("person")
        .order_by()
        .only("entry_id", "person__birth_date", "person__birth_year")
    )
    agreed = publishable(
        {author.person for author in rows},
        Consent.Purpose.PUBLISH_NAME,
        on=local_day(now),
        about=consent_about(contest),
    )
    silent = {author.entry_id for author in rows if author.person_id not in agreed}
    return {author.entry_id for author in rows} - silent


def order(contest: Contest, ids: Collection[int], *, now: dt.datetime) -> list[int]:
    """While people vote: another order each hour, the same for everybody within it.

    So no work stands on top for longer than others, and a page can still be kept.
    Otherwise by prize and title.
    """
    if vote_open(contest, now=now):
        return sorted(ids, key=lambda pk: _lot(contest, pk, now))
    rows = Entry.objects.filter(pk__in=ids)
    if results_public(contest, now=now):
        rows = rows.order_by("division__order", "award__order", "title", "pk")
    else:
        rows = rows.order_by("division__order", "title", "pk")
    return list(rows.values_list("pk", flat=True))


def next_order(now: dt.datetime) -> dt.datetime:
    """When the works change places."""
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def works(
    ids: list[int],
    contest: Contest,
    *,
    now: dt.datetime,
    votes: dict[int, int] | None = None,
) -> list[Work]:
    """These works in this order, with what may be told of them."""
    rows = (
        Entry.objects.filter(pk__in=ids)
        .select_related("division", "award")
        .prefetch_related("authors__person", "files")
        .in_bulk()
    )
    entries = [rows[pk] for pk in ids if pk in rows]
    for entry in entries:
        entry.contest = contest
    seen = pictures.pictures_of(entries, now=now)
    return [
        Work(
            entry=entry,
            authors=list(entry.authors.all()),
            picture=seen.get(entry.pk),
            votes=None if votes is None else votes.get(entry.pk),
        )
        for entry in entries
    ]


def _lot(contest: Contest, pk: int, now: dt.datetime) -> bytes:
    text = f"{contest.pk}:{now:%Y%m%d%H}:{pk}"
    return hashlib.sha256(text.encode()).digest()
