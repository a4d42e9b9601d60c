"""The demo's news: complete, dated relative to the day it is loaded, loaded once."""

import datetime as dt

import pytest

from content.richtext import plain_text
from news import rules
from news.models import Article, Section
from portal.demo import World, news
from tests.factories.members import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now) -> World:
    world = World(now=now, units={"tinh-doan": UnitFactory()})
    world.users = {"editor": UserFactory(), "publisher": UserFactory()}
    news.load(world)
    return world


def test_six_sections_four_articles_a_draft_and_one_that_waits(world, now):
    assert Section.objects.count() == 6
    assert Article.objects.published(now).count() == 4
    assert Article.objects.scheduled(now).count() == 1
    assert Article.objects.filter(state=Article.State.DRAFT).count() == 1


def test_loaded_twice_is_loaded_once(world):
    before = list(Article.objects.order_by("pk").values())
    world.now += dt.timedelta(days=9)
    news.load(world)
    assert list(Article.objects.order_by("pk").values()) == before


def test_what_an_editor_changed_stays(world, now):
    Article.objects.published(now).update(state=Article.State.ARCHIVED)
    news.load(world)
    assert not Article.objects.published(now).exists()


def test_every_published_text_is_whole_and_long_enough_to_read(world, now):
    for article in Article.objects.published(now):
        assert rules.why_not_complete(article) is None
        assert 300 <= len(plain_text(article.body).split()) <= 500
        assert "<h2>" in article.body


def test_the_one_that_waits_comes_out_in_the_morning(world, now):
    article = Article.objects.scheduled(now).get()
    assert article.publish_at == dt.datetime(2026, 11, 25, 0, 30, tzinfo=dt.UTC)
