"""The phases of a contest as a timeline: what is on, what comes, how many days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from contests.models import Contest, Round
from vietnam.dates import local_day


@dataclass(frozen=True)
class Phase:
    """`[starts, ends)`; a moment (the results) has no end. `state` is what
    components/state.html takes: closed, open, soon.
    """

    name: str
    starts: dt.datetime
    ends: dt.datetime | None
    state: str
    # Days until it ends (open) or begins (soon); None when it is over.
    days: int | None


def phases(
    contest: Contest, rounds: Iterable[Round], *, now: dt.datetime
) -> list[Phase]:
    return [
        _phase(name, starts, ends, now) for name, starts, ends in _all(contest, rounds)
    ]


def _all(
    contest: Contest, rounds: Iterable[Round]
) -> Iterator[tuple[str, dt.datetime, dt.datetime | None]]:
    yield _("Handing in entries"), contest.opens_at, contest.closes_at
    for round_ in rounds:
        yield round_.name, round_.starts_at, round_.ends_at
    if contest.has_vote:
        yield _("Public vote"), contest.vote_opens_at, contest.vote_closes_at
    if contest.results_at:
        yield _("Results"), contest.results_at, None
    if contest.appeals_until:
        yield _("Appeals"), contest.results_at, contest.appeals_until


def _phase(
    name: str, starts: dt.datetime, ends: dt.datetime | None, now: dt.datetime
) -> Phase:
    if now < starts:
        return Phase(name, starts, ends, "soon", _days(starts, now))
    if ends is None or now >= ends:
        return Phase(name, starts, ends, "closed", None)
    return Phase(name, starts, ends, "open", _days(ends, now))


def _days(until: dt.datetime, now: dt.datetime) -> int:
    """Whole days in Việt Nam until that day; 0 is today."""
    return (local_day(until) - local_day(now)).days
