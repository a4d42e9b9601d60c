"""Row "sign-up action": one hot session against the raw SQL transaction.

Raw: BEGIN, UPDATE ... WHERE taken < capacity, INSERT, COMMIT on two bare tables. Ours:
`training.actions.register` with its rules, rows, counters and the rendered letter with
calendar entry. Both over 16 connections, one process each as in the web server, against
the same durable PostgreSQL; the rounds alternate and the median ratio counts.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CONNECTIONS = 16
RAW, OURS = 4800, 1600
ROUNDS = 3
GOAL = 0.20

RAW_TABLES = """
    DROP TABLE IF EXISTS bench_seat, bench_session;
    CREATE TABLE bench_session (
        id bigint PRIMARY KEY, taken int NOT NULL, capacity int NOT NULL);
    CREATE TABLE bench_seat (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        session_id bigint NOT NULL REFERENCES bench_session,
        person_id bigint NOT NULL, UNIQUE (session_id, person_id));
    INSERT INTO bench_session VALUES (1, 0, 1000000);
"""
TAKE = "UPDATE bench_session SET taken = taken + 1 WHERE id = 1 AND taken < capacity"
SEAT = "INSERT INTO bench_seat (session_id, person_id) VALUES (1, %s)"


def rows() -> list[dict]:
    with _database() as now:
        pairs = [_round(number, now) for number in range(ROUNDS)]
    ratio = statistics.median(ours / raw for raw, ours in pairs)
    raw = statistics.median(raw for raw, _ in pairs)
    ours = statistics.median(ours for _, ours in pairs)
    return [
        {
            "row": "sign-up action, one hot session",
            "value": round(ratio, 3),
            "unit": f"of the raw rate ({ours:.0f} a second)",
            "yardstick": f"raw SQL transaction {raw:.0f} a second",
            "goal": GOAL,
            "met": ratio >= GOAL,
        }
    ]


def _round(number: int, now: dt.datetime) -> tuple[float, float]:
    from django.db import connections

    from members.models import Person
    from training.models import Registration, TrainingSession

    session_id, warm_up_id = _session(f"hot-{number}", now), _session(f"{number}", now)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    with connections["default"].cursor() as cursor:
        cursor.execute(RAW_TABLES)
    connections.close_all()
    raw = _rate(_raw_seat, list(range(RAW)), warm_up=lambda worker: None)
    ours = _rate(
        lambda person: _sign_up(session_id, person, now),
        people[:OURS],
        # Templates, caches and the connection to the broker of a fresh process.
        warm_up=lambda worker: _sign_up(warm_up_id, people[worker], now),
    )
    session = TrainingSession.objects.get(pk=session_id)
    assert (
        session.confirmed
        == OURS
        == Registration.objects.confirmed().filter(session=session).count()
    )
    return raw, ours


def _raw_seat(person_id: int) -> None:
    from django.db import connection

    driver = connection.connection  # psycopg2's own; nothing of Django in between
    with driver.cursor() as cursor:
        cursor.execute(TAKE)
        cursor.execute(SEAT, [person_id])
    driver.commit()


def _sign_up(session_id: int, person_id: int, now: dt.datetime) -> None:
    from members.models import Person
    from training import actions

    person = Person(pk=person_id, **_PERSON, email=f"ban-{person_id}@example.com")
    actions.register(session_id=session_id, person=person, by=None, now=now)


_PERSON = {"full_name": "Nông Thị Ánh", "birth_date": dt.date(2000, 5, 19)}


def _rate(
    act: Callable[[int], None], work: list[int], *, warm_up: Callable[[int], None]
) -> float:
    """Calls a second, from the moment when every connection stands."""
    forked = multiprocessing.get_context("fork")
    ready = forked.Barrier(CONNECTIONS + 1)
    workers = [
        forked.Process(
            target=_work,
            args=(act, work[number::CONNECTIONS], ready, warm_up, number),
        )
        for number in range(CONNECTIONS)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    wall = time.perf_counter() - started
    assert all(worker.exitcode == 0 for worker in workers)
    return len(work) / wall


def _work(act, share: list[int], ready, warm_up, number: int) -> None:
    from django.db import connection, connections

    try:
        connection.ensure_connection()
        warm_up(number)
    except Exception:
        ready.abort()  # else the others would wait for ever
        raise
    if act is _raw_seat:
        connection.set_autocommit(False)
    ready.wait()
    for item in share:
        act(item)
    connections.close_all()


def _session(name: str, now: dt.datetime) -> int:
    from members.models import Unit, UnitKind
    from training.models import SessionKind, TrainingSession

    kind, _ = SessionKind.objects.get_or_create(code="bench", name="Bench")
    level, _ = UnitKind.objects.get_or_create(code="bench", name="Bench")
    unit, _ = Unit.objects.get_or_create(kind=level, name="Bench", slug="bench")
    start = now + dt.timedelta(days=9)
    return TrainingSession.objects.create(
        title="An toàn số và bảo vệ dữ liệu cá nhân",
        slug=f"bench-{name}",
        kind=kind,
        unit=unit,
        state="published",
        summary="Khóa chặt tài khoản trong một buổi sáng.",
        venue="Nhà văn hóa phường Bắc Kạn",
        capacity=1_000_000,
        opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=8),
        starts_at=start,
        ends_at=start + dt.timedelta(hours=8),
    ).pk


@contextmanager
def _database() -> Iterator[dt.datetime]:
    """A durable PostgreSQL of its own with our tables and enough people in it."""
    home = Path(os.environ.get("PORTAL_VAR", "var")).resolve() / "bench"
    os.environ["PORTAL_VAR"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    import django
    from django.conf import settings

    from portal import embedded

    settings.VAR.mkdir(parents=True, exist_ok=True)
    embedded.start(settings.VAR, durable=True, say=lambda line: None)
    try:
        django.setup()
        from django.db import connection, connections

        from content import clock
        from members.models import Person

        connection.creation.create_test_db(
            verbosity=0, autoclobber=True, serialize=False
        )
        Person.objects.bulk_create(
            Person(sort_name="x", sort_key="x", **_PERSON) for _ in range(OURS)
        )
        yield clock.now()
        connections.close_all()
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], 0)
    finally:
        embedded.stop(settings.VAR, say=lambda line: None)
        os.environ["PORTAL_VAR"] = str(home.parent)
