"""A reader whose network goes, with a real worker and a wire that is cut below it."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from content import clock
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
    """Wait for the worker: it makes and drops copies after the page has come."""
    for _turn in range(200):
        found = page.evaluate("async (path) => Boolean(await caches.match(path))", path)
        if found is expected:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{path}: kept is {found}")


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
    padding = "getComputedStyle(document.querySelector('.notice')).padding"
    assert page.evaluate(padding) != "0px", "without its sheet"
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
    assert page.evaluate("caches.keys()") == ["offline-1-files"]
