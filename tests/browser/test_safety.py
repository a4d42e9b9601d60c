"""The page on digital safety and the media kit as people see them."""

from __future__ import annotations

import pytest

from content import clock
from portal.demo import World, news, safety
from tests.factories.members import UnitFactory, UserFactory


@pytest.fixture
def pages() -> list[str]:
    world = World(now=clock.now(), units={"tinh-doan": UnitFactory()})
    world.users = {"editor": UserFactory(), "publisher": UserFactory()}
    news.load(world)
    safety.load(world)
    return ["/an-toan-so/", "/tin-tuc/an-pham/"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_nothing_is_wrong_and_help_is_one_tap_away(visit, pages, width, scheme):
    window = visit(width=width, scheme=scheme, script=False)
    for path in pages:
        window.to(path)
        window.nothing_is_wrong()
    page = window.to("/an-toan-so/")
    call = page.get_by_role("link", name="Gọi 113, Công an")
    assert call.get_attribute("href") == "tel:113"
    assert call.bounding_box()["height"] >= 44
