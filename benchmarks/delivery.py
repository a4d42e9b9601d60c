"""Row "delivery": letters a second of one worker process to a local mail server.

Yardstick: smtplib over one reused connection that builds the same MIME of the same
rows as Django and the standard library do, in the same run, to the same server. Ours
claims and settles each letter on its own, in a durable PostgreSQL, and joins the same
bytes by itself (`mail.wire`); the second row says what is left of the share against an
smtplib that is handed bytes joined so. The letter is a real confirmation with its
calendar entry, the same for all readers, as its subject is for all who sign up to one
session. The rounds alternate and the median ratio counts. The server offers what mail
servers offer, PIPELINING too, which smtplib makes no use of.
"""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

LETTERS = int(os.environ.get("BENCH_LETTERS", "600"))
ROUNDS = 5
GOAL = 0.75


def rows() -> list[dict]:
    from benchmarks.database import database
    from benchmarks.measure import server
    from tests.ports import free_port

    port = free_port()
    command = [sys.executable, "-m", "benchmarks.sink", str(port)]
    with database("delivery") as (now, engine), server(command, port):
        from django.conf import settings

        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        model = _confirmation(now)
        rounds = [_round(model, port, now, engine) for _ in range(ROUNDS + 1)][1:]
    middle = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    ratio, of_joined = (
        statistics.median(one["ours"] / one[key] for one in rounds)
        for key in ("bare", "joined")
    )
    told = "{ours:.0f} a second, CPU {cpu:.2f} + {database:.2f} ms in PostgreSQL"
    bare = "smtplib {bare:.0f} a second, CPU {bare_cpu:.2f} ms"
    joined = "smtplib {joined:.0f} a second, CPU {joined_cpu:.2f} ms"
    return [
        {
            "row": "delivery, one worker process",
            "value": round(ratio, 3),
            "unit": f"of smtplib's rate ({told.format(**middle)})",
            "yardstick": bare.format(**middle),
            "goal": GOAL,
            "met": ratio >= GOAL,
        },
        {
            "row": "the same, smtplib handed bytes joined as ours are",
            "value": round(of_joined, 3),
            "unit": "of its rate",
            "yardstick": joined.format(**middle),
            "goal": None,
            "met": None,
        },
    ]


def _round(model, port: int, now: dt.datetime, engine: int) -> dict[str, float]:
    from django.db import connection

    from benchmarks.measure import cpu_seconds
    from mail import delivery, wire
    from mail.models import Letter

    letters = _write(model, now)
    bare, bare_cpu = _bare(letters, port, _flattened)
    joined, joined_cpu = _bare(letters, port, wire.bytes_of)
    connection.ensure_connection()
    before = cpu_seconds(engine)
    wall, cpu = time.perf_counter(), time.process_time()
    sent = delivery.deliver(now=now)
    ours, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert sent == LETTERS == Letter.objects.filter(state=Letter.State.SENT).count()
    each = 1000 / LETTERS
    return {
        "bare": LETTERS / bare,
        "ours": LETTERS / ours,
        "bare_cpu": bare_cpu * each,
        "joined": LETTERS / joined,
        "joined_cpu": joined_cpu * each,
        "cpu": cpu * each,
        "database": (cpu_seconds(engine) - before) * each,
    }


def _bare(
    letters: list, port: int, build: Callable[[Any], bytes]
) -> tuple[float, float]:
    """Seconds of the clock and of CPU."""
    from mail.messages import envelope_sender

    wall, cpu = time.perf_counter(), time.process_time()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for letter in letters:
            line.sendmail(envelope_sender(letter), [letter.address], build(letter))
    return time.perf_counter() - wall, time.process_time() - cpu


def _flattened(letter) -> bytes:
    from mail.messages import message_for

    return message_for(letter).message().as_bytes(linesep="\r\n")


def _write(model, now: dt.datetime) -> list:
    """As many letters as a round takes, and no others."""
    from mail.models import Letter

    Letter.objects.all().delete()
    same = {
        field.attname: getattr(model, field.attname)
        for field in Letter._meta.concrete_fields
        if field.attname not in ("id", "dedupe_key", "message_id", "kind")
    }
    return Letter.objects.bulk_create(
        # No kind that a feature asks anything about: that is its own cost.
        Letter(**same, kind="bench", message_id=f"<{number}@example.com>")
        for number in range(LETTERS)
    )


def _confirmation(now: dt.datetime):
    """The letter of a real sign-up."""
    from benchmarks.reminders import people, session
    from mail.models import Letter
    from training import actions

    person = people(1)[0]
    actions.register(
        session_id=session("delivery", now + dt.timedelta(days=9), now).pk,
        person=person,
        by=None,
        now=now,
    )
    return Letter.objects.get()
