"""Pages of the kinds as people see them; a film elsewhere waits for a click."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.demo import film
from portal.demo.scenes import SCENES
from tests.factories import kinds

PLAYER = "https://www.youtube-nocookie.com/embed/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.mark.parametrize("width", [360, 1280])
def test_each_kind_has_a_page_without_a_fault(visit, width):
    pages = [
        kinds.infographic(),
        kinds.reportage(),
        kinds.guide(steps=2),
        kinds.document(),
        kinds.own_video(),
        kinds.linked_video(),
    ]
    window = visit(width=width)
    for path in [*(page.get_absolute_url() for page in pages), "/tin-tuc/van-ban/"]:
        window.to(path)
        window.nothing_is_wrong()


def test_a_film_elsewhere_asks_nobody_before_the_click(visit):
    article = kinds.linked_video()
    window = visit(width=360)
    page = window.to(article.get_absolute_url())
    page.route(f"{PLAYER}**", lambda route: route.fulfill(body="<p>Phim</p>"))
    page.wait_for_load_state("networkidle")
    assert window.strangers == []
    page.locator("a.film-poster").click()
    frame = page.locator("iframe.film-frame")
    expect(frame).to_be_visible()
    assert frame.get_attribute("src").startswith(f"{PLAYER}{kinds.YOUTUBE}")
    expect(page.frame_locator("iframe.film-frame").locator("p")).to_have_text("Phim")
    assert {url.split("?")[0] for url in window.strangers} == {PLAYER + kinds.YOUTUBE}
    assert window.complaints == []


def test_without_javascript_the_picture_leads_to_the_film(visit):
    window = visit(script=False)
    page = window.to(kinds.linked_video().get_absolute_url())
    poster = page.locator("a.film-poster")
    expect(poster).to_be_visible()
    assert poster.get_attribute("href").endswith(kinds.YOUTUBE)


def test_a_film_of_ours_plays(visit, monkeypatch):
    scene = SCENES["three-questions"]()
    data = film.webm([scene, scene], seconds=2)
    monkeypatch.setattr(kinds, "webm", lambda: data)
    window = visit(width=1280)
    page = window.to(kinds.own_video().get_absolute_url())
    length = page.evaluate(
        """() => new Promise((resolve, reject) => {
          const film = document.querySelector("video");
          film.muted = true;
          film.addEventListener("timeupdate", () =>
            film.currentTime > 0.2 && resolve(film.duration));
          film.addEventListener("error", () => reject(film.error.message));
          film.play().catch(reject);
        })"""
    )
    assert length == 4
    assert window.complaints == []
