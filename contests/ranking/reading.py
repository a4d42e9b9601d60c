"""What goes into a ranking, read from the database in three queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import xor

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, IntegerField, OuterRef
from django.db.models.functions import Cast

from content.marks import Told
from contests.models import Criterion, Entry, JudgeAssignment, Round, Shortlisted
from contests.ranking.marks import HUNDREDTHS, Sheet
from contests.ranking.marks import Criterion as Counted
from contests.ranking.reckoning import Inputs
from contests.voting import weighing

WORK = Told("pk", "division", "division__order", "division__name")
"""The mark of a work: what a standing depends on, of itself and its division."""


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
    # Number and mark of the works, then of the sheets, as they were when read.
    marks: tuple[int, int | None, int, int | None]


def inputs_of(round_: Round, *, entry: int | None = None) -> Inputs:
    """As it stands now; with `entry`, of that one alone."""
    return reading_of(round_, entry=entry).inputs


def reading_of(round_: Round, *, entry: int | None = None) -> Reading:
    """Entries in the round, criteria, and every judge's sheet.

    A round that was loaded `with_counted` criteria saves a query.
    """
    criteria = _criteria(round_)
    entries = {one.pk: one for one in _entries(round_, entry)}
    sheets, tasks, marks = _sheets(round_, criteria, entries, entry)
    inputs = Inputs(
        ranked_by=round_.ranked_by,
        rubric=round_.rubric,
        criteria=criteria,
        entries=tuple((one.pk, one.division_id) for one in entries.values()),
        sheets=sheets,
        vote=weighing.vote_in(round_, list(entries)) if entry is None else None,
    )
    told = [one.told for one in entries.values()]
    return Reading(inputs, entries, tasks, (*together(told), *together(marks)))


def together(marks: list[int]) -> tuple[int, int | None]:
    """As count(*) and bit_xor() say it of the same rows."""
    return len(marks), reduce(xor, marks) if marks else None


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
        .annotate(goes_on=Exists(on), told=WORK)
        .order_by("division__order", "division_id", "pk")
    )
    return rows if entry is None else rows.filter(pk=entry)


def _sheets(
    round_: Round,
    criteria: tuple[Counted, ...],
    entries: dict[int, Entry],
    entry: int | None,
) -> tuple[tuple[Sheet, ...], list[Task], list[int]]:
    """Assignments and scores in one go, put together by assignment, and their marks."""
    rows = JudgeAssignment.objects.filter(round=round_).order_by("entry", "pk")
    if entry is not None:
        rows = rows.filter(entry=entry)
    place = {one.pk: number for number, one in enumerate(criteria)}
    blank = [None] * len(criteria)
    tasks: list[Task] = []
    sheets: list[Sheet] = []
    marks: list[int] = []
    # One row a sheet; both lists come in the same order, because one scan fills them.
    hundredths = Cast(F("scores__value") * HUNDREDTHS, IntegerField())
    rows = rows.annotate(
        criteria=ArrayAgg("scores__criterion"), values=ArrayAgg(hundredths)
    )
    facts = ("entry", "judge", "aside", "admitted_at", "scored_at")
    columns = ("mark", *facts, "criteria", "values")
    for mark, of_entry, judge, aside, admitted, scored_at, *both in rows.values_list(
        *columns
    ):
        marks.append(mark)
        if of_entry not in entries:
            continue
        counts = not aside or admitted is not None
        written = blank.copy()
        for criterion, value in zip(*both, strict=True):
            if criterion in place:
                written[place[criterion]] = value
        tasks.append(Task(of_entry, judge, aside, counts, scored_at))
        sheets.append(Sheet(of_entry, judge, counts, tuple(written)))
    return tuple(sheets), tasks, marks
