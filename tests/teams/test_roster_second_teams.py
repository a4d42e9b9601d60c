"""The same role in two teams: asked row by row, and the answer followed."""

import datetime as dt

import pytest

from teams.models import TeamMember, TeamSkill
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from teams.roster.writing import carry_out
from tests.factories.members import PersonFactory
from tests.factories.teams import MemberFactory, TeamFactory, line, sheet_file

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture
def person(tree):
    return PersonFactory(
        full_name="Nông Thị Sen",
        birth_date=None,
        birth_year=2001,
        unit=tree["cam-giang"],
    )


@pytest.fixture
def other(tree, person):
    """The team in which the person is a member already."""
    team = TeamFactory(unit=tree["con-minh"], name="Tổ Kia")
    return MemberFactory(team=team, person=person)


def row(team="Tổ Này", **cells):
    known = {"unit": "Cẩm Giàng", "name": "Nông Thị Sen", "born": 2001}
    return line(team=team, **known | cells)


@pytest.fixture
def plan(coordinator, now):
    def make(*rows, user=coordinator, **answers):
        return make_plan(read(sheet_file(*rows)), user=user, now=now, **answers)

    return make


@pytest.fixture
def bring_in(coordinator, now):
    def do(*rows, **answers):
        sheet = read(sheet_file(*rows))
        shown = make_plan(sheet, user=coordinator, now=now, **answers)
        return carry_out(
            sheet=sheet,
            by=coordinator,
            now=now,
            fingerprint=shown.fingerprint(),
            **answers,
        )

    return do


def test_it_is_asked_with_the_other_teams_name(plan, other):
    (question,) = plan(row()).second_teams
    assert "Tổ Kia" in question.sentence
    assert [value for value, _label in question.choices] == ["both", "move"]
    assert not plan(row()).is_ready
    assert plan(row(), second_teams={2: "both"}).is_ready
    assert not plan(row(), second_teams={2: "nonsense"}).is_ready


def test_another_role_is_no_question(plan, other):
    assert plan(row(role="tổ phó")).is_ready


def test_in_both(bring_in, other, person):
    bring_in(row(), second_teams={2: "both"})
    assert person.team_memberships.filter(ends_on=None).count() == 2


def test_moved(bring_in, other, person):
    bring_in(row(), second_teams={2: "move"})
    other.refresh_from_db()
    assert other.ends_on == TODAY - DAY
    (now_in,) = person.team_memberships.filter(ends_on=None)
    assert now_in.team.name == "Tổ Này"


def test_nobody_is_moved_out_of_a_team_of_others(plan, local_coordinator, other):
    made = plan(row(), user=local_coordinator, second_teams={2: "move"})
    (question,) = made.second_teams
    assert [value for value, _label in question.choices] == ["both"]
    assert not made.is_ready


def test_two_rows_of_one_list_are_asked_about_too(plan, person):
    made = plan(row("Tổ Một"), row("Tổ Hai"))
    (question,) = made.second_teams
    assert (question.row, "Tổ Một" in question.sentence) == (3, True)
    assert plan(row("Tổ Một"), row("Tổ Hai", role="tổ phó")).is_ready


def test_brought_in_twice_nothing_is_asked_again(bring_in, plan, other):
    bring_in(row(), second_teams={2: "both"})
    assert plan(row()).is_empty


# --- Skills, households, units of before ---


def test_skills_are_read_written_and_replaced(bring_in, plan, tree):
    vneid, sign = (TeamSkill.objects.create(name=n) for n in ("VNeID", "Chữ ký số"))
    bring_in(row(skills="vneid; CHU KY SO"))
    member = TeamMember.objects.get()
    assert set(member.skills.all()) == {vneid, sign}
    assert plan(row(skills="Chữ ký số, VNeID")).is_empty
    assert plan(row()).is_empty  # nothing said, nothing taken away
    bring_in(row(skills="VNeID"))
    assert set(member.skills.all()) == {vneid}


def test_who_gets_another_role_keeps_the_skills(bring_in, tree):
    vneid = TeamSkill.objects.create(name="VNeID")
    bring_in(row(skills="VNeID"))
    TeamMember.objects.update(starts_on=TODAY - DAY)
    bring_in(row(role="tổ phó"))
    assert list(TeamMember.objects.get(role="deputy").skills.all()) == [vneid]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"skills": "Bay"}, "Không có kỹ năng"),
        ({"households": "-5"}, "số nguyên"),
        ({"households": "nhiều"}, "số nguyên"),
        ({"households": 99999}, "99999"),
        ({"households": "1e9"}, "số nguyên"),
    ],
)
def test_what_a_cell_cannot_mean_is_said_beside_it(plan, tree, cells, words):
    TeamSkill.objects.create(name="VNeID")
    (error,) = plan(row(**cells)).errors
    assert error.row == 2
    assert words in error.sentence


def test_a_unit_that_is_no_more_names_the_one_that_followed(plan, tree, now):
    from members import actions
    from members.models import UnitSuccession

    actions.succeed_unit(
        old=tree["con-minh"],
        heirs=[tree["cam-giang"]],
        kind=UnitSuccession.Kind.MERGE,
        date=dt.date(2026, 11, 1),
        now=now,
    )
    (error,) = plan(row(unit="xã Côn Minh")).errors
    assert "31/10/2026" in error.sentence
    assert "Đoàn xã Cẩm Giàng" in error.sentence
