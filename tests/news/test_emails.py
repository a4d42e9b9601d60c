"""The letters to writers: at their minute, once, and only while they are true."""

import datetime as dt

import pytest

from mail.kinds import KEEP, Drop
from mail.models import Letter
from news import actions
from news.emails import recheck_published
from news.models import Article
from tests.factories.members import UserFactory
from tests.factories.news import ArticleFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def writer():
    return UserFactory()


@pytest.fixture
def article(writer):
    return ArticleFactory(state=Article.State.APPROVED, created_by=writer)


def test_the_writer_learns_that_the_article_is_out(now, writer, article):
    actions.publish(article=article, by=UserFactory(), now=now)
    letter = Letter.objects.get()
    assert letter.address == writer.email
    assert article.title in letter.subject
    assert article.get_absolute_url() in letter.text
    assert letter.not_before == now
    assert recheck_published(letter, now) == KEEP


def test_who_published_their_own_text_needs_no_letter(now, writer, article):
    actions.publish(article=article, by=writer, now=now)
    assert not Letter.objects.exists()


def test_a_scheduled_article_tells_at_its_minute(now, article):
    actions.publish(article=article, by=UserFactory(), now=now, at=now + HOUR)
    letter = Letter.objects.get()
    assert letter.not_before == now + HOUR
    assert isinstance(recheck_published(letter, now), Drop)
    assert recheck_published(letter, now + HOUR) == KEEP


def test_a_time_that_was_moved_leaves_one_true_letter(now, article):
    by = UserFactory()
    actions.publish(article=article, by=by, now=now, at=now + HOUR)
    actions.publish(article=article, by=by, now=now, at=now + 2 * HOUR)
    first, second = Letter.objects.order_by("not_before")
    later = now + 2 * HOUR
    assert isinstance(recheck_published(first, later), Drop)
    assert recheck_published(second, later) == KEEP


def test_what_was_taken_off_the_schedule_tells_nobody(now, article):
    by = UserFactory()
    actions.publish(article=article, by=by, now=now, at=now + HOUR)
    actions.unschedule(article=article, by=by, now=now)
    assert isinstance(recheck_published(Letter.objects.get(), now + HOUR), Drop)
