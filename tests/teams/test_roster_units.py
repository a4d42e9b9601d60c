"""Which unit a cell means."""

import datetime as dt

import pytest

from members.lists.cells import CellRefused
from members.lists.units import UnitNames, bare
from members.models import Unit
from tests.factories.members import UnitFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def names(tree):
    UnitFactory(name="Đoàn xã Văn Lang", short_name="xã Văn Lang", parent=tree["root"])
    UnitFactory(name="Đoàn xã Văn Lăng", short_name="xã Văn Lăng", parent=tree["root"])
    UnitFactory(
        name="Chi đoàn thôn Chợ", short_name="thôn Chợ", parent=tree["cam-giang"]
    )
    UnitFactory(
        name="Chi đoàn thôn Chợ", short_name="thôn Chợ", parent=tree["con-minh"]
    )
    UnitFactory(
        name="Đoàn xã Cũ", short_name="xã Cũ", valid_to=TODAY - dt.timedelta(days=1)
    )
    return UnitNames(Unit.objects.all(), on=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "Đoàn xã Cẩm Giàng",
        "xã Cẩm Giàng",
        "X. Cẩm Giàng",
        "Cẩm Giàng",
        "CẨM GIÀNG",
        "cam giang",
        "doan xa cam giang",
    ],
)
def test_a_commune_by_every_way_to_write_it(names, tree, text):
    assert names.find(text) == tree["cam-giang"]


@pytest.mark.parametrize(
    "text",
    ["thôn Nà Tu, Cẩm Giàng", "Nà Tu", "Chi đoàn thôn Nà Tu", "nà tu, xã cẩm giàng"],
)
def test_a_branch_with_or_without_its_commune(names, tree, text):
    assert names.find(text) == tree["na-tu"]


def test_accents_tell_two_communes_apart(names):
    assert names.find("Văn Lăng").name == "Đoàn xã Văn Lăng"
    assert names.find("xã văn lang").name == "Đoàn xã Văn Lang"


def test_without_them_it_is_a_question(names):
    with pytest.raises(CellRefused) as info:
        names.find("VAN LẢNG")
    assert "Văn Lang" in info.value.sentence
    assert "Văn Lăng" in info.value.sentence


def test_the_same_branch_in_two_communes_needs_the_commune(names, tree):
    with pytest.raises(CellRefused):
        names.find("thôn Chợ")
    assert names.find("thôn Chợ, Côn Minh").parent == tree["con-minh"]


@pytest.mark.parametrize("text", ["xã Không Có", "xã Cũ", "%", "xã"])
def test_what_is_not_there_is_said(names, text):
    with pytest.raises(CellRefused):
        names.find(text)


def test_kinds_are_taken_off_until_the_name_is_left():
    assert bare("Chi đoàn thôn Nà Tu, Đoàn xã Cẩm Giàng") == "na tu, cam giang"
    assert bare("Xã") == "xa"
