"""Advisory locks of a database session: they end with the process that held them.

Such a lock needs a connection that stays the same from statement to statement. Behind
a pooler in transaction mode that is a second one, which goes to PostgreSQL itself
(DATABASE_DIRECT_URL).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    connections,
)

logger = logging.getLogger(__name__)

DIRECT = "direct"
"""The alias in DATABASES; not there without a pooler."""


def take(space: int, number: int) -> bool:
    """Take a lock if nobody has it."""
    with session().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, number])
        return cursor.fetchone()[0]


def release(space: int, number: int) -> None:
    """Give a lock back; a session that broke has given it back already."""
    ours = session()
    try:
        with ours.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, number])
    except (InterfaceError, OperationalError) as error:
        logger.warning("the session of lock %s is gone: %s", number, error)
        ours.close()


@contextmanager
def hold(space: int, number: int) -> Iterator[bool]:
    """Try to hold a lock for the length of the block; False if another has it."""
    held = take(space, number)
    try:
        yield held
    finally:
        if held:
            release(space, number)


def held(space: int) -> list[int]:
    """The numbers that anybody holds right now."""
    with session().cursor() as cursor:
        cursor.execute(
            """
            SELECT objid::bigint FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND classid = %s
                AND database = (
                    SELECT oid FROM pg_database WHERE datname = current_database()
                )
            """,
            [space],
        )
        return [number for (number,) in cursor]


def session() -> Any:
    """The connection that stays the same, for what else lives in a session."""
    return connections[DIRECT if DIRECT in connections.settings else DEFAULT_DB_ALIAS]
