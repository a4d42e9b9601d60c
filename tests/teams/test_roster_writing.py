"""Carrying a list out: all or nothing, once."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connections

from members.models import Person
from teams import coverage
from teams.models import DigitalTeam, TeamMember
from teams.roster import writing
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from teams.roster.writing import PlanChanged, carry_out
from tests.factories.members import PersonFactory
from tests.factories.teams import MemberFactory, TeamFactory, line, sheet_file

pytestmark = pytest.mark.django_db
Role = TeamMember.Role
YESTERDAY = dt.date(2026, 11, 22)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def bring_in(coordinator, now):
    def bring(*lines, fingerprint=None, **options):
        table = read(sheet_file(*lines))
        shown = make_plan(table, user=coordinator, now=now, **options)
        return carry_out(
            sheet=table,
            by=coordinator,
            now=now,
            fingerprint=fingerprint or shown.fingerprint(),
            **options,
        )

    return bring


LIST = [
    line(
        team="Tổ thôn Nà Tu",
        level="thôn",
        unit="xã Cẩm Giàng",
        area="thôn Nà Tu",
        households=86,
        name="Nguyễn Thị Ánh",
        born="19/05/1990",
        role="tổ trưởng",
        phone="0912345678",
    ),
    line(name="Bàn Văn Bình", role="tổ phó", union="x"),
    line(team="Tổ xã Côn Minh", level="xã", unit="Côn Minh", name="Lý Thị Hoa"),
]


def test_everything_the_list_says_is_there(bring_in, tree, coordinator, now):
    bring_in(*LIST)
    team = DigitalTeam.objects.get(name="Tổ thôn Nà Tu")
    assert (team.unit, team.households) == (tree["cam-giang"], 86)
    assert team.slug == "to-thon-na-tu-cam-giang"
    assert team.search_text == "to thon na tu thon na tu"
    leader = team.memberships.get(role=Role.LEADER).person
    assert leader.birth_date == dt.date(1990, 5, 19)
    assert leader.birth_year == 1990
    assert leader.unit == tree["cam-giang"]
    assert leader.folded_name == "nguyen thi anh"
    assert leader.sort_key
    assert team.memberships.get(role=Role.DEPUTY).is_union_member
    assert DigitalTeam.objects.get(name="Tổ xã Côn Minh").level == "commune"
    figure = coverage.figure(now)
    assert (figure.total, figure.covered) == (2, 1)
    assert LogEntry.objects.filter(user=coordinator).count() == 2


def test_the_same_list_twice_changes_nothing(bring_in):
    def everything():
        return [
            list(model.objects.order_by("pk").values())
            for model in (DigitalTeam, TeamMember, Person)
        ]

    bring_in(*LIST)
    before = everything()
    plan = bring_in(*LIST)
    assert plan.is_empty
    assert everything() == before


def test_an_error_anywhere_leaves_everything_as_it_was(bring_in):
    with pytest.raises(PlanChanged) as info:
        bring_in(*LIST, line(name="Ma Văn Sơn", phone="1"))
    assert len(info.value.plan.errors) == 1
    assert not DigitalTeam.objects.exists()
    assert not Person.objects.filter(full_name="Bàn Văn Bình").exists()


def test_an_open_doubt_leaves_everything_as_it_was(bring_in, tree):
    PersonFactory(full_name="Bàn Văn Bình", unit=tree["cam-giang"])
    with pytest.raises(PlanChanged) as info:
        bring_in(*LIST)
    assert info.value.plan.open_doubts
    assert not DigitalTeam.objects.exists()


def test_what_was_not_shown_is_not_done(bring_in, tree):
    """Somebody sets the team up by hand between the preview and the button."""
    with pytest.raises(PlanChanged) as info:
        bring_in(*LIST, fingerprint="of another plan")
    assert info.value.plan.is_ready
    assert not DigitalTeam.objects.exists()


def test_a_row_that_appears_under_the_plan_is_no_half_list(bring_in, tree, monkeypatch):
    """Not even the database's own refusal leaves half a list."""
    write_people = writing._write_people

    def meanwhile(members):
        write_people(members)
        TeamMember.objects.create(
            team=DigitalTeam.objects.get(name="Tổ thôn Nà Tu"),
            person=PersonFactory(),
            role=Role.LEADER,
            starts_on=TODAY,
        )

    monkeypatch.setattr(writing, "_write_people", meanwhile)
    with pytest.raises(PlanChanged):
        bring_in(*LIST)
    assert not DigitalTeam.objects.exists()


