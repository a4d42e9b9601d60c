"""Stories: two moderators at one, and one sender with many forms, in one moment."""

import datetime as dt
import io
import time

import pytest

from content.pictures import reading
from mail.models import Letter
from members.models import Role
from news import stories, story_rules
from news.models import Article, Contribution
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.news import ContributionFactory
from tests.factories.pictures import halves, saved
from tests.races.test_unit_tree import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
State = Contribution.State


@pytest.fixture
def slow_look(monkeypatch):
    """Widen the gap between the look and the write, where races happen."""

    def slow(look):
        def slowly(*args, **kwargs):
            found = look(*args, **kwargs)
            time.sleep(0.3)
            return found

        return slowly

    monkeypatch.setattr(stories, "_has_room", slow(stories._has_room))
    monkeypatch.setattr(stories, "why_not_move", slow(stories.why_not_move))
    monkeypatch.setattr(stories, "why_not_accept", slow(stories.why_not_accept))


@pytest.fixture
def no_lock(monkeypatch):
    def unlocked(story):
        return Contribution.objects.get(pk=story.pk)

    monkeypatch.setattr(stories, "locked", unlocked)
    monkeypatch.setattr(stories, "_lock", lambda sender: None)


def two_moderators(*verbs) -> tuple[Contribution, list]:
    unit = UnitFactory()
    sender = UserFactory(person__unit=unit).person
    story = ContributionFactory(sender=sender)
    jobs = []
    for verb, more in verbs:
        by = AssignmentFactory(role=Role.EDITOR, unit=unit).user
        jobs.append(lambda verb=verb, by=by, more=more: verb(
            story=Contribution.objects.get(pk=story.pk), by=by, now=NOW, **more
        ))  # fmt: skip
    outcomes = at_once(*jobs)
    story.refresh_from_db()
    return story, outcomes


ACCEPT = (stories.accept, {})
REFUSE = (stories.refuse, {"remark": "Trùng bài tuần trước."})


def test_accepted_and_refused_at_once_is_one_of_the_two(slow_look):
    story, outcomes = two_moderators(ACCEPT, REFUSE)
    [error] = [error for error in outcomes if error]
    assert error.reason == story_rules.StoryRefusal.WRONG_STATE
    letter = Letter.objects.get(kind__startswith="news.story_")
    accepted = story.state == State.ACCEPTED
    assert letter.kind == f"news.story_{'accepted' if accepted else 'refused'}"
    assert Article.objects.exists() == accepted


def test_accepted_twice_at_once_is_one_article(slow_look):
    _story, outcomes = two_moderators(ACCEPT, ACCEPT)
    assert outcomes == [None, None]
    assert Article.objects.count() == 1
    assert Letter.objects.filter(kind="news.story_accepted").count() == 1


def test_without_the_lock_it_is_both(slow_look, no_lock):
    """The negative control."""
    two_moderators(ACCEPT, REFUSE)
    assert Letter.objects.filter(kind__startswith="news.story_").count() == 2


def eight_forms() -> list:
    sender = UserFactory().person
    data = saved(halves(), "PNG")

    def keep(number):
        image = reading.read(io.BytesIO(data), name="Ảnh.png")
        return lambda: stories.keep_draft(
            sender=sender,
            press=f"{number:032x}",
            told=stories.Told(),
            images=[image],
            now=NOW,
        )

    return at_once(*(keep(number) for number in range(stories.MOST_DRAFTS + 3)))


def test_many_forms_at_once_leave_as_many_drafts_as_are_kept(slow_look):
    assert not any(eight_forms())
    assert Contribution.objects.count() == stories.MOST_DRAFTS


def test_without_the_lock_there_are_more(slow_look, no_lock):
    """The negative control."""
    eight_forms()
    assert Contribution.objects.count() > stories.MOST_DRAFTS
