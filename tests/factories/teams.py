"""Teams, their members and lists of them for tests."""

import io
from datetime import UTC, date, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory
from openpyxl import Workbook

from teams import first_indicators
from teams.models import (
    DigitalTeam,
    HelpPoint,
    HelpRequest,
    HelpTopic,
    Indicator,
    Nomination,
    Recognition,
    Report,
    ReportValue,
    TeamMember,
)
from teams.reports import actions as report_actions
from teams.reports import rules as report_rules
from teams.roster.columns import Column
from tests.factories.members import PersonFactory, UnitFactory

# Digits as codes have them, without look-alikes.
SPELT = str.maketrans("01568", "CFHJK")
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


class HelpPointFactory(DjangoModelFactory):
    class Meta:
        model = HelpPoint

    unit = factory.SubFactory(UnitFactory)
    name = factory.Sequence(lambda n: f"Điểm hỗ trợ số {n}")
    place = "Nhà văn hóa thôn Nà Tu"
    hours = "07:30–11:30 thứ Hai đến thứ Sáu"


class HelpTopicFactory(DjangoModelFactory):
    class Meta:
        model = HelpTopic

    name = factory.Sequence(lambda n: f"Việc {n}")


class HelpRequestFactory(DjangoModelFactory):
    """One that waits for a team since the morning of 23 November 2026."""

    class Meta:
        model = HelpRequest

    code = factory.Sequence(lambda n: f"{n:012d}".translate(SPELT))
    press = factory.Sequence(lambda n: f"{n:032x}")
    name = "Cô Sen"
    phone = "+84912345678"
    team = factory.SubFactory(TeamFactory)
    commune = factory.SelfAttribute("team.unit")
    topic = factory.SubFactory(HelpTopicFactory)
    agreed_version = "2026-11"
    sent_at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    moved_at = factory.SelfAttribute("sent_at")


class NominationFactory(DjangoModelFactory):
    """A member proposed for a team, not decided yet."""

    class Meta:
        model = Nomination

    team = factory.SubFactory(TeamFactory)
    person = factory.SubFactory(PersonFactory)
    proposed_at = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


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


def indicator(code: str = "I03", **fields) -> Indicator:
    """One of the thirteen, or a new one: `indicator("X1", measure="people")`.

    Tests with real transactions lose what migrations have written.
    """
    known = {row[0]: row for row in first_indicators.ROWS}
    name, measure = (known[code][1], known[code][3]) if code in known else (code, "")
    given = {"name": name, "measure": measure or "people"} | fields
    row, _made = Indicator.objects.get_or_create(code=code, defaults=given)
    return row


def thirteen() -> None:
    """The indicators of a new portal, where a test before has emptied the tables."""
    first_indicators.plant(Indicator)


def report(team: DigitalTeam | None = None, **fields) -> Report:
    """An accepted report of October 2026: `report(team, values={"I03": 12})`.

    `values` by the codes of indicators; a state other than accepted: `state="sent"`.
    """
    values = fields.pop("values", {})
    team = team or TeamFactory()
    month = fields.pop("month", date(2026, 10, 1))
    due_on = report_rules.due_on(month)
    sent = datetime.combine(due_on - timedelta(days=1), time(3), UTC)
    state = fields.pop("state", "accepted")
    facts = {"first_sent_at": sent, "sent_at": sent, "sent_by": "link"}
    if state in {"accepted", "returned"}:
        facts["decided_at"] = sent + timedelta(hours=5)
    facts = {} if state == "draft" else facts
    made = Report.objects.create(
        team=team,
        month=month,
        unit=fields.pop("unit", team.unit),
        unit_name=str(team.unit),
        state=state,
        due_on=due_on,
        version=1,
        saved_at=sent,
        **(facts | fields),
    )
    for code, value in values.items():
        ReportValue.objects.create(
            report=made, indicator=indicator(code), **report_actions.columns_of(value)
        )
    return made


def recognition(n: int = 1, **fields) -> Recognition:
    """A team of the month; `n` is the number of a month in 2026."""
    team = fields.pop("team", None) or TeamFactory()
    facts = {
        "month": date(2026, n % 12 + 1, 1),
        "unit_name": str(team.unit),
        "place": 1,
        "points": 87,
        "reason": "Ba buổi tối mỗi tuần ở nhà văn hóa thôn.",
        "chosen_at": datetime(2026, 11, 20, 3, tzinfo=UTC),
    }
    return Recognition.objects.create(team=team, **(facts | fields))
