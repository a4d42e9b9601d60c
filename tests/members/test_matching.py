"""A typed person is known, unknown, or asked about."""

import unicodedata
from datetime import date

import pytest

from members.matching import Certainty, match
from members.models import Person
from tests.factories.members import PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db

EXACT, DOUBT, NONE = Certainty.EXACT, Certainty.DOUBT, Certainty.NONE
BORN = date(2005, 4, 30)


@pytest.fixture
def units():
    return {"here": UnitFactory(), "there": UnitFactory(), None: None}


# What is typed, against one known person: Nông Thị Hà, born 30/4/2005, here, TN-01.
CASES = [
    ({"code": "tn01"}, EXACT),
    ({"code": "TN 01", "unit": None, "born": None}, EXACT),
    ({"code": "TN-01", "name": "Nông Thị Hạnh"}, DOUBT),
    ({"code": "TN-02"}, NONE),
    ({}, EXACT),
    ({"name": "NONG THI  HA"}, EXACT),
    ({"name": unicodedata.normalize("NFD", "Nông Thị Hà")}, EXACT),
    ({"name": "Nông Thị Hạ"}, EXACT),
    ({"born": None, "year": 2005}, EXACT),
    ({"born": date(2005, 5, 1)}, DOUBT),
    ({"born": date(2006, 4, 30)}, NONE),
    ({"born": None, "year": None}, DOUBT),
    ({"unit": "there"}, DOUBT),
    ({"unit": None}, DOUBT),
    ({"unit": "there", "born": None}, NONE),
    ({"unit": "there", "born": date(2004, 4, 30)}, NONE),
    ({"name": "Nông Văn Hà"}, NONE),
]


@pytest.mark.parametrize(("typed", "certainty"), CASES)
def test_one_known_person(units, typed, certainty):
    known = PersonFactory(
        full_name="Nông Thị Hà",
        birth_date=BORN,
        unit=units["here"],
        member_code="TN-01",
    )
    found = match(
        full_name=typed.get("name", "Nông Thị Hà"),
        birth_date=typed.get("born", BORN),
        birth_year=typed.get("year"),
        unit=units[typed.get("unit", "here")],
        member_code=typed.get("code", ""),
        among=Person.objects.all(),
    )
    assert found.certainty == certainty
    assert found.person == (known if certainty == EXACT else None)
    assert found.people == (() if certainty == NONE else (known,))


def typed(unit, **kwargs):
    kwargs = {"birth_date": BORN, "among": Person.objects.all()} | kwargs
    return match(full_name="Nông Thị Hà", unit=unit, **kwargs)


def test_two_of_the_same_name_year_and_unit_are_asked_about(units):
    pair = {
        PersonFactory(full_name="Nông Thị Hà", birth_date=None, birth_year=2005)
        for _ in range(2)
    }
    Person.objects.update(unit=units["here"])
    found = typed(units["here"])
    assert found.certainty == DOUBT
    assert set(found.people) == pair


def test_an_exact_one_beside_a_namesake_elsewhere_is_asked_about(units):
    for unit in ("here", "there"):
        PersonFactory(full_name="Nông Thị Hà", birth_date=BORN, unit=units[unit])
    assert typed(units["here"]).certainty == DOUBT


def test_two_with_one_code_are_told_apart_by_name(units):
    one = PersonFactory(full_name="Nông Thị Hà", member_code="TN-01")
    PersonFactory(full_name="Ma Văn Sơn", member_code="TN01")
    assert typed(None, member_code="tn 01").person == one
    PersonFactory(full_name="NÔNG THỊ HÀ", member_code="TN.01")
    assert typed(None, member_code="tn 01").certainty == DOUBT


def test_whom_the_asker_may_not_see_is_not_found(units):
    PersonFactory(full_name="Nông Thị Hà", birth_date=BORN, unit=units["there"])
    mine = Person.objects.filter(unit=units["here"])
    assert typed(units["there"], among=mine).certainty == NONE
