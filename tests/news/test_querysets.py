"""What counts as published, and when."""

import datetime as dt

import pytest

from members.history import events_of
from news.models import Article, Section, Tag
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


class TestTagged:
    @pytest.fixture
    def tags(self):
        return [Tag.objects.create(name=name) for name in ("Một", "Hai", "Ba")]

    def test_the_row_knows_its_tags_whatever_changes_them(self, tags, now):
        one, two, three = tags
        article, other = PublishedFactory.create_batch(2)
        article.tags.set([two, one])
        other.tags.set([three])
        assert stored_tags(article) == sorted([one.pk, two.pk])
        article.tags.remove(one)
        assert stored_tags(article) == [two.pk]
        through = Article.tags.through.objects
        through.filter(article=article).update(article=other)
        assert stored_tags(article) == []
        assert stored_tags(other) == sorted([two.pk, three.pk])
        two.delete()
        assert stored_tags(other) == [three.pk]
        other.tags.clear()
        assert stored_tags(other) == []

    def test_a_save_of_an_older_instance_writes_nothing_over_it(self, tags):
        article = PublishedFactory()
        article.tags.set(tags)
        article.title = "Tiêu đề mới"
        article.save()
        assert len(stored_tags(article)) == 3
        assert events_of(Article).objects.filter(pgh_obj=article).count() == 2

    def test_the_set_agrees_with_the_tags(self, tags, now):
        articles = PublishedFactory.create_batch(3)
        for number, article in enumerate(articles):
            article.tags.set(tags[: number + 1])
        for tag in tags:
            by_row = Article.objects.published(now).tagged(tag.pk)
            assert list(by_row) == list(Article.objects.published(now).filter(tags=tag))


def stored_tags(article):
    return Article.objects.values_list("tag_ids", flat=True).get(pk=article.pk)
