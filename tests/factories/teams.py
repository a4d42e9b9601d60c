"""Teams, their members and lists of them for tests."""

import io
from datetime import date

import factory
from factory.django import DjangoModelFactory
from openpyxl import Workbook

from teams.models import DigitalTeam, TeamMember
from teams.roster.columns import Column
from tests.factories.members import PersonFactory, UnitFactory

VILLAGES = ["Nà Tu", "Khuổi Dấm", "Bản Chang", "Nà Ngoàn", "Cốc Lải", "Phiêng An"]


class TeamFactory(DjangoModelFactory):
    """An active village team that shows itself."""

    class Meta:
        model = DigitalTeam

    unit = factory.SubFactory(UnitFactory)
    name = factory.Sequence(
        lambda n: f"Tổ công nghệ số thôn {VILLAGES[n % len(VILLAGES)]} {n}"
    )
    slug = factory.Sequence(lambda n: f"to-{n}")


class MemberFactory(DjangoModelFactory):
    """A grown-up in a team since the beginning of the year, not in the Union."""

    class Meta:
        model = TeamMember

    team = factory.SubFactory(TeamFactory)
    person = factory.SubFactory(PersonFactory)
    starts_on = date(2026, 1, 5)


def union_member(**fields) -> TeamMember:
    return MemberFactory(is_union_member=True, **fields)


def sheet_file(*lines: list, headings: list | None = None) -> io.BytesIO:
    """An .xlsx with our headings, or these, and the lines below."""
    book = Workbook()
    sheet = book.active
    sheet.append(headings or [column.title for column in Column])
    for line in lines:
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "danh-sach.xlsx"
    return file


def line(**cells) -> list:
    """One line of the list: `line(team=…, unit=…, name=…)`, columns in lower case."""
    known = {
        column.name.lower(): cells.pop(column.name.lower(), None) for column in Column
    }
    assert not cells, f"no such column: {cells}"
    return list(known.values())
