"""One log of every change by staff: before and after, filtered, for the province."""

import datetime as dt

import pghistory
import pytest
from django.urls import reverse
from django.utils import timezone

from members import privacy
from members.models import Role
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LOG = "admin:site_log"


@pytest.fixture
def boss(client):
    role = AssignmentFactory(
        role=Role.PROVINCE_ADMIN, unit=UnitFactory(), user__person__full_name="Bà Chủ"
    )
    client.cookies["django_language"] = "en"
    client.force_login(role.user)
    return role.user


@pytest.fixture
def changed(boss):
    """Two people changed, one of them of a known unit, by the province admin."""
    top = boss.assignments.get().unit
    unit = UnitFactory(name="Đoàn xã Nà Phặc", parent=top)
    person = PersonFactory(full_name="Lý Thị Mai", unit=unit)
    other = PersonFactory(full_name="Hà Văn Đạt")
    with pghistory.context(user=boss.pk, url="/"):
        person.full_name = "Lý Thị Mơ"
        person.save()
    other.full_name = "Hà Văn Đại"
    other.save()
    return person


def lines(client, **asked) -> list:
    response = client.get(reverse(LOG), asked)
    assert response.status_code == 200
    return response.context["page"].object_list


def told(items) -> list[tuple[str, str]]:
    return [(c.before, c.after) for item in items for c in item.changes]


def test_before_and_after_and_who(client, boss, changed):
    item = next(i for i in lines(client) if ("Lý Thị Mai", "Lý Thị Mơ") in told([i]))
    assert item.who == "Bà Chủ"
    assert "Lý Thị Mơ" in item.about


def test_filtered_by_whoever_did_it_the_earlier_value_is_right(client, boss, changed):
    with pghistory.context(user=UserFactory().pk, url="/"):
        changed.full_name = "Lý Thị Mận"
        changed.save()
    with pghistory.context(user=boss.pk, url="/"):
        changed.full_name = "Lý Thị Mùi"
        changed.save()
    mine = told(lines(client, who="ba chu"))
    renamed = [pair for pair in mine if pair[1].startswith("Lý Thị")]
    assert renamed[:2] == [("Lý Thị Mận", "Lý Thị Mùi"), ("Lý Thị Mai", "Lý Thị Mơ")]
    assert told(lines(client, who="khong ai ca")) == []


def test_filtered_by_unit_model_and_day(client, boss, changed):
    there = told(lines(client, unit="na phac", model="members.person"))
    assert ("Lý Thị Mai", "Lý Thị Mơ") in there
    assert ("Hà Văn Đạt", "Hà Văn Đại") not in there
    kinds = {
        item.about.partition(":")[0] for item in lines(client, model="members.unit")
    }
    assert len(kinds) == 1
    long_ago = f"{timezone.now() - dt.timedelta(days=40):%d/%m/%Y}"
    assert lines(client, first=long_ago, last=long_ago) == []
    for nonsense in ("31/02/2026", "01/01/0001", "31/12/9999"):
        for name in ("first", "last"):
            assert client.get(reverse(LOG), {name: nonsense}).status_code == 200
    wrong = client.get(reverse(LOG), {"first": "02/01/2026", "last": "01/01/2026"})
    assert wrong.context["form"].errors


def test_erasing_blanks_and_leaves_the_line(client, boss, changed):
    before = len(lines(client, model="members.person"))
    privacy.erase_person(person=changed, now=timezone.now())
    after = lines(client, model="members.person")
    assert len(after) >= before
    assert "Lý Thị" not in str(told(after))


def test_one_change_or_many_take_the_same_queries(
    client, boss, changed, django_assert_max_num_queries
):
    PersonFactory.create_batch(5)
    with django_assert_max_num_queries(25):
        lines(client)


def test_only_those_who_run_the_whole_portal_read_it(client):
    top = UnitFactory()
    local = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=UnitFactory(parent=top))
    for user in (local.user, AssignmentFactory(role=Role.EDITOR, unit=top).user):
        client.force_login(user)
        assert client.get(reverse(LOG)).status_code == 403
