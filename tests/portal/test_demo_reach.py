"""The demo's coverage: villages with and without a team, training, nominations."""

import datetime as dt

import pytest

from certificates.models import Certificate
from members.models import Unit
from portal.demo import World, people, reach, site, teams, units
from teams.models import Nomination, TeamMember, TeamSkill
from teams.nominations.rules import to_decide
from teams.shares import Facts, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now, settings, tmp_path) -> World:
    from certificates.models import Issuer
    from portal.demo.certificates import ISSUERS

    settings.VAR = tmp_path
    world = World(now=now)
    for part in (units, site, people, teams):
        part.load(world)
    for row in ISSUERS[:1]:
        rest = {key: value for key, value in row.items() if key != "unit"}
        unit = world.units[row["unit"]]
        Issuer.objects.create(unit=unit, name=unit.name, **rest)
    reach.load(world)
    return world


def test_every_share_has_gaps_and_covered_ones(world, now):
    facts = Facts.read(now, since=dt.date(2026, 1, 1))
    today = dt.date(2026, 11, 23)
    for kind in (Kind.VILLAGES, Kind.UNION, Kind.TRAINED):
        share = facts.total(kind, today)
        assert 0 < share.part < share.whole, kind
    without = {gap.name for gap in facts.gaps(Kind.VILLAGES, today)}
    named = {f"Chi đoàn {one}" for own in reach.WITHOUT_TEAM.values() for one in own}
    # And the one whose team is history.
    assert without - named <= {"Chi đoàn thôn Đèo Giàng"}
    assert named <= without


def test_one_nomination_waits_for_the_secretary(world, now):
    assert to_decide(world.users["unit_secretary"], now).count() == 1
    assert set(Nomination.objects.values_list("state", flat=True)) == {
        "proposed",
        "returned",
    }


def test_loaded_twice_is_loaded_once(world):
    def rows():
        return [
            list(model.objects.order_by("pk").values())
            for model in (
                *(Unit, TeamSkill, Nomination, Certificate),
                TeamMember.skills.through,
            )
        ]

    before = rows()
    world.now += dt.timedelta(days=9)
    reach.load(world)
    assert rows() == before
