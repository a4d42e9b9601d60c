"""Who goes on to the next round: chosen from a fixed ranking, told to all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from content import pagecache
from contests.locks import Refused, guarded, lock_contest, refuse
from contests.models import Entry, RankingRun, Round, Shortlisted
from contests.ranking import runs
from contests.ranking.reading import inputs_of
from contests.ranking.reckoning import Row
from contests.refusals import StaffRefusal
from contests.rules import results_public
from members.models import User

State = Entry.State
AREA = "contests"


class Ties(models.TextChoices):
    """What happens to works that share the last place of the shortlist."""

    ALL = "all", _("all of them go on")
    NONE = "none", _("none of them goes on")


@dataclass(frozen=True)
class Cut:
    """One division: who goes on, and what the tie at the cut came to."""

    division: int
    chosen: list[int]
    # Equal works on both sides of the cut; empty where it falls between two places.
    tied: list[int]


def cut(rows: Sequence[Row], size: int, ties: str) -> list[Cut]:
    """The best `size` of each division that have a score, ties as asked."""
    by_division: dict[int, list[Row]] = {}
    for row in rows:
        if row.place is not None:
            by_division.setdefault(row.division, []).append(row)
    return [
        _cut(division, standing, size, ties)
        for division, standing in by_division.items()
    ]


def _cut(division: int, rows: Sequence[Row], size: int, ties: str) -> Cut:
    inside, outside = rows[:size], rows[size:]
    tied = []
    if inside and outside and inside[-1].place == outside[0].place:
        tied = [row.entry for row in rows if row.place == inside[-1].place]
    chosen = [row.entry for row in inside if row.entry not in tied]
    if ties == Ties.ALL:
        chosen += tied
    return Cut(division, chosen, tied)


def why_not_shortlist(round_: Round, *, now: dt.datetime) -> StaffRefusal | None:
    if round_.kind != Round.Kind.PRELIMINARY:
        return StaffRefusal.NOT_PRELIMINARY
    if results_public(round_.contest, now=now):
        return StaffRefusal.RESULTS_OUT
    if round_.announced_at:
        return StaffRefusal.ANNOUNCED
    return StaffRefusal.JUDGING_ON if now < round_.ends_at else None


def choose(
    *, run_id: int, size: int, ties: str, by: User | None, now: dt.datetime
) -> list[Cut]:
    """Put down who goes on, from this run. Nobody hears of it before `announce`.

    May be chosen anew until then; the same choice twice is the same list. Raises
    Refused(STALE) when scores have changed since the run.
    """
    run = RankingRun.objects.get(pk=run_id)
    with guarded():
        round_ = _locked(run.round_id)
        refuse(why_not_shortlist(round_, now=now))
        if not runs.is_current(run, inputs_of(round_)):
            raise Refused(StaffRefusal.STALE)
        cuts = cut(runs.outcome(run).rows, size, ties)
        chosen = {entry for one in cuts for entry in one.chosen}
        round_.shortlisted.exclude(entry__in=chosen).delete()
        rows = [Shortlisted(round=round_, entry_id=pk, run=run) for pk in chosen]
        Shortlisted.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["round", "entry"],
            update_fields=["run"],
        )
        _mark(round_, chosen)
    return cuts


def _mark(round_: Round, chosen: set[int]) -> None:
    """States follow; what has a prize already keeps it."""
    entries = Entry.objects.in_contest().filter(contest=round_.contest_id)
    list(entries.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    on = entries.filter(pk__in=chosen)
    on.filter(went_on=False).update(went_on=True)
    on.filter(state=State.SUBMITTED).update(state=State.SHORTLISTED)
    elsewhere = Shortlisted.objects.exclude(round=round_).values("entry")
    off = entries.exclude(pk__in=chosen).exclude(pk__in=elsewhere)
    off.filter(went_on=True).update(went_on=False)
    off.filter(state=State.SHORTLISTED).update(state=State.SUBMITTED)


def announce(*, round_id: int, by: User | None, now: dt.datetime) -> Round:
    """Tell everybody who goes on: pages at once, letters within the minute.

    Pressed twice, or by two people, it is announced once. Raises Refused and Busy.
    """
    with guarded():
        round_ = _locked(round_id)
        if round_.announced_at:
            return round_
        refuse(why_not_shortlist(round_, now=now))
        if not round_.shortlisted.exists():
            raise Refused(StaffRefusal.NO_SHORTLIST)
        round_.announced_at = now
        round_.save(update_fields=["announced_at"])
        contest = round_.contest
        contest.shortlist_at = contest.shortlist_at or now
        contest.save(update_fields=["shortlist_at"])
        pagecache.touch(AREA)
    return round_


def _locked(round_id: int) -> Round:
    contest_id = Round.objects.values_list("contest", flat=True).get(pk=round_id)
    contest = lock_contest(contest_id)
    round_ = Round.objects.get(pk=round_id)
    round_.contest = contest
    return round_
