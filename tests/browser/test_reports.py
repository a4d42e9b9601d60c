"""A report on a phone whose network is cut in the middle, and its acceptance."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from content import clock
from mail.models import Letter
from members.models import Role
from teams import months
from teams.models import Report
from teams.reports import access
from tests.browser.wire import Wire
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.teams import (
    MemberFactory,
    TeamFactory,
    indicator,
    report,
    thirteen,
)

FIGURES = "/to-cong-nghe-so/so-lieu/?ky=1"


@pytest.fixture
def month() -> dt.date:
    """The last one that is over: the public figures show no other."""
    return months.shifted(months.month_of(clock.now()), -1)


@pytest.fixture
def leader(month):
    thirteen()
    root = UnitFactory(name="Tỉnh đoàn")
    commune = UnitFactory(name="Đoàn xã Cẩm Giàng", parent=root)
    team = TeamFactory(unit=commune, name="Tổ công nghệ số thôn Nà Tu")
    before = months.shifted(month, -1)
    report(team, month=before, values={"I01": 1250, "I03": 31, "I12": True})
    person = PersonFactory(full_name="Giàng A Páo", email="totruong@example.com")
    return MemberFactory(team=team, person=person, role="leader")


@pytest.fixture
def wire(live_server):
    """What lies between the phone and the portal."""
    wire = Wire(int(live_server.url.rpartition(":")[2]))
    yield wire
    wire.close()


def field(page, code):
    return page.locator(f"[name=v{indicator(code).pk}]")


def door(leader) -> str:
    link = access.link_for(leader, now=clock.now())
    month = months.shifted(months.month_of(clock.now()), -1)
    place = f"/to-cong-nghe-so/bao-cao/{leader.team_id}/{link.key}/"
    return f"{place}?thang={months.key(month)}"


def come_in(window, leader, *, look: bool = True):
    """By the link, with the code from the letter. Without scripts axe cannot look."""
    page = window.to(door(leader))
    if look:
        window.nothing_is_wrong()
    page.get_by_role("button", name="Gửi mã tới").click()
    expect(page.get_by_text("Gửi mã khác")).to_be_visible()
    text = Letter.objects.get(kind="teams.report_code").text
    page.get_by_label("Mã 6 chữ số").fill(re.search(r"\b\d{6}\b", text)[0])
    page.get_by_role("button", name="Mở báo cáo").click()
    expect(page.locator("h1")).to_contain_text("Báo cáo tháng")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_outlives_a_cut_network_and_is_accepted(
    visit, leader, wire, month, scheme
):
    window = visit(width=360, scheme=scheme)
    window.base = wire.url
    page = come_in(window, leader)
    expect(page.get_by_text("1.250")).to_be_visible()
    window.nothing_is_wrong()

    field(page, "I01").fill("12")
    expect(page.get_by_text("Đã lưu nháp.")).to_be_visible()
    assert Report.objects.get(month=month).state == "draft"

    wire.cut()
    field(page, "I03").fill("1.045")
    page.get_by_label("Có", exact=True).check()
    expect(page.get_by_text("Mất mạng. Mọi thứ được giữ")).to_be_visible()
    page.get_by_role("button", name="Gửi về xã").click()
    expect(page.get_by_text("Mất mạng. Báo cáo sẽ được gửi")).to_be_visible()
    window.picture()
    assert Report.objects.get(month=month).state == "draft"
    window.complaints.clear()  # the browser itself reports the request that failed

    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Sao chép báo cáo gửi Zalo")).to_be_visible()
    window.nothing_is_wrong()
    sent = Report.objects.get(month=month)
    assert (sent.state, sent.sent_by) == ("sent", "link")
    figures = {row.indicator.code: row.value for row in sent.values.all()}
    assert figures == {"I01": 12, "I03": 1045, "I12": True}
    assert page.evaluate("Object.keys(localStorage).length") == 0

    secretary = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=leader.team.unit).user
    desk = visit(user=secretary, width=1280, scheme=scheme)
    before = desk.to(FIGURES).content()
    admin = desk.to(f"/quan-tri/teams/report/{sent.pk}/change/")
    expect(admin.get_by_text("1.045 người")).to_be_visible()
    desk.nothing_is_wrong()
    admin.get_by_role("button", name="Tiếp nhận").click()
    expect(admin.get_by_text("số liệu được tính từ bây giờ").first).to_be_visible()
    sent.refresh_from_db()
    assert sent.state == "accepted"
    after = desk.to(FIGURES).content()
    assert "1.045" in after
    assert "1.045" not in before


def test_what_was_typed_is_back_after_a_reload_and_other_figures_beside_it(
    visit, leader, month
):
    window = visit(width=360)
    page = come_in(window, leader)
    page.route("**/luu/", lambda route: route.abort())
    field(page, "I01").fill("77")
    expect(page.get_by_text("Mất mạng.").first).to_be_visible()
    window.complaints.clear()
    page.reload()
    expect(field(page, "I01")).to_have_value("77")

    other = report(leader.team, month=month, state="draft", values={"I01": 5})
    page.reload()
    window.complaints.clear()
    expect(page.get_by_text("Máy này còn giữ số liệu khác")).to_be_visible()
    expect(field(page, "I01")).to_have_value("5")
    expect(page.get_by_text("Trên máy này: 77")).to_be_visible()
    window.picture()
    page.unroute("**/luu/")
    page.get_by_role("button", name="Dùng số trên máy này").click()
    expect(page.get_by_text("Đã lưu nháp.")).to_be_visible()
    assert other.values.get().number == 77
    window.nothing_is_wrong()


def test_everything_works_without_javascript(visit, leader, month):
    page = come_in(visit(width=360, script=False), leader, look=False)
    field(page, "I01").fill("mười")
    page.get_by_role("button", name="Gửi về xã").click()
    expect(page.locator("[data-line-problem]:visible")).to_contain_text("chữ số")
    expect(field(page, "I01")).to_have_value("mười")
    field(page, "I01").fill("10")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.get_by_text("Đã lưu nháp. Chưa ai khác xem được.")).to_be_visible()
    page.get_by_role("button", name="Gửi về xã").click()
    expect(page.get_by_text("Báo cáo đã về xã")).to_be_visible()
    assert Report.objects.get(month=month).state == "sent"
