"""What counts as published, and when."""

import datetime as dt

import pytest

from news.models import Article, Section
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "archived"])
def test_only_the_state_published_is_public(now, state):
    ArticleFactory(state=state, publish_at=now - SECOND)
    assert not Article.objects.published(now).exists()


def test_an_article_appears_at_its_very_second(now):
    article = PublishedFactory(publish_at=now)
    assert not Article.objects.published(now - SECOND).exists()
    assert Article.objects.published(now).get() == article


def test_an_article_is_gone_at_the_second_it_expires(now):
    article = PublishedFactory(publish_at=now - 2 * SECOND, expire_at=now)
    assert Article.objects.published(now - SECOND).get() == article
    assert not Article.objects.published(now).exists()


def test_the_newest_comes_first_and_equal_times_keep_an_order(now):
    first = PublishedFactory(publish_at=now - SECOND)
    second = PublishedFactory(publish_at=now)
    third = PublishedFactory(publish_at=now)
    assert list(Article.objects.published(now)) == [third, second, first]


def test_scheduled_are_those_still_ahead_the_next_first(now):
    later = PublishedFactory(publish_at=now + 2 * SECOND)
    soon = PublishedFactory(publish_at=now + SECOND)
    PublishedFactory(publish_at=now)
    assert list(Article.objects.scheduled(now)) == [soon, later]


def test_cards_leave_the_long_text_in_the_database(now):
    PublishedFactory(publish_at=now)
    card = Article.objects.published(now).for_cards().get()
    assert "body" in card.get_deferred_fields()


def test_cards_bring_their_section_along(now, django_assert_num_queries):
    PublishedFactory(publish_at=now)
    with django_assert_num_queries(1):
        (card,) = Article.objects.published(now).for_cards()
        assert card.section.name
        assert card.section.get_absolute_url()


def test_sections_with_articles_leave_out_the_empty_ones(now):
    full, later = SectionFactory(), SectionFactory()
    SectionFactory()
    PublishedFactory(section=full, publish_at=now)
    PublishedFactory(section=later, publish_at=now + SECOND)
    assert list(Section.objects.with_articles(now)) == [full]
