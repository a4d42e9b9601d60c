import datetime as dt
from xml.etree import ElementTree

import pytest
import time_machine

from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def parsed(response) -> ElementTree.Element:
    return ElementTree.fromstring(response.content)  # noqa: S314  our own answer


def test_the_sitemap_knows_what_the_public_sees(client, now):
    with time_machine.travel(now, tick=False):
        out = PublishedFactory(publish_at=now)
        hidden = [
            ArticleFactory(),
            PublishedFactory(publish_at=now + dt.timedelta(hours=1)),
        ]
        empty = SectionFactory()
        response = client.get("/sitemap.xml")
    found = {element.text for element in parsed(response).iter(LOC)}
    host = "http://testserver"
    assert host + out.get_absolute_url() in found
    assert host + out.section.get_absolute_url() in found
    assert host + empty.get_absolute_url() not in found
    assert not found & {host + article.get_absolute_url() for article in hidden}
