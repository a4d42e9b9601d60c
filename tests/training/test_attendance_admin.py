"""Attendance in the admin: to read, within one's units, at the same cost."""

import pytest
from django.urls import reverse
from django.utils import translation

from members.models import Role
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SlotFactory,
    State,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return SlotFactory()


def page_of(client, slot, role=Role.TRAINING_ORGANISER, unit=None):
    held = AssignmentFactory(role=role, unit=unit or slot.session.unit)
    client.force_login(held.user)
    client.cookies["django_language"] = "en"
    name = "admin:training_trainingsession_attendance"
    with translation.override("en"):
        return client.get(reverse(name, args=[slot.session_id]))


def test_it_shows_people_by_half_days_and_counts(client, slot):
    AttendanceFactory(slot=slot)
    absent = RegistrationFactory(session=slot.session)
    RegistrationFactory(session=slot.session, state=State.CANCELLED)

    page = page_of(client, slot)

    assert [column["came"] for column in page.context["columns"]] == [1]
    assert sorted(line["came"] for line in page.context["lines"]) == [0, 1]
    assert page.context["nobody"] == 1
    assert absent.person.full_name in page.text
    assert "<input" not in page.text.split('id="content"')[1].split("<footer")[0]


def test_it_counts_by_unit_who_came_and_who_did_not(client, slot):
    for unit in ("Đoàn xã Ba Bể", "Đoàn xã Ba Bể", ""):
        sign_up = RegistrationFactory(session=slot.session, unit_name=unit)
        AttendanceFactory(slot=slot, registration=sign_up)
    RegistrationFactory(session=slot.session, unit_name="Đoàn xã Ba Bể")
    RegistrationFactory(
        session=slot.session,
        unit_name="Đoàn xã Ba Bể",
        excused_at=slot.ends_at,
        excuse="Con ốm",
    )

    page = page_of(client, slot)

    assert [
        (one.unit, one.placed, one.came, one.missed, one.excused)
        for one in page.context["units"]
    ] == [("Đoàn xã Ba Bể", 4, 2, 2, 1), ("Without a unit", 1, 1, 0, 0)]
    assert "Came to no half-day" in page.text


def test_only_within_ones_units(client, slot):
    assert page_of(client, slot, unit=UnitFactory()).status_code == 404


def test_three_cost_as_many_questions_as_one(
    client, slot, django_assert_max_num_queries
):
    def questions():
        with django_assert_max_num_queries(60) as asked:
            page_of(client, slot)
        return len(asked)

    AttendanceFactory(slot=slot)
    questions()  # the first also asks what is then kept for a while
    few = questions()
    for _ in range(3):
        AttendanceFactory(slot=slot)

    assert questions() <= few
