"""Each reason why not, and whose name is public."""

import datetime as dt

import pytest

from members import consents
from members.models import Consent
from teams import rules
from teams.models import TeamMember
from teams.rules import Refusal
from tests.factories.members import (
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
)
from tests.factories.teams import MemberFactory, TeamFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
Role = TeamMember.Role


def test_a_team_needs_a_going_unit_and_a_free_name():
    unit = UnitFactory()
    assert rules.why_not_create(unit, "Tổ một", on=TODAY) is None
    closed = UnitFactory(valid_to=TODAY - DAY)
    assert rules.why_not_create(closed, "Tổ một", on=TODAY) == Refusal.UNIT_CLOSED
    TeamFactory(unit=unit, name="Tổ Một")
    assert rules.why_not_create(unit, "to  mot", on=TODAY) == Refusal.NAME_TAKEN
    assert rules.why_not_create(UnitFactory(), "Tổ một", on=TODAY) is None


def test_the_name_of_a_team_that_ended_is_free():
    team = TeamFactory(active_to=TODAY - DAY)
    assert rules.why_not_name(team.unit, team.name) is None


def test_a_team_may_keep_its_own_name():
    team = TeamFactory()
    assert rules.why_not_name(team.unit, team.name, besides=team) is None


def why_not_add(team, person=None, role=Role.MEMBER, starts_on=TODAY):
    person = person or PersonFactory()
    return rules.why_not_add(team, person, role, starts_on=starts_on)


def test_nobody_comes_into_a_team_that_ended():
    team = TeamFactory(active_to=TODAY)
    assert why_not_add(team) is None
    assert why_not_add(team, starts_on=TODAY + DAY) == Refusal.TEAM_ENDED


def test_nobody_comes_in_twice_but_who_left_may_come_back():
    member = MemberFactory()
    assert why_not_add(member.team, member.person) == Refusal.ALREADY_IN
    member.ends_on = TODAY
    member.save()
    assert why_not_add(member.team, member.person) == Refusal.ALREADY_IN
    assert why_not_add(member.team, member.person, starts_on=TODAY + DAY) is None


def test_a_team_has_one_leader():
    leader = MemberFactory(role=Role.LEADER)
    assert why_not_add(leader.team, role=Role.LEADER) == Refusal.HAS_LEADER
    assert why_not_add(leader.team, role=Role.DEPUTY) is None
    other = MemberFactory(team=leader.team)
    why_not = rules.why_not_change_role
    assert why_not(other, Role.LEADER, on=TODAY) == Refusal.HAS_LEADER
    assert why_not(leader, Role.LEADER, on=TODAY) is None
    assert why_not(other, Role.DEPUTY, on=TODAY) is None


def test_who_left_gets_no_new_role():
    member = MemberFactory(ends_on=TODAY - DAY)
    why_not = rules.why_not_change_role(member, Role.DEPUTY, on=TODAY)
    assert why_not == Refusal.LEFT


def test_nobody_leaves_before_they_came():
    member = MemberFactory(starts_on=TODAY)
    assert rules.why_not_end(member, last_day=TODAY) is None
    assert rules.why_not_end(member, last_day=TODAY - DAY) == Refusal.BEFORE_START


def test_a_team_does_not_end_before_it_began():
    team = TeamFactory(active_from=TODAY)
    assert rules.why_not_end_team(team, last_day=TODAY) is None
    why_not = rules.why_not_end_team(team, last_day=TODAY - DAY)
    assert why_not == Refusal.BEFORE_START


# --- Names in public (rule 9) ---


@pytest.fixture
def team():
    return TeamFactory()


def named(team) -> list[str]:
    return [m.person.full_name for m in rules.named_in_public(team, on=TODAY)]


def test_only_who_released_the_name_is_named(team):
    MemberFactory(team=team)
    shown = MemberFactory(team=team, name_is_public=True)
    assert named(team) == [shown.person.full_name]


def test_who_left_or_has_not_come_is_not_named(team):
    MemberFactory(team=team, name_is_public=True, ends_on=TODAY - DAY)
    MemberFactory(team=team, name_is_public=True, starts_on=TODAY + DAY)
    assert named(team) == []


@pytest.mark.parametrize(
    "birth",
    [
        {"birth_date": TODAY.replace(year=2010) + DAY},
        {"birth_date": None, "birth_year": 2010},
        {"birth_date": None, "birth_year": None},
    ],
)
def test_a_child_or_somebody_of_unknown_age_is_not_named(team, birth):
    MemberFactory(team=team, name_is_public=True, person=PersonFactory(**birth))
    assert named(team) == []


def test_on_the_sixteenth_birthday_the_own_word_is_enough(team):
    person = PersonFactory(birth_date=TODAY.replace(year=2010))
    MemberFactory(team=team, name_is_public=True, person=person)
    assert named(team) == [person.full_name]


def test_a_child_is_named_with_every_consent_and_not_after_one_is_withdrawn(team, now):
    guardian = GuardianFactory()
    child = guardian.child
    MemberFactory(team=team, name_is_public=True, person=child)
    purpose = Consent.Purpose.PUBLISH_NAME
    ConsentFactory(person=child, purpose=purpose)
    assert named(team) == []
    ConsentFactory(
        person=child,
        guardian=guardian,
        purpose=purpose,
        method=Consent.Method.SIGNED_FORM,
    )
    assert named(team) == [child.full_name]
    consents.withdraw(person=child, purpose=purpose, now=now)
    assert named(team) == []


def test_the_consents_of_a_whole_team_take_two_queries(team, django_assert_num_queries):
    for _each in range(12):
        person = PersonFactory(birth_date=None)
        MemberFactory(team=team, name_is_public=True, person=person)
    with django_assert_num_queries(2):
        assert named(team) == []


def test_the_leader_stands_first_then_by_given_name(team):
    for name, role in (
        ("Nguyễn Thị Ánh", Role.MEMBER),
        ("Bàn Văn An", Role.MEMBER),
        ("Ma Văn Yên", Role.LEADER),
        ("Lý Thị Hoa", Role.DEPUTY),
    ):
        person = PersonFactory(full_name=name)
        MemberFactory(team=team, role=role, name_is_public=True, person=person)
    assert named(team) == ["Ma Văn Yên", "Lý Thị Hoa", "Bàn Văn An", "Nguyễn Thị Ánh"]
