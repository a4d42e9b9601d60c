"""Parts of pages that are kept: the same facts, the same part; else another."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from content import kept
from content.kept import Store
from news.models import Section

TAG = "components/tag.html"
HEAD = "components/page_head.html"


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept.store.clear()


def made(**facts) -> int:
    """How many parts had to be made for it."""
    before = len(kept.store)
    kept.render(HEAD, facts)
    return len(kept.store) - before


def test_it_looks_like_an_include():
    html = Template(
        '{% load kept %}{% kept "components/tag.html" label=label href="/x" %}'
    ).render(Context({"label": "A & B"}))
    assert html == kept.render(TAG, {"label": "A & B", "href": "/x"})
    assert "A &amp; B" in html


def test_it_sees_nothing_but_its_facts():
    source = '{% load kept %}{% kept "components/account.html" %}'
    user = {"is_authenticated": True}
    html = Template(source).render(Context({"user": user, "csrf_token": "secret"}))
    assert "secret" not in html
    assert "account_logout" not in html
    assert "<form" not in html


def test_equal_facts_are_made_once():
    assert made(title="Tin", lead="") == 1
    assert made(title="Tin", lead="") == 0
    assert made(title="Tin", lead=None) == 1
    assert made(title="Tin") == 1
    assert made(lead="", title="Tin") == 1


def test_what_looks_different_is_different():
    values = ["<b>", mark_safe("<b>"), 1, True, 1.0, (1, 2), {"a": 1}, {"a": "1"}]
    for value in values:
        assert made(title=value) == 1
        assert made(title=value) == 0


def test_a_list_that_grew_is_another_fact():
    items = [{"label": "Tin", "url": "/", "current": False}]
    facts = {"items": items, "label": ""}
    first = kept.render("components/chips.html", facts)
    items.append({"label": "Khác", "url": "/k", "current": True})
    assert kept.render("components/chips.html", facts) != first


def test_a_template_that_was_loaded_anew_makes_new_parts():
    """As Django does in development when a file was edited."""
    assert made(title="Tin") == 1
    for loader in Engine.get_default().template_loaders:
        loader.reset()
    assert made(title="Tin") == 1


def test_each_language_has_its_own():
    title = gettext_lazy("News")
    with translation.override("vi"):
        vietnamese = kept.render(HEAD, {"title": title})
    with translation.override("en"):
        english = kept.render(HEAD, {"title": title})
    assert "News" in english
    assert "News" not in vietnamese


def test_an_instance_is_refused_wherever_it_stands():
    """It is equal to whatever has its key, however that looks meanwhile."""
    section = Section(pk=1, name="Tin")
    for fact in (section, [section], {"a": (section,)}):
        with pytest.raises(TypeError, match="Section"):
            kept.render(HEAD, {"title": fact})


def test_what_equals_itself_alone_is_refused():
    for fact in (object(), Section.objects.all(), iter([])):
        with pytest.raises(TypeError, match="equality"):
            kept.render(HEAD, {"title": fact})


def test_moments_and_frozen_facts_are_told_apart():
    @dataclasses.dataclass(frozen=True)
    class Figure:
        total: int

    moment = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
    assert made(title=moment) == 1
    assert made(title=moment + dt.timedelta(seconds=1)) == 1
    assert made(title=Figure(1)) == 1
    assert made(title=Figure(1)) == 0
    assert made(title=Figure(2)) == 1


class TestStore:
    def test_the_longest_unused_goes_first(self):
        store = Store(10)
        store.put("a", mark_safe("aaaa"))
        store.put("b", mark_safe("bbbb"))
        store.get("a")
        store.put("c", mark_safe("cccc"))
        assert store.get("a")
        assert store.get("c")
        assert store.get("b") is None
        assert store.size == 8

    def test_a_part_put_twice_counts_once(self):
        store = Store(10)
        for _time in range(5):
            store.put("a", mark_safe("aaaa"))
        assert (len(store), store.size) == (1, 4)

    def test_what_is_too_big_is_not_kept(self):
        store = Store(3)
        store.put("a", mark_safe("aaaa"))
        assert (len(store), store.size) == (0, 0)


class TestAlike:
    def test_looks_like_every_other_of_the_same_kind(self):
        first, second = kept.Alike("form", object()), kept.Alike("form", object())

        assert first == second
        assert hash(first) == hash(second)
        assert first != kept.Alike("another form", first.thing)

    def test_shows_what_it_stands_for(self):
        assert kept.Alike("word", "Ánh").upper() == "ÁNH"
