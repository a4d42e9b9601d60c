"""The whole province in one list: 1,300 teams with 7,000 people."""

import pytest

from members.lists.sheet import check
from members.models import Unit
from teams.models import DigitalTeam, TeamMember
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from teams.roster.writing import carry_out
from tests.factories.members import UnitKindFactory
from tests.factories.teams import line, sheet_file

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TEAMS, PEOPLE, COMMUNES = 1300, 7000, 37
FAMILIES = ["Nguyễn", "Trần", "Nông", "Hoàng", "Triệu", "Lý", "Bàn", "Giàng"]
LETTERS = "abcdeghiklmnopqrstuvxy"
# Bulk writes: far fewer than there are people, or it would take minutes.
STATEMENTS = 120


def name(number: int) -> str:
    middle = LETTERS[number % 22] + LETTERS[number // 22 % 22] + "ăn"
    given = LETTERS[number // 484 % 22] + "ữ"
    return f"{FAMILIES[number % 8]} {middle.title()} {given.title()}"


@pytest.fixture
def province(tree):
    kind = UnitKindFactory(code="xa")
    Unit.objects.bulk_create(
        Unit(kind=kind, name=f"Đoàn xã Số {n}", slug=f"xa-{n}", parent=tree["root"])
        for n in range(COMMUNES)
    )


@pytest.fixture
def table(province):
    lines = [
        line(
            team=f"Tổ công nghệ số thôn {number % TEAMS}",
            unit=f"xã Số {number % TEAMS % COMMUNES}",
            level="thôn",
            name=name(number),
            born=1960 + number % 48,
            union="x" if number % 3 else "không",
            phone=f"0912{number:06}",
        )
        for number in range(PEOPLE)
    ]
    file = sheet_file(*lines)
    check(file, name="x.xlsx")
    return file


def test_it_takes_few_statements_and_the_second_time_changes_nothing(
    table, coordinator, now, django_assert_max_num_queries
):
    rows = read(table)
    shown = make_plan(rows, user=coordinator, now=now, tidy_names=True)
    assert shown.is_ready, (shown.errors[:3], shown.doubts[:3])

    def bring_in(fingerprint):
        return carry_out(
            sheet=rows,
            by=coordinator,
            now=now,
            fingerprint=fingerprint,
            tidy_names=True,
        )

    with django_assert_max_num_queries(STATEMENTS):
        bring_in(shown.fingerprint())
    assert DigitalTeam.objects.count() == TEAMS
    assert TeamMember.objects.count() == PEOPLE
    again = make_plan(rows, user=coordinator, now=now, tidy_names=True)
    assert again.is_empty
