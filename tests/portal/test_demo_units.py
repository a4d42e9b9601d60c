"""The demo's units: today's communes, and what became of the ones before."""

import datetime as dt

import pytest

from members.models import Unit, UnitSuccession
from portal.demo import World, units

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
Kind = UnitSuccession.Kind


@pytest.fixture
def world(now) -> World:
    world = World(now=now)
    units.load(world)
    return world


def named(text: str):
    return Unit.objects.filter(name=text)


def test_all_37_communes_of_today_and_a_neighbour(world):
    communes = Unit.objects.communes(TODAY)
    assert communes.filter(kind__code="doan_phuong").count() == 2
    assert communes.filter(kind__code="doan_xa").count() == 35 + 1
    assert len({unit.slug for unit in communes}) == communes.count()


def test_two_names_that_fold_to_one_address_have_two(world):
    slugs = named("Đoàn xã Văn Lang").get().slug, named("Đoàn xã Văn Lăng").get().slug
    assert slugs == ("van-lang", "van-lang-2")


def test_each_commune_of_today_comes_from_one_old_district(world):
    districts = Unit.objects.filter(kind__code="huyen_doan")
    assert districts.count() == 8
    assert {unit.valid_to for unit in districts} == {dt.date(2025, 6, 30)}
    splits = UnitSuccession.objects.filter(old__in=districts)
    assert splits.count() == 37
    assert splits.values("new").distinct().count() == 37
    assert {row.kind for row in splits} == {Kind.SPLIT}


def test_a_district_and_a_commune_of_one_name_are_two_units(world):
    assert not named("Huyện đoàn Ba Bể").get().is_current(TODAY)
    assert named("Đoàn xã Ba Bể").get().is_current(TODAY)


def test_an_old_commune_leads_to_the_one_of_today(world):
    for old, new in {
        "Đoàn phường Phùng Chí Kiên (cũ)": "Đoàn phường Bắc Kạn",
        "Đoàn thị trấn Bằng Lũng (cũ)": "Đoàn xã Chợ Đồn",
        "Đoàn xã Cẩm Giàng (cũ)": "Đoàn xã Cẩm Giàng",
    }.items():
        succession = named(old).get().successions.get()
        assert succession.new == named(new).get()
        assert succession.kind == Kind.MERGE
        assert succession.date == dt.date(2025, 7, 1)
        assert succession.decision_number


def test_every_closed_unit_says_what_became_of_it(world):
    closed = Unit.objects.exclude(valid_to=None)
    assert not closed.filter(successions=None).exists()
    kinds = set(UnitSuccession.objects.values_list("kind", flat=True))
    assert kinds == {Kind.MERGE, Kind.SPLIT, Kind.DISSOLVE}
    assert not Unit.objects.unreachable().exists()


def test_loaded_twice_is_loaded_once(world):
    def rows():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Unit, UnitSuccession)
        ]

    before = rows()
    units.load(World(now=world.now))
    assert rows() == before
