"""PostgreSQL advisory locks of the session: they end with the process that held them.

They need a connection of their own per process: let workers reach PostgreSQL directly,
not through a pooler in transaction mode.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

CLASS = 0x6D61696C
"""The name space of this package: "mail" in ASCII."""
SWEEP = 1
LANE = 1_000
"""LANE + n: the n-th ordinary deliverer; see `delivery`."""
SECRET_LANE = 2_000
LANES_OF_A_CHANNEL = 100
"""The lanes of the second channel begin so much higher, and so on."""
FIRST_NUMBER = 10_000
"""From here on: the number of one run of one deliverer."""


@contextmanager
def hold(number: int) -> Iterator[bool]:
    """Try to hold a lock for the length of the block; False if another has it."""
    held = take(number)
    try:
        yield held
    finally:
        if held:
            release(number)


def take(number: int) -> bool:
    """Take a lock of this session if nobody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLASS, number])
        return cursor.fetchone()[0]


def release(number: int) -> None:
    """Give a lock back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLASS, number])


def held() -> list[int]:
    """The numbers that anybody holds right now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT objid::bigint FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND classid = %s
                AND database = (
                    SELECT oid FROM pg_database WHERE datname = current_database()
                )
            """,
            [CLASS],
        )
        return [number for (number,) in cursor]
