"""How a contest stands: entries by division and state, and what is still missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from contests.models import Author, Contest, Division, Entry, EntryFile, SignedForm
from vietnam.dates import local_day

State = Entry.State


@dataclass(frozen=True)
class Line:
    """One division; None stands for entries that have not chosen one."""

    division: Division | None
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Missing:
    """How many entries lack something; `key` is the filter of the entries' list."""

    key: str
    count: int


@dataclass(frozen=True)
class Figures:
    lines: list[Line]
    totals: list[int]
    missing: list[Missing]
    forms: int

    @property
    def total(self) -> int:
        return sum(self.totals)


def of(contest: Contest, *, now: dt.datetime) -> Figures:
    """Five queries, however many entries."""
    lines = _lines(contest)
    return Figures(
        lines=lines,
        totals=[
            sum(column) for column in zip(*(one.counts for one in lines), strict=True)
        ],
        missing=_missing(contest, local_day(now)),
        forms=contest.signed_forms.filter(state=SignedForm.State.WAITING).count(),
    )


def _lines(contest: Contest) -> list[Line]:
    rows = contest.entries.order_by().values("division", "state")
    counts = {
        (row["division"], row["state"]): row["number"]
        for row in rows.annotate(number=Count("pk"))
    }
    divisions: list[Division | None] = list(contest.divisions.all())
    if not divisions or any(division is None for division, _state in counts):
        divisions.append(None)
    return [
        Line(
            division=division,
            counts=[
                counts.get((division and division.pk, state), 0) for state in State
            ],
        )
        for division in divisions
    ]


def _missing(contest: Contest, on: dt.date) -> list[Missing]:
    """Of what could still be handed in or is."""
    entries = contest.entries.filter(state__in=[State.DRAFT, State.SUBMITTED])
    texts = Q(title="") | Q(summary="") | Q(division__isnull=True)
    authors = Exists(Author.objects.filter(entry=OuterRef("pk")))
    files = Exists(EntryFile.objects.filter(entry=OuterRef("pk")))
    counts = entries.aggregate(
        texts=Count("pk", filter=texts),
        authors=Count("pk", filter=~authors),
        files=Count("pk", filter=~files),
    )
    counts["guardian"] = entries.without_guardian(on).count()
    order = ("texts", "authors", "guardian", "files")
    return [Missing(key, counts[key]) for key in order]
