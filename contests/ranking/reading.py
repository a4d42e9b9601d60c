"""What goes into a ranking, read from the database in three queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef

from contests.models import Criterion, Entry, JudgeAssignment, Round, Shortlisted
from contests.ranking.marks import HUNDREDTHS, Sheet
from contests.ranking.marks import Criterion as Counted
from contests.ranking.reckoning import Inputs
from contests.voting import weighing


@dataclass(frozen=True)
class Task:
    """One entry of one judge: where it stands, beside what was written down."""

    entry: int
    judge: int
    aside: str
    counts: bool
    scored_at: dt.datetime | None


@dataclass(frozen=True)
class Reading:
    """`inputs` is all that places depend on; the rest is for people."""

    inputs: Inputs
    # By id, with division and award; `goes_on` says whether it is on the shortlist.
    entries: dict[int, Entry]
    tasks: list[Task]


def inputs_of(round_: Round, *, entry: int | None = None) -> Inputs:
    """As it stands now; with `entry`, of that one alone."""
    return reading_of(round_, entry=entry).inputs


def reading_of(round_: Round, *, entry: int | None = None) -> Reading:
    """Entries in the round, criteria, and every judge's sheet.

    A round that was loaded `with_counted` criteria saves a query.
    """
    criteria = _criteria(round_)
    entries = {one.pk: one for one in _entries(round_, entry)}
    sheets, tasks = _sheets(round_, criteria, entries, entry)
    inputs = Inputs(
        ranked_by=round_.ranked_by,
        rubric=round_.rubric,
        criteria=criteria,
        entries=tuple((one.pk, one.division_id) for one in entries.values()),
        sheets=sheets,
        vote=weighing.vote_in(round_, list(entries)) if entry is None else None,
    )
    return Reading(inputs, entries, tasks)


def _criteria(round_: Round) -> tuple[Counted, ...]:
    if hasattr(round_, "counted"):
        return tuple(Counted(**one) for one in round_.counted)
    rows = Criterion.objects.filter(round=round_)
    return tuple(Counted(*one) for one in rows.values_list("pk", "weight", "maximum"))


def _entries(round_: Round, entry: int | None):
    on = Shortlisted.objects.filter(round=round_, entry=OuterRef("pk"))
    rows = (
        Entry.objects.judged_in(round_)
        .select_related("division", "award")
        .defer("summary", "note")
        .annotate(goes_on=Exists(on))
        .order_by("division__order", "division_id", "pk")
    )
    return rows if entry is None else rows.filter(pk=entry)


def _sheets(
    round_: Round,
    criteria: tuple[Counted, ...],
    entries: dict[int, Entry],
    entry: int | None,
) -> tuple[tuple[Sheet, ...], list[Task]]:
    """Assignments and scores in one go, put together by assignment."""
    rows = JudgeAssignment.objects.filter(round=round_).order_by("entry", "pk")
    if entry is not None:
        rows = rows.filter(entry=entry)
    place = {one.pk: number for number, one in enumerate(criteria)}
    blank = [None] * len(criteria)
    tasks: dict[int, Task] = {}
    written: dict[int, list[int | None]] = {}
    for (
        pk,
        of_entry,
        judge,
        aside,
        admitted,
        scored_at,
        criterion,
        value,
    ) in rows.values_list(
        "pk",
        "entry",
        "judge",
        "aside",
        "admitted_at",
        "scored_at",
        "scores__criterion",
        "scores__value",
    ):
        if of_entry not in entries:
            continue
        if pk not in tasks:
            counts = not aside or admitted is not None
            tasks[pk] = Task(of_entry, judge, aside, counts, scored_at)
            written[pk] = blank.copy()
        if criterion in place:
            written[pk][place[criterion]] = _hundredths(value)
    sheets = tuple(
        Sheet(task.entry, task.judge, task.counts, tuple(written[pk]))
        for pk, task in tasks.items()
    )
    return sheets, list(tasks.values())


def _hundredths(value: Decimal) -> int:
    return int(value * HUNDREDTHS)
