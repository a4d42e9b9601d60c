"""What a judge may see and read, and when scores may be given."""

from __future__ import annotations

import datetime as dt

from contests.judging.conflicts import too_close
from contests.models import Entry, JudgeAssignment
from contests.refusals import ScoreRefusal
from members import permissions
from members.models import User


def is_judge(user: User) -> bool:
    return user.is_authenticated and permissions.may(user, "contests.judge")


def may_see_assignment(
    assignment: JudgeAssignment, user: User, *, now: dt.datetime
) -> bool:
    """The judge of it, with a judge's role today, once entries are locked."""
    return (
        assignment.judge_id == user.pk
        and is_judge(user)
        and now >= assignment.round.contest.closes_at
    )


def may_read_blind(
    assignment: JudgeAssignment, user: User, *, now: dt.datetime
) -> bool:
    """Whether the judge may read texts and files: no conflict, still in the contest."""
    if not may_see_assignment(assignment, user, now=now):
        return False
    closed = assignment.aside in JudgeAssignment.CLOSED
    if closed or assignment.entry.state not in Entry.IN_CONTEST:
        return False
    return not too_close(user, assignment.entry)


def why_not_score(
    assignment: JudgeAssignment, *, now: dt.datetime
) -> ScoreRefusal | None:
    """Inside the round's `[starts_at, ends_at)`; asked on the page and in the lock."""
    if assignment.aside in JudgeAssignment.CLOSED:
        return ScoreRefusal.CONFLICT
    if assignment.entry.state not in Entry.IN_CONTEST:
        return ScoreRefusal.GONE
    if now < assignment.round.starts_at:
        return ScoreRefusal.NOT_YET
    if now >= assignment.round.ends_at:
        return ScoreRefusal.OVER
    if too_close(assignment.judge, assignment.entry):
        return ScoreRefusal.TOO_CLOSE
    if assignment.round.others_seen and assignment.scored_at:
        return ScoreRefusal.FINAL
    return None


def may_see_others(
    assignment: JudgeAssignment, user: User, *, now: dt.datetime
) -> bool:
    """What others gave, only after one's own and only where the round says so."""
    return (
        assignment.round.others_seen
        and assignment.scored_at is not None
        and may_read_blind(assignment, user, now=now)
    )
