"""The page on digital safety and the media kit as people see them."""

from __future__ import annotations

import datetime as dt

import pytest

from content import clock
from news.models import Tag
from portal.demo import World, safety
from tests.factories.news import PublishedFactory


@pytest.fixture
def pages() -> list[str]:
    """Contacts and advice of the demo; its articles would first have to be drawn."""
    safety.load(World(now=clock.now()))
    alert = PublishedFactory(publish_at=clock.now() - dt.timedelta(days=1))
    alert.tags.add(Tag.objects.get(warns=True))
    return ["/an-toan-so/", "/tin-tuc/an-pham/"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_nothing_is_wrong_and_help_is_one_tap_away(visit, pages, width, scheme):
    window = visit(width=width, scheme=scheme)
    for path in pages:
        window.to(path)
        window.nothing_is_wrong()
    page = window.to("/an-toan-so/")
    call = page.get_by_role("link", name="Gọi 113, Công an")
    assert call.get_attribute("href") == "tel:113"
    assert call.bounding_box()["height"] >= 44
