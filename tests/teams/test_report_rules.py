"""Which month can be reported when, and until when it is in time."""

import datetime as dt

import pytest

from teams.models import DigitalTeam, Report
from teams.reports import rules
from teams.reports.rules import ReportRefusal

Reason = ReportRefusal
NOVEMBER = dt.date(2026, 11, 1)


def month(year, number):
    return dt.date(year, number, 1)


@pytest.mark.parametrize(
    ("of", "day"),
    [
        (month(2026, 10), dt.date(2026, 11, 5)),
        (month(2026, 12), dt.date(2027, 1, 5)),
        # 5/2/2027 lies before Tết (6/2), the holiday lasts until 12/2: a Friday; the
        # first two working days after it are Monday and Tuesday.
        (month(2027, 1), dt.date(2027, 2, 16)),
        # Tết 2028 is on 26/1, the holiday is over on 2/2 and nothing moves.
        (month(2028, 1), dt.date(2028, 2, 5)),
        # Tết 2029 is on 13/2, its holiday from 6/2 on.
        (month(2029, 1), dt.date(2029, 2, 5)),
    ],
)
def test_reports_are_due_on_the_fifth_but_never_in_tet(of, day):
    assert rules.due_on(of) == day


def test_the_day_is_a_setting(settings):
    settings.TEAM_REPORT_DUE_DAY = 10
    assert rules.due_on(month(2026, 10)) == dt.date(2026, 11, 10)


def test_a_short_month_ends_before_the_day_of_the_setting(settings):
    settings.TEAM_REPORT_OPENS_DAY = settings.TEAM_REPORT_DUE_DAY = 31
    assert rules.opens_on(month(2026, 2)) == dt.date(2026, 2, 28)
    assert rules.due_on(month(2026, 8)) == dt.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("of", "facts", "reason"),
    [
        (month(2026, 11), {}, None),
        (month(2026, 12), {}, Reason.FUTURE),
        (month(2025, 11), {}, None),
        (month(2025, 10), {}, Reason.TOO_OLD),
        (month(2026, 9), {"active_from": dt.date(2026, 9, 30)}, None),
        (month(2026, 8), {"active_from": dt.date(2026, 9, 1)}, Reason.BEFORE_TEAM),
        (month(2026, 9), {"active_to": dt.date(2026, 9, 1)}, None),
        (month(2026, 10), {"active_to": dt.date(2026, 9, 30)}, Reason.AFTER_TEAM),
    ],
)
def test_which_months_a_team_reports(of, facts, reason, now):
    assert rules.why_not_month(DigitalTeam(**facts), of, now=now) == reason


@pytest.mark.parametrize(
    ("day", "facts", "reason"),
    [
        (24, {}, Reason.NOT_OVER),
        (25, {}, None),
        # The team's last day has come: nothing more happens in this month.
        (24, {"active_to": dt.date(2026, 11, 20)}, None),
        (24, {"active_to": dt.date(2026, 11, 28)}, Reason.NOT_OVER),
    ],
)
def test_the_running_month_is_sent_towards_its_end(day, facts, reason):
    now = dt.datetime(2026, 11, day, 3, tzinfo=dt.UTC)
    team = DigitalTeam(**facts)
    found = rules.why_not_send(team, NOVEMBER, None, {1: 3}, now=now)
    assert found == reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, Reason.EMPTY),
        ({1: None, 2: "Sóng yếu"}, Reason.EMPTY),
        ({1: 0}, None),
        ({1: None, 2: False}, None),
    ],
)
def test_a_report_says_something(values, reason, now):
    found = rules.why_not_send(DigitalTeam(), month(2026, 10), None, values, now=now)
    assert found == reason


@pytest.mark.parametrize(
    ("state", "keep", "send", "accept", "return_", "reopen"),
    [
        ("draft", None, None, Reason.NOT_SENT, Reason.NOT_SENT, Reason.NOT_ACCEPTED),
        ("sent", Reason.SENT, None, None, None, Reason.NOT_ACCEPTED),
        ("returned", None, None, Reason.NOT_SENT, Reason.NOT_SENT, Reason.NOT_ACCEPTED),
        (
            "accepted",
            Reason.ACCEPTED,
            Reason.ACCEPTED,
            Reason.NOT_SENT,
            Reason.NOT_SENT,
            None,
        ),
    ],
)
def test_what_may_be_done_in_each_state(
    state, keep, send, accept, return_, reopen, now
):
    team, of = DigitalTeam(), month(2026, 10)
    one = Report(state=state, version=3)
    assert rules.why_not_keep(team, of, one, now=now) == keep
    assert rules.why_not_send(team, of, one, {1: 3}, now=now) == send
    assert rules.why_not_accept(one, version=3) == accept
    assert rules.why_not_return(one, "Xem lại") == return_
    assert rules.why_not_reopen(one, "Xem lại") == reopen


@pytest.mark.parametrize(
    ("day", "expected"), [(24, month(2026, 10)), (25, month(2026, 11))]
)
def test_the_month_to_report_is_the_last_that_can_be_sent(day, expected):
    assert rules.month_due(dt.datetime(2026, 11, day, 3, tzinfo=dt.UTC)) == expected


def test_the_months_a_team_may_look_into(now):
    team = DigitalTeam(active_from=dt.date(2026, 9, 15))
    assert [f"{one:%m}" for one in rules.months_open(team, now=now)] == [
        "11",
        "10",
        "09",
    ]
