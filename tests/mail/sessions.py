"""A second session of the database, as another process has it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def other_session() -> Iterator:
    """A cursor on a connection of its own; its advisory locks end with the block."""
    other = connection.copy("other")
    other.settings_dict = connection.settings_dict
    try:
        with other.cursor() as cursor:
            yield cursor
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
