"""Who of the line is next for the free places.

One line for all, ordered by `behind` and then by place. Each free place goes to the
first who may take it; whoever may not (the place is kept for other units) is passed
over and keeps their place in line.

People of a list that comes together or not at all stand side by side and move as one.
While they do not all fit, the places that some of them could take are saved up for
them until sign-up closes, and those behind get only what none of them could take. From
the close on nothing is saved any more: whoever fits goes. A list that could not fit
into an empty session (its places were cut) holds nobody up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from training import statements
from training.models import Registration, TrainingSession
from training.pools import OPEN, Path, Pools

_Row = tuple[int, int | None, int | None, bool | None]


def who_is_next(
    session: TrainingSession, pools: Pools, *, now: dt.datetime
) -> dict[int, int]:
    """Sign-ups and the places they go to, in their order; counts `pools` down."""
    rows = Registration.objects.filter(session=session).waiting()
    rows = rows.values_list("pk", "unit_id", "group_id", "group__together")
    if not pools.by_unit:
        # The first few are enough, unless people come together.
        first = list(rows[: pools.left])
        if not any(together for *_, together in first):
            pools.left -= len(first)
            return {pk: OPEN for pk, *_ in first}
    return _walk(list(rows), pools, saving=now < session.closes_at)


def _walk(rows: list[_Row], pools: Pools, *, saving: bool) -> dict[int, int]:
    units = {unit_id for _, unit_id, *_ in rows} if pools.by_unit else ()
    paths = statements.paths_of(units)
    found = {}
    for _, block in groupby(rows, key=_block):
        if pools.left <= 0:
            break
        keys, unit_ids, _, (together, *_) = zip(*block, strict=True)
        ways = [paths.get(unit_id, ()) for unit_id in unit_ids]
        if together:
            found |= _seat_together(keys, ways, pools, saving=saving)
        elif (place := pools.room_for(ways[0])) is not None:
            pools.take(place)
            found[keys[0]] = place
    return found


def _seat_together(
    keys: Sequence[int], ways: Sequence[Path], pools: Pools, *, saving: bool
) -> dict[int, int]:
    """All of them or nobody; then what some could take is saved up for them."""
    trial = pools.copy()
    places = trial.seat(ways)
    fit = None not in places
    if fit or (saving and pools.could_ever_seat(ways)):
        pools.left, pools.free = trial.left, trial.free
    return dict(zip(keys, places, strict=True)) if fit else {}


def _block(row: _Row) -> tuple[str, int]:
    pk, _, group_id, together = row
    return ("group", group_id) if together else ("person", pk)
