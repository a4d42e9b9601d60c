"""What teams hand to my page, to the desk, to erasure, merges and successions."""

import datetime as dt

import pytest

from members import actions as members_actions
from members import audiences, desk, merge, privacy, timeline
from members.models import Person, UnitSuccession
from teams.models import DigitalTeam, TeamMember
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.teams import MemberFactory, TeamFactory, union_member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
Role = TeamMember.Role
Kind = UnitSuccession.Kind


def test_my_page_tells_of_the_teams_i_am_and_was_in(now):
    person = PersonFactory()
    here = MemberFactory(person=person, role=Role.LEADER)
    gone = MemberFactory(person=person, ends_on=TODAY - DAY)
    hidden = MemberFactory(person=person, team__is_public=False)
    MemberFactory()
    _ahead, ongoing, past = timeline.entries(person, now)
    found = {entry.title: entry for entry in [*ongoing, *past]}
    assert [entry.title for entry in past] == [gone.team.name]
    assert set(found) == {here.team.name, gone.team.name, hidden.team.name}
    assert found[here.team.name].state == "yes"
    assert found[here.team.name].url == here.team.get_absolute_url()
    assert found[here.team.name].all_day
    assert found[gone.team.name].state == "over"
    assert "22/11/2026" in found[gone.team.name].state_text
    assert found[hidden.team.name].url == "/to-cong-nghe-so/"


def test_my_page_renders_them(client):
    member = MemberFactory()
    user = UserFactory(person=member.person)
    client.force_login(user)
    html = client.get("/ca-nhan/").content.decode()
    assert member.team.name in html
    assert "00:00" not in html


def test_a_person_gets_everything_about_their_teams():
    member = union_member(role=Role.DEPUTY, name_is_public=True)
    exported = privacy.export_person(member.person)["teams.teammember"]
    assert exported == [
        {
            "team": member.team.name,
            "unit": str(member.team.unit),
            "role": member.get_role_display(),
            "is_union_member": True,
            "starts_on": "2026-01-05",
            "ends_on": None,
            "name_is_public": True,
            "skills": [],
        }
    ]


def test_who_is_erased_is_in_no_team_and_leaves_a_nameless_row(now):
    member = union_member(role=Role.LEADER, name_is_public=True)
    later = MemberFactory(person=member.person, starts_on=TODAY + DAY)
    for _twice in range(2):
        privacy.erase_person(person=member.person, now=now)
        member.refresh_from_db()
        assert member.ends_on == TODAY
        assert member.role == Role.MEMBER
        assert not member.name_is_public
        assert member.person.full_name == privacy.NAMELESS
    assert not TeamMember.objects.filter(pk=later.pk).exists()


def test_two_records_in_one_team_become_one_member(now):
    keep = MemberFactory(
        role=Role.MEMBER, starts_on=dt.date(2026, 5, 1), name_is_public=True
    )
    drop = union_member(team=keep.team, role=Role.LEADER, starts_on=dt.date(2026, 2, 1))
    past = MemberFactory(
        team=keep.team, person=drop.person, ends_on=dt.date(2026, 1, 31)
    )
    elsewhere = MemberFactory(person=drop.person)
    merge.merge_people(keep=keep.person, drop=drop.person, now=now)
    keep.refresh_from_db()
    assert (keep.role, keep.starts_on) == (Role.LEADER, dt.date(2026, 2, 1))
    assert keep.is_union_member
    assert not keep.name_is_public
    for row in (past, elsewhere):
        row.refresh_from_db()
        assert row.person_id == keep.person_id
    assert keep.team.memberships.count() == 2
    assert not Person.objects.filter(pk=drop.person_id).exists()


@pytest.fixture
def succeed(now):
    def go(old, heirs, kind=Kind.MERGE):
        return members_actions.succeed_unit(
            old=old, heirs=heirs, kind=kind, date=TODAY, now=now
        )

    return go


def test_teams_go_to_the_heir_and_those_that_ended_stay(succeed):
    old, new = UnitFactory(), UnitFactory()
    going = TeamFactory(unit=old, slug="to-mot")
    ended = TeamFactory(unit=old, active_to=TODAY - DAY)
    succeed(old, [new])
    going.refresh_from_db()
    ended.refresh_from_db()
    assert (going.unit, going.slug) == (new, "to-mot")
    assert ended.unit == old


def test_two_teams_of_one_name_are_kept_apart_by_the_old_unit(succeed):
    old, new = UnitFactory(short_name="xã Cũ"), UnitFactory()
    team = TeamFactory(unit=old, name="Tổ công nghệ số cộng đồng xã")
    TeamFactory(unit=new, name="TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG XÃ")
    succeed(old, [new])
    team.refresh_from_db()
    assert team.name == "Tổ công nghệ số cộng đồng xã (xã Cũ)"
    assert team.name_folded == "to cong nghe so cong dong xa (xa cu)"


def test_a_dissolved_unit_leaves_its_teams_to_the_unit_above(succeed):
    above = UnitFactory()
    team = TeamFactory(unit=UnitFactory(parent=above))
    succeed(team.unit, [], Kind.DISSOLVE)
    team.refresh_from_db()
    assert team.unit == above


def test_a_dissolved_root_keeps_its_teams(succeed):
    team = TeamFactory()
    succeed(team.unit, [], Kind.DISSOLVE)
    assert DigitalTeam.objects.get(pk=team.pk).unit == team.unit


def tasks(user, now) -> dict[str, int]:
    return {
        task.url.partition("?")[2]: task.count
        for task in desk.tasks(user, now)
        if "digitalteam" in task.url
    }


def test_the_desk_tells_of_gaps_and_stranded_teams_in_ones_units(
    now, tree, coordinator, local_coordinator
):
    TeamFactory(unit=tree["na-tu"])
    TeamFactory(unit=tree["con-minh"])
    closed = UnitFactory(parent=tree["root"], valid_to=TODAY - DAY)
    union_member(team=TeamFactory(unit=closed))
    assert tasks(coordinator, now) == {"covered=no": 2, "going=stranded": 1}
    assert tasks(local_coordinator, now) == {"covered=no": 1}
    assert tasks(UserFactory(), now) == {}


def test_a_desk_without_gaps_is_empty(now, coordinator, tree):
    union_member(team=TeamFactory(unit=tree["na-tu"]))
    assert tasks(coordinator, now) == {}


def test_the_audience_is_who_is_in_an_active_team(now):
    here = MemberFactory()
    MemberFactory(ends_on=TODAY - DAY)
    MemberFactory(starts_on=TODAY + DAY)
    MemberFactory(team__active_to=TODAY - DAY)
    MemberFactory(person=here.person)
    people = audiences.registry["digital_team_members"].people(TODAY)
    assert list(people) == [here.person]
    assert audiences.contains("digital_team_members", here.person, TODAY)
