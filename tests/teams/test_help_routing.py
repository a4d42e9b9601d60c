"""Which team gets a request."""

import pytest

from teams.help.routing import areas_of, team_for
from tests.factories.members import PersonFactory, UserFactory
from tests.factories.teams import MemberFactory, TeamFactory
from vietnam.dates import local_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams(tree):
    """Of the commune and of two of its villages; each has a leader."""
    made = {
        "whole": TeamFactory(unit=tree["cam-giang"], level="commune"),
        "na-tu": TeamFactory(unit=tree["na-tu"], area="thôn Nà Tu"),
        "khuoi-dam": TeamFactory(unit=tree["cam-giang"], area="thôn Khuổi Dấm"),
    }
    for team in made.values():
        MemberFactory(team=team, role="leader")
    return made


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("thôn Nà Tu", "na-tu"),
        ("na tu", "na-tu"),
        ("NA TU, cạnh trường", "whole"),  # the words fit no village alone
        ("Khuổi Dấm", "khuoi-dam"),
        ("thôn", "whole"),
        ("", "whole"),
        ("Nà Ngoàn", "whole"),
    ],
)
def test_the_village_that_is_meant_else_the_commune(tree, teams, now, typed, key):
    found = team_for(tree["cam-giang"], typed, on=local_day(now))
    assert found == teams[key]


def test_a_commune_with_one_team_has_that_one(tree, now):
    person = UserFactory(person=PersonFactory()).person
    only = MemberFactory(team__unit=tree["na-tu"], role="deputy", person=person).team
    assert team_for(tree["cam-giang"], "", on=local_day(now)) == only


def test_of_several_villages_none_is_guessed(tree, now):
    for area in ("thôn Nà Tu", "thôn Nà Ngăm"):
        MemberFactory(team__unit=tree["na-tu"], team__area=area, role="leader")
    assert team_for(tree["cam-giang"], "thôn", on=local_day(now)) is None


def test_a_team_of_another_commune_is_never_meant(tree, teams, now):
    assert team_for(tree["con-minh"], "Nà Tu", on=local_day(now)) is None


def test_ended_teams_and_teams_that_nobody_leads_get_nothing(tree, now):
    today = local_day(now)
    ended = TeamFactory(unit=tree["na-tu"], area="Nà Tu", active_to="2026-11-22")
    MemberFactory(team=ended, role="leader")
    for role in ("member", "deputy"):  # without an account
        MemberFactory(team__unit=tree["na-tu"], team__area="Nà Tu", role=role)
    assert team_for(tree["cam-giang"], "Nà Tu", on=today) is None
    assert areas_of(tree["cam-giang"], on=today) == []


def test_the_form_offers_each_village_once_in_order(tree, teams, now):
    areas = areas_of(tree["cam-giang"], on=local_day(now))
    assert areas == ["thôn Khuổi Dấm", "thôn Nà Tu"]
