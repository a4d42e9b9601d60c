"""The demo's newsroom: something of everything that its desk can show, once."""

import datetime as dt

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from content.models import PageViews
from news import receipts
from news.front_page import front_page
from news.models import Article, Contribution, KitItem, Revision, Rumour
from news.readers import most_read
from portal import demo
from portal.demo import newsroom

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("newsroom demo"),  # loaded once, not once a process
]
State = Contribution.State


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Loaded once; what a test adds is undone behind it."""
    now = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEBUG=True), translation.override("vi"):
            world = demo.load(now=now)
        yield world
        transaction.set_rollback(True)


def test_each_part_of_the_newsroom_has_something_to_show(world, now):
    told = set(Contribution.objects.values_list("kind", "state"))
    stories = {state for kind, state in told if kind == "story"}
    assert stories == {state for state in State if state != State.DRAFT}
    publications = {state for kind, state in told if kind == "publication"}
    assert publications == {State.RECEIVED, State.ACCEPTED}
    assert KitItem.objects.filter(what=KitItem.What.OF_UNITS).exists()
    used = Contribution.objects.get(title=newsroom.USED)
    assert used.article in Article.objects.published(now)
    assert used.article.byline == used.credit
    assert len(most_read(now, 5)) == 5
    assert len(front_page(now, 3)) == 3
    assert Rumour.objects.filter(state=Rumour.State.NEW).exists()
    [document] = receipts.asked_for(now)
    assert document.receipts.count() == newsroom.CONFIRMED
    silent = receipts.silent_units(document, world.users["province_admin"], now)
    assert silent.exists()
    shown = Article.objects.published(now).values_list("kind", flat=True)
    assert set(shown) == set(Article.Kind.values)
    assert Article.objects.filter(state="draft", remark=newsroom.REMARK).exists()
    waiting = {"working": True, "submitted_at__isnull": False}
    assert Revision.objects.filter(**waiting).count() == 1


def test_loaded_twice_is_loaded_once(world, now):
    def counts():
        models = (Article, Contribution, KitItem, PageViews)
        return [model.objects.count() for model in models]

    before = counts()
    newsroom.load(world)
    assert counts() == before
