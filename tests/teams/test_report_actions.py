"""What changes monthly reports: each verb once, once more, and out of turn."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from members import history
from teams.models import Report, ReportValue
from teams.reports import actions as reporting
from teams.reports.actions import Conflict
from teams.reports.rules import ReportRefusal, ReportRefused
from tests.factories.teams import TeamFactory, indicator, report

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)
State = Report.State


def typed(**values) -> dict:
    """`typed(I01=3)`: what was typed, by the keys of the indicators."""
    return {indicator(code).pk: value for code, value in values.items()}


def kept(team, now, version=0, **values) -> Report:
    return reporting.keep(
        team=team, month=OCTOBER, values=typed(**values), version=version, now=now
    )


def sent(team, now, version=0, **values) -> Report:
    return reporting.send(
        team=team,
        month=OCTOBER,
        values=typed(**values),
        version=version,
        sent_by="link",
        now=now,
    )


def said(report: Report) -> dict:
    rows = report.values.select_related("indicator")
    return {row.indicator.code: row.value for row in rows}


def refusal(verb, *args, **arguments) -> ReportRefusal:
    with pytest.raises(ReportRefused) as info:
        verb(*args, **arguments)
    return info.value.reason


def test_a_draft_keeps_numbers_yes_and_words(now):
    one = kept(TeamFactory(), now, I01=30, I03=0, I12=False, I13="Sóng yếu", I05=None)
    assert said(one) == {"I01": 30, "I03": 0, "I12": False, "I13": "Sóng yếu"}
    assert (one.state, one.version, one.due_on) == ("draft", 1, dt.date(2026, 11, 5))


def test_the_unit_stays_what_it_was_then(now, tree):
    team = TeamFactory(unit=tree["na-tu"])
    one = kept(team, now, I01=1)
    team.unit = tree["con-minh"]
    team.save()
    kept(team, now, version=1, I01=2)
    one.refresh_from_db()
    assert (one.unit, one.unit_name) == (tree["na-tu"], "thôn Nà Tu, Cẩm Giàng")


def test_only_changed_lines_are_written(now):
    team = TeamFactory()
    one = kept(team, now, I01=1, I02=2, I03=3)
    before = dict(one.values.values_list("indicator__code", "pk"))
    one = kept(team, now, version=1, I01=1, I02=5, I03=None)
    assert said(one) == {"I01": 1, "I02": 5}
    assert dict(one.values.values_list("indicator__code", "pk")) == {
        code: before[code] for code in ("I01", "I02")
    }


def test_lines_the_report_does_not_have_are_left_out(now):
    old = indicator("X9", active_to=dt.date(2026, 9, 1))
    values = {old.pk: 5} | typed(I01=1)
    one = reporting.keep(
        team=TeamFactory(), month=OCTOBER, values=values, version=0, now=now
    )
    assert said(one) == {"I01": 1}


def test_the_same_twice_is_one_saving_whatever_the_version(now):
    """The first answer got lost on the way, and the phone asks again."""
    team = TeamFactory()
    kept(team, now, I01=1)
    again = kept(team, now, version=0, I01=1)
    assert again.version == 1


def test_two_phones_do_not_write_over_each_other(now):
    team = TeamFactory()
    kept(team, now, I01=1, I02=2)
    kept(team, now, version=1, I01=7, I02=2)
    with pytest.raises(Conflict) as info:
        kept(team, now, version=1, I01=9, I02=2)
    assert info.value.theirs == typed(I01=7)
    assert info.value.report.version == 2
    one = kept(team, now, version=2, I01=9, I02=2)
    assert said(one) == {"I01": 9, "I02": 2}


def test_sending_says_when_and_by_what_way(now):
    one = sent(TeamFactory(), now, I01=3)
    assert (one.state, one.sent_at, one.sent_by) == ("sent", now, "link")
    assert one.first_sent_at == now


def test_sent_twice_is_sent_once(now):
    team = TeamFactory()
    first = sent(team, now, I01=3)
    second = sent(team, now + dt.timedelta(minutes=5), I01=3)
    assert (second.pk, second.version, second.sent_at) == (first.pk, 1, now)


def test_what_was_sent_can_be_corrected_until_it_is_accepted(now):
    team, later = TeamFactory(), now + dt.timedelta(hours=1)
    sent(team, now, I01=3)
    one = sent(team, later, version=1, I01=4)
    assert (said(one), one.sent_at, one.first_sent_at) == ({"I01": 4}, later, now)
    reporting.accept(report=one, now=later)
    assert refusal(sent, team, later, version=2, I01=5) == ReportRefusal.ACCEPTED
    assert refusal(kept, team, later, version=2, I01=5) == ReportRefusal.ACCEPTED
    assert said(one) == {"I01": 4}


def test_a_draft_is_not_kept_over_what_was_sent(now):
    team = TeamFactory()
    sent(team, now, I01=3)
    assert refusal(kept, team, now, version=1, I01=4) == ReportRefusal.SENT


def test_figures_that_changed_are_looked_at_again(now):
    team = TeamFactory()
    seen = sent(team, now, I01=3)
    sent(team, now, version=1, I01=30)
    reason = refusal(reporting.accept, report=seen, version=seen.version, now=now)
    assert reason == ReportRefusal.CHANGED
    one = reporting.accept(report=seen, version=2, now=now)
    assert one.state == State.ACCEPTED
    assert reporting.accept(report=one, version=1, now=now).state == State.ACCEPTED


def test_returned_reports_go_on_where_they_were(now):
    team = TeamFactory()
    one = sent(team, now, I01=3)
    assert refusal(reporting.return_, report=one, remark=" ", now=now) == "no_remark"
    one = reporting.return_(report=one, remark="Xem lại", now=now)
    assert (one.state, one.remark) == ("returned", "Xem lại")
    later = now + dt.timedelta(days=1)
    one = sent(team, later, version=1, I01=3)
    assert (one.state, one.first_sent_at, one.sent_at) == ("sent", now, later)


def test_opening_again_needs_a_reason_and_leaves_a_trace(now):
    one = report(state="sent")
    assert refusal(reporting.reopen, report=one, remark="x", now=now) == "not_accepted"
    reporting.accept(report=one, now=now)
    assert refusal(reporting.reopen, report=one, remark="", now=now) == "no_remark"
    one = reporting.reopen(report=one, remark="Nhầm số hộ", now=now)
    assert one.state == State.RETURNED
    events = history.events_of(Report).objects.filter(pgh_obj=one).order_by("pgh_id")
    assert [event.state for event in events] == ["sent", "accepted", "returned"]


def test_corrections_of_figures_are_remembered(now):
    team = TeamFactory()
    kept(team, now, I01=3)
    kept(team, now, version=1, I01=4)
    (event,) = history.events_of(ReportValue).objects.all()
    assert (event.pgh_label, event.number) == ("update", 4)


@pytest.mark.parametrize(
    "fields",
    [
        {"number": -1},
        {"number": 100_001},
        {},
        {"number": 1, "yes": True},
        {"number": 1, "text": "một"},
        {"yes": True, "text": "có"},
    ],
)
def test_the_database_takes_one_sound_value_a_line(fields):
    one = report(state="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportValue.objects.create(report=one, indicator=indicator(), **fields)


def test_the_database_takes_one_report_a_month_which_is_a_first_day():
    one = report(state="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        report(one.team, state="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        report(one.team, month=dt.date(2026, 10, 2), state="draft")
