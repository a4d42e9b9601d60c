"""Rows "crowd": a flash crowd of signed-in members on one session, over HTTP.

5,000 people arrive at random moments within a minute for 200 places. Each opens the
sign-up page, posts the form, and reads what became of it: the whole flow, with the web
server, the durable PostgreSQL and the Valkey that the portal brings. CPU is that of
their trees; the load generator is not in it. CROWD=500 for a first look.
"""

from __future__ import annotations

import datetime as dt
import http.client
import math
import multiprocessing
import os
import random
import re
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from benchmarks import plans
from benchmarks.bare import commands, measure
from benchmarks.database import database, valkey
from benchmarks.measure import cpu_seconds, server
from tests.ports import free_port

CROWD = int(os.environ.get("CROWD", "5000"))
PLACES = CROWD // 25
WITHIN = 60
"""Seconds in which they arrive."""
PROCESSES, THREADS = 4, 60
CPU_GOAL, P99_GOAL, RATE_AIM = 15, 2.0, 100
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_PERSON = {"full_name": "Nông Thị Ánh", "birth_date": dt.date(2000, 5, 19)}


def rows() -> list[dict]:
    bare = measure("gunicorn")
    with database("crowd") as (now, postmaster):
        session = _session(now)
        keys = _members(CROWD)
        path = f"/tap-huan/{session.slug}/dang-ky/"
        port = free_port()
        command = commands("benchmarks.portal_site:application", port)["granian"]
        with server(command, port, env=os.environ) as process:
            roots = process.pid, postmaster, valkey()
            _visit(port, path, _members(1, first=CROWD)[0])  # a fresh process warms up
            before, start = cpu_seconds(*roots), time.monotonic()
            visits = _arrive(port, path, keys)
            wall = time.monotonic() - start
            cpu = cpu_seconds(*roots) - before
        faults = _faults(session)
        plans.keep("crowd", _last_visitor(path))
    posts = sorted(post for post, _status in visits)
    busy = sum(status != 302 for _post, status in visits)
    p99 = posts[math.ceil(len(posts) * 0.99) - 1]
    who = f"{CROWD:,} on {PLACES} places, "
    rate = f"whole flow ({len(visits) / wall:.0f} a second, aim {RATE_AIM})"
    each = cpu / len(visits) * 1000
    flow = _row(who + rate, each, "ms CPU a visitor", CPU_GOAL)
    flow["yardstick"] = f"{each / bare.cpu_ms:.0f} bare views of {bare.cpu_ms:.3f} ms"
    return [
        flow,
        _row(who + "POST, median", statistics.median(posts), "s", None),
        _row(who + "POST, p99", p99, "s", P99_GOAL),
        _row(who + "busy or failed pages", busy, "pages", 0),
        _row(who + "oversold, empty or out of order", faults, "faults", 0),
    ]


def _row(name: str, value: float, unit: str, goal: float | None) -> dict:
    return {
        "row": f"crowd: {name}",
        "value": round(value, 3),
        "unit": unit,
        "yardstick": "",
        "goal": goal,
        "met": None if goal is None else value <= goal,
    }


def _session(now: dt.datetime):
    from members.models import Unit, UnitKind
    from training.models import SessionKind, TrainingSession

    kind = SessionKind.objects.create(code="bench", name="Bench")
    level = UnitKind.objects.create(code="bench", name="Bench")
    unit = Unit.objects.create(kind=level, name="Bench", slug="bench")
    start = now + dt.timedelta(days=9)
    return TrainingSession.objects.create(
        title="An toàn số và bảo vệ dữ liệu cá nhân",
        slug="bench",
        kind=kind,
        unit=unit,
        state="published",
        summary="Khóa chặt tài khoản trong một buổi sáng.",
        venue="Nhà văn hóa phường Bắc Kạn",
        capacity=PLACES,
        opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=8),
        starts_at=start,
        ends_at=start + dt.timedelta(hours=8),
    )


