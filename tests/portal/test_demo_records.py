"""The demo's office: something of everything that its registers can show, once."""

import datetime as dt

import pytest
from django.db.models import Count

from members.merging.doubles import likely
from members.models import (
    Breach,
    BreachPerson,
    DataRequest,
    MemberListRun,
    Person,
    RoleInvitation,
    Unit,
    UnitChange,
)
from portal.demo import World, data_requests, people, records, units

pytestmark = pytest.mark.django_db
MODELS = (Breach, BreachPerson, DataRequest, MemberListRun, Person, Unit, UnitChange)


@pytest.fixture
def world(now, settings, tmp_path) -> World:
    """The parts that these rows stand on, not the whole demo."""
    settings.DEBUG, settings.PRIVATE_ROOT = True, tmp_path
    return _loaded(now)


def _loaded(now) -> World:
    world = World(now=now)
    for part in (units, people, data_requests, records):
        part.load(world)
    return world


def test_a_breach_whose_clock_runs_and_one_that_is_over(world, now):
    running, over = Breach.objects.order_by("-known_at")
    assert dt.timedelta() < running.left(now) < dt.timedelta(hours=72)
    assert running.people.filter(told_at=None).count() == 4
    assert over.left(now) is None
    notice = over.notices.get()
    assert (notice.told, notice.unreached, notice.is_unfinished) == (3, 1, False)


def test_a_change_of_units_that_was_made_and_one_announced(world, now):
    announced, done = UnitChange.objects.order_by("-date")
    assert (done.state, announced.state) == ("done", "planned")
    assert announced.date > now.date() + dt.timedelta(days=30)
    assert len(announced.olds) == 2
    assert Unit.objects.get(name="Chi đoàn Trạm Y tế xã Chợ Đồn").valid_to is None
    assert not done.unit.successions.get().new.has_ended(now.date())


def test_an_invitation_that_waits_and_one_that_ran_out(world, now):
    assert [row.state(now) for row in RoleInvitation.objects.all()] == [
        "open",
        "expired",
    ]


def test_records_that_look_double(world):
    pairs = {pair.one.folded_name for pair in likely(Person.objects.all())}
    assert len(pairs & {"loc van thang", "duong phuc tien", "vu hong yen"}) == 3


def test_a_member_list_that_is_in_and_one_that_waits_for_an_answer(world):
    waiting, done = MemberListRun.objects.order_by("-pk")
    assert (done.state, waiting.state) == ("done", "ready")
    assert done.outcome["new"] == 3
    counts = waiting.found["counts"]
    assert (counts["new"], counts["known"], counts["wrong"]) == (2, 1, 1)


def test_requests_about_data_in_every_state(world):
    rows = DataRequest.objects.values_list("state").annotate(Count("pk"))
    assert dict(rows) == {"open": 4, "done": 1, "refused": 1, "taken_back": 1}
    assert DataRequest.objects.exclude(reason_to_extend="").get().state == "open"


def test_loaded_twice_is_loaded_once(world, now):
    before = [list(model.objects.order_by("pk").values("pk")) for model in MODELS]
    _loaded(now + dt.timedelta(days=1))
    after = [list(model.objects.order_by("pk").values("pk")) for model in MODELS]
    assert after == before
