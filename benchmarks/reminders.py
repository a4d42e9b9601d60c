"""Row "reminders": 80,000 reminders derived, rendered and written into the outbox.

200 sessions on the next morning with 400 people each; one sweep of `queue_due`, as beat
asks for it each minute, finds them all due. A second sweep finds nothing left.
"""

from __future__ import annotations

import datetime as dt
import os
import time

from benchmarks import plans

REMINDERS = int(os.environ.get("BENCH_REMINDERS", "80000"))
SESSIONS = 200
GOAL = 30
MORNING = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
"""09:00 in Việt Nam, no night and no holiday about it."""


def rows() -> list[dict]:
    from benchmarks.database import database
    from benchmarks.measure import cpu_seconds

    with database("reminders") as (_clock, engine):
        from mail import reminders
        from mail.models import Letter

        _fill(MORNING)
        before = cpu_seconds(engine)
        wall, cpu = time.perf_counter(), time.process_time()
        new = reminders.queue_due(MORNING)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        in_database = cpu_seconds(engine) - before
        assert new == REMINDERS == Letter.objects.count(), new
        later = MORNING + dt.timedelta(minutes=1)
        again = time.perf_counter()
        plans.keep("reminders", lambda: _nothing_left(later))
        again = time.perf_counter() - again
    told = f"CPU {cpu:.1f} + {in_database:.1f} s in PostgreSQL, {again:.1f} s once more"
    return [
        {
            "row": f"{REMINDERS:,} reminders derived, rendered and queued",
            "value": round(wall, 1),
            "unit": f"s ({told})",
            "yardstick": "",
            "goal": GOAL,
            "met": wall <= GOAL,
        }
    ]


def _nothing_left(now: dt.datetime) -> None:
    from mail import reminders

    assert reminders.queue_due(now) == 0


def _fill(now: dt.datetime) -> None:
    from django.db import connection

    from training.models import Registration, TrainingSession

    everybody = people(REMINDERS)
    each = -(-REMINDERS // SESSIONS)
    told = now - dt.timedelta(days=5)
    for number in range(SESSIONS):
        share = everybody[number * each : (number + 1) * each]
        one = session(f"reminders-{number}", now + dt.timedelta(hours=23), now)
        Registration.objects.bulk_create(
            Registration(
                session=one,
                person=person,
                identity=f"bench-{person.pk}",
                state=Registration.State.CONFIRMED,
                registered_at=told,
                confirmed_at=told,
            )
            for person in share
        )
        TrainingSession.objects.filter(pk=one.pk).update(confirmed=len(share))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE training_registration")
        cursor.execute("VACUUM ANALYZE members_person")


def people(number: int) -> list:
    """Persons with an address each."""
    from members.models import Person

    return Person.objects.bulk_create(
        (
            Person(
                full_name="Nông Thị Ánh",
                sort_name="x",
                sort_key="x",
                birth_date=dt.date(2000, 5, 19),
                email=f"ban-{one}@example.com",
            )
            for one in range(number)
        ),
        batch_size=2_000,
    )


def session(slug: str, start: dt.datetime, now: dt.datetime):
    """A published session with a reminder a day before its start."""
    from members.models import Unit, UnitKind
    from training.models import SessionKind, TrainingSession

    kind, _ = SessionKind.objects.get_or_create(code="bench", name="Bench")
    level, _ = UnitKind.objects.get_or_create(code="bench", name="Bench")
    unit, _ = Unit.objects.get_or_create(kind=level, name="Bench", slug="bench")
    return TrainingSession.objects.create(
        title="An toàn số và bảo vệ dữ liệu cá nhân",
        slug=slug,
        kind=kind,
        unit=unit,
        state="published",
        summary="Khóa chặt tài khoản trong một buổi sáng.",
        venue="Nhà văn hóa phường Bắc Kạn",
        capacity=1_000_000,
        opens_at=now - dt.timedelta(days=10),
        closes_at=start - dt.timedelta(hours=1),
        starts_at=start,
        ends_at=start + dt.timedelta(hours=8),
    )
