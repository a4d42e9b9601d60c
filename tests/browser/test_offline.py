"""A reader whose network goes, with a real worker and a wire that is cut below it."""

import datetime as dt
import time

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from content import clock
from tests.browser.conftest import eventually
from tests.browser.wire import Wire
from tests.factories.members import UserFactory
from tests.factories.news import PublishedFactory
from tests.factories.training import RegistrationFactory, SessionFactory
from training import passes

DAY = dt.timedelta(days=1)
OFFLINE = "/ngoai-tuyen/"
OWN = "/ngoai-tuyen/cua-toi/"


@pytest.fixture
def wire(live_server, settings):
    settings.OFFLINE_COPIES = True
    wire = Wire(int(live_server.url.rpartition(":")[2]))
    yield wire
    wire.close()


def kept(page, path, expected=True):
    """Whether there is a copy, once the worker has made or dropped it."""
    becomes(page, "async (path) => Boolean(await caches.match(path))", expected, path)


PADDING = "getComputedStyle(document.querySelector('.notice')).padding"
STORE = "offline-1-public"
FILL = """async ([store, paths, days]) => {
  const cache = await caches.open(store);
  for (const path of paths) {
    const headers = {"content-type": "text/html", "x-title": path, "x-language": "vi"};
    headers["x-kept-at"] = Date.now() - days * 86400000;
    const page = `<!doctype html><html lang="vi"><title>${path}</title><main>cũ</main>`;
    await cache.delete(path);
    await cache.put(path, new Response(page, { headers }));
  }
}"""
PATHS = """async (store) => (await (await caches.open(store)).keys())
  .map(({ url }) => new URL(url).pathname)"""


LEFT = """async () => [
  await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length,
]"""


def becomes(page, script, expected, argument=None):
    """Wait for the worker, which goes on after the page has come."""

    def found():
        return page.evaluate(script, argument)

    eventually(page, lambda: found() == expected, found)


def go(window, path):
    window.page.goto(window.base + path)
    return window.page.locator("main")


def test_what_was_read_stays_and_what_is_private_goes(visit, wire):
    now = clock.now()
    user = UserFactory()
    session = SessionFactory(
        title="Kỹ năng số",
        opens_at=now - 2 * DAY,
        closes_at=now - DAY,
        starts_at=now + DAY,
        ends_at=now + 2 * DAY,
    )
    sign_up = RegistrationFactory(session=session, person=user.person)
    article = PublishedFactory(title="Bài đã đọc")
    read = article.get_absolute_url()
    unread = PublishedFactory(title="Bài chưa đọc").get_absolute_url()

    window = visit(user=user, width=360)
    window.base = wire.url
    page = window.to("/")
    kept(page, OFFLINE)
    kept(page, OWN)
    window.to(read)
    kept(page, read)
    wire.cut()

    expect(go(window, read)).to_contain_text("Bài đã đọc")
    bar = page.get_by_role("status").filter(has_text="ngoại tuyến")
    expect(bar).to_contain_text(f"{now:%Y}")
    assert page.evaluate(PADDING) != "0px", "without its sheet"
    assert page.locator("form[method=post]").count() == 0
    window.picture()

    main = go(window, unread)
    expect(main).to_contain_text("Không có mạng")
    expect(main.get_by_role("link", name="Bài đã đọc")).to_be_visible()
    window.picture()
    main.get_by_role("link", name="Buổi tập huấn sắp tới").click()
    expect(page.locator("main")).to_contain_text(passes.spaced(sign_up.code))
    expect(page.locator("main")).to_contain_text("Kỹ năng số")
    window.picture()

    wire.mend()
    article.delete()
    go(window, read)
    kept(page, read, False)

    window.to("/tai-khoan/logout/")
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(lambda url: "logout" not in url)
    wire.cut()

    for path in (OWN, read):
        main = go(window, path)
        expect(main).to_contain_text("Không có mạng")
        expect(main).not_to_contain_text(passes.spaced(sign_up.code))
    becomes(page, "caches.keys()", ["offline-1-files"])


def test_copies_are_forty_and_a_week_old_at_most(visit, wire):
    read = PublishedFactory(title="Bài đọc đầu tiên").get_absolute_url()
    last = PublishedFactory(title="Bài đọc sau cùng").get_absolute_url()
    window = visit(width=1280)
    window.base = wire.url
    page = window.to("/")
    kept(page, OFFLINE)
    page.goto(window.base + read)
    kept(page, read)
    filling = [f"/tin-tuc/bai-{number}/" for number in range(1, 40)]
    page.evaluate(FILL, [STORE, filling, 6.9])
    assert page.evaluate(PATHS, STORE) == [read, *filling]

    # Read again without a network, a copy is the newest once more.
    wire.cut()
    expect(go(window, read)).to_contain_text("Bài đọc đầu tiên")
    becomes(page, PATHS, [*filling, read], STORE)
    wire.mend()
    window.to(last)
    becomes(page, PATHS, [*filling[1:], read, last], STORE)

    page.evaluate(FILL, [STORE, [read, filling[5]], 7.1])
    wire.cut()
    main = go(window, read)
    expect(main).to_contain_text("Không có mạng")
    expect(main.get_by_role("link", name="Bài đọc sau cùng")).to_be_visible()
    expect(main.get_by_role("link", name=filling[6])).to_be_visible()
    expect(main.get_by_role("link", name=filling[5])).to_have_count(0)
    kept(page, read, False)
    # What is too old goes with the next page that is kept.
    wire.mend()
    window.to(last)
    kept(page, filling[5], False)


def test_a_weak_network_brings_the_copy_and_switched_off_all_goes(
    visit, wire, settings
):
    article = PublishedFactory(title="Tên lúc đầu")
    read = article.get_absolute_url()
    window = visit(width=360, scheme="dark")
    window.base = wire.url
    page = window.to(read)
    kept(page, OFFLINE)
    window.to(read)
    kept(page, read)

    wire.stand_still()
    asked = time.monotonic()
    page.goto(wire.url + read, wait_until="commit")
    assert time.monotonic() - asked >= 5, "the network goes first"
    # Its sheet comes as late, and does come.
    page.wait_for_load_state("load", timeout=20_000)
    expect(page.locator("main")).to_contain_text("Tên lúc đầu")
    assert page.evaluate(PADDING) != "0px"
    expect(page.get_by_role("status").filter(has_text="ngoại tuyến")).to_be_visible()
    window.picture()
    wire.mend()
    window.to(read)
    expect(page.get_by_role("status").filter(has_text="ngoại tuyến")).to_have_count(0)

    settings.OFFLINE_COPIES = False
    cache.clear()
    window.to(read)
    becomes(page, LEFT, [[], 0])
    window.to(read)
    becomes(page, LEFT, [[], 0])
