"""Which days and weeks have their piece, and what follows when they have none."""

import datetime as dt

import pytest
from django.urls import reverse

from mail import kinds, reminders
from mail.addresses import fold
from mail.models import Letter
from mail.preferences import set_wish, why_not_write_to
from members.models import Role
from news import desk, rhythm
from news.models import Article
from news.reminders import KIND, recheck
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def at(day, hour=8, minute=0):
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture
def daily():
    return SectionFactory(name="Tin tốt", rhythm="daily")


@pytest.fixture
def weekly():
    return SectionFactory(name="Câu chuyện đẹp", rhythm="weekly")


def month(now):
    return rhythm.month_of(
        Article.objects.published(now).for_cards(), 2026, 11, now=now
    )


def states(now):
    return {day.date.day: day.state for day in month(now).days}


def test_each_day_says_whether_it_was_fed(now, daily):
    PublishedFactory(section=daily, publish_at=at(21))
    found = states(now)  # Monday the 23rd, nine in the morning
    assert (found[20], found[21], found[23], found[24]) == (
        "empty",
        "done",
        "today",
        "ahead",
    )


def test_a_day_ends_at_midnight_in_vietnam(now, daily):
    PublishedFactory(section=daily, publish_at=at(21, 23, 59))
    PublishedFactory(section=daily, publish_at=at(20, 0, 0))
    found = states(now)
    assert (found[19], found[20], found[21], found[22]) == (
        "empty",
        "done",
        "done",
        "empty",
    )


def test_a_week_runs_from_monday_to_sunday(now, weekly):
    story = PublishedFactory(section=weekly, publish_at=at(22, 23))
    weeks = {week.monday.day: week for week in month(now).weeks}
    assert weeks[16].stories == [story]
    assert weeks[23].state == "today"
    assert weeks[9].state == "empty"


def test_other_sections_feed_nothing(now, daily):
    PublishedFactory(publish_at=at(21))
    assert states(now)[21] == "empty"


def test_days_in_a_row_wait_for_today(now, daily):
    for day in (19, 21, 22):
        PublishedFactory(section=daily, publish_at=at(day))
    assert rhythm.totals(now).in_a_row == 2
    PublishedFactory(section=daily, publish_at=at(23))
    assert rhythm.totals(now).in_a_row == 3


# --- The page -------------------------------------------------------------------


@pytest.fixture
def clocked(client, monkeypatch, now):
    monkeypatch.setattr("content.clock.now", lambda: now)
    return client


def test_the_page_counts_and_leads_to_the_days(clocked, daily, weekly):
    news = PublishedFactory(section=daily, publish_at=at(21))
    story = PublishedFactory(section=weekly, publish_at=at(20))
    page = clocked.get("/tin-tuc/tin-tot/").content.decode()
    assert "1/23" in page
    assert 'href="#ngay-20261121"' in page
    assert 'id="ngay-20261121"' in page
    assert news.title in page
    assert story.title in page


@pytest.mark.parametrize(
    ("path", "status"),
    [("2026/10/", 200), ("2026/12/", 404), ("2026/13/", 404), ("1989/1/", 404)],
)
def test_months_that_were(clocked, path, status):
    assert clocked.get(f"/tin-tuc/tin-tot/{path}").status_code == status


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_s_queries_do_not_grow(
    clocked, daily, django_assert_num_queries, number
):
    for day in range(20, 20 + number):
        PublishedFactory(section=daily, publish_at=at(day))
    with django_assert_num_queries(5):
        clocked.get("/tin-tuc/tin-tot/")


def test_the_editors_calendar_counts_what_is_scheduled(clocked, daily):
    unit = UnitFactory()
    clocked.force_login(AssignmentFactory(role=Role.EDITOR, unit=unit).user)
    coming = PublishedFactory(section=daily, publish_at=at(25), unit=unit)
    ArticleFactory(section=daily, publish_at=at(26), title="Còn là nháp", unit=unit)
    page = clocked.get(reverse("admin:news_article_calendar")).content.decode()
    assert coming.title in page
    assert "Còn là nháp" not in page
    assert f"?section={daily.pk}" in page
    assert "rhythm-empty" in page


def test_the_calendar_is_for_who_writes(clocked):
    other = AssignmentFactory(role=Role.TEAM_COORDINATOR).user
    clocked.force_login(other)
    url = reverse("admin:news_article_calendar")
    assert clocked.get(url).status_code == 403


# --- The evening ----------------------------------------------------------------


@pytest.fixture
def editor():
    return AssignmentFactory(role=Role.EDITOR, unit=UnitFactory()).user


@pytest.mark.parametrize(
    ("hour", "minute", "letters"),
    [(19, 59, 0), (20, 0, 1), (20, 59, 1), (21, 0, 0), (6, 0, 0)],
)
def test_the_letter_goes_in_the_evening_only(editor, daily, hour, minute, letters):
    reminders.queue_due(at(23, hour, minute))
    assert Letter.objects.count() == letters


def test_once_an_evening_and_again_the_next(editor, daily):
    for moment in (at(23, 20), at(23, 20, 1), at(24, 20)):
        reminders.queue_due(moment)
    assert Letter.objects.count() == 2
    letter = Letter.objects.first()
    assert letter.address == editor.email
    assert "Tin tốt" in letter.text
    assert "/quan-tri/news/article/calendar/" in letter.text


def test_what_is_scheduled_for_tonight_feeds_the_day(editor, daily):
    PublishedFactory(section=daily, publish_at=at(23, 22))
    reminders.queue_due(at(23, 20))
    assert not Letter.objects.exists()


def test_the_week_is_asked_about_on_sunday(editor, weekly):
    reminders.queue_due(at(23, 20))
    assert not Letter.objects.exists()
    reminders.queue_due(at(29, 20))
    assert "Câu chuyện đẹp" in Letter.objects.get().text


def test_an_article_meanwhile_makes_the_letter_untrue(editor, daily, weekly):
    reminders.queue_due(at(29, 20))
    letter = Letter.objects.get()
    assert recheck(letter, at(29, 20, 1)) == kinds.KEEP
    PublishedFactory(section=daily, publish_at=at(29, 20, 2))
    renewed = recheck(letter, at(29, 20, 3))
    assert isinstance(renewed, kinds.Renew)
    assert "Tin tốt" not in renewed.content.text
    assert editor.display_name in renewed.content.text
    PublishedFactory(section=weekly, publish_at=at(29, 20, 4))
    assert isinstance(recheck(letter, at(29, 20, 5)), kinds.Drop)


def test_a_commune_s_editor_is_not_asked(daily):
    AssignmentFactory(role=Role.EDITOR, unit=UnitFactory(parent=UnitFactory()))
    reminders.queue_due(at(23, 20))
    assert not Letter.objects.exists()


def test_whoever_does_not_want_it_is_spared(editor, daily, now):
    set_wish(address_key=fold(editor.email), kind=KIND, wanted=False, now=now)
    reminders.queue_due(at(23, 20))
    letter = Letter.objects.get()
    refusal = why_not_write_to(letter.address_key, letter.kind)
    assert refusal == Letter.Reason.UNWANTED


def test_the_desk_says_what_is_still_empty(now, editor, daily, weekly):
    unit = editor.assignments.get().unit
    PublishedFactory(section=weekly, publish_at=at(23), unit=unit)
    [task] = desk.RhythmTasks().tasks(editor, now)
    assert "Tin tốt" in str(task.label)
