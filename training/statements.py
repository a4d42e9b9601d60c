"""The few statements that a flash crowd runs while it holds a session's lock.

By hand, because for a hot row the ORM takes longer to build a query than PostgreSQL to
run it, and everybody else waits meanwhile. Called by `actions` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import QuerySet

from content.insertion import Insertion, Written, write
from content.prepared import prepared
from training.models import Registration, TrainingSession

Steps = Mapping[str | int, int]
"""By how much counters change; see `count`."""

# Relative to what the database holds: should a lock ever fail, the check constraint and
# the unique places in line still refuse. What staff agreed to honour above the capacity
# shrinks with the places that are given back.
_COUNT = Written("""
UPDATE training_trainingsession SET
    confirmed = confirmed + %s,
    offered = offered + %s,
    line_length = line_length + %s,
    line_tail = line_tail + %s,
    agreed_over = LEAST(agreed_over, confirmed + %s + offered + %s)
WHERE id = %s
""")
_COUNT_KEPT = Written("UPDATE training_unitquota SET taken = taken + %s WHERE id = %s")
_insert = Insertion(Registration)
# Thirty levels: it ends even if somebody's hand in the database made a loop.
_PATHS = """
WITH RECURSIVE climb (unit, above, height) AS (
    SELECT id, id, 0 FROM members_unit WHERE id = ANY(%s)
    UNION ALL
    SELECT climb.unit, below.parent_id, climb.height + 1
    FROM climb JOIN members_unit below ON below.id = climb.above
    WHERE below.parent_id IS NOT NULL AND climb.height < 30
)
SELECT unit, array_agg(above ORDER BY height) FROM climb GROUP BY unit
"""
COUNTERS = ("confirmed", "offered", "line_length", "line_tail")


def read_session(session_id: int, *, lock: bool = False) -> TrainingSession:
    """The row without its description, which is long and matters to no verb.

    `lock` takes FOR NO KEY UPDATE. Raises TrainingSession.DoesNotExist.
    """
    found = (_locked if lock else _read)(session_id).first()
    if found is None:
        raise TrainingSession.DoesNotExist(f"no session {session_id}")
    return found


@prepared
def _read(session_id: int) -> QuerySet:
    rows = TrainingSession.objects.filter(pk=session_id)
    return rows.order_by().defer("description", "search")


@prepared
def _locked(session_id: int) -> QuerySet:
    return _read.queryset(session_id).select_for_update(no_key=True)


def paths_of(unit_ids: Iterable[int | None]) -> dict[int | None, tuple[int, ...]]:
    """For each unit itself and those above it, nearest first; one query."""
    found = dict.fromkeys(unit_ids, ())
    wanted = [unit_id for unit_id in found if unit_id]
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(_PATHS, [wanted])
            found |= {unit: tuple(path) for unit, path in cursor}
    return found


def count(
    session: TrainingSession,
    steps: Steps,
    *,
    new: Registration | None = None,
) -> None:
    """Step the counters, in the database and in the locked row alike, and insert a
    new sign-up in the same breath.

    A name in `steps` is a counter of the session, a number the quota whose places are
    taken or given back; quotas in the order of their keys, as they are locked. The
    counters first: an INSERT would take a key lock on the session's row and then have
    to upgrade it, which is slow when the row is hot.
    """
    parts = []
    confirmed, offered, length, tail = (steps.get(name, 0) for name in COUNTERS)
    if confirmed or offered or length or tail:
        changes = confirmed, offered, length, tail, confirmed, offered
        parts.append((_COUNT, (*changes, session.pk)))
        for name in COUNTERS:
            setattr(session, name, getattr(session, name) + steps.get(name, 0))
    kept = (key for key, step in steps.items() if isinstance(key, int) and step)
    parts += [(_COUNT_KEPT, (steps[quota], quota)) for quota in sorted(kept)]
    if new:
        parts.append(_insert.step(new))
    if not parts:
        return
    with connection.cursor() as cursor:
        write(cursor, parts)
        if new:
            _insert.settle(new, cursor.fetchone())
