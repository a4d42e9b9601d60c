import datetime as dt

import pytest

from mail import kinds, reminders
from mail.models import Letter
from members import desk, digest
from members.digest import DAILY, WEEKLY, Digest
from tests.factories.mail import PreferenceFactory
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 7, 10, tzinfo=VIETNAM)
DAY = dt.timedelta(days=1)


class Pile:
    """A feature in which so much waits, for everybody."""

    count = 3

    def tasks(self, user, now):
        if self.count:
            yield desk.Task(label="Bài chờ duyệt", url="/quan-tri/", count=self.count)


@pytest.fixture
def pile(monkeypatch) -> Pile:
    pile = Pile()
    monkeypatch.setattr(desk.registry, "_items", {"pile": pile})
    monkeypatch.setattr(desk.agenda, "_items", {})
    sources = {kind: Digest(kind) for kind in (DAILY, WEEKLY)}
    monkeypatch.setattr(reminders.registry, "_items", sources)
    return pile


@pytest.fixture
def editor(pile):
    user = UserFactory(email="bien.tap@example.com")
    AssignmentFactory(user=user, role="editor", unit=UnitFactory(parent=None))
    return user


def sent() -> list[str]:
    return sorted(Letter.objects.values_list("kind", flat=True))


def test_weekly_comes_unasked_on_monday_once(editor):
    assert reminders.queue_due(MONDAY) == 1
    assert reminders.queue_due(MONDAY + dt.timedelta(minutes=5)) == 0
    letter = Letter.objects.get()
    assert letter.kind == WEEKLY
    assert "Bài chờ duyệt (3)" in letter.text
    assert "/thu-tin/ngung/" in letter.text
    assert "/ca-nhan/thu/" in letter.text


def test_daily_takes_its_place_where_it_is_asked_for(editor):
    PreferenceFactory(address_key=editor.email, kind=DAILY, wanted=True)
    reminders.queue_due(MONDAY)
    reminders.queue_due(MONDAY + DAY)
    assert sent() == [DAILY, DAILY]


def test_who_wants_none_gets_none(editor):
    PreferenceFactory(address_key=editor.email, kind=WEEKLY, wanted=False)
    assert reminders.queue_due(MONDAY) == 0


def test_nothing_waits_nothing_comes(editor, pile):
    pile.count = 0
    assert reminders.queue_due(MONDAY) == 0


def test_what_goes_out_by_itself_is_something_too(editor, pile, monkeypatch):
    class Ahead:
        def ahead(self, user, now, until):
            yield desk.Moment(now + 3 * DAY, "Bài lên trang", "Ngày hội", "/a/")

    pile.count = 0
    monkeypatch.setattr(desk.agenda, "_items", {"ahead": Ahead()})
    PreferenceFactory(address_key=editor.email, kind=DAILY, wanted=False)
    assert reminders.queue_due(MONDAY) == 1
    assert "Bài lên trang, Ngày hội" in Letter.objects.get().text


@pytest.mark.parametrize(
    "moment",
    [
        MONDAY.replace(hour=6, minute=59),
        MONDAY.replace(hour=9, minute=0),
        MONDAY + DAY,
        # Monday of Tết: 8 February 2027, mùng 3.
        dt.datetime(2027, 2, 8, 7, 10, tzinfo=VIETNAM),
    ],
)
def test_at_other_times_none_comes(editor, moment):
    assert reminders.queue_due(moment) == 0


@pytest.mark.parametrize("days", [5, 6])
def test_weekends_are_quiet(editor, days):
    PreferenceFactory(address_key=editor.email, kind=DAILY, wanted=True)
    assert reminders.queue_due(MONDAY + days * DAY) == 0


def test_only_who_edits_today(pile):
    for role in ("unit_secretary", "judge"):
        AssignmentFactory(role=role, unit=UnitFactory(parent=None))
    over = AssignmentFactory(role="editor", unit=UnitFactory(parent=None))
    over.ends_on = dt.date(2026, 11, 22)
    over.save()
    UserFactory()
    assert reminders.queue_due(MONDAY) == 0


def test_it_is_written_anew_as_it_leaves_or_not_at_all(editor, pile):
    reminders.queue_due(MONDAY)
    letter = Letter.objects.get()
    pile.count = 1
    verdict = digest.recheck(letter, MONDAY)
    assert "(3)" not in verdict.content.text
    pile.count = 0
    assert isinstance(digest.recheck(letter, MONDAY), kinds.Drop)


def test_second_editor_costs_as_many_questions_as_the_first(
    editor, django_assert_num_queries
):
    """Whoever has the letter already costs none."""
    reminders.queue_due(MONDAY)
    for _ in range(2):
        AssignmentFactory(role="editor", unit=UnitFactory(parent=None))
    reminders.queue_due(MONDAY)
    with django_assert_num_queries(3):
        assert list(Digest(WEEKLY).due(MONDAY)) == []
