"""Rows "lists": the admin's lists at 80,000 members, and a list of 500 handed in.

Each list is asked for as a commune's secretary or the province's admin would, in one
process with the durable PostgreSQL. CPU is that of both. The sign-ups are those of one
session that 5,000 people want; the list of 500 is read, matched and written in one
transaction, with a letter for each. MEMBERS=4000 for a first look.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from benchmarks import plans
from benchmarks.database import database
from benchmarks.measure import cpu_seconds

MEMBERS = int(os.environ.get("MEMBERS", "80000"))
COMMUNES, VILLAGES, LISTED = 37, 30, 500
SIGN_UPS = MEMBERS // 16
PLACES = SIGN_UPS // 25
TIMES = 10
QUERIES, CPU = 15, 60
FAMILIES = "Nguyễn Trần Lê Hoàng Nông Triệu Hà Lý Bàn Dương Lường Ma Đặng Phùng Hứa"
MIDDLES = "Thị Văn Đức Thu Minh Ngọc Hồng Quang Thanh Xuân"
GIVEN = "Ánh Dũng Đào Hòa Lan Phúc Quỳnh Sơn Thảo Ẩn Bình Cường Hằng Khoa Linh Vy"


def rows() -> list[dict]:
    with database("lists") as (now, engine):
        draw = random.Random(1)
        units = _tree()
        _people(draw, units)
        session = _session(units[0], now)
        _sign_ups(session, now)
        admin, secretary = (
            _staff("province_admin", units[0]),
            _staff("unit_secretary", units[1]),
        )
        people, sign_ups = (
            "/quan-tri/members/person/",
            "/quan-tri/training/registration/",
        )
        found = {
            "members, first page": (admin, people, {}),
            "members, by name without accents": (admin, people, {"q": "nong thi anh"}),
            "members, by email": (admin, people, {"q": "ban-4711@example.com"}),
            "members, of one commune": (secretary, people, {}),
            "sign-ups, first page": (admin, sign_ups, {}),
            "sign-ups, by name": (admin, sign_ups, {"q": "nong thi anh"}),
            "a session at a glance": (admin, _glance(session), {}),
        }
        table = []
        for name, (client, address, query) in found.items():
            ask = partial(_ask, client, f"{address}?{urlencode(query)}")
            table += _measure(name, ask, engine)
        table += _list_of_many(secretary, session, units[1], engine)
    return table


def _measure(name: str, act: Callable[[], None], engine: int) -> list[dict]:
    act()
    queries = plans.keep(f"lists, {name}", act)
    before = time.process_time() + cpu_seconds(engine)
    for _each in range(TIMES):
        act()
    each = (time.process_time() + cpu_seconds(engine) - before) / TIMES * 1000
    at = f"lists: {name}, {MEMBERS:,} members"
    return [
        _row(f"{at}, queries", queries, "queries", QUERIES),
        _row(f"{at}, CPU", round(each, 1), "ms CPU, page and PostgreSQL", CPU),
    ]


def _row(name: str, value: float, unit: str, goal: float | None) -> dict:
    return {
        "row": name,
        "value": value,
        "unit": unit,
        "yardstick": "",
        "goal": goal,
        "met": None if goal is None else value <= goal,
    }


def _ask(client, address: str) -> None:
    answer = client.get(address, headers={"host": "localhost"})
    assert answer.status_code == 200, (address, answer.status_code)


def _list_of_many(client, session, unit, engine: int) -> list[dict]:
    """500 new people by one secretary: the preview, then all of them signed up."""
    from training.models import Registration

    names = _names(random.Random(2))
    typed = [f"{next(names)}\t{2000 + number % 6}" for number in range(LISTED)]
    address = f"/tap-huan/{session.slug}/dang-ky-nhom/"
    form = {"unit": unit.pk, "rows": "\n".join(["Họ và tên\tNăm sinh", *typed])}
    sends = {"preview": {}, "signed up": {"send": "whole", "told": "on"}}
    seen = {}
    before, table = Registration.objects.count(), []
    for name, more in sends.items():
        burned = time.process_time() + cpu_seconds(engine)
        answer = client.post(address, form | more | seen, headers={"host": "localhost"})
        burned = time.process_time() + cpu_seconds(engine) - burned
        if mark := re.search(rb'name="plan" value="([^"]+)"', answer.content):
            seen = {"plan": mark[1].decode(), "step": "preview"}
        table.append(
            _row(f"lists: {LISTED} at once, {name}", round(burned, 2), "s CPU", None)
        )
    assert answer.status_code == 302, _told(answer)
    assert Registration.objects.count() == before + LISTED
    return table


def _told(answer) -> str:
    text = re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
    return re.sub(r" +", " ", text)[:3000]


def _names(draw: random.Random) -> Iterator[str]:
    """All that can be made of the parts, in any order, then once more."""
    parts = itertools.product(FAMILIES.split(), MIDDLES.split(), GIVEN.split())
    names = [" ".join(name) for name in parts]
    draw.shuffle(names)
    return itertools.cycle(names)


def _tree() -> list:
    """The province, its communes, their villages: in this order."""
    from members.models import Unit, UnitKind

    levels = [
        UnitKind.objects.create(code=code, name=name)
        for code, name in (("p", "Tỉnh đoàn"), ("c", "Đoàn xã"), ("v", "Chi đoàn"))
    ]
    top = Unit.objects.create(kind=levels[0], name="Tỉnh đoàn", slug="tinh-doan")
    below = [
        Unit.objects.create(kind=levels[1], name=f"Xã {n}", slug=f"xa-{n}", parent=top)
        for n in range(COMMUNES)
    ]
    villages = [
        Unit(
            kind=levels[2],
            name=f"Thôn {n}",
            folded_name=f"thon {n}",
            slug=f"thon-{commune.pk}-{n}",
            parent=commune,
        )
        for commune in below
        for n in range(VILLAGES)
    ]
    return [top, *below, *Unit.objects.bulk_create(villages)]


def _people(draw: random.Random, units: list) -> None:
    from django.db import connection

    from members.models import Person
    from vietnam.fold import fold
    from vietnam.names import default_sort_name, sort_key

    names = _names(draw)
    people = []
    for number in range(MEMBERS):
        name = next(names)
        people.append(
            Person(
                full_name=name,
                folded_name=fold(name),
                birth_year=1985 + number % 15,
                email=f"ban-{number}@example.com",
                unit=draw.choice(units[1:]),
            )
        )
    for person in people:
        person.sort_name = default_sort_name(person.full_name)
        person.sort_key = sort_key(person.sort_name)
    Person.objects.bulk_create(people, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE members_person")


def _session(unit, now: dt.datetime):
    from training.models import SessionKind, TrainingSession

    start = now + dt.timedelta(days=9)
    return TrainingSession.objects.create(
        title="An toàn số và bảo vệ dữ liệu cá nhân",
        slug="bench",
        kind=SessionKind.objects.create(code="bench", name="Bench"),
        unit=unit,
        state="published",
        summary="Khóa chặt tài khoản trong một buổi sáng.",
        venue="Nhà văn hóa phường Bắc Kạn",
        capacity=PLACES,
        confirmed=PLACES,
        line_length=SIGN_UPS - PLACES,
        line_tail=SIGN_UPS - PLACES,
        opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=8),
        starts_at=start,
        ends_at=start + dt.timedelta(hours=8),
    )


def _sign_ups(session, now: dt.datetime) -> None:
    from django.db import connection

    from members.models import Person
    from training.models import Registration

    people = Person.objects.order_by("pk")[:SIGN_UPS]
    Registration.objects.bulk_create(
        Registration(
            session=session,
            person=person,
            unit_id=person.unit_id,
            identity=f"{number}|bench",
            state="confirmed" if number < PLACES else "waiting",
            place=None if number < PLACES else number - PLACES + 1,
            confirmed_at=now if number < PLACES else None,
            registered_at=now,
        )
        for number, person in enumerate(people)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE training_registration")


def _staff(role: str, unit):
    from django.test import Client

    from members.models import Assignment, Person, User

    person = Person.objects.create(full_name="Bế Thị Sen", unit=unit)
    user = User.objects.create(
        email=f"{role}@example.com", person=person, is_staff=True
    )
    Assignment.objects.create(user=user, role=role, unit=unit)
    client = Client()
    client.force_login(user)
    return client


def _glance(session) -> str:
    return f"/quan-tri/training/trainingsession/{session.pk}/change/"
