"""Members of all teams: found, moved, promoted, let go and taken back."""

import datetime as dt

import pytest
import time_machine

from members.actions import assign_role
from members.models import Role as Right
from teams.models import DigitalTeam, TeamMember, TeamSkill
from tests.factories.certificates import issued
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.teams import MemberFactory, TeamFactory, union_member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
LIST = "/quan-tri/teams/teammember/"
Role = TeamMember.Role


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def local_desk(client, local_coordinator):
    client.force_login(local_coordinator)
    return client


@pytest.fixture
def member(tree):
    return union_member(team=TeamFactory(unit=tree["na-tu"]))


def post(client, member, verb, **data):
    return client.post(f"{LIST}{member.pk}/{verb}/", data)


def spans(person):
    rows = person.team_memberships.order_by("starts_on")
    return [(row.team, row.role, row.starts_on, row.ends_on) for row in rows]


def test_a_member_moves_and_the_time_before_stays(desk, member, tree):
    skill = TeamSkill.objects.create(name="VNeID")
    member.skills.add(skill)
    other = TeamFactory(unit=tree["con-minh"])
    assert post(desk, member, "move", to=other.pk, role="deputy").status_code == 302
    assert spans(member.person) == [
        (member.team, "member", member.starts_on, TODAY - DAY),
        (other, "deputy", TODAY, None),
    ]
    moved = member.person.team_memberships.get(team=other)
    assert moved.is_union_member
    assert list(moved.skills.all()) == [skill]


def test_a_name_released_for_one_team_is_not_public_in_the_next(desk, member, tree):
    TeamMember.objects.update(name_is_public=True)
    other = TeamFactory(unit=tree["na-tu"])
    post(desk, member, "move", to=other.pk, role="member")
    assert not other.memberships.get().name_is_public


def test_a_team_of_others_cannot_be_moved_into(local_desk, member, tree):
    other = TeamFactory(unit=tree["con-minh"])
    page = post(local_desk, member, "move", to=other.pk, role="member")
    assert "to" in page.context["form"].errors
    assert not other.memberships.exists()


def test_nor_into_one_that_has_ended_or_has_a_leader(desk, member, tree):
    ended = TeamFactory(unit=tree["na-tu"], active_to=TODAY - DAY)
    led = MemberFactory(team=TeamFactory(unit=tree["na-tu"]), role="leader").team
    assert post(desk, member, "move", to=ended.pk, role="member").status_code == 200
    page = post(desk, member, "move", to=led.pk, role="leader")
    assert "Tổ đã có tổ trưởng" in page.content.decode()
    assert member.person.team_memberships.count() == 1


def test_the_same_role_in_a_third_team_is_asked_and_then_done(desk, member, tree):
    third = TeamFactory(unit=tree["con-minh"], name="Tổ Thứ Ba")
    MemberFactory(team=third, person=member.person)
    other = TeamFactory(unit=tree["na-tu"])
    page = post(desk, member, "move", to=other.pk, role="member")
    html = page.content.decode()
    assert "Tổ Thứ Ba" in html
    assert 'name="in_both"' in html
    assert not other.memberships.exists()
    done = post(desk, member, "move", to=other.pk, role="member", in_both="on")
    assert done.status_code == 302
    assert other.memberships.get().person == member.person


def test_two_teams_with_two_roles_are_nobodys_question(desk, member, tree):
    third = TeamFactory(unit=tree["con-minh"])
    MemberFactory(team=third, person=member.person, role="deputy")
    other = TeamFactory(unit=tree["na-tu"])
    assert post(desk, member, "move", to=other.pk, role="member").status_code == 302


def test_another_role_is_another_row(desk, member):
    assert post(desk, member, "role", role="leader").status_code == 302
    assert [span[1] for span in spans(member.person)] == ["member", "leader"]


def test_who_left_is_taken_back(desk, member):
    assert post(desk, member, "end", last_day="01/11/2026").status_code == 302
    member.refresh_from_db()
    assert member.ends_on == dt.date(2026, 11, 1)
    assert post(desk, member, "return", role="member").status_code == 302
    assert spans(member.person)[1] == (member.team, "member", TODAY, None)
    # The second click finds somebody who is in the team.
    again = post(desk, member, "return", role="member")
    assert "đã ở trong tổ" in again.content.decode()
    assert member.person.team_memberships.count() == 2


def test_who_is_in_the_team_cannot_return(desk, member):
    assert post(desk, member, "return", role="member").status_code == 200
    assert member.person.team_memberships.count() == 1


def test_the_last_day_is_not_before_the_first(desk, member):
    page = post(desk, member, "end", last_day="01/01/2026")
    assert "last_day" in page.context["form"].errors
    member.refresh_from_db()
    assert member.ends_on is None


def test_the_page_offers_what_can_happen(desk, member):
    def offered():
        html = desk.get(f"{LIST}{member.pk}/change/").content.decode()
        verbs = ("move", "role", "end", "return")
        return {verb for verb in verbs if f"/{member.pk}/{verb}/" in html}

    assert offered() == {"move", "role", "end"}
    TeamMember.objects.update(ends_on=TODAY - DAY)
    assert offered() == {"return"}


