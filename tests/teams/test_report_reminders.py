"""Letters about reports that have not come: once before the day, once after it."""

import datetime as dt

import pytest

from mail import kinds, reminders
from mail.models import Letter
from teams.reports import reminders as report_reminders
from tests.factories.members import PersonFactory
from tests.factories.teams import MemberFactory, TeamFactory, report

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)
KIND, OVERDUE = report_reminders.KIND, report_reminders.OVERDUE


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> dt.datetime:
    """That hour in Vietnam."""
    return dt.datetime(year, month, day, hour - 7, tzinfo=dt.UTC)


@pytest.fixture
def leader():
    person = PersonFactory(email="totruong@example.com")
    return MemberFactory(person=person, role="leader")


def written(now) -> list[str]:
    before = set(Letter.objects.values_list("pk", flat=True))
    reminders.queue_due(now)
    return [
        letter.kind
        for letter in Letter.objects.exclude(pk__in=before)
        if letter.kind in {KIND, OVERDUE}
    ]


def test_three_days_before_the_day_and_only_once(leader):
    # Due on 5/11, the first moment too late is 6/11 at midnight.
    assert written(at(11, 2, 17)) == []
    # Midnight lies in the night: the letter goes out at 20:00 of the evening before.
    assert written(at(11, 2, 20)) == [KIND]
    assert written(at(11, 2, 21)) == []
    assert written(at(11, 4)) == []


def test_a_worker_that_slept_sends_it_later_but_not_on_the_last_day(leader):
    assert written(at(11, 4, 9)) == [KIND]
    Letter.objects.all().delete()
    assert written(at(11, 5, 9)) == []


def test_two_days_after_the_day_and_only_once(leader):
    assert written(at(11, 7, 9)) == []
    assert written(at(11, 8, 9)) == [OVERDUE]
    assert written(at(11, 9, 9)) == []


def test_nobody_is_written_to_at_night_or_a_week_later(leader):
    night = dt.datetime(2026, 11, 8, 22, tzinfo=dt.UTC)  # 05:00 in Vietnam
    assert written(night) == []
    assert written(at(11, 15, 9)) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [("draft", [OVERDUE]), ("returned", [OVERDUE]), ("sent", []), ("accepted", [])],
)
def test_whose_report_is_there_gets_none(leader, state, expected):
    report(leader.team, state=state)
    assert written(at(11, 8)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "deputy"},
        {"ends_on": dt.date(2026, 11, 1)},
        {"person__email": ""},
        {"team__active_to": dt.date(2026, 9, 30)},
        {"team__active_from": dt.date(2026, 11, 3)},
    ],
)
def test_others_get_none(fields):
    values = {"role": "leader", "person__email": "x@example.com"} | fields
    MemberFactory(**values)
    assert written(at(11, 8)) == []


def test_after_tet_the_day_is_another_and_nobody_hears_of_it_in_the_holiday(leader):
    # Tết 2027 is on 6/2; the report of January is due on 16/2.
    report(leader.team, month=dt.date(2026, 12, 1))
    in_holiday = [written(at(2, day, year=2027)) for day in range(1, 13)]
    assert [KIND] not in in_holiday[3:]
    after = [written(at(2, day, year=2027)) for day in range(13, 21)]
    assert [kind for day in in_holiday + after for kind in day] == [KIND, OVERDUE]


def test_a_letter_is_dropped_when_the_report_came_meanwhile(leader):
    written(at(11, 8))
    letter = Letter.objects.get(kind=OVERDUE)
    assert report_reminders.recheck(letter, at(11, 8)) is kinds.KEEP
    assert "?thang=2026-10" in letter.text
    report(leader.team, state="sent")
    assert isinstance(report_reminders.recheck(letter, at(11, 8)), kinds.Drop)


def test_a_letter_is_dropped_when_another_leads_by_now(leader):
    written(at(11, 8))
    letter = Letter.objects.get(kind=OVERDUE)
    leader.ends_on = dt.date(2026, 11, 7)
    leader.save()
    MemberFactory(team=leader.team, role="leader", starts_on=dt.date(2026, 11, 8))
    assert isinstance(report_reminders.recheck(letter, at(11, 8)), kinds.Drop)


@pytest.mark.parametrize("number", [1, 4])
def test_the_queries_do_not_grow(number, now, django_assert_max_num_queries):
    for n in range(number):
        person = PersonFactory(email=f"to{n}@example.com")
        member = MemberFactory(team=TeamFactory(), person=person, role="leader")
        report_reminders.access.link_for(member, now=now)
    with django_assert_max_num_queries(3):
        drafts = list(report_reminders.AfterDue().due(at(11, 8)))
    assert len(drafts) == number
