"""The slowest statement of what was measured, and how PostgreSQL runs it.

Kept beside the figures, in var/bench-plans/, one file a row: a figure that grows worse
is understood there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import sqlparse

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PREPARE", "SET ")
"""What has no plan."""


def keep(name: str, act: Callable[[], object]) -> int:
    """Do it once, write down its slowest statement; the number of statements."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        act()
    told = [q for q in asked.captured_queries if not q["sql"].startswith(CONTROL)]
    slowest = max(told, key=lambda query: float(query["time"]))
    sql = slowest["sql"]
    with transaction.atomic(), connection.cursor() as cursor:
        # Run once more, and taken back: EXPLAIN ANALYZE writes what a statement writes.
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {_one(sql)}")
        plan = "\n".join(line for (line,) in cursor)
        transaction.set_rollback(True)
    # Inside `benchmarks.database.database`, whose own folder lies in the portal's.
    folder = Path(os.environ["PORTAL_VAR"]).parent / "bench-plans"
    folder.mkdir(parents=True, exist_ok=True)
    head = f"{name}: {len(asked)} statements; the slowest took {slowest['time']} s"
    (folder / f"{name}.txt").write_text(f"{head}\n\n{sql}\n\n{plan}\n")
    return len(asked)


def _one(sql: str) -> str:
    """Where several were sent in one breath, the last."""
    return sqlparse.split(sql)[-1]
