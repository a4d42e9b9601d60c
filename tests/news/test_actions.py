"""Each verb: what it does, what it refuses, that twice is once, and who did it."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry

from news import actions
from news.models import Article
from news.rules import Refusal
from tests.factories.members import UserFactory
from tests.factories.news import ArticleFactory, PublishedFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
State = Article.State


def send_back(**kwargs):
    return actions.send_back(remark="Thêm số liệu của xã.", **kwargs)


@pytest.fixture
def editor():
    return UserFactory()


def stored(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        (actions.submit, State.DRAFT, State.IN_REVIEW),
        (actions.approve, State.IN_REVIEW, State.APPROVED),
        (send_back, State.IN_REVIEW, State.DRAFT),
        (send_back, State.APPROVED, State.DRAFT),
        (actions.publish, State.APPROVED, State.PUBLISHED),
        (actions.approve_and_publish, State.DRAFT, State.PUBLISHED),
        (actions.approve_and_publish, State.IN_REVIEW, State.PUBLISHED),
        (actions.approve_and_publish, State.APPROVED, State.PUBLISHED),
    ],
)
def test_each_verb_leads_to_its_state(now, editor, verb, before, after):
    article = ArticleFactory(state=before)
    verb(article=article, by=editor, now=now)
    assert article.state == stored(article).state == after


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (actions.submit, State.APPROVED),
        (actions.submit, State.PUBLISHED),
        (actions.approve, State.DRAFT),
        (actions.approve, State.PUBLISHED),
        (send_back, State.PUBLISHED),
        (actions.publish, State.DRAFT),
        (actions.publish, State.IN_REVIEW),
        (actions.unschedule, State.DRAFT),
        (actions.unschedule, State.PUBLISHED),
        (actions.archive, State.DRAFT),
        (actions.archive, State.APPROVED),
    ],
)
def test_a_verb_that_does_not_fit_is_refused_and_changes_nothing(
    now, editor, verb, state
):
    article = ArticleFactory(state=state, publish_at=now - HOUR)
    with pytest.raises(actions.Refused) as refused:
        verb(article=article, by=editor, now=now)
    assert refused.value.reason == Refusal.WRONG_STATE
    assert stored(article).state == state
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        (actions.submit, State.DRAFT),
        (actions.approve, State.IN_REVIEW),
        (send_back, State.IN_REVIEW),
        (actions.publish, State.APPROVED),
        (actions.approve_and_publish, State.APPROVED),
    ],
)
def test_done_twice_is_done_once(now, editor, verb, before):
    article = ArticleFactory(state=before)
    verb(article=article, by=editor, now=now)
    once = stored(article)
    verb(article=article, by=editor, now=now + HOUR)
    assert stored(article).publish_at == once.publish_at
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    "verb", [actions.submit, actions.approve_and_publish], ids=["submit", "publish"]
)
def test_an_incomplete_draft_stays_a_draft(now, editor, verb):
    article = ArticleFactory(body="")
    with pytest.raises(actions.Refused) as refused:
        verb(article=article, by=editor, now=now)
    assert refused.value.reason == Refusal.NO_TEXT
    assert stored(article).state == State.DRAFT


def test_publishing_without_a_time_takes_now(now, editor):
    article = ArticleFactory(state=State.APPROVED)
    actions.publish(article=article, by=editor, now=now)
    assert article.publish_at == stored(article).publish_at == now


def test_publishing_now_overrides_a_time_that_is_ahead(now, editor):
    article = ArticleFactory(state=State.APPROVED, publish_at=now + HOUR)
    actions.publish(article=article, by=editor, now=now)
    assert stored(article).publish_at == now


def test_an_older_date_given_by_the_editor_stays(now, editor):
    article = ArticleFactory(state=State.APPROVED, publish_at=now - HOUR)
    actions.publish(article=article, by=editor, now=now)
    assert stored(article).publish_at == now - HOUR


def test_a_scheduled_article_is_not_public_until_its_time(now, editor):
    article = ArticleFactory(state=State.APPROVED)
    actions.schedule(article=article, by=editor, now=now, at=now + HOUR)
    assert not Article.objects.published(now).exists()
    assert Article.objects.published(now + HOUR).get() == article


def test_a_draft_is_scheduled_in_one_go(now, editor):
    article = ArticleFactory()
    actions.approve_and_schedule(article=article, by=editor, now=now, at=now + HOUR)
    assert stored(article).publish_at == now + HOUR


@pytest.mark.parametrize("hours", [None, 0, -1])
def test_a_schedule_that_is_not_ahead_is_refused_whole(now, editor, hours):
    article = ArticleFactory()
    at = None if hours is None else now + hours * HOUR
    with pytest.raises(actions.Refused) as refused:
        actions.approve_and_schedule(article=article, by=editor, now=now, at=at)
    assert refused.value.reason == Refusal.NOT_AHEAD
    assert stored(article).state == State.DRAFT


def test_a_scheduled_article_can_be_moved_published_or_held_back(now, editor):
    article = PublishedFactory(publish_at=now + HOUR)
    actions.schedule(article=article, by=editor, now=now, at=now + 2 * HOUR)
    assert stored(article).publish_at == now + 2 * HOUR
    actions.unschedule(article=article, by=editor, now=now)
    assert stored(article).state == State.APPROVED
    actions.publish(article=article, by=editor, now=now)
    assert stored(article).publish_at == now


def test_what_is_public_cannot_be_moved_to_a_later_time(now, editor):
    article = PublishedFactory(publish_at=now - HOUR)
    with pytest.raises(actions.Refused):
        actions.schedule(article=article, by=editor, now=now, at=now + HOUR)
    assert stored(article).publish_at == now - HOUR


def test_taken_down_and_brought_back_it_keeps_its_date(now, editor):
    article = PublishedFactory(publish_at=now - HOUR)
    actions.archive(article=article, by=editor, now=now)
    actions.archive(article=article, by=editor, now=now)
    assert not Article.objects.published(now).exists()
    actions.publish(article=article, by=editor, now=now)
    assert Article.objects.published(now).get().publish_at == now - HOUR


def test_the_text_of_another_editor_survives_a_stale_instance(now, editor):
    stale = ArticleFactory(state=State.APPROVED)
    Article.objects.filter(pk=stale.pk).update(title="Tên mới")
    actions.publish(article=stale, by=editor, now=now)
    assert stored(stale).title == "Tên mới"


def test_the_history_says_who_when_and_what(now, editor):
    article = ArticleFactory(state=State.APPROVED)
    actions.schedule(article=article, by=editor, now=now, at=now + HOUR)
    entry = LogEntry.objects.get()
    assert entry.user == editor
    assert entry.action_time == now
    assert entry.get_edited_object() == article
    assert "10:00" in entry.change_message


def test_all_steps_in_one_go_leave_each_step_in_the_history(now, editor):
    actions.approve_and_publish(article=ArticleFactory(), by=editor, now=now)
    assert LogEntry.objects.count() == 3


def test_an_action_without_an_account_works_and_logs_nothing(now):
    article = ArticleFactory(state=State.APPROVED)
    actions.publish(article=article, by=None, now=now)
    assert stored(article).state == State.PUBLISHED
    assert not LogEntry.objects.exists()
