"""Showing a contest to the public."""

from __future__ import annotations

import datetime as dt

from contests.locks import guarded, lock_contest, refuse
from contests.models import Contest, Round
from contests.refusals import StaffRefusal
from members.models import User

FULL_WEIGHT = 100


def why_not_publish(contest: Contest, *, now: dt.datetime) -> StaffRefusal | None:
    """A contest needs divisions, rounds after the deadline, and weights of 100."""
    if now >= contest.closes_at:
        return StaffRefusal.OVER
    if not contest.divisions.exists():
        return StaffRefusal.NO_DIVISION
    rounds = list(contest.rounds.prefetch_related("criteria"))
    if not rounds:
        return StaffRefusal.NO_ROUND
    if any(round_.starts_at < contest.closes_at for round_ in rounds):
        return StaffRefusal.ROUND_EARLY
    if any(weight_of(round_) != FULL_WEIGHT for round_ in rounds):
        return StaffRefusal.WEIGHTS
    return None


def weight_of(round_: Round) -> int:
    return sum(criterion.weight for criterion in round_.criteria.all())


def publish(*, contest_id: int, by: User | None, now: dt.datetime) -> Contest:
    """Show a draft to the public. Raises Refused where the rule says no."""
    with guarded():
        contest = lock_contest(contest_id)
        if contest.state != Contest.State.PUBLISHED:
            refuse(why_not_publish(contest, now=now))
            contest.state = Contest.State.PUBLISHED
            contest.save(update_fields=["state", "updated_at"])
    return contest
