"""Counting after the end; what of the count everybody may read."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q

from contests.locks import guarded, lock_contest, refuse
from contests.models import Ballot, Contest, Pick, VoteCount
from contests.refusals import StaffRefusal
from contests.rules import results_public
from contests.voting import gallery
from contests.voting.rules import vote_over
from members.models import User

COUNTS = Q(ballot__aside=None) | Q(ballot__aside__ended_at__isnull=False)


def latest(contest: Contest) -> VoteCount | None:
    return VoteCount.objects.filter(contest=contest).select_related("made_by").first()


def why_not_count(contest: Contest, *, now: dt.datetime) -> StaffRefusal | None:
    """Nobody, organisers included, reads votes while people vote.

    What was published is not counted again: only what was never counted.
    """
    if not contest.has_vote:
        return StaffRefusal.NO_VOTE
    if not vote_over(contest, now=now):
        return StaffRefusal.VOTE_ON
    if results_public(contest, now=now) and contest.counts.exists():
        return StaffRefusal.RESULTS_OUT
    return None


def count(*, contest_id: int, by: User | None, now: dt.datetime) -> VoteCount:
    """Count the ballots and keep the count. The same as the last one is that one."""
    with guarded():
        contest = lock_contest(contest_id)
        refuse(why_not_count(contest, now=now))
        rows = tally(contest, now=now)
        cast = Ballot.objects.filter(contest=contest, picks__isnull=False).distinct()
        ballots = cast.counting().count()
        aside = cast.count() - ballots
        before = contest.counts.first()
        if before and [before.rows, before.ballots, before.aside] == [
            rows,
            ballots,
            aside,
        ]:
            return before
        return VoteCount.objects.create(
            contest=contest,
            rows=rows,
            ballots=ballots,
            aside=aside,
            made_at=now,
            made_by=by,
        )


def tally(contest: Contest, *, now: dt.datetime) -> list[list[int | None]]:
    """A line for each candidate: id, votes, votes aside; no votes for a hidden one."""
    shown = gallery.shown_ids(contest, now=now)
    rows = (
        Pick.objects.filter(ballot__contest=contest)
        .order_by()
        .values("entry")
        .annotate(good=Count("pk", filter=COUNTS), every=Count("pk"))
        .values_list("entry", "good", "every")
    )
    found = {entry: [good, every - good] for entry, good, every in rows}
    ids = gallery.candidates(contest).order_by("pk").values_list("pk", flat=True)
    return [
        [pk, *(found.get(pk, [0, 0]) if pk in shown else [None, None])] for pk in ids
    ]


def votes_of(count: VoteCount) -> dict[int, int | None]:
    """By entry; None for a work that nobody could vote for."""
    return {entry: good for entry, good, _aside in count.rows}


def public_votes(contest: Contest, *, now: dt.datetime) -> dict[int, int] | None:
    """What may be read with the results; None before, or without a count.

    Works that are hidden by now are left out by whoever shows them.
    """
    if not contest.has_vote or not results_public(contest, now=now):
        return None
    counted = contest.counts.first()
    if counted is None:
        return None
    return {pk: good for pk, good in votes_of(counted).items() if good is not None}
