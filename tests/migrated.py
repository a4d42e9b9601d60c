"""One migrated database for all processes of a run: each copies it for itself.

Migrations take twenty seconds of a processor, a copy takes one.
"""

from __future__ import annotations

import fcntl

from django.conf import settings
from django.db import connection

_MADE_BY = """
    SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s
"""


def template(run: str) -> str:
    """The name of the database that this run has migrated, by whoever came first."""
    name = f"test_{connection.settings_dict['NAME']}_migrated"
    with (settings.VAR / "migrated.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _made_by(name) != run:
            _make(name)
            # Written last: what was broken off half-way belongs to no run.
            with connection.creation._nodb_cursor() as cursor:
                quoted = connection.ops.quote_name(name)
                cursor.execute(f"COMMENT ON DATABASE {quoted} IS %s", [run])
    return name


def _made_by(name: str) -> str | None:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(_MADE_BY, [name])
        row = cursor.fetchone()
    return row and row[0]


def _make(name: str) -> None:
    ours = connection.settings_dict
    kept = ours["NAME"], ours["TEST"]["NAME"]
    ours["TEST"]["NAME"] = name
    try:
        connection.creation.create_test_db(
            verbosity=0, autoclobber=True, serialize=False
        )
    finally:
        connection.close()
        ours["NAME"], ours["TEST"]["NAME"] = kept
