"""Where the judging of a round stands: per judge, and what needs somebody's eye."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from contests.models import Division, Entry, JudgeAssignment, Round
from contests.ranking import apart
from contests.ranking.reading import Task, reading_of
from contests.ranking.reckoning import reckon
from members.models import Assignment, Role, User

MOST = 200


@dataclass
class Line:
    """One judge: what is theirs, scored, set aside; and when they last wrote."""

    judge: User
    given: int = 0
    scored: int = 0
    aside: int = 0
    last: dt.datetime | None = None

    @property
    def open(self) -> int:
        return self.given - self.scored


@dataclass(frozen=True)
class Progress:
    lines: list[Line]
    # Everybody with a judge's role today: who may be given something.
    judges: list[User]
    divisions: list[Division]
    entries: int
    lacking: int
    # Works whose judges are far apart and that need one more reading.
    apart: list[Entry]
    # Conflicts that judges disclosed or declared; those to decide on first.
    aside: list[JudgeAssignment]

    @property
    def scored(self) -> int:
        return sum(line.scored for line in self.lines)

    @property
    def given(self) -> int:
        return sum(line.given for line in self.lines)


def of_round(round_: Round, *, on: dt.date) -> Progress:
    """A handful of queries, however many entries and judges."""
    reading = reading_of(round_)
    outcome = reckon(reading.inputs)
    aside = JudgeAssignment.objects.filter(round=round_).exclude(aside="")
    users = _users({task.judge for task in reading.tasks}, on)
    return Progress(
        lines=_lines(reading.tasks, users),
        judges=[user for user in users if user.is_a_judge],
        divisions=_divisions(reading.entries.values()),
        entries=len(outcome.rows),
        lacking=sum(row.assigned < round_.quorum for row in outcome.rows),
        apart=[reading.entries[pk] for pk in apart.among(outcome, round_)],
        aside=list(
            aside.select_related("judge__person", "entry").order_by(
                F("admitted_at").asc(nulls_first=True), "-aside", "pk"
            )[:MOST]
        ),
    )


def _users(at_work: set[int], on: dt.date) -> list[User]:
    """By name; `is_a_judge` says whether the role holds today."""
    roles = Assignment.objects.current(on).filter(role=Role.JUDGE, user=OuterRef("pk"))
    rows = User.objects.annotate(is_a_judge=Exists(roles))
    rows = rows.filter(Q(is_a_judge=True, is_active=True) | Q(pk__in=at_work))
    return list(
        rows.select_related("person__unit").order_by("person__sort_key", "email")
    )


def _lines(tasks: Iterable[Task], users: Iterable[User]) -> list[Line]:
    lines = {user.pk: Line(user) for user in users}
    for task in tasks:
        line = lines[task.judge]
        if not task.counts:
            line.aside += 1
            continue
        line.given += 1
        if task.scored_at:
            line.scored += 1
            line.last = max(filter(None, [line.last, task.scored_at]))
    return [line for line in lines.values() if line.given or line.aside]


def _divisions(entries: Iterable[Entry]) -> list[Division]:
    return list({entry.division_id: entry.division for entry in entries}.values())