def test_a_role_that_changes_leaves_its_history(bring_in, tree):
    team = TeamFactory(unit=tree["cam-giang"], name="Tổ thôn Nà Tu")
    old = MemberFactory(
        team=team,
        role=Role.LEADER,
        name_is_public=True,
        person=PersonFactory(full_name="Hà Văn Khánh"),
    )
    bring_in(
        line(team=team.name, unit="Cẩm Giàng", name="Hà Văn Khánh", role="tổ phó"),
        line(name="Nguyễn Thị Ánh", born=1990, role="tổ trưởng"),
    )
    old.refresh_from_db()
    assert (old.role, old.ends_on) == (Role.LEADER, YESTERDAY)
    now_there = team.memberships.filter(ends_on=None)
    assert {(m.person.full_name, m.role) for m in now_there} == {
        ("Hà Văn Khánh", Role.DEPUTY),
        ("Nguyễn Thị Ánh", Role.LEADER),
    }
    assert now_there.get(role=Role.DEPUTY).starts_on == TODAY
    assert now_there.get(role=Role.DEPUTY).name_is_public


def test_two_members_may_swap_roles_on_their_first_day(bring_in, tree):
    team = TeamFactory(unit=tree["cam-giang"], name="Tổ thôn Nà Tu")
    for name, role in (("Hà Văn Khánh", Role.LEADER), ("Lý Thị Hoa", Role.DEPUTY)):
        person = PersonFactory(full_name=name)
        MemberFactory(team=team, person=person, role=role, starts_on=TODAY)
    bring_in(
        line(team=team.name, unit="Cẩm Giàng", name="Lý Thị Hoa", role="tổ trưởng"),
        line(name="Hà Văn Khánh", role="thành viên"),
    )
    roles = {m.person.full_name: m.role for m in team.memberships.all()}
    assert roles == {"Lý Thị Hoa": Role.LEADER, "Hà Văn Khánh": Role.MEMBER}


def test_blanks_of_a_known_person_are_filled(bring_in, tree):
    person = PersonFactory(
        full_name="Bàn Văn Bình",
        birth_date=None,
        birth_year=1999,
        unit=tree["cam-giang"],
        email="",
    )
    bring_in(
        line(
            team="Tổ một",
            unit="Cẩm Giàng",
            name="Bàn Văn Bình",
            born=1999,
            email="binh@example.com",
            code="TN-01",
        )
    )
    person.refresh_from_db()
    assert (person.email, person.member_key) == ("binh@example.com", "TN01")


def test_who_is_not_in_the_list_stays_in_the_team(bring_in, tree):
    member = MemberFactory(team__unit=tree["cam-giang"], team__name="Tổ một")
    bring_in(line(team="Tổ một", unit="Cẩm Giàng", name="Lý Thị Hoa"))
    member.refresh_from_db()
    assert member.ends_on is None


def test_the_right_is_asked_for_again(coordinator, local_coordinator, now):
    table = read(sheet_file(*LIST))
    shown = make_plan(table, user=coordinator, now=now)
    with pytest.raises(PlanChanged) as info:
        carry_out(
            sheet=table,
            by=local_coordinator,
            now=now,
            fingerprint=shown.fingerprint(),
        )
    assert [error.row for error in info.value.plan.errors] == [4]
    assert not DigitalTeam.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_wait_for_one_another(bring_in):
    """The lock is somebody else's: after three seconds we say so."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [writing.LIST_LOCK])
        with pytest.raises(writing.Busy):
            bring_in(*LIST)
        other.rollback()
        bring_in(*LIST)
    finally:
        other.close()
    assert DigitalTeam.objects.count() == 2
