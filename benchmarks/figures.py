"""Rows "figures": the public figures of the teams over three years.

1,300 teams in 37 communes, 36 months and 13 indicators: 46,800 reports with 608,400
figures (`benchmarks.reports`, the same at each run) in a PostgreSQL of their own. Each
page is made five times past the page cache; the median counts. The sums of the months
are kept by then (`teams.figures.kept_months`): "anew" is the page of a process that has
kept nothing, or after every month has changed. Database time is the CPU of the server
process that answers, which stays put on a shared machine; what the page waited for
stands beside it. The plan of the slowest statement goes to `var/bench-figures.txt`.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from benchmarks import reports
from benchmarks.database import database

ROUNDS = 5
QUERIES_GOAL, DATABASE_GOAL = 12, 200
PAGE = "/to-cong-nghe-so/so-lieu/"
PAGES = {
    "a year": PAGE,
    "36 months, anew": f"{PAGE}?ky=36",
    "36 months": f"{PAGE}?ky=36",
    "36 months of a commune": f"{PAGE}?ky=36&xa=xa-7",
    "36 months as a file": f"{PAGE}ket-qua.csv?ky=36",
}


def rows() -> list[dict]:
    table, slowest = [], (0.0, "", ())
    with database("figures") as (now, _postmaster):
        reports.fill(now)
        for name, path in PAGES.items():
            anew = name.endswith("anew")
            rounds = [_round(path, anew=anew) for _ in range(ROUNDS + 1)][1:]
            queries = len(rounds[-1]["statements"])
            cpu = statistics.median(one["cpu"] for one in rounds)
            waited = statistics.median(one["waited"] for one in rounds)
            where = f"figures, {name}, {reports.TEAMS:,} teams"
            table.append(_row(where, queries, "queries", QUERIES_GOAL))
            unit = f"ms of CPU in the database ({waited:.0f} waited for)"
            # Nobody has such a page but the first after a start.
            goal = None if anew else DATABASE_GOAL
            table.append(_row(where, round(cpu), unit, goal))
            slowest = max(slowest, *rounds[-1]["statements"])
        _write_plan(*slowest)
    return table


def _round(path: str, *, anew: bool) -> dict:
    """The page once: its statements by time, what they cost and how long they took."""
    from django.db import connection
    from django.test import Client

    from teams.figures import kept_months

    if anew:
        kept_months._kept.clear()
    statements = []

    def timed(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent = (time.perf_counter() - started) * 1000
            statements.append((spent, sql, tuple(params or ())))

    client = Client()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    before = _cpu(pid)
    with connection.execute_wrapper(timed):
        response = client.get(path)
    cpu = _cpu(pid) - before
    assert response.status_code == 200, path
    waited = sum(spent for spent, _sql, _params in statements)
    return {"statements": statements, "cpu": cpu, "waited": waited}


def _cpu(pid: int) -> float:
    """Milliseconds that the process has run; the kernel counts in nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def _write_plan(spent: float, sql: str, params: tuple) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    target = Path(os.environ.get("PORTAL_VAR", "var")).parent / "bench-figures.txt"
    target.write_text(f"{spent:.0f} ms\n\n{sql}\n\n{plan}\n")


def _row(name: str, value: float, unit: str, goal: float | None) -> dict:
    return {
        "row": name,
        "value": value,
        "unit": unit,
        "yardstick": "",
        "goal": goal,
        "met": None if goal is None else value <= goal,
    }
