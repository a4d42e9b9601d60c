"""What a process keeps of a month is true, whoever changes what it was made of."""

import datetime as dt

import pytest
from django.db import connection

from teams import first_indicators, sums
from teams.figures import kept_months
from teams.models import Indicator, Report, ReportValue
from teams.reports import actions
from tests.factories.teams import TeamFactory, indicator, report

pytestmark = pytest.mark.django_db
OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)
MONTHS = (SEPTEMBER, OCTOBER)


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept_months._kept.clear()


@pytest.fixture
def reports():
    first_indicators.plant(Indicator)
    return [
        report(TeamFactory(), month=month, values={"I03": 7, "I12": True})
        for month in (SEPTEMBER, OCTOBER, OCTOBER)
    ]


def kept():
    return sorted(map(str, kept_months.by_month(*MONTHS)))


def fresh():
    values = ReportValue.objects.counted().filter(report__month__range=MONTHS)
    return sorted(map(str, sums.by_month(values)))


def test_asked_again_it_takes_one_query(reports, django_assert_num_queries):
    with django_assert_num_queries(3):
        before = kept()
    with django_assert_num_queries(1):
        assert kept() == before
    assert before == fresh()


def test_a_change_leaves_the_other_months(reports):
    rows = kept_months.by_month(*MONTHS)
    ReportValue.objects.filter(report=reports[2], number=7).update(number=8)
    after = kept_months.by_month(*MONTHS)
    same = {id(row) for row in rows} & {id(row) for row in after}
    assert same == {id(row) for row in rows if row["report__month"] == SEPTEMBER}


def _corrected(one, now):
    ReportValue.objects.filter(report=one, number=7).update(number=8)


def _by_hand_in_the_database(one, now):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE teams_reportvalue SET yes = NOT yes WHERE report_id = %s", [one.pk]
        )


def _of_another_indicator(one, now):
    row = ReportValue.objects.get(report=one, number=7)
    row.indicator = indicator("I02")
    row.save()


def _one_more(one, now):
    ReportValue.objects.create(report=one, indicator=indicator("I01"), number=0)


def _one_less(one, now):
    ReportValue.objects.filter(report=one, yes=True).delete()


def _reopened(one, now):
    actions.reopen(report=one, remark="Sai số", now=now)


def _reopened_corrected_and_accepted(one, now):
    actions.reopen(report=one, remark="Sai số", now=now)
    ReportValue.objects.filter(report=one, number=7).update(number=9)
    Report.objects.filter(pk=one.pk).update(state="accepted")


def _of_another_month(one, now):
    Report.objects.filter(pk=one.pk).update(month=SEPTEMBER)


def _moved_to_another_report(one, now):
    other = report(TeamFactory(), month=SEPTEMBER)
    ReportValue.objects.filter(report=one).update(report=other)


def _accepted(one, now):
    report(TeamFactory(), values={"I03": 5})


def _deleted(one, now):
    one.delete()


CHANGES = [
    *(
        _corrected,
        _by_hand_in_the_database,
        _of_another_indicator,
        _one_more,
        _one_less,
    ),
    *(_reopened, _reopened_corrected_and_accepted, _of_another_month),
    *(_moved_to_another_report, _accepted, _deleted),
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_counts_is_added_up_anew(reports, now, change):
    before = kept()
    change(reports[1], now)
    assert kept() == fresh() != before


@pytest.mark.parametrize(
    "change", [_corrected, _one_more, _one_less, _of_another_indicator]
)
def test_without_the_trigger_it_would_be_old(reports, now, change):
    """The control of the test above."""
    before = kept()
    with connection.cursor() as cursor:
        # What waits for the end of the transaction would be in the way.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE teams_reportvalue DISABLE TRIGGER USER")
    change(reports[1], now)
    assert kept() == before != fresh()


def test_a_full_save_of_a_report_read_before_keeps_its_mark(reports, now):
    """Whoever saves all columns does not write an old mark over a new one."""
    read = Report.objects.get(pk=reports[1].pk)
    kept()
    _corrected(read, now)
    read.save()
    assert kept() == fresh()


def test_what_changes_while_it_is_read_is_not_kept(reports, now, monkeypatch):
    """Else it would be shown again as soon as somebody changed it back."""
    add_up = sums.by_month

    def meanwhile(values):
        _corrected(reports[1], now)
        return list(add_up(values))

    with monkeypatch.context() as patched:
        patched.setattr(sums, "by_month", meanwhile)
        kept()
    ReportValue.objects.filter(report=reports[1], number=8).update(number=7)
    assert kept() == fresh()


def test_few_months_are_kept(reports, monkeypatch):
    monkeypatch.setattr(kept_months, "MOST", 1)
    assert kept() == fresh()
    assert len(kept_months._kept) == 1
