"""Where the judging of a round stands: per judge, and what needs somebody's eye."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from content.prepared import prepared
from contests.models import Division, Entry, JudgeAssignment, Round
from contests.ranking.now import Load, standing_of
from members.models import Assignment, Role, User

MOST = 200
NAMED = 40


@dataclass(frozen=True)
class Line:
    """One judge: what is theirs, scored, set aside; and when they last wrote."""

    judge: User
    load: Load

    @property
    def open(self) -> int:
        return self.load.given - self.load.scored


@dataclass(frozen=True)
class Progress:
    lines: list[Line]
    # Everybody with a judge's role today: who may be given something.
    judges: list[User]
    divisions: list[Division]
    entries: int
    lacking: int
    # Works whose judges are far apart and that need one more reading: the first of
    # them, and how many there are.
    apart: list[Entry]
    all_apart: int
    # Conflicts that judges disclosed or declared; those to decide on first.
    aside: list[JudgeAssignment]

    @property
    def scored(self) -> int:
        return sum(line.load.scored for line in self.lines)

    @property
    def given(self) -> int:
        return sum(line.load.given for line in self.lines)


def of_round(round_: Round, *, on: dt.date) -> Progress:
    """A handful of queries, however many entries and judges."""
    read: dict[int, Entry] = {}
    found = standing_of(round_, read=read)
    users = _users(round_.pk, on)
    named = found.apart[:NAMED]
    far = read or Entry.objects.only("code", "title").in_bulk(named)
    return Progress(
        lines=[
            Line(user, found.loads[user.pk]) for user in users if user.pk in found.loads
        ],
        judges=[user for user in users if user.is_a_judge],
        divisions=found.divisions,
        entries=len(found.outcome.rows),
        lacking=found.lacking,
        apart=[far[pk] for pk in named if pk in far],
        all_apart=len(found.apart),
        aside=list(_aside(round_.pk, limit=MOST)),
    )


@prepared
def _users(round_id: int, on: dt.date) -> QuerySet:
    """By name; `is_a_judge` says whether the role holds today."""
    roles = Assignment.objects.current(on).filter(role=Role.JUDGE, user=OuterRef("pk"))
    at_work = JudgeAssignment.objects.filter(round_id=round_id, judge=OuterRef("pk"))
    rows = User.objects.annotate(is_a_judge=Exists(roles))
    rows = rows.filter(Q(is_a_judge=True, is_active=True) | Exists(at_work))
    return rows.select_related("person__unit").order_by("person__sort_key", "email")


@prepared
def _aside(round_id: int) -> QuerySet:
    rows = JudgeAssignment.objects.filter(round_id=round_id).exclude(aside="")
    return rows.select_related("judge__person", "entry").order_by(
        F("admitted_at").asc(nulls_first=True), "-aside", "pk"
    )
