"""Row "500 certificates": from the button to rows, numbers, letters and the ZIP.

One batch of 500 people with long names and titles, worked on by a process of its own
as a Celery worker would: Django, PostgreSQL and typst in one, so that its peak memory
is a worker's. Yardstick: typst alone, setting the same 500 pages in the same run.
CERTIFICATES=60 for a first look.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import plans
from benchmarks.measure import cpu_seconds

NUMBER = int(os.environ.get("CERTIFICATES", "500"))
SECONDS, MEGABYTES = 10, 150
COURSE = (
    "Tập huấn kỹ năng ứng dụng trí tuệ nhân tạo, chuyển đổi số và an toàn thông tin "
    "cho cán bộ Đoàn và thành viên Tổ công nghệ số cộng đồng"
)
WORK = """
import json, os, resource, sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
settings.PRIVATE_ROOT = os.environ["BENCH_PRIVATE"]
from certificates import batches
from content import clock
from portal.celery import app
connection.ensure_connection()
began, burned = time.perf_counter(), time.process_time()
batches.work_on(batch_id=int(sys.argv[1]), now=clock.now())
wall, cpu = time.perf_counter() - began, time.process_time() - burned
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
from certificates import paper
from certificates.models import Certificate
pages = list(Certificate.objects.all())
burned = time.process_time()
for page in pages:
    paper.render([page])
alone = time.process_time() - burned
print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "alone": alone}))
"""


def rows() -> list[dict]:
    from benchmarks.database import database

    with (
        database("certificates") as (now, engine),
        tempfile.TemporaryDirectory() as folder,
    ):
        batch_id = _ask(now)
        before = cpu_seconds(engine)
        spent = _work(batch_id, folder)
        burned = spent["cpu"] + cpu_seconds(engine) - before
        _check(batch_id, folder)
        _keep_plan(now)
    wall = f"{spent['wall']:.1f} s by the clock"
    both = {"yardstick": f"typst alone {spent['alone']:.1f} s CPU"}
    return [
        both
        | {
            "row": f"{NUMBER} certificates, rows, numbers and ZIP",
            "value": round(burned, 1),
            "unit": f"s CPU, worker and PostgreSQL ({wall})",
            "goal": SECONDS,
            "met": burned <= SECONDS,
        },
        both
        | {
            "row": f"{NUMBER} certificates, peak memory of the worker",
            "value": round(spent["peak"]),
            "unit": "MB",
            "goal": MEGABYTES,
            "met": spent["peak"] <= MEGABYTES,
        },
    ]


def _ask(now: dt.datetime, *, slug: str = "bench") -> int:
    from certificates import batches
    from certificates.facts import Entry, Facts
    from certificates.models import Kind
    from members.models import Person, Unit, UnitKind
    from vietnam.dates import local_day

    level = UnitKind.objects.create(code=slug, name="Bench")
    unit = Unit.objects.create(kind=level, name="Tỉnh đoàn", slug=slug)
    people = Person.objects.bulk_create(
        Person(
            full_name=f"Công Tằng Tôn Nữ Phương Thảo Quỳnh Như {number}",
            birth_date=dt.date(2000, 5, 19),
            email=f"ban-{number}@example.com",
            unit=unit,
        )
        for number in range(NUMBER)
    )
    today = local_day(now)
    facts = Facts(
        about=f"{slug}:1",
        kind=Kind.TRAINING,
        unit=unit,
        course=COURSE,
        starts_on=today,
        ends_on=today,
        dated=today,
        extent="2 buổi (7 giờ)",
        venue="Nhà văn hóa phường Bắc Kạn",
    )
    entries = [Entry(person=person) for person in people]
    batches.ask_worker = lambda batch_id: None  # the worker is ours, below
    return batches.start(facts=facts, entries=entries, by=None, now=now).pk


def _keep_plan(now: dt.datetime) -> None:
    """A chunk of a second batch, in this process."""
    from certificates import batches

    again = _ask(now, slug="bench-again")
    plans.keep("certificates", lambda: batches.issue_chunk(batch_id=again, now=now))


def _work(batch_id: int, folder: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(batch_id)],
        env=os.environ | {"BENCH_PRIVATE": folder},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def _check(batch_id: int, folder: str) -> None:
    """All of them, numbered without a gap, written to and in the file."""
    import zipfile

    from certificates.models import Certificate, CertificateBatch
    from mail.models import Letter

    batch = CertificateBatch.objects.get(pk=batch_id)
    numbers = Certificate.objects.order_by("number").values_list("number", flat=True)
    assert batch.state == CertificateBatch.State.DONE
    assert list(numbers) == list(range(1, NUMBER + 1))
    assert Letter.objects.count() == NUMBER
    with zipfile.ZipFile(Path(folder) / batch.archive.name) as archive:
        assert len(archive.namelist()) == NUMBER
