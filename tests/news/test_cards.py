"""A card is made once for all lists, and anew when anything on it differs."""

import pytest
from django.template import Context, Template
from django.utils import translation

from news.templatetags.cards import _card
from tests.factories.news import PublishedFactory
from tests.factories.pictures import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _none_kept():
    _card.cache_clear()


def shown(article, **flags) -> str:
    given = " ".join(f"{name}={value}" for name, value in flags.items())
    template = Template(f"{{% load cards %}}{{% article_card article {given} %}}")
    return template.render(Context({"article": article}))


def test_it_is_made_once():
    article = PublishedFactory()
    again = type(article).objects.get(pk=article.pk)
    assert shown(article) == shown(again)
    assert (_card.cache_info().misses, _card.cache_info().hits) == (1, 1)
    assert article.title in shown(again)


@pytest.mark.parametrize("field", ["title", "lead", "slug"])
def test_a_change_shows(field):
    article = PublishedFactory()
    shown(article)
    setattr(article, field, "sua-lai")
    assert "sua-lai" in shown(article)


def test_a_renamed_section_shows():
    article = PublishedFactory()
    shown(article)
    article.section.name = "Tên mới"
    assert "Tên mới" in shown(article)


def test_each_place_and_language_has_its_own():
    article = PublishedFactory()
    assert "<h2>" in shown(article, level=2)
    assert "<h3>" in shown(article, level=3)
    assert "card-lead" in shown(article, lead=True)
    vietnamese = shown(article)
    with translation.override("en"):
        assert shown(article) != vietnamese


def test_the_part_that_must_stay_visible_shows():
    article = PublishedFactory(cover=kept())
    assert "focus-" not in shown(article)
    article.cover.focus = "top-right"
    assert "focus-top-right" in shown(article)
