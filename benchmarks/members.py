"""Rows "members": a list of 80,000 people looked through, brought in, again, and out.

A process of its own does what a Celery worker would, so that its peak memory is a
worker's: Django, the list and the short form of everybody known. CPU is that of the
process and of PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.lists import MEMBERS, _names, _row, _tree
from benchmarks.measure import cpu_seconds

SECONDS, MEGABYTES = 120, 300
HEADINGS = [
    "Mã đoàn viên",
    "Họ và tên",
    "Ngày sinh",
    "Đơn vị",
    "Số điện thoại",
    "Email",
]
WORK = """
import json, os, resource, sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
from content import clock
from members.listing.columns import LAYOUT
from members.listing.export import Exporter
from members.listing.planning import ALL_OTHERS, NEW
from members.listing.writing import bring_in, look
from members.lists.stream import table
from members.models import Person, User
from portal.celery import app
connection.ensure_connection()
by, now = User.objects.get(), clock.now()
def work(step):
    if step == "out":
        return sum(map(len, Exporter(Person.objects.all(), user=by, now=now).csv()))
    verb = look if step == "look" else bring_in
    with open(sys.argv[1], "rb") as file, table(file, LAYOUT, name="a.xlsx") as found:
        # Namesakes of other units are told apart once for all, as the page offers.
        others = {ALL_OTHERS: NEW}
        return verb(found, by=by, now=now, answers=others).outcome()
began, burned = time.perf_counter(), time.process_time()
outcome = work(sys.argv[2])
print(json.dumps({
    "outcome": outcome,
    "wall": time.perf_counter() - began,
    "cpu": time.process_time() - burned,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""
STEPS = {
    "look": "looked through",
    "in": "brought in",
    "again": "brought in once more",
    "out": "taken out (.csv)",
}


def rows() -> list[dict]:
    from benchmarks.database import database

    with (
        database("members") as (_now, engine),
        tempfile.TemporaryDirectory() as folder,
    ):
        from members.models import Assignment, Person, Role, User

        units = _tree()
        user = User.objects.create(email="bench@example.com", is_staff=True)
        Assignment.objects.create(user=user, unit=units[0], role=Role.PROVINCE_ADMIN)
        path = Path(folder) / "list.xlsx"
        _write(path, units)
        made = []
        for step, name in STEPS.items():
            made += _step(step, name, path, engine)
        # Drawn by lot, a few rows name one person twice, or leave in doubt who it is.
        assert MEMBERS - 50 < Person.objects.count() <= MEMBERS
    return made


def _step(step: str, name: str, path: Path, engine: int) -> list[dict]:
    before = cpu_seconds(engine)
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(path), step],
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"members: {name}: {told['outcome']}")
    cpu = told["cpu"] + cpu_seconds(engine) - before
    at = f"members: {MEMBERS:,} rows {name}"
    return [
        _row(f"{at}, wall", round(told["wall"], 1), "s", SECONDS),
        _row(f"{at}, CPU", round(cpu, 1), "s CPU, worker and PostgreSQL", SECONDS),
        _row(f"{at}, peak memory", round(told["peak"]), "MB", MEGABYTES),
    ]


def _write(path: Path, units: list) -> None:
    """Real-looking rows: every tenth without a code, phones in three spellings."""
    import openpyxl

    draw = random.Random(4)
    names = _names(draw)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(HEADINGS)
    for number in range(MEMBERS):
        unit = draw.choice(units[1:])
        place = (
            unit.name
            if unit.parent_id == units[0].pk
            else (f"{unit.name}, {unit.parent.name}")
        )
        digits = f"{number:07d}"
        phone = (
            f"09{1 + number % 8}{digits}",
            f"+84 9{1 + number % 8} {digits[:3]} {digits[3:]}",
            f"9{1 + number % 8}{digits}",
        )[number % 3]
        born = f"{1 + number % 28:02d}/{1 + number % 12:02d}/{1990 + number % 20}"
        code = f"DV-{number:06d}" if number % 10 else ""
        email = f"ban-{number}@example.com" if number % 4 == 0 else ""
        sheet.append([code, next(names), born, place, phone, email])
    book.save(path)
