"""The visitor's own display in a real browser: contrast, big letters, paper."""

from __future__ import annotations

import datetime as dt

import pytest

from content import clock
from portal import texts
from portal.demo import World, news
from portal.models import SitePage
from tests.factories.members import UnitFactory, UserFactory
from tests.factories.news import PublishedFactory
from tests.factories.portal import KeyFigureFactory
from tests.factories.teams import TeamFactory
from tests.factories.training import SessionFactory

DAY = dt.timedelta(days=1)
LOOKS = [
    pytest.param(360, "light", "contrast", id="360-contrast"),
    pytest.param(360, "dark", "contrast-larger", id="360-dark-contrast-larger"),
    pytest.param(320, "light", "larger", id="320-larger"),
    pytest.param(1280, "dark", "contrast", id="1280-dark-contrast"),
    pytest.param(1280, "light", "larger", id="1280-larger"),
]


@pytest.fixture
def pages() -> list[str]:
    """One of each main kind; the site's own pages as on a new portal."""
    now = clock.now()
    for key in texts.TITLES:
        SitePage.objects.get_or_create(key=key, defaults=texts.at_first(key))
    KeyFigureFactory()
    session = SessionFactory(
        title="Kỹ năng cho thành viên Tổ công nghệ số cộng đồng",
        opens_at=now - DAY,
        closes_at=now + DAY,
        starts_at=now + 2 * DAY,
        ends_at=now + 3 * DAY,
    )
    world = World(now=now, units={"tinh-doan": session.unit})
    world.users = {"editor": UserFactory(), "publisher": UserFactory()}
    news.load(world)
    article = PublishedFactory(
        title="Bài có đường dẫn ra ngoài",
        body='<p>Xem <a href="https://vneid.gov.vn/">trang VNeID</a>.</p>',
        publish_at=now - DAY,
    )
    TeamFactory(unit=UnitFactory(name="Đoàn xã Cẩm Giàng"))
    return [
        "/",
        article.get_absolute_url(),
        session.get_absolute_url(),
        "/to-cong-nghe-so/so-lieu/",
        "/lien-he/",
        "/quyen-rieng-tu/",
        "/tai-khoan/login/",
    ]


def choose(window, display: str) -> None:
    cookie = {"name": "display", "value": display, "url": window.base}
    window.page.context.add_cookies([cookie])


def test_twice_the_letters_fit_the_smallest_phone(visit, pages):
    window = visit(width=320)
    wide = "document.documentElement.scrollWidth - innerWidth"
    for path in [*pages, "/tin-tuc/", "/tap-huan/", "/to-cong-nghe-so/", "/cuoc-thi/"]:
        page = window.to(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(wide) <= 0, path


@pytest.mark.parametrize(("width", "scheme", "display"), LOOKS)
def test_nothing_is_wrong_in_the_visitors_own_display(
    visit, pages, width, scheme, display
):
    window = visit(width=width, scheme=scheme)
    window.name += f"-{display}"
    choose(window, display)
    for path in pages:
        page = window.to(path)
        menu = page.locator("details.menu > summary")
        brand = page.locator(".brand")
        if menu.is_visible():
            assert not overlap(menu.bounding_box(), brand.bounding_box())
        window.nothing_is_wrong()


def overlap(one: dict, other: dict) -> bool:
    return all(
        one[start] < other[start] + other[size]
        and other[start] < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_one_tap_makes_letters_bigger_on_this_page_and_the_next(visit, pages, script):
    window = visit(width=360, script=script)
    page = window.to("/tin-tuc/?page=1")
    html = page.locator("html")
    before = page.locator("h1").evaluate("h1 => getComputedStyle(h1).fontSize")
    page.get_by_role("button", name="Chữ to hơn").click()
    page.locator("html.large-text").wait_for()
    assert page.url.endswith("/tin-tuc/?page=1")
    after = page.locator("h1").evaluate("h1 => getComputedStyle(h1).fontSize")
    assert float(after[:-2]) > float(before[:-2])
    page.get_by_role("button", name="Tương phản").click()
    page.locator("html.high-contrast.large-text").wait_for()
    window.to("/lien-he/")
    assert html.get_attribute("class") == "high-contrast large-text"
    assert not window.complaints


def test_a_quick_second_press_in_the_bar_is_not_lost(visit, pages):
    page = visit(width=360).to("/lien-he/")
    page.evaluate(
        """() => {
          const bar = () => document.querySelector(".display").elements;
          for (const place of [2, 2, 3]) bar()[place].click();
        }"""
    )
    page.locator("html.high-contrast.larger-text").wait_for()


def test_with_scripts_what_is_typed_survives_the_bar(visit, pages):
    page = visit(width=360).to("/tai-khoan/login/")
    field = page.locator("main input[type=email]").first
    field.fill("ban.tre@example.com")
    page.get_by_role("button", name="Chữ to hơn").click()
    page.locator("html.large-text").wait_for()
    assert field.input_value() == "ban.tre@example.com"
    focused = page.evaluate("document.activeElement.textContent")
    assert "Chữ to hơn" in focused


def test_the_bar_is_reached_by_keyboard_right_after_the_skip_link(visit, pages):
    page = visit(width=1280).to("/")
    for _each in range(3):
        page.keyboard.press("Tab")
    # Smaller letters are not to be had, so the bar begins with the normal ones.
    assert "Chữ to hơn" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.locator("html.large-text").wait_for()


def test_on_paper_there_are_words_and_the_addresses_of_links(visit, pages):
    window = visit(width=680, scheme="dark")
    page = window.to(pages[1])
    choose(window, "contrast")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".strip", "details.menu", ".breadcrumbs", ".share", ".footer nav"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".read").is_visible()
    link = page.locator(".read a").first
    after = link.evaluate("a => getComputedStyle(a, '::after').content")
    assert "https://vneid.gov.vn/" in after
    ground = page.locator("body").evaluate("b => getComputedStyle(b).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


def test_the_session_on_paper_keeps_time_and_place(visit, pages):
    page = visit(width=680).to(pages[2])
    page.emulate_media(media="print")
    assert page.locator(".facts").first.is_visible()
    assert not page.locator("main .button:visible").count()
