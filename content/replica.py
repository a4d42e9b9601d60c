"""Reads that may be a few seconds old go to a copy of the database, if there is one.

Only what says so: `with may_lag():` around the rows of a large export or of yearly
figures. Everything else reads the primary, above all what the page cache keeps (a page
made from old rows would stay old) and whatever decides on places or rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

REPLICA = "replica"
"""The alias in DATABASES; not there without DATABASE_REPLICA_URL."""

_may_lag: ContextVar[bool] = ContextVar("may_lag", default=False)


@contextmanager
def may_lag() -> Iterator[None]:
    """What is read within the block may be a little old; writes go where they belong.

    Rows have to be fetched inside: a queryset that is looked at later asks the primary.
    """
    before = _may_lag.set(True)
    try:
        yield
    finally:
        _may_lag.reset(before)


class Router:
    """Django's router; in the settings only where a second database is."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        there = _may_lag.get() and REPLICA in connections.settings
        # Who has written in this transaction wants to read it.
        if there and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return REPLICA
        return DEFAULT_DB_ALIAS

    def db_for_write(self, model: type, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """It is one database, whichever copy a row was read from."""
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == DEFAULT_DB_ALIAS
