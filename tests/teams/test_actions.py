"""What changes teams: each verb once, and once more."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from teams import actions
from teams.models import DigitalTeam, TeamMember
from teams.rules import Refusal, Refused
from tests.factories.members import PersonFactory, UnitFactory
from tests.factories.teams import MemberFactory, TeamFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
Role = TeamMember.Role


def refusal(verb, **arguments) -> Refusal:
    with pytest.raises(Refused) as info:
        verb(**arguments)
    return info.value.reason


def test_a_new_team_has_an_address_of_its_own(now):
    name = "Tổ công nghệ số cộng đồng"
    units = [UnitFactory(slug="van-lang"), UnitFactory(slug="van-lang-2")]
    slugs = [actions.create_team(unit=u, name=name, now=now).slug for u in units]
    assert slugs == [
        "to-cong-nghe-so-cong-dong-van-lang",
        "to-cong-nghe-so-cong-dong-van-lang-2",
    ]


@pytest.mark.parametrize(
    ("name", "unit_slug", "expected"),
    [
        ("Tổ thôn Nà Tu", "cam-giang", "to-thon-na-tu-cam-giang"),
        ("Tổ xã Cẩm Giàng", "cam-giang", "to-xa-cam-giang"),
        ("???", "cam-giang", "to-cam-giang"),
        ("Số liệu", "so-lieu", "so-lieu-2"),  # a page stands at so-lieu/
    ],
)
def test_addresses_say_team_and_place_once(name, unit_slug, expected):
    assert actions.free_slugs([(name, unit_slug)]) == [expected]


def test_long_names_leave_room_for_a_number():
    pair = ("Tổ công nghệ số cộng đồng " * 5, "x" * 80)
    first, second = actions.free_slugs([pair, pair])
    assert first != second
    assert max(len(first), len(second)) <= 100


def test_a_second_team_of_that_name_is_refused(now):
    team = TeamFactory(name="Tổ Một")
    reason = refusal(actions.create_team, unit=team.unit, name="to mot", now=now)
    assert reason == Refusal.NAME_TAKEN
    assert DigitalTeam.objects.count() == 1


def test_the_database_refuses_it_too(now):
    team = TeamFactory(name="Tổ Một")
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamFactory(unit=team.unit, name="TỔ MỐT")


def test_a_new_name_keeps_the_address():
    team = TeamFactory(slug="to-mot")
    other = TeamFactory(unit=team.unit)
    team = actions.rename_team(team=team, name="Tổ khác")
    assert (team.slug, team.name_folded) == ("to-mot", "to khac")
    reason = refusal(actions.rename_team, team=team, name=other.name)
    assert reason == Refusal.NAME_TAKEN


def test_a_team_that_ends_lets_everybody_go(now):
    team = TeamFactory()
    member = MemberFactory(team=team)
    gone = MemberFactory(team=team, ends_on=dt.date(2026, 3, 1))
    later = MemberFactory(team=team, starts_on=TODAY + 9 * DAY)
    for _twice in range(2):
        actions.end_team(team=team, last_day=TODAY, now=now)
        member.refresh_from_db()
        gone.refresh_from_db()
        assert member.ends_on == TODAY
        assert gone.ends_on == dt.date(2026, 3, 1)
        assert not TeamMember.objects.filter(pk=later.pk).exists()
    assert not DigitalTeam.objects.active(TODAY + DAY).exists()


def test_who_comes_in_comes_in_once(now):
    team, person = TeamFactory(), PersonFactory()
    member = actions.add_member(team=team, person=person, now=now)
    assert (member.starts_on, member.role) == (TODAY, Role.MEMBER)
    assert not member.name_is_public
    reason = refusal(actions.add_member, team=team, person=person, now=now)
    assert reason == Refusal.ALREADY_IN
    assert team.memberships.count() == 1


def test_the_database_knows_one_leader_and_one_membership():
    leader = MemberFactory(role=Role.LEADER)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(team=leader.team, role=Role.LEADER)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(team=leader.team, person=leader.person)


def test_who_leaves_stays_as_history_and_may_come_back(now):
    member = MemberFactory()
    yesterday = TODAY - DAY
    member = actions.end_membership(membership=member, last_day=yesterday, now=now)
    actions.end_membership(membership=member, last_day=yesterday, now=now)
    assert member.ends_on == yesterday
    back = actions.add_member(team=member.team, person=member.person, now=now)
    assert member.team.memberships.count() == 2
    assert list(member.team.memberships.current(TODAY)) == [back]


def test_nobody_leaves_before_they_came(now):
    member = MemberFactory()
    last_day = member.starts_on - DAY
    reason = refusal(
        actions.end_membership, membership=member, last_day=last_day, now=now
    )
    assert reason == Refusal.BEFORE_START


def test_another_role_begins_today_and_the_old_one_stays_on_record(now):
    old = MemberFactory(is_union_member=True, name_is_public=True)
    new = actions.change_role(membership=old, role=Role.LEADER, now=now)
    old.refresh_from_db()
    assert (old.role, old.ends_on) == (Role.MEMBER, TODAY - DAY)
    assert (new.role, new.starts_on, new.ends_on) == (Role.LEADER, TODAY, None)
    assert new.is_union_member
    assert new.name_is_public
    assert actions.change_role(membership=new, role=Role.LEADER, now=now) == new
    assert old.team.memberships.count() == 2


def test_a_role_mistyped_today_is_just_corrected(now):
    member = MemberFactory(starts_on=TODAY)
    actions.change_role(membership=member, role=Role.DEPUTY, now=now)
    member.refresh_from_db()
    assert member.role == Role.DEPUTY
    assert member.team.memberships.count() == 1


def test_a_second_leader_is_refused(now):
    leader = MemberFactory(role=Role.LEADER)
    other = MemberFactory(team=leader.team)
    reason = refusal(actions.change_role, membership=other, role=Role.LEADER, now=now)
    assert reason == Refusal.HAS_LEADER


def test_where_a_team_was_is_told_in_the_order_in_which_it_moved(now):
    """A merger that is written down late does not reach behind the last move."""
    first, second, third = UnitFactory(), UnitFactory(), UnitFactory()
    team = TeamFactory(unit=first, name="Tổ Một")
    actions.move_team(team=team, unit=second, now=now)
    team.refresh_from_db()
    actions.place_team(team, third, until=TODAY - 20 * DAY)
    assert list(team.places.values_list("unit", "until")) == [(first.pk, TODAY - DAY)]
    assert DigitalTeam.objects.get(pk=team.pk).unit == third


def test_a_team_does_not_move_where_its_name_is_taken_or_nothing_is(now):
    team = TeamFactory(name="Tổ Một")
    taken = TeamFactory(name="TO MOT").unit
    closed = UnitFactory(valid_to=TODAY - DAY)
    for unit, reason in ((taken, Refusal.NAME_TAKEN), (closed, Refusal.UNIT_CLOSED)):
        assert refusal(actions.move_team, team=team, unit=unit, now=now) == reason
    assert not team.places.exists()
    moved = actions.move_team(team=team, unit=taken, name="Tổ Hai", now=now)
    assert (moved.unit, moved.name) == (taken, "Tổ Hai")
