"""The demo as a visitor finds it: every page answers, every link leads somewhere."""

import datetime as dt
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage

from members.models import Person, Unit
from news.models import Article
from portal import demo

pytestmark = pytest.mark.django_db

# Forms, feeds of the signed-in and the admin are walked by their own tests.
_LEFT_OUT = re.compile(r"/(quan-tri|tai-khoan|ngon-ngu|thu|ca-nhan)/")
_NEEDS_SIGN_IN = {301, 302}
_STORED = (django_settings.MEDIA_URL, django_settings.STATIC_URL)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.pictures: set[str] = set()

    def handle_starttag(self, tag, attrs) -> None:
        attrs = dict(attrs)
        if tag == "a" and attrs.get("href"):
            self.links.add(attrs["href"])
        if tag in {"img", "source"}:
            srcset = (attrs.get("srcset") or "").split(",")
            found = [attrs.get("src"), *(part.split()[0] for part in srcset if part)]
            self.pictures.update(filter(None, found))


def _read(html: str) -> _Links:
    reader = _Links()
    reader.feed(html)
    return reader


def _is_there(address: str) -> bool:
    path = unquote(urlsplit(address).path)
    if path.startswith(django_settings.MEDIA_URL):
        return default_storage.exists(path.removeprefix(django_settings.MEDIA_URL))
    assert path.startswith(django_settings.STATIC_URL), address
    return finders.find(path.removeprefix(django_settings.STATIC_URL)) is not None


@pytest.fixture
def world(settings, tmp_path, now):
    settings.DEBUG, settings.VAR = True, tmp_path
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.MEDIA_ROOT = tmp_path / "media"
    world = demo.load(now=now)
    settings.DEBUG = False  # pages in debug need addresses that tests do not mount
    return world


def test_every_public_page_answers_and_every_picture_is_there(client, world, now):
    waiting, seen, pictures = ["/"], {"/"}, set()
    with time_machine.travel(now, tick=False):
        while waiting:
            page = waiting.pop()
            response = client.get(page)
            assert response.status_code in {200} | _NEEDS_SIGN_IN, page
            if not response["Content-Type"].startswith("text/html"):
                response.getvalue()  # a file is closed once it has been read
                continue
            found = _read(response.content.decode())
            ours = {one for one in found.pictures if one.startswith("/")}
            stored = {one for one in ours if one.startswith(_STORED)}
            pictures |= stored
            # Films are handed out by a view of their own.
            for link in found.links | (ours - stored):
                if not link.startswith("/") or _LEFT_OUT.match(link):
                    continue
                link = link.split("#")[0]
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
    for article in Article.objects.published(now):
        assert article.get_absolute_url() in seen, article
    assert len(seen) > 100
    assert [one for one in pictures if not _is_there(one)] == []


def test_loaded_twice_is_loaded_once(world, settings, now):
    def count():
        return [model.objects.count() for model in (Unit, Person, Article)]

    before = count()
    settings.DEBUG = True
    demo.load(now=now + dt.timedelta(days=1))
    assert count() == before


def test_nothing_is_loaded_outside_debug(settings, now):
    settings.DEBUG = False
    with pytest.raises(ImproperlyConfigured):
        demo.load(now=now)
    assert not Unit.objects.exists()
