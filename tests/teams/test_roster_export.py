"""What is taken out can be brought in again and changes nothing."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine

from members.models import AccessNote
from members.models import Role as Right
from teams.models import DigitalTeam, TeamMember, TeamSkill
from teams.roster.columns import Column
from teams.roster.export import as_list
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.teams import MemberFactory, TeamFactory, union_member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
ADDRESS = "/quan-tri/teams/digitalteam/xuat-danh-sach/"


def file_of(user, now) -> io.BytesIO:
    return io.BytesIO(as_list(DigitalTeam.objects.all(), user=user, now=now))


def rows_of(file) -> list[tuple]:
    sheet = openpyxl.load_workbook(file).active
    rows = sheet.iter_rows(min_row=2, values_only=True)
    return [row for row in rows if row[0]]


@pytest.fixture
def roster(tree):
    """Teams with everything that a list can say, and with next to nothing."""
    twin = UnitFactory(
        parent=tree["con-minh"], name="Chi đoàn thôn Nà Tu", short_name=""
    )
    full = TeamFactory(
        unit=tree["na-tu"],
        name="Tổ công nghệ số thôn Nà Tu",
        level="village",
        area="thôn Nà Tu",
        households=86,
        decision_number="12/QĐ-UBND",
        decision_date=dt.date(2026, 3, 5),
        active_from=dt.date(2026, 3, 5),
    )
    skill = TeamSkill.objects.create(name="Chữ ký số")
    leader = MemberFactory(team=full, role="leader", person__phone="+84912345678")
    leader.skills.add(skill, TeamSkill.objects.create(name="VNeID"))
    union_member(team=full, person__email="sen@example.com")
    union_member(team=full, role="deputy", person__member_code="TN-01")
    MemberFactory(team=full, ends_on=TODAY - DAY)
    TeamFactory(unit=twin, name="Tổ trống", level="commune")
    MemberFactory(
        team=TeamFactory(unit=twin, name="=1+1"),
        person__birth_date=None,
        person__birth_year=None,
    )
    TeamFactory(unit=tree["na-tu"], active_to=TODAY - DAY)
    return full


def test_brought_in_again_it_is_a_no_op(roster, coordinator, now):
    plan = make_plan(read(file_of(coordinator, now)), user=coordinator, now=now)
    assert (plan.errors, plan.doubts, plan.second_teams) == ([], [], [])
    assert len(plan.teams) == 3
    assert len(plan.members) == 4
    assert plan.is_empty


def test_somebody_in_two_teams_is_no_question_once_it_is_so(roster, coordinator, now):
    person = roster.memberships.filter(role="deputy").get().person
    MemberFactory(team=TeamFactory(unit=roster.unit), person=person, role="deputy")
    plan = make_plan(read(file_of(coordinator, now)), user=coordinator, now=now)
    assert plan.is_empty


def test_who_left_and_what_ended_is_not_in_it(roster, coordinator, now):
    rows = rows_of(file_of(coordinator, now))
    assert len(rows) == 5
    assert {row[0] for row in rows} == {roster.name, "Tổ trống", "=1+1"}


def test_a_name_that_looks_like_a_formula_is_words(roster, coordinator, now):
    sheet = openpyxl.load_workbook(file_of(coordinator, now)).active
    cells = {cell.value: cell.data_type for (cell,) in sheet.iter_rows(max_col=1)}
    assert cells["=1+1"] == "s"


def test_the_unit_is_written_so_that_it_is_found(roster, coordinator, now):
    place = list(Column).index(Column.UNIT)
    units = {row[0]: row[place] for row in rows_of(file_of(coordinator, now))}
    assert units["Tổ trống"] == "Chi đoàn thôn Nà Tu, xã Côn Minh"


def test_the_page_gives_what_one_may_see(client, tree, roster, now):
    user = AssignmentFactory(role=Right.UNIT_SECRETARY, unit=tree["con-minh"]).user
    client.force_login(user)
    with time_machine.travel(now, tick=False):
        response = client.get(ADDRESS)
    names = {row[0] for row in rows_of(io.BytesIO(response.content))}
    assert names == {"Tổ trống", "=1+1"}
    assert "to-cong-nghe-so-2026-11-23.xlsx" in response["Content-Disposition"]
    note = AccessNote.objects.get()
    seen = DigitalTeam.objects.filter(name__in=names).values("memberships__person")
    assert (note.kind, note.by) == ("teams.roster", user)
    assert note.people == sorted({row["memberships__person"] for row in seen} - {None})
    client.force_login(AssignmentFactory(role=Right.EDITOR, unit=tree["root"]).user)
    assert client.get(ADDRESS).status_code == 403


@pytest.mark.parametrize("number", [1, 20])
def test_the_queries_do_not_grow(
    tree, coordinator, now, number, django_assert_max_num_queries
):
    for _each in range(number):
        union_member(team=TeamFactory(unit=UnitFactory(parent=tree["root"])))
    with django_assert_max_num_queries(8):
        as_list(DigitalTeam.objects.all(), user=coordinator, now=now)
    assert TeamMember.objects.count() == number
