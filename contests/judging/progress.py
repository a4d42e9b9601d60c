"""Where the judging of a round stands: per judge, and what needs somebody's eye."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

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
    found = standing_of(round_)
    aside = JudgeAssignment.objects.filter(round=round_).exclude(aside="")
    users = _users(set(found.loads), on)
    named = found.apart[:NAMED]
    far = Entry.objects.only("code", "title").in_bulk(named)
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