def _members(number: int, *, first: int = 0) -> list[str]:
    """People with accounts who are signed in; the keys of their cookies."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from members.models import Person, User

    addresses = [f"ban-{first + n}@example.com" for n in range(number)]
    people = Person.objects.bulk_create(
        Person(email=email, sort_name="x", sort_key="x", **_PERSON)
        for email in addresses
    )
    users = User.objects.bulk_create(
        User(email=email, person=person, password="!")  # noqa: S106 none at all
        for email, person in zip(addresses, people, strict=True)
    )
    sessions = []
    for user in users:
        store = SessionStore()
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        sessions.append(
            Session(
                session_key=store._get_new_session_key(),
                session_data=store.encode(data),
                expire_date=store.get_expiry_date(),
            )
        )
    Session.objects.bulk_create(sessions)
    return [session.session_key for session in sessions]


def _arrive(port: int, path: str, keys: list[str]) -> list[tuple[float, int]]:
    """Everybody at their moment, from processes that do nothing else."""
    draw = random.Random(1)
    moments = sorted(draw.uniform(0, WITHIN) for _ in keys)
    shares = [
        list(zip(moments, keys, strict=True))[n::PROCESSES] for n in range(PROCESSES)
    ]
    forked = multiprocessing.get_context("fork")
    start = time.monotonic() + 1
    with forked.Pool(PROCESSES) as pool:
        parts = pool.starmap(
            _share, [(port, path, share, start) for share in shares], chunksize=1
        )
    return [visit for part in parts for visit in part]


def _share(port: int, path: str, share, start: float) -> list[tuple[float, int]]:
    def come(visitor: tuple[float, str]) -> tuple[float, int]:
        moment, key = visitor
        time.sleep(max(0, start + moment - time.monotonic()))
        return _visit(port, path, key)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(come, share))


def _visit(port: int, path: str, key: str) -> tuple[float, int]:
    """Page, post, result: how long the POST took, and what it answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        cookies = f"sessionid={key}"
        page, _status, said = _ask(connection, "GET", path, cookies)
        token = _TOKEN.search(page)
        cookie = re.search(r"csrftoken=([^;]+)", said)
        if not token or not cookie:
            return 0.0, 0
        cookies += f"; csrftoken={cookie[1]}"
        form = {"csrfmiddlewaretoken": token[1].decode(), "agreed": "on"}
        start = time.monotonic()
        _page, status, _said = _ask(connection, "POST", path, cookies, urlencode(form))
        took = time.monotonic() - start
        _ask(connection, "GET", path, cookies)
        return took, status
    finally:
        connection.close()


def _ask(
    connection, method: str, path: str, cookies: str, body: str | None = None
) -> tuple[bytes, int, str]:
    headers = {"Cookie": cookies, "Accept-Encoding": "gzip;q=0"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
    except (http.client.RemoteDisconnected, ConnectionResetError):
        connection.close()
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
    said = ", ".join(answer.headers.get_all("Set-Cookie", []))
    return answer.read(), answer.status, said


def _last_visitor(path: str) -> Callable[[], None]:
    """Page, post and result in this process, for the plans."""
    from django.test import Client

    from members.models import Person, User

    who = {"email": "ban-cuoi@example.com"}
    person = Person.objects.create(**who, **_PERSON)
    client = Client()
    client.force_login(User.objects.create(**who, person=person))

    def visit() -> None:
        for answer in (
            client.get(path, headers={"host": "localhost"}),
            client.post(path, {"agreed": "on"}, headers={"host": "localhost"}),
            client.get(path, headers={"host": "localhost"}),
        ):
            assert answer.status_code in (200, 302), answer.status_code

    return visit


def _faults(session) -> int:
    """How far places and line are from what they must be."""
    from training import audit
    from training.models import Registration

    session.refresh_from_db()
    rows = Registration.objects.filter(session=session)
    line = list(rows.waiting().values_list("place", flat=True))
    wrong = abs(rows.confirmed().count() - PLACES)
    wrong += line != list(range(1, len(line) + 1))
    wrong += abs(CROWD + 1 - rows.count())
    return wrong + len(audit.seats())
