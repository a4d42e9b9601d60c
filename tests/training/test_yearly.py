"""Who of a group has been trained within a year, and who has not."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from members import audiences
from members.models import AccessNote, Person, Role
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
)
from training import yearly
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db


class Everybody:
    label = "Mọi người"

    def people(self, on):
        return Person.objects.exclude(unit=None)


@pytest.fixture(autouse=True)
def _group(monkeypatch, now, time_machine):
    time_machine.move_to(now, tick=False)
    monkeypatch.setattr(audiences.registry, "_items", {"everybody": Everybody()})


@pytest.fixture
def commune():
    return UnitFactory(name="Đoàn xã Ba Bể")


@pytest.fixture
def organiser(commune):
    user = UserFactory(person=None)
    AssignmentFactory(user=user, role=Role.TRAINING_ORGANISER, unit=commune)
    return user


def trained(unit, at):
    person = PersonFactory(unit=unit)
    session = SessionFactory(unit=unit)
    row = RegistrationFactory(session=session, person=person)
    slot = SlotFactory(
        session=session, starts_at=at, ends_at=at + dt.timedelta(hours=3)
    )
    AttendanceFactory(slot=slot, registration=row)
    return person


def plan_of(user, now, year=2026):
    return yearly.year_plan(group="everybody", year=year, user=user, now=now)


def test_one_half_day_within_the_year_counts(commune, organiser, now):
    trained(commune, dt.datetime(2026, 1, 1, 0, 0, tzinfo=VIETNAM))
    early = trained(commune, dt.datetime(2025, 12, 31, 23, 59, tzinfo=VIETNAM))
    plan = plan_of(organiser, now)
    assert (plan.whole.people, plan.whole.trained) == (2, 1)
    assert plan.untrained == [early]
    assert plan_of(organiser, now, 2025).whole.trained == 1


def test_nobody_outside_ones_reach_is_counted(commune, organiser, now):
    PersonFactory(unit=UnitFactory())
    below = PersonFactory(unit=UnitFactory(parent=commune))
    assert plan_of(organiser, now).untrained == [below]


def test_most_left_to_do_comes_first_and_100_means_everybody(commune, organiser, now):
    done = UnitFactory(name="Xong", parent=commune)
    trained(done, now)
    for _ in range(2):
        PersonFactory(unit=commune)
    lines = plan_of(organiser, now).lines
    assert [line.unit for line in lines] == [str(commune), str(done)]
    assert [line.percent for line in lines] == [0, 100]
    assert yearly.UnitLine("", 3, 2).percent == 66


def test_the_queries_do_not_grow(commune, organiser, now, django_assert_num_queries):
    plan_of(organiser, now)
    for _ in range(12):
        PersonFactory(unit=UnitFactory(parent=commune))
    user = type(organiser).objects.get(pk=organiser.pk)
    with django_assert_num_queries(4):
        assert len(plan_of(user, now).lines) == 12


def test_the_page_and_the_file(client, commune, organiser):
    person = PersonFactory(unit=commune, full_name="=Lý A Páo")
    client.force_login(organiser)
    url = reverse("admin:training_trainingsession_year")
    assert "Lý A Páo" in client.get(url).content.decode()
    assert client.get(url, {"group": "nope", "year": "x"}).status_code == 200
    file = client.get(url, {"group": "everybody", "year": 2026, "xlsx": "1"})
    cell = load_workbook(io.BytesIO(file.content)).active["B2"]
    assert (cell.value, cell.data_type) == (person.full_name, "s")
    assert AccessNote.objects.get().people == [person.pk]


def test_it_is_not_for_everybody(client, commune):
    member = UserFactory()
    AssignmentFactory(user=member, role=Role.EDITOR, unit=commune)
    client.force_login(member)
    url = reverse("admin:training_trainingsession_year")
    assert client.get(url).status_code == 403
