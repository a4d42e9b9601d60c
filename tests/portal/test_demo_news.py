"""The demo's news: complete, dated relative to the day it is loaded, loaded once."""

import datetime as dt
import re

import pytest

from content.richtext import clean_html, plain_text
from news import rules
from news.front_page import front_page
from news.models import Article, Section
from portal.demo import World, kinds, news
from tests.factories.members import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now) -> World:
    world = World(now=now, units={"tinh-doan": UnitFactory()})
    world.users = {"editor": UserFactory(), "publisher": UserFactory()}
    news.load(world)
    kinds.load(world)
    return world


def test_ten_are_out_one_waits_one_is_under_review_and_one_is_a_draft(world, now):
    assert Section.objects.count() == len(news.SECTIONS)
    assert Article.objects.published(now).count() == 10 + len(kinds.PIECES)
    assert Article.objects.scheduled(now).count() == 1
    assert Article.objects.filter(state=Article.State.IN_REVIEW).count() == 1
    assert Article.objects.filter(state=Article.State.DRAFT).count() == 1


def test_loaded_twice_is_loaded_once(world):
    before = list(Article.objects.order_by("pk").values())
    world.now += dt.timedelta(days=9)
    news.load(world)
    kinds.load(world)
    assert list(Article.objects.order_by("pk").values()) == before


def test_what_an_editor_changed_stays(world, now):
    Article.objects.published(now).update(state=Article.State.ARCHIVED)
    news.load(world)
    kinds.load(world)
    assert not Article.objects.published(now).exists()


def test_the_twelve_texts_are_whole_and_long_enough_to_read(world):
    written = Article.objects.exclude(state=Article.State.DRAFT)
    written = written.exclude(title__in=[piece.title for piece in kinds.PIECES])
    assert written.count() == 12
    for article in written:
        assert rules.why_not_complete(article) is None
        words = len(plain_text(article.body).split())
        assert 350 <= words <= 600, (article.title, words)
        assert article.body.count("<h2>") >= 3, article.title
        assert "<li>" in article.body, article.title
        assert article.body == clean_html(article.body), article.title


def test_quotation_marks_and_dashes_are_the_typographic_ones(world):
    for article in Article.objects.all():
        for text in (article.title, article.lead, plain_text(article.body)):
            assert not re.search(r"[\"'] ?\w|\.\.\.| - ", text), (article.title, text)
            assert text.count("“") == text.count("”"), article.title


def test_the_days_of_the_contest_stand_in_its_article(world, now):
    article = Article.objects.get(title__startswith="Cuộc thi Ý tưởng")
    assert "Thứ Hai 09/11/2026" in article.body
    assert "17:00, Thứ Tư 09/12/2026" in article.body
    assert "$" not in article.body


def test_the_one_that_waits_comes_out_in_the_morning(world, now):
    article = Article.objects.scheduled(now).get()
    assert article.publish_at == dt.datetime(2026, 11, 25, 0, 30, tzinfo=dt.UTC)


def test_two_lead_the_front_page_and_every_article_has_a_tag(world, now):
    first, second = front_page(now, 2)
    assert first.title.startswith("Ba buổi tối")
    assert second.title.startswith("Cuộc thi Ý tưởng")
    assert not Article.objects.filter(tags=None).exists()


def test_each_kind_and_each_origin_is_out_and_complete(world, now):
    out = Article.objects.published(now)
    assert set(out.kinds()) == set(Article.Kind.values)
    assert set(out.values_list("origin", flat=True)) == set(Article.Origin.values)
    for article in out:
        assert rules.why_not_complete(article) is None, article.title
