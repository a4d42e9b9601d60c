"""Old addresses lead to the unit that followed, lists of the past stay findable."""

import datetime as dt

import pytest
import time_machine

from members.models import Unit, UnitSuccession
from members.units.addresses import where_now
from tests.factories.members import UnitFactory
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db
Kind = UnitSuccession.Kind
TODAY = dt.date(2026, 11, 23)
EVE = dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def root():
    return UnitFactory(name="Tỉnh đoàn", slug="tinh-doan")


def ended(root, slug, kind, *heirs):
    old = UnitFactory(parent=root, slug=slug, valid_to=EVE)
    for heir in heirs or [None]:
        UnitSuccession.objects.create(old=old, new=heir, kind=kind, date=EVE)
    return old


def test_a_chain_of_changes_leads_to_its_end(root):
    last = UnitFactory(parent=root)
    middle = ended(root, "giua", Kind.RENAME, last)
    first = ended(root, "dau", Kind.MERGE, middle)
    assert where_now(first, on=TODAY) == last
    assert where_now(last, on=TODAY) == last
    assert where_now(ended(root, "het", Kind.DISSOLVE), on=TODAY) == root


def test_a_split_leads_nowhere_and_a_loop_ends(root):
    one, two = UnitFactory.create_batch(2, parent=root)
    assert where_now(ended(root, "tach", Kind.SPLIT, one, two), on=TODAY) is None
    a = UnitFactory(parent=root, valid_to=EVE)
    b = ended(root, "b", Kind.MERGE, a)
    UnitSuccession.objects.create(old=a, new=b, kind=Kind.MERGE, date=EVE)
    assert where_now(a, on=TODAY) is None


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("/to-cong-nghe-so/", "xa"),
        ("/to-cong-nghe-so/so-lieu/", "xa"),
        ("/to-cong-nghe-so/so-lieu/ket-qua.csv", "xa"),
        ("/to-cong-nghe-so/de-nghi-ho-tro/", "xa"),
        ("/tap-huan/", "don-vi"),
        ("/tap-huan/da-qua/", "don-vi"),
        ("/tap-huan/thang/", "don-vi"),
        ("/tap-huan/lich.ics", "don-vi"),
    ],
)
def test_an_old_address_answers_301(client, root, page, key):
    new = UnitFactory(parent=root, slug="xa-moi")
    old = ended(root, "xa-cu", Kind.MERGE, new)
    answer = client.get(page, {key: old.slug})
    assert answer.status_code == 301, page
    assert answer["Location"] == f"{page}?{key}=xa-moi"
    assert client.get(page, {key: new.slug}).status_code == 200


def test_past_sessions_of_a_merged_unit_are_found_below_the_new_one(client, root, now):
    new = UnitFactory(parent=root, slug="xa-moi")
    old = ended(root, "xa-cu", Kind.MERGE, new)
    week = dt.timedelta(days=7)
    SessionFactory(
        unit=old,
        title="Lớp năm trước",
        opens_at=now - 3 * week,
        closes_at=now - 2 * week,
        starts_at=now - 2 * week,
        ends_at=now - week,
    )
    assert set(Unit.objects.with_past(new.pk)) == {new, old}
    html = client.get("/tap-huan/da-qua/", {"don-vi": "xa-moi"}).content.decode()
    assert "Lớp năm trước" in html
