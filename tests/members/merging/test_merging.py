"""Likely doubles are found, and a merge says beforehand what it does."""

import datetime as dt

import pytest
from django.urls import reverse

from members.merging import doubles, preview
from members.models import Person, Role
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
AN = "Nguyễn Văn An"
PHONE = "+84912345678"
BORN = dt.date(2001, 3, 5)


def pairs(people=None) -> list[tuple[str, str, int]]:
    found = doubles.likely(Person.objects.all() if people is None else people)
    return [(p.one.full_name, p.other.full_name, len(p.reasons)) for p in found]


def test_two_facts_in_common_make_a_likely_double():
    unit = UnitFactory()
    PersonFactory(full_name=AN, phone=PHONE, birth_date=BORN, unit=unit)
    PersonFactory(full_name="NGUYEN VAN AN", phone=PHONE, birth_date=BORN, unit=unit)
    PersonFactory(full_name=AN, birth_date=dt.date(2001, 3, 6))
    assert pairs() == [(AN, "NGUYEN VAN AN", 4)]


def test_whom_birth_tells_apart_is_no_double_and_a_schools_phone_neither():
    PersonFactory(full_name=AN, phone=PHONE, birth_date=dt.date(1999, 1, 1))
    PersonFactory(full_name=AN, phone=PHONE, birth_date=BORN)
    PersonFactory.create_batch(7, full_name="Lý Thị Mai", phone="+84900000000")
    assert pairs() == []


def test_finding_doubles_takes_the_same_queries(django_assert_num_queries):
    for number in range(3):
        phone = f"+8491234567{number}"
        PersonFactory.create_batch(2, full_name=f"Hà Văn {'ABC'[number]}", phone=phone)
    with django_assert_num_queries(len(doubles.REASONS) + 1):
        assert len(doubles.likely(Person.objects.all())) == 3


def test_the_preview_says_what_is_lost_filled_and_moved():
    here = UnitFactory(name="Đoàn xã Ta")
    keep = PersonFactory(full_name=AN, phone=PHONE, birth_date=BORN, unit=here)
    drop = PersonFactory(
        full_name="Nguyễn Văn Ân",
        phone="+84900000000",
        birth_date=None,
        member_code="ĐV1",
    )
    ConsentFactory(person=drop)
    account = UserFactory(person=drop, password="mat-khau-rat-dai")
    mine = UserFactory(person=keep)
    AssignmentFactory(user=account, role=Role.EDITOR)
    first, second = preview.previews(keep, drop)
    assert [fact.lost for fact in first.conflicts][:2] == [
        "Nguyễn Văn Ân",
        "0900 000 000",
    ]
    assert [fact.lost for fact in first.filled] == ["ĐV1"]
    assert [number for _label, number in first.moving] == [1]
    assert str(account) in first.accounts[0]
    assert str(mine) in first.accounts[0]
    assert len(first.accounts) == 3
    assert second.moving == []
    assert "05/03/2001" in [fact.lost for fact in second.filled]


@pytest.fixture
def tree():
    top = UnitFactory()
    return top, UnitFactory(parent=top), UnitFactory(parent=top)


def test_the_pages_show_pairs_of_ones_own_units_only(client, tree):
    _top, here, there = tree
    for unit in (here, there):
        PersonFactory.create_batch(2, full_name=AN, birth_date=BORN, unit=unit)
    client.force_login(AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=here).user)
    url = reverse("admin:members_person_doubles")
    page = client.get(url)
    assert len(page.context["pairs"]) == 1
    pair = page.context["pairs"][0]
    assert {pair.one.unit, pair.other.unit} == {here}
    merge = reverse("admin:members_person_merge", args=[pair.key])
    assert client.get(merge).context["previews"]
    client.post(merge, {"keep": pair.one.pk})
    assert not Person.objects.filter(pk=pair.other.pk).exists()
    client.force_login(AssignmentFactory(role=Role.UNIT_SECRETARY, unit=here).user)
    assert client.get(url).status_code == 403
