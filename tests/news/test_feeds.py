import datetime as dt
from xml.etree import ElementTree

import pytest
import time_machine

from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.pictures import ready

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(response) -> ElementTree.Element:
    return ElementTree.fromstring(response.content)  # noqa: S314  our own answer


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def articles(now):
    ArticleFactory()
    PublishedFactory(publish_at=now + dt.timedelta(hours=1))
    older = PublishedFactory(publish_at=now - dt.timedelta(days=2))
    newer = PublishedFactory(
        publish_at=now - dt.timedelta(days=1), title="Hỏi & đáp <VNeID>"
    )
    return [newer, older]


def test_rss_tells_the_news_newest_first(client, articles):
    response = client.get("/tin-tuc/rss/")
    assert response["Content-Type"].startswith("application/rss+xml")
    items = parsed(response).findall("channel/item")
    assert [item.findtext("title") for item in items] == [a.title for a in articles]
    newest = items[0]
    assert newest.findtext("link") == (
        "http://testserver" + articles[0].get_absolute_url()
    )
    assert newest.findtext("description") == articles[0].lead
    assert newest.findtext("category") == articles[0].section.name
    assert newest.findtext("pubDate") == "Sun, 22 Nov 2026 02:00:00 +0000"


def test_atom_tells_the_same(client, articles):
    response = client.get("/tin-tuc/atom/")
    assert response["Content-Type"].startswith("application/atom+xml")
    entries = parsed(response).findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles == [article.title for article in articles]


@pytest.mark.parametrize("kind", ["rss", "atom"])
@pytest.mark.parametrize("number", [1, 3])
def test_one_query_is_enough(client, django_assert_num_queries, kind, number):
    for _each in range(number):
        PublishedFactory(cover=ready())
    with django_assert_num_queries(1):
        client.get(f"/tin-tuc/{kind}/")


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_an_empty_feed_is_a_feed(client, kind):
    response = client.get(f"/tin-tuc/{kind}/")
    assert response.status_code == 200
    parsed(response)


def test_the_cover_goes_along_as_a_jpeg(client, settings):
    cover = ready(size=(1600, 900))
    PublishedFactory(cover=cover)
    item = parsed(client.get("/tin-tuc/rss/")).find("channel/item/enclosure")
    assert item.attrib == {
        "url": f"{settings.SITE_URL}{cover.share['url']}",
        "length": str(cover.share["bytes"]),
        "type": "image/jpeg",
    }
    assert cover.share["bytes"] > 1000