def test_what_is_said_of_a_member_can_be_corrected(desk, member):
    skill = TeamSkill.objects.create(name="Chữ ký số")
    data = {"name_is_public": "on", "skills": [skill.pk]}
    assert desk.post(f"{LIST}{member.pk}/change/", data).status_code == 302
    member.refresh_from_db()
    assert (member.is_union_member, member.name_is_public) == (False, True)
    assert list(member.skills.all()) == [skill]


def test_somebody_comes_in_by_the_form(desk, tree):
    team, person = TeamFactory(unit=tree["na-tu"]), PersonFactory()
    data = {
        "team": team.pk,
        "person": person.pk,
        "role": "member",
        "starts_on": "01/11/2026",
        "is_union_member": "on",
    }
    assert desk.post(f"{LIST}add/", data).status_code == 302
    assert team.memberships.get().starts_on == dt.date(2026, 11, 1)
    twice = desk.post(f"{LIST}add/", data)
    assert "person" in twice.context["adminform"].form.errors
    assert team.memberships.count() == 1


def test_the_line_in_the_teams_form_asks_as_well(desk, member, tree):
    from tests.teams.test_admin import form_of

    other = TeamFactory(unit=tree["con-minh"])
    data = form_of(desk, other) | {
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-person": member.person.pk,
        "memberships-0-role": "member",
        "memberships-0-starts_on": "01/11/2026",
    }
    address = f"/quan-tri/teams/digitalteam/{other.pk}/change/"
    html = desk.post(address, data).content.decode()
    assert 'name="memberships-0-in_both"' in html
    assert not other.memberships.exists()
    assert desk.post(address, data | {"memberships-0-in_both": "on"}).status_code == 302
    assert other.memberships.get().person == member.person


def test_a_team_moved_in_its_form_is_remembered_where_it_was(desk, member, tree):
    from tests.teams.test_admin import form_of

    team = member.team
    data = form_of(desk, team, unit=tree["con-minh"].pk, name="Tổ Mới")
    address = f"/quan-tri/teams/digitalteam/{team.pk}/change/"
    assert desk.post(address, data).status_code == 302
    team = DigitalTeam.objects.get(pk=team.pk)
    assert (team.unit, team.name) == (tree["con-minh"], "Tổ Mới")
    place = team.places.get()
    assert (place.unit, place.until) == (tree["na-tu"], TODAY - DAY)


# --- The list ---


def test_the_list_tells_training_and_account(desk, member):
    UserFactory(person=member.person)
    day = dt.date(2026, 3, 6)
    issued(member.person, starts_on=day, ends_on=day)
    MemberFactory(team=member.team, person__full_name="Bàn Thị Sen")
    html = desk.get(LIST).content.decode()
    assert "06/03/2026" in html
    assert "Không có" in html
    with_one = desk.get(LIST, {"account": "yes"}).context["cl"].result_list
    assert [row.person for row in with_one] == [member.person]


def test_who_left_can_be_told_from_who_is_in(desk, member):
    left = MemberFactory(team=member.team, ends_on=TODAY - DAY)

    def listed(now):
        return [
            row.pk for row in desk.get(LIST, {"now": now}).context["cl"].result_list
        ]

    assert listed("yes") == [member.pk]
    assert listed("left") == [left.pk]


@pytest.mark.parametrize("number", [3, 90])
def test_the_queries_do_not_grow(desk, tree, number, django_assert_max_num_queries):
    team = TeamFactory(unit=tree["na-tu"])
    for _each in range(number):
        issued(union_member(team=team).person)
    with django_assert_max_num_queries(12):
        page = desk.get(LIST)
    assert len(page.context["cl"].result_list) == number


# --- Scope ---


def test_a_commune_sees_its_own_and_changes_nothing_of_others(local_desk, member, tree):
    other = MemberFactory(team=TeamFactory(unit=tree["con-minh"]))
    rows = local_desk.get(LIST).context["cl"].result_list
    assert [row.pk for row in rows] == [member.pk]
    assert post(local_desk, other, "end", last_day="01/11/2026").status_code == 404
    other.refresh_from_db()
    assert other.ends_on is None


def test_a_secretary_reads_and_has_no_verbs(client, member, tree):
    user = AssignmentFactory(role=Right.UNIT_SECRETARY, unit=tree["cam-giang"]).user
    client.force_login(user)
    html = client.get(f"{LIST}{member.pk}/change/").content.decode()
    assert f"/{member.pk}/move/" not in html
    assert post(client, member, "role", role="leader").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/quan-tri/", LIST, "/quan-tri/teams/digitalteam/", "/quan-tri/teams/nomination/"],
)
def test_a_team_leader_never_enters_the_admin(client, member, tree, now, address):
    """Neither by leading a team nor by the role that lets them report."""
    TeamMember.objects.update(role="leader")
    user = UserFactory(person=member.person)
    client.force_login(user)
    assert client.get(address).status_code == 302
    assign_role(user=user, role=Right.TEAM_LEADER, unit=tree["na-tu"], now=now)
    user.refresh_from_db()
    assert not user.is_staff
    assert client.get(address).status_code == 302
