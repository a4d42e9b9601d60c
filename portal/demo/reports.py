"""Three months of reports of every team: accepted, sent, returned, and some missing."""

from __future__ import annotations

import datetime as dt

from teams import first_indicators, months
from teams.models import (
    DigitalTeam,
    Indicator,
    Recognition,
    Report,
    ReportValue,
    TeamMember,
)
from teams.recognition.ranking import rank
from teams.reports import actions, rules
from vietnam.dates import VIETNAM

State = Report.State
MONTHS = 3
HARDSHIPS = [
    "Sóng điện thoại ở cuối thôn còn yếu, nhiều hôm không mở được trang dịch vụ công.",
    "Đề nghị xã hỗ trợ một máy chiếu nhỏ cho các buổi hướng dẫn tại nhà văn hóa.",
    "Nhiều cụ cao tuổi chưa có điện thoại thông minh, tổ nhờ con cháu làm cùng.",
    "Tháng này mùa vụ nên bà con chỉ rảnh buổi tối, tổ chuyển lịch sang 19 giờ 30.",
]
REMARK = (
    "Số hộ được hướng dẫn lần đầu cao hơn hẳn các tháng trước. Đề nghị tổ xem lại: mỗi "
    "hộ chỉ tính một lần."
)

REASON = (
    "Ba buổi tối mỗi tuần ở nhà văn hóa thôn, đến từng nhà người cao tuổi, và là tổ "
    "đầu tiên của xã gửi báo cáo."
)


def load(world) -> None:
    """Done twice is done once: a month that a team has reported is left alone.

    In bulk, like the teams: four thousand figures one by one would take a minute.
    """
    first_indicators.plant(Indicator)
    indicators = list(Indicator.objects.all())
    this = months.month_of(world.now)
    there = set(Report.objects.order_by().values_list("team", "month"))
    teams = list(DigitalTeam.objects.select_related("unit").order_by("pk"))
    members = _member_counts()
    reports, values = [], []
    for back in range(MONTHS, 0, -1):
        month = months.shifted(this, -back)
        for number, team in enumerate(teams):
            state = _state(number, back)
            known = (team.pk, month) in there
            if known or state is None or not _existed(team, month):
                continue
            report = _report(number, team, month, state, world.now)
            reports.append(report)
            values += [
                ReportValue(report=report, indicator=one, **actions.columns_of(value))
                for one, value in _values(
                    number, report, indicators, members.get(team.pk, 0), back
                )
            ]
    Report.objects.bulk_create(reports)
    ReportValue.objects.bulk_create(values)
    _thank(months.shifted(this, -2), world.now)


def _existed(team: DigitalTeam, month: dt.date) -> bool:
    begun = team.active_from is None or months.month_of(team.active_from) <= month
    return begun and (
        team.active_to is None or months.month_of(team.active_to) >= month
    )


def _state(number: int, back: int) -> State | None:
    """The older the month, the more is settled; every ninth team is behind."""
    if number % 9 == 4 and back < MONTHS:
        return None if back == 1 or number % 2 else State.ACCEPTED
    if back > 1:
        return State.ACCEPTED
    if number % 11 == 7:
        return State.RETURNED
    return State.SENT if number % 5 == 3 else State.ACCEPTED


def _report(
    number: int, team: DigitalTeam, month: dt.date, state: State, now: dt.datetime
) -> Report:
    due_on = rules.due_on(month)
    # Most are in time; every thirteenth comes two days late.
    day = (
        due_on
        - dt.timedelta(days=number % 6)
        + dt.timedelta(days=7 * (not number % 13))
    )
    sent_at = dt.datetime.combine(day, dt.time(19, number % 60), VIETNAM)
    sent_at = min(sent_at, now - dt.timedelta(hours=3))
    decided = state in {State.ACCEPTED, State.RETURNED}
    decided_at = min(sent_at + dt.timedelta(hours=14), now - dt.timedelta(hours=1))
    return Report(
        team=team,
        month=month,
        unit=team.unit,
        unit_name=str(team.unit),
        state=state,
        due_on=due_on,
        first_sent_at=sent_at,
        sent_at=sent_at,
        sent_by=Report.SentBy.COMMUNE if number % 17 == 5 else Report.SentBy.LINK,
        decided_at=decided_at if decided else None,
        remark=REMARK if state == State.RETURNED else "",
        version=1,
        saved_at=sent_at,
    )


def _values(
    number: int,
    report: Report,
    indicators: list[Indicator],
    members: int,
    back: int,
):
    """Made up, yet of the size that a village has; busier each month."""
    busy = 3 + number * 7 % 11 + (MONTHS - back) * 2
    households = report.team.households or 90
    numbers = {
        "I01": busy * 6 + number % 5,
        "I02": min(busy + number % 4, households // 6),
        "I03": busy * 2 + number % 3,
        "I04": busy // 2 + number % 4,
        "I05": busy + number % 6,
        "I06": busy // 2 + number % 5,
        "I07": busy + number % 7,
        "I08": number % 7 // 5,
        "I09": busy * 2 + number % 9,
        "I10": 2 + number % 4,
        "I11": min(members, 1 + number % 3 + (MONTHS - back) // 2),
        "I12": number % 6 != 2,
        "I13": HARDSHIPS[number // 4 % len(HARDSHIPS)] if number % 4 == 1 else "",
    }
    for one in indicators:
        value = numbers.get(one.code, "")
        if value != "" and one.asks_in(report.month):
            yield one, value


def _member_counts() -> dict[int, int]:
    counts: dict[int, int] = {}
    going = TeamMember.objects.filter(ends_on__isnull=True).order_by()
    for team in going.values_list("team", flat=True):
        counts[team] = counts.get(team, 0) + 1
    return counts


def _thank(month: dt.date, now: dt.datetime) -> None:
    """The month before last has its team; the choice of the last one is open."""
    if Recognition.objects.filter(month=month).exists():
        return
    places = rank(month).places
    if places:
        first = places[0]
        Recognition.objects.create(
            month=month,
            team=first.team,
            unit_name=first.report.unit_name,
            place=first.number,
            points=first.points,
            reason=REASON,
            chosen_at=now - dt.timedelta(days=12),
        )
