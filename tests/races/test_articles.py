"""Two people at one article in the same moment."""

import datetime as dt
import time

import pytest

from news import actions, revisions
from news.models import Article, Revision
from news.rules import Refusal
from tests.factories.members import UserFactory
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.races.test_unit_tree import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def slow_look(monkeypatch):
    """Widen the gap between the look and the write, where races happen."""

    def slow(look, seconds):
        def slowly(article):
            found = look(article)
            time.sleep(seconds)
            return found

        return slowly

    monkeypatch.setattr(revisions, "working", slow(revisions.working, 0.2))
    monkeypatch.setattr(actions, "_unapproved", slow(actions._unapproved, 0.5))


@pytest.fixture
def no_lock(monkeypatch):
    def unlocked(article):
        return Article.objects.get(pk=article.pk)

    monkeypatch.setattr(actions, "_locked", unlocked)


def saver(article, title, by):
    mine = Article.objects.get(pk=article.pk)
    mine.title = title
    return lambda: actions.save_text(article=mine, by=by, now=NOW)


def two_saves():
    article = PublishedFactory()
    people = UserFactory(), UserFactory()
    outcomes = at_once(
        *(saver(article, f"Bản {number}", by) for number, by in enumerate(people))
    )
    return article, outcomes


def test_two_saves_at_once_lose_no_text(slow_look):
    article, outcomes = two_saves()
    assert outcomes == [None, None]
    kept = set(article.revisions.values_list("text__title", flat=True))
    assert {"Bản 0", "Bản 1"} < kept
    assert article.revisions.filter(working=True).count() == 1
    assert Article.objects.get().text_version == 2


def test_without_the_lock_one_save_breaks(slow_look, no_lock):
    """The negative control; the database's own word is what stops the second."""
    _article, outcomes = two_saves()
    assert any(outcomes) or Article.objects.get().text_version == 1


def update_and_drop():
    article = PublishedFactory(title="Đang đăng")
    saver(article, "Bản sửa", UserFactory())()
    by = UserFactory()

    def run(verb):
        mine = Article.objects.get(pk=article.pk)
        return lambda: verb(article=mine, by=by, now=NOW + HOUR)

    return at_once(run(actions.update), run(actions.drop_changes))


def outcome() -> tuple[str, bool]:
    """What the public reads, and whether the newer text counts as dropped."""
    newest = Revision.objects.first()
    return Article.objects.get().title, newest.dropped_at is not None


def test_updated_and_dropped_at_once_is_one_of_the_two(slow_look):
    outcomes = [error for error in update_and_drop() if error]
    assert outcome() in {("Bản sửa", False), ("Đang đăng", True)}
    reasons = [getattr(error, "reason", error) for error in outcomes]
    assert reasons in ([], [Refusal.NO_CHANGES])


def test_without_the_lock_it_is_both(slow_look, no_lock):
    """The negative control."""
    update_and_drop()
    assert outcome() not in {("Bản sửa", False), ("Đang đăng", True)}


def test_an_approval_is_of_the_text_it_met(slow_look):
    writer, publisher = UserFactory(), UserFactory()
    article = ArticleFactory(
        state=Article.State.IN_REVIEW, title="Đã đọc", created_by=writer
    )
    read = Article.objects.get(pk=article.pk)

    def approve():
        actions.approve(article=read, by=publisher, now=NOW)

    outcomes = at_once(approve, saver(article, "Chưa đọc", writer))
    assert outcomes == [None, None]
    row = Article.objects.get()
    assert row.title == "Chưa đọc"
    assert (row.state == Article.State.IN_REVIEW) == (
        row.revisions.first().approved_at is None
    )
