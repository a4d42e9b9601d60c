"""Row "ranking": 2,000 entries, 40 judges, 10,000 sheets of four scores each.

A run is what the button does: read, reckon (mean, calibration, ties), store. The pages
of the desk are asked for as the organiser sees them, their queries counted. Every judge
reads 250 works in ever other companies, so that each division is calibrated.
ENTRIES=200 for a first look.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from decimal import Decimal

from benchmarks.measure import cpu_seconds

ENTRIES = int(os.environ.get("ENTRIES", "2000"))
JUDGES, READINGS, CRITERIA, DIVISIONS = 40, 5, 4, 4
SECONDS, QUERIES, CPU = 2, 12, 60


def rows() -> list[dict]:
    from benchmarks.database import database

    with database("ranking") as (now, engine):
        from contests.models import RankingRun
        from contests.ranking import runs

        contest, round_, user = _world(now)
        before, began = cpu_seconds(engine), (time.perf_counter(), time.process_time())
        run = runs.fix(round_id=round_.pk, by=None, now=now)
        wall = time.perf_counter() - began[0]
        cpu = time.process_time() - began[1] + cpu_seconds(engine) - before
        again = time.process_time()
        same = runs.comes_out_the_same(RankingRun.objects.get(pk=run.pk))
        again = time.process_time() - again
        outcome = runs.outcome(run)
        calibrated = sum(not bench.raw for bench in outcome.benches)
        pages = [_page(name, contest, user, engine) for name in ("ranking", "judging")]
    return [
        {
            "row": f"ranking run, {ENTRIES:,} entries, {ENTRIES * READINGS:,} sheets",
            "value": round(cpu, 2),
            "unit": f"s CPU, Python and PostgreSQL ({wall:.2f} s by the clock, "
            f"{calibrated} of {DIVISIONS} divisions calibrated)",
            "yardstick": f"reckoned again from the stored inputs: {again:.2f} s CPU, "
            + ("the same list" if same else "ANOTHER LIST"),
            "goal": SECONDS,
            "met": cpu <= SECONDS and same and calibrated == DIVISIONS,
        },
        *pages,
    ]


def _world(now: dt.datetime):
    """Bulk rows; the judges differ by up to eight points, so there is what to find."""
    from contests.models import (
        Contest,
        Criterion,
        Division,
        Entry,
        JudgeAssignment,
        Round,
        Score,
    )
    from members.actions import assign_role
    from members.models import Role, Unit, UnitKind, User

    dice = random.Random(20261126)
    day = dt.timedelta(days=1)
    kind, _new = UnitKind.objects.get_or_create(code="bench", defaults={"name": "Đoàn"})
    unit = Unit.objects.create(name="Tỉnh đoàn", kind=kind, slug="bench")
    contest = Contest.objects.create(
        title="Cuộc thi",
        slug="bench",
        unit=unit,
        state="published",
        summary="-",
        opens_at=now - 60 * day,
        closes_at=now - 30 * day,
    )
    divisions = [
        Division.objects.create(
            contest=contest,
            name=f"Bảng {n}",
            order=n,
            min_age=6,
            max_age=30,
            age_on=now.date(),
        )
        for n in range(DIVISIONS)
    ]
    round_ = Round.objects.create(
        contest=contest,
        name="Sơ khảo",
        starts_at=now - 29 * day,
        ends_at=now - day,
        quorum=READINGS,
        ranked_by="calibrated",
    )
    criteria = [
        Criterion.objects.create(
            round=round_, name=f"Tiêu chí {n}", order=n, weight=25, maximum=10 + 5 * n
        )
        for n in range(CRITERIA)
    ]
    judges = User.objects.bulk_create(
        [User(email=f"judge-{n}@example.com") for n in range(JUDGES)]
    )
    organiser = User.objects.create(email="organiser@example.com", is_staff=True)
    for user, role in [(organiser, Role.CONTEST_ORGANISER)] + [
        (judge, Role.JUDGE) for judge in judges
    ]:
        assign_role(user=user, role=role, unit=unit, now=now)
    entries = Entry.objects.bulk_create(
        [
            Entry(
                contest=contest,
                division=divisions[n % DIVISIONS],
                title=f"Bài {n}",
                summary="x" * 1500,
                state="submitted",
                submitted_at=now - 31 * day,
                created_at=now - 40 * day,
                saved_at=now - 31 * day,
            )
            for n in range(ENTRIES)
        ]
    )
    harsh = {judge.pk: dice.uniform(-8, 8) for judge in judges}
    tasks = JudgeAssignment.objects.bulk_create(
        [
            JudgeAssignment(
                round=round_,
                entry=entry,
                judge=judge,
                assigned_at=now - 29 * day,
                scored_at=now - 20 * day,
            )
            for entry in entries
            for judge in dice.sample(judges, READINGS)
        ],
        batch_size=2000,
    )
    worth = {entry.pk: dice.uniform(30, 90) for entry in entries}
    scores = []
    for task in tasks:
        points = worth[task.entry_id] + harsh[task.judge_id]
        for one in criteria:
            share = min(max(points + dice.uniform(-10, 10), 0), 100) / 100
            value = Decimal(str(round(share * one.maximum * 2) / 2))
            scores.append(
                Score(
                    assignment=task,
                    criterion=one,
                    value=value,
                    scored_at=now - 20 * day,
                )
            )
    Score.objects.bulk_create(scores, batch_size=5000)
    return contest, round_, organiser


def _page(name: str, contest, user, engine: int) -> dict:
    """Asked for again and again, and once with nothing kept: as after a new score."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from contests.ranking import now as standing

    client = Client()
    client.force_login(user)
    url = reverse(f"admin:contests_contest_{name}", args=[contest.pk])

    def spent(times: int, *, forget: bool = False) -> float:
        before = time.process_time() + cpu_seconds(engine)
        for _time in range(times):
            if forget:
                standing._kept.clear()
            client.get(url)
        return (time.process_time() + cpu_seconds(engine) - before) * 1000 / times

    spent(5)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    asked = len(queries)
    anew, kept = spent(3, forget=True), spent(20)
    good = answer.status_code == 200 and asked <= QUERIES and kept <= CPU
    return {
        "row": f"desk of a contest: {name}, {ENTRIES:,} entries",
        "value": round(kept),
        "unit": f"ms CPU, Python and PostgreSQL ({asked} queries, at most {QUERIES})",
        "yardstick": f"read and reckoned anew, as after a new score: {anew:.0f} ms, "
        f"{anew / kept:.1f} times",
        "goal": CPU,
        "met": good,
    }
