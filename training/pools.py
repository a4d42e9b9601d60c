"""Which places of a session are free, and for whom.

The places kept for a unit belong to it and to all units below it; all others belong
to everyone. Kept places are added up, also where one unit lies below another: four for
a commune and ten for the district above it are fourteen.

A person's chain is the list of places they may take: those kept for their own unit,
then those of the units above it, nearest first, and last the places for everyone. A
quota that is `at_most` ends the chain. The nearest is the rarest: whoever may take it
may take all the others behind it too, and not the other way round. So taking the
nearest first fills the most places, and nobody has to be moved to let somebody in as
long as no one sits further back in their chain than they must (`seats.rebalance`).

Once released a quota keeps nothing; whoever sits on its places stays there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from typing import Any

from django.db.models import QuerySet

from content.prepared import among, hold, prepared
from training import statements
from training.models import Registration, TrainingSession, UnitQuota

OPEN = 0
"""A place for everyone; the others are named by the keys of their quotas."""

Path = Sequence[int]
"""A unit and those above it, nearest first; empty for somebody of no unit."""


class Pools:
    """The free places of one session at one moment; taking one counts it down.

    `left` free places in all, `free` the unused kept ones by quota, `shut` those that
    are not to be had. Where more are
    kept than are left, because the quota came late, those of the units come first.
    """

    def __init__(
        self,
        session: TrainingSession,
        quotas: Iterable[UnitQuota] = (),
        *,
        now: dt.datetime,
    ) -> None:
        self.capacity = session.capacity
        self.left = session.places_left
        self.shut: Collection[int] = frozenset()
        self.by_unit = {}
        for quota in quotas:
            quota.session = session
            if not quota.is_released(now):
                self.by_unit[quota.unit_id] = quota
        self.free = {quota.pk: quota.seats_left for quota in self.by_unit.values()}

    @property
    def open_left(self) -> int:
        """Free places for everyone."""
        return max(0, self.left - sum(self.free.values()))

    @property
    def kept(self) -> int:
        """Places that are kept for units, taken or not."""
        return sum(quota.seats for quota in self.by_unit.values())

    def chain(self, path: Path) -> list[int]:
        """The places that people of a unit may take, in the order they are taken."""
        found = []
        for unit_id in path:
            if quota := self.by_unit.get(unit_id):
                found.append(quota.pk)
                if quota.at_most:
                    return found
        return [*found, OPEN]

    def has_room(self, pool: int) -> bool:
        if pool in self.shut:
            return False
        if pool == OPEN:
            return self.open_left > 0
        return self.left > 0 and self.free[pool] > 0

    def room_for(self, path: Path) -> int | None:
        """The first place of the chain that is free, or None."""
        return next((pool for pool in self.chain(path) if self.has_room(pool)), None)

    def take(self, pool: int) -> None:
        self.left -= 1
        if pool != OPEN:
            self.free[pool] -= 1

    def seat(self, paths: Iterable[Path]) -> list[int | None]:
        """Take a place for each in turn; None for whom there is none."""
        found = []
        for path in paths:
            pool = self.room_for(path)
            if pool is not None:
                self.take(pool)
            found.append(pool)
        return found

    def copy(self, **changes: Any) -> Pools:
        other = copy(self)
        other.free = dict(self.free)
        vars(other).update(changes)
        return other

    def could_ever_seat(self, paths: Sequence[Path]) -> bool:
        """Whether these people would fit if nobody else had come."""
        free = {quota.pk: quota.seats for quota in self.by_unit.values()}
        empty = self.copy(left=self.capacity, free=free, shut=frozenset())
        return None not in empty.seat(paths)


def read(session: TrainingSession, *, now: dt.datetime) -> Pools:
    """The pools as anybody may look at them, without a lock."""
    return Pools(session, session.quotas.all() if session.has_quotas else (), now=now)


def prefetch(sessions: Iterable[TrainingSession]) -> None:
    """For lists: the quotas of all sessions that have any in one query."""
    keeping = [session for session in sessions if session.has_quotas]
    if not keeping:
        return
    found = defaultdict(list)
    for quota in _of([session.pk for session in keeping]):
        found[quota.session_id].append(quota)
    for session in keeping:
        hold(session, "quotas", found[session.pk])


@prepared
def _of(sessions: list[int]) -> QuerySet:
    return UnitQuota.objects.filter(among("session_id", sessions)).order_by("id")


def open_left(session: TrainingSession, *, now: dt.datetime) -> int:
    """Free places that nobody is kept from; a line that waits for them aside."""
    return read(session, now=now).open_left


def for_newcomers(session: TrainingSession, pools: Pools) -> Pools:
    """What the line leaves over for those who come now.

    Never a place that somebody in line could take: it is on its way to them, held for
    the morning or saved up for people who come together.
    """
    shut = frozenset()
    if session.line_length and pools.left > 0:
        shut = _wanted_by_the_line(session, pools) if pools.by_unit else {OPEN}
    return pools.copy(shut=shut)


def free_place(
    session: TrainingSession,
    unit_id: int | None,
    *,
    now: dt.datetime,
    pools: Pools | None = None,
) -> int | None:
    """The place that a newcomer of the unit would get now, or None."""
    pools = for_newcomers(session, pools or read(session, now=now))
    return pools.room_for(path_of(unit_id) if pools.by_unit else ())


def places_for(
    session: TrainingSession, unit_ids: Sequence[int | None], *, now: dt.datetime
) -> list[int | None]:
    """What newcomers of these units get who come one after the other."""
    free = for_newcomers(session, read(session, now=now))
    paths = statements.paths_of(unit_ids if free.by_unit else ())
    return free.seat(paths.get(unit_id, ()) for unit_id in unit_ids)


def path_of(unit_id: int | None) -> Path:
    return statements.paths_of([unit_id])[unit_id] if unit_id else ()


def _wanted_by_the_line(session: TrainingSession, pools: Pools) -> set[int]:
    line = Registration.objects.filter(session=session).waiting()
    units = line.order_by().values_list("unit_id", flat=True).distinct()
    paths = statements.paths_of(units)
    return {pool for path in paths.values() for pool in pools.chain(path)}
