"""Locks that are waited for only so long (`lock_timeout` in the settings)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from psycopg2.errors import DeadlockDetected, LockNotAvailable


@contextmanager
def no_longer(busy: type[Exception]) -> Iterator[None]:
    """A wait for somebody else's lock that ended without it raises `busy`.

    Around the transaction and not inside it: whatever it did is undone.
    """
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, (LockNotAvailable, DeadlockDetected)):
            raise busy from error
        raise
