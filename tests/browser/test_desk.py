"""The desk on a phone whose network comes and goes."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from content import clock
from members.models import Role
from tests.browser.conftest import eventually
from tests.browser.wire import Wire
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.training import (
    RegistrationFactory,
    SessionFactory,
    SessionStaffFactory,
    SlotFactory,
)
from training import passes
from training.models import Attendance, Mark, TrainingSession

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
NAMES = ["Bàn Thị Lan", "Nông Văn Hùng", "Đặng Đình Đức"]


@pytest.fixture
def session():
    now = clock.now()
    session = SessionFactory(
        title="Kỹ năng số cho cán bộ Đoàn",
        opens_at=now - 9 * 24 * HOUR,
        closes_at=now - HOUR,
        starts_at=now - 5 * MINUTE,
        ends_at=now + 8 * HOUR,
    )
    SlotFactory(session=session, starts_at=session.starts_at)
    SlotFactory(session=session, title="Buổi chiều", starts_at=now + 4 * HOUR)
    for name in NAMES:
        RegistrationFactory(
            session=session,
            person=PersonFactory(full_name=name),
            unit_name="Chi đoàn thôn Nà Ngần",
        )
    return session


def helper(session):
    return SessionStaffFactory(session=session).user


def desk(session):
    return f"/tap-huan/{session.slug}/ban-don/"


def row(page, name):
    return page.locator("[data-who]", has_text=name)


def ready_for_a_cut(page):
    """The page has been kept: the worker answers and the copy is there."""
    kept = """async () => Boolean(navigator.serviceWorker.controller)
       && (await (await caches.open("desk")).keys()).length > 2"""
    eventually(page, lambda: page.evaluate(kept))


def sent(page):
    page.wait_for_function(
        """() => Object.keys(localStorage)
            .filter((key) => /^desk:.+:\\d+$/.test(key))
            .every((key) => localStorage[key] === "[]")"""
    )


@pytest.fixture
def wire(live_server):
    """What lies between this window and the portal."""
    wire = Wire(int(live_server.url.rpartition(":")[2]))
    yield wire
    wire.close()


def test_marks_outlive_the_network_and_a_reload_and_count_once(visit, session, wire):
    window = visit(user=helper(session), width=360)
    window.base = wire.url
    page = window.to(desk(session))
    window.nothing_is_wrong()
    ready_for_a_cut(page)

    wire.cut()
    row(page, "Bàn Thị Lan").get_by_role("button", name="Có mặt").click()
    expect(page.get_by_text("Mất mạng.")).to_be_visible()
    expect(page.get_by_text("lượt điểm danh chờ gửi.")).to_be_visible()
    window.complaints.clear()  # the browser itself reports the request that failed

    page.reload()
    expect(row(page, "Bàn Thị Lan")).to_contain_text("chờ gửi")
    row(page, "Nông Văn Hùng").get_by_role("button", name="Có mặt").click()
    window.picture()
    assert not Mark.objects.exists()

    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    sent(page)

    there = Attendance.objects.select_related("registration__person", "mark")
    names = {one.registration.person.full_name for one in there}
    assert names == {"Bàn Thị Lan", "Nông Văn Hùng"}
    assert Mark.objects.count() == 2
    # Whoever was marked at the last moment counts from the arrival at the latest.
    assert all(one.came_at <= one.mark.received_at for one in there)
    early = there.get(registration__person__full_name="Bàn Thị Lan")
    assert early.came_at < early.mark.received_at
    expect(page.locator("[data-there]")).to_have_text("2")
    expect(page.get_by_text("Mất mạng.")).to_be_hidden()

    page.reload()
    sent(page)
    assert Mark.objects.count() == 2
    window.complaints.clear()
    window.nothing_is_wrong()


def test_two_phones_without_a_network_mark_one_person_once(visit, session):
    windows = [visit(user=helper(session), width=360) for _ in range(2)]
    for window in windows:
        ready_for_a_cut(window.to(desk(session)))
    for window in windows:
        window.page.context.set_offline(True)
        button = row(window.page, "Đặng Đình Đức")
        button.get_by_role("button", name="Có mặt").click()
        window.page.wait_for_timeout(50)
    early, late = (window.page for window in windows)

    for page in (late, early):
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        sent(page)

    assert Mark.objects.count() == 2
    (attendance,) = Attendance.objects.all()
    assert attendance.mark == Mark.objects.earliest("scanned_at")
    expect(early.get_by_text("Cần xem lại")).to_be_visible()
    windows[0].picture()
    early.get_by_role("button", name="Đã xem").click()
    expect(early.get_by_text("Cần xem lại")).to_be_hidden()


def test_signing_out_leaves_no_list_behind(visit, session):
    window = visit(user=helper(session))
    page = window.to(desk(session))
    ready_for_a_cut(page)

    window.to("/tai-khoan/logout/")
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(lambda url: "logout" not in url)
    page.context.set_offline(True)

    eventually(page, lambda: not page.evaluate("() => caches.has('desk')"))
    with pytest.raises(Exception, match="ERR_"):
        page.goto(window.base + desk(session))


def test_the_list_is_searched_without_accents_and_by_code(visit, session):
    window = visit(user=helper(session), width=360, scheme="dark")
    page = window.to(desk(session))
    field = page.get_by_label("Tên, đơn vị hoặc mã")

    field.fill("dang dinh")
    expect(page.locator("[data-who]:visible")).to_have_count(1)
    expect(row(page, "Đặng Đình Đức")).to_be_visible()

    lan = session.registrations.get(person__full_name="Bàn Thị Lan")
    field.fill(passes.spaced(lan.code).lower())
    expect(page.locator("[data-who]:visible")).to_have_count(1)
    row(page, "Bàn Thị Lan").get_by_role("button", name="Có mặt").click()
    sent(page)
    assert lan.marks.get().method == "code"

    field.fill("không có ai")
    expect(page.get_by_text("Không tìm thấy ai.")).to_be_visible()
    window.nothing_is_wrong()


def test_everything_works_without_a_script(visit, session):
    window = visit(user=helper(session), width=360, script=False)
    page = window.to(desk(session))

    row(page, "Bàn Thị Lan").get_by_role("button", name="Có mặt").click()
    expect(page.get_by_text("Bàn Thị Lan có mặt.")).to_be_visible()

    page.get_by_label("Tên, đơn vị hoặc mã").fill("hung")
    page.locator("form.desk-search").get_by_role("button").click()
    expect(page.locator("[data-who]")).to_have_count(1)
    window.picture()


def test_a_code_is_confirmed_with_one_big_button(visit, session):
    lan = session.registrations.get(person__full_name="Bàn Thị Lan")
    path = f"/tap-huan/diem-danh/{passes.token(lan.code)}/"
    stranger = visit(width=360)
    stranger.to(path)
    stranger.nothing_is_wrong()

    window = visit(user=helper(session), width=360)
    page = window.to(path)
    window.nothing_is_wrong()
    page.get_by_role("button", name="Ghi có mặt").click()
    expect(page.get_by_text("Bạn có thể quét mã tiếp theo.")).to_be_visible()
    window.nothing_is_wrong()

    page = window.to(path)
    expect(page.get_by_role("heading", name="Đã điểm danh rồi")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_every_page_of_the_desk_is_sound(visit, session, width, scheme):
    TrainingSession.objects.filter(pk=session.pk).update(mode="hybrid")
    organiser = AssignmentFactory(role=Role.TRAINING_ORGANISER, unit=session.unit)
    helper(session)
    window = visit(user=organiser.user, width=width, scheme=scheme)
    for path in ("", "them/", "phieu/", "nguoi-ho-tro/"):
        window.to(desk(session) + path)
        window.nothing_is_wrong()
    window.to(f"/tap-huan/{session.slug}/ma-tu-diem-danh/")
    window.nothing_is_wrong()
    window.to(f"/quan-tri/training/trainingsession/{session.pk}/attendance/")
    window.picture()

    lan = session.registrations.get(person__full_name="Bàn Thị Lan")
    window = visit(user=UserFactory(person=lan.person), width=width, scheme=scheme)
    window.to(f"/tap-huan/{session.slug}/dang-ky/")
    window.nothing_is_wrong()
