"""The demo's newsroom: something of everything that its desk can show, once."""

import pytest
from django.utils import translation

from content.models import PageViews
from news import receipts
from news.front_page import front_page
from news.models import Article, Contribution, KitItem, Revision, Rumour
from news.readers import most_read
from portal import demo
from portal.demo import newsroom

pytestmark = pytest.mark.django_db
State = Contribution.State


@pytest.fixture
def world(now, settings):
    settings.DEBUG = True
    with translation.override("vi"):
        return demo.load(now=now)


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
