"""The demo's points, requests for help and map."""

import pytest

from portal.demo import World, help, people, teams, units
from teams.models import CommuneTile, HelpPoint, HelpRequest, HelpTopic

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now, settings, tmp_path) -> World:
    settings.VAR = tmp_path
    world = World(now=now)
    HelpTopic.objects.all().delete()  # as after tests with real transactions
    for part in (units, people, teams, help):
        part.load(world)
    return world


def test_the_leader_of_the_demo_has_somebody_to_call(world):
    leader = world.users["team_leader"].person
    led = leader.team_memberships.get(role="leader").team
    states = led.help_requests.with_team().values_list("state", flat=True)
    assert {"waiting", "missed", "called"} <= set(states)


def test_every_commune_has_a_place_of_its_own_on_the_map(world):
    named = [name for row in help.MAP for name in row if name]
    assert len(named) == len(set(named)) == CommuneTile.objects.count() == 38


def test_loaded_twice_is_loaded_once(world):
    def rows():
        models = (HelpPoint, HelpRequest, CommuneTile)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = rows()
    help.load(world)
    assert rows() == before
