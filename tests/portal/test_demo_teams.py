"""The demo's teams: every commune, some gaps, and two lists to try."""

import datetime as dt

import pytest

from members.models import Person
from portal.demo import World, people, teams, units
from portal.demo.files import rosters
from teams import coverage
from teams.communes import Communes
from teams.models import DigitalTeam, TeamMember
from teams.roster.planning import make_plan
from teams.roster.sheet import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now, settings, tmp_path) -> World:
    settings.VAR = tmp_path
    world = World(now=now)
    for part in (units, people, teams):
        part.load(world)
    return world


def test_coverage_looks_like_life(world, now):
    figure = coverage.figure(now)
    assert figure.total > 105
    assert figure.gaps == sum(map(len, teams.GAPS.values()))
    assert 600 <= figure.permille <= 800


def test_all_communes_but_three_have_a_team(world, now):
    lines = coverage.by_commune(now, Communes.read())
    assert len(lines) == 37 - len(teams.WITHOUT_TEAM)
    without = coverage.communes_without_team(now, lines)
    assert {unit.short_name for unit in without} == {
        "xã Thượng Quan",
        "xã Vĩnh Thông",
        "xã Văn Lăng",
    }


def test_one_team_has_ended_and_nobody_is_left_in_it(world):
    ended = DigitalTeam.objects.exclude(active_to=None)
    assert not ended.get().memberships.filter(ends_on=None).exists()


def test_loaded_twice_is_loaded_once(world):
    def rows():
        return [
            list(model.objects.order_by("pk").values())
            for model in (DigitalTeam, TeamMember, Person)
        ]

    before = rows()
    world.now += dt.timedelta(days=9)
    teams.load(world)
    assert rows() == before


def test_the_good_list_closes_two_gaps_and_the_bad_one_has_only_errors(world, now):
    user = world.users["team_coordinator"]

    def plan(name):
        with (rosters.settings.VAR / rosters.FOLDER / name).open("rb") as file:
            return make_plan(read(file), user=user, now=now)

    good = plan(rosters.GOOD)
    assert good.is_ready
    counts = good.counts()
    assert (counts["new_teams"], counts["new_members"]) == (1, 5)
    bad = plan(rosters.BAD)
    assert [error.row for error in bad.errors] == [2, 3, 4, 5, 6]
