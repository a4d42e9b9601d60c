"""What organisers decide: an entry out or in again, a prize, when it is told.

Everything stays back until the results are public: from that one moment on the page
shows the prizes, and each entrant gets one letter (`reminders.ResultLetters`).
"""

from __future__ import annotations

import datetime as dt

from contests import emails
from contests.locks import Refused, entry_locked, guarded, lock_contest, move, refuse
from contests.models import Award, Contest, Entry, Prize
from contests.refusals import StaffRefusal
from contests.rules import results_public
from members.models import User

State = Entry.State


def why_not_disqualify(entry: Entry) -> StaffRefusal | None:
    if State.DISQUALIFIED not in Entry.MOVES[State(entry.state)]:
        return StaffRefusal.NOT_IN_CONTEST
    return None


def why_not_award(entry: Entry, *, now: dt.datetime) -> StaffRefusal | None:
    """Prizes are given after the deadline and until the results are public.

    Afterwards only an appeal changes them (`appeals.answer`).
    """
    if entry.state not in Entry.IN_CONTEST:
        return StaffRefusal.NOT_IN_CONTEST
    if now < entry.contest.closes_at:
        return StaffRefusal.STILL_OPEN
    if results_public(entry.contest, now=now):
        return StaffRefusal.RESULTS_OUT
    return None


def why_not_results_at(
    contest: Contest, moment: dt.datetime | None, *, now: dt.datetime
) -> StaffRefusal | None:
    """Results come out once, after the last round, at a moment still ahead."""
    if results_public(contest, now=now):
        return StaffRefusal.RESULTS_OUT
    if moment is None:
        return None
    if moment < contest.closes_at:
        return StaffRefusal.RESULTS_EARLY
    if moment < now:
        return StaffRefusal.RESULTS_PAST
    if contest.rounds.filter(ends_at__gt=moment).exists():
        return StaffRefusal.JUDGING_ON
    if contest.vote_closes_at and moment < contest.vote_closes_at:
        return StaffRefusal.VOTE_ON
    return None


def disqualify(
    *, entry_id: int, reason: str, by: User | None, now: dt.datetime
) -> Entry:
    """Take an entry out of the contest; its owner reads why."""
    with entry_locked(entry_id) as entry:
        if entry.state == State.DISQUALIFIED:
            return entry
        refuse(why_not_disqualify(entry))
        entry.note = reason
        move(entry, State.DISQUALIFIED, note=reason)
        emails.disqualified(entry, now=now)
    return entry


def reinstate(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Let an entry that was taken out take part again; a mistake is put right."""
    with entry_locked(entry_id) as entry:
        if entry.state in {State.SUBMITTED, State.SHORTLISTED}:
            return entry
        if entry.state != State.DISQUALIFIED:
            raise Refused(StaffRefusal.NOT_IN_CONTEST)
        move(entry, _without_prize(entry), note="")
    return entry


def award(
    *, entry_id: int, title: str, by: User | None, now: dt.datetime, order: int = 0
) -> Entry:
    """Give an entry a prize, or take it away with an empty title.

    Of a tier that the contest knows there are only so many in each division. Nobody
    hears of it before the results are public. Raises Refused and Busy.
    """
    with entry_locked(entry_id) as entry:
        refuse(why_not_award(entry, now=now))
        give(entry, title, order=order)
    return entry


def give(entry: Entry, title: str, *, order: int = 0) -> None:
    """Write the prize of an entry that is locked; raises Refused when none is left."""
    if not title:
        Award.objects.filter(entry=entry).delete()
        if entry.state == State.AWARDED:
            move(entry, _without_prize(entry))
        return
    # Two people may give the last one at once: the tier is held until then.
    # Without its usual order, which would lock the contest's row along.
    tier = Prize.objects.filter(contest=entry.contest_id, title=title).order_by("pk")
    if prize := tier.select_for_update(no_key=True).first():
        given = Award.objects.filter(
            title=title,
            entry__contest=entry.contest_id,
            entry__division=entry.division,
            entry__state=State.AWARDED,
        )
        if given.exclude(entry=entry).count() >= prize.number:
            raise Refused(StaffRefusal.TIER_FULL)
        order = prize.order
    Award.objects.update_or_create(
        entry=entry, defaults={"title": title, "order": order}
    )
    if entry.state != State.AWARDED:
        move(entry, State.AWARDED)


def _without_prize(entry: Entry) -> State:
    """Where an entry in the contest stands that has no prize."""
    return State.SHORTLISTED if entry.went_on else State.SUBMITTED


def set_results_time(
    *, contest_id: int, moment: dt.datetime | None, by: User | None, now: dt.datetime
) -> Contest:
    """Say when page and letters come out; None keeps them back."""
    with guarded():
        contest = lock_contest(contest_id)
        if contest.results_at != moment:
            refuse(why_not_results_at(contest, moment, now=now))
            _set_moment(contest, moment)
    return contest


def release(*, contest_id: int, by: User | None, now: dt.datetime) -> Contest:
    """Let the results out now: page and letters together.

    Pressed twice or by two people it is one release: the moment stays the first.
    """
    with guarded():
        contest = lock_contest(contest_id)
        if not results_public(contest, now=now):
            refuse(why_not_results_at(contest, now, now=now))
            _set_moment(contest, now)
    return contest


def _set_moment(contest: Contest, moment: dt.datetime | None) -> None:
    contest.results_at = moment
    contest.save(update_fields=["results_at", "updated_at"])
