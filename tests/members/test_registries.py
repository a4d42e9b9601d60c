"""What features offer one another through the members floor."""

from datetime import date, timedelta

import pytest

from members import achievements, audiences, desk, timeline
from members.achievements import Achievement
from members.desk import Task
from members.models import Person
from members.timeline import Entry
from tests.factories.members import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


class Everybody:
    label = "Mọi người"

    def people(self, on):
        return Person.objects.filter(birth_year__lt=on.year - 16)


def test_an_audience_is_a_named_group_of_people(monkeypatch):
    monkeypatch.setitem(audiences.registry._items, "test.adults", Everybody())
    adult, child = PersonFactory(), PersonFactory(birth_date=date(2020, 1, 1))
    on = date(2026, 11, 23)
    assert audiences.contains("test.adults", adult, on)
    assert not audiences.contains("test.adults", child, on)
    assert not audiences.contains("test.nobody", adult, on)


def test_achievements_of_many_people_are_told_newest_first(monkeypatch):
    first, second = PersonFactory(), PersonFactory()
    old = Achievement("trained", "Đã tập huấn 2025", date(2025, 3, 1))
    new = Achievement("trained", "Đã tập huấn 2026", date(2026, 3, 1))

    class Source:
        def achievements(self, people):
            assert set(people) == {first, second}
            return {first.pk: [old, new]}

    monkeypatch.setitem(achievements.registry._items, "test.source", Source())
    assert achievements.of([first, second]) == {first.pk: [new, old], second.pk: []}


def test_the_desk_shows_first_what_is_due_first(monkeypatch, now):
    user = UserFactory()
    whenever = Task("Duyệt đăng ký", "/a/", 3)
    later = Task("Báo cáo tháng", "/b/", due=now + timedelta(days=2))
    soon = Task("Chấm bài", "/c/", due=now + timedelta(hours=2))

    class Source:
        def tasks(self, asked, moment):
            assert (asked, moment) == (user, now)
            return [whenever, later, soon]

    monkeypatch.setattr(desk.registry, "_items", {"test.source": Source()})
    assert desk.tasks(user, now) == [soon, later, whenever]


def test_the_timeline_parts_what_is_ahead_from_what_is_past(monkeypatch, now):
    person = PersonFactory()
    entries = [
        Entry(now + timedelta(days=days), f"Buổi {days}", "/t/")
        for days in (3, -1, 1, -5, 0)
    ]

    class Source:
        def entries(self, asked, moment):
            assert (asked, moment) == (person, now)
            return entries

    monkeypatch.setattr(timeline.registry, "_items", {"test.source": Source()})
    ahead, _ongoing, past = timeline.entries(person, now)
    assert [entry.title for entry in ahead] == ["Buổi 0", "Buổi 1", "Buổi 3"]
    assert [entry.title for entry in past] == ["Buổi -1", "Buổi -5"]
