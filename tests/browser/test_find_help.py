"""Finding help and the public figures in a browser, on a phone and at a desk."""

import datetime as dt

import pytest

from content import clock
from content.stamped import SOONEST
from teams.models import HelpRequest
from teams.reports import access
from tests.factories.members import PersonFactory, UnitFactory, UnitKindFactory
from tests.factories.teams import (
    HelpPointFactory,
    HelpRequestFactory,
    HelpTopicFactory,
    MemberFactory,
    TeamFactory,
    report,
    union_member,
)

FORM = "/to-cong-nghe-so/de-nghi-ho-tro/"
FIGURES = "/to-cong-nghe-so/so-lieu/"


@pytest.fixture
def team():
    """The team of Nà Tu in Cẩm Giàng, whose leader has no account."""
    kind = UnitKindFactory(code="xa", name="Xã")
    root = UnitFactory(name="Tỉnh đoàn", slug="tinh-doan")
    commune = UnitFactory(
        name="Đoàn xã Cẩm Giàng",
        short_name="xã Cẩm Giàng",
        slug="cam-giang",
        parent=root,
        kind=kind,
    )
    UnitFactory(name="Đoàn xã Thượng Quan", parent=root, kind=kind)
    team = TeamFactory(unit=commune, area="thôn Nà Tu", name="Tổ thôn Nà Tu")
    person = PersonFactory(email="to-truong@example.com")
    union_member(team=team, person=person, role="leader")
    other = UnitFactory(short_name="xã Côn Minh", parent=root, kind=kind)
    MemberFactory(team=TeamFactory(unit=other))
    HelpPointFactory(unit=commune, phone="+842093870000")
    for name in ("Cài đặt VNeID", "Sổ sức khỏe điện tử"):
        HelpTopicFactory(name=name)
    return team


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_sound(visit, team, width, scheme):
    month = clock.now().date().replace(day=1)
    for back in range(1, 20):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        report(team, month=month, values={"I01": 40 + back, "I11": 2, "I12": True})
    window = visit(width=width, scheme=scheme)
    for path in (
        FORM,
        f"{FORM}?xa=cam-giang",
        f"{FORM}tra-cuu/",
        f"{FORM}tra-cuu/{HelpRequestFactory(team=team).code}/",
        "/to-cong-nghe-so/?xa=cam-giang",
        FIGURES,
        f"{FIGURES}?ky=36&cs=I12",
        f"{FIGURES}?xa=cam-giang",
    ):
        window.to(path)
        window.nothing_is_wrong()


def test_somebody_asks_the_leader_calls_and_the_code_tells(visit, team, settings):
    """Without a script for who asks, without an account for who helps."""
    citizen = visit(script=False)
    page = citizen.to("/to-cong-nghe-so/?xa=cam-giang")
    page.get_by_role("link", name="Đề nghị hỗ trợ").click()
    settings.CLOCK_OFFSET += SOONEST  # nobody reads and fills the form in less
    page.get_by_role("button", name="Gửi đề nghị").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Chúng tôi gọi bạn là gì?").fill("Cô Sen")
    page.get_by_role("textbox", name="Điện thoại").fill("0912.345.678")
    page.get_by_label("Thôn, tổ dân phố").fill("na tu")
    page.get_by_label("Cài đặt VNeID").check()
    page.get_by_label("Tôi đồng ý").check()
    page.get_by_role("button", name="Gửi đề nghị").click()
    request = HelpRequest.objects.get()
    assert page.get_by_text(request.spaced_code).is_visible()
    assert page.get_by_role("link", name="Tổ thôn Nà Tu").is_visible()

    leader = visit()
    link = access.link_for(team.memberships.get(), now=clock.now())
    code = access.new_code(link, now=clock.now(), lasts=access.TOLD)
    path = access.url(link).partition("/to-cong-nghe-so/")[2]
    page = leader.to(f"/to-cong-nghe-so/{path}?den=de-nghi")
    page.locator("input[name=code]").fill(code)
    page.locator("main").get_by_role("button").last.click()
    call = page.get_by_role("link", name="Gọi 0912 345 678")
    assert call.get_attribute("href") == "tel:+84912345678"
    leader.nothing_is_wrong()
    page.get_by_role("button", name="Đã hỗ trợ").click()
    assert page.get_by_text("Không có ai đang chờ gọi").is_visible()
    leader.nothing_is_wrong()

    page = citizen.to(f"{FORM}tra-cuu/")
    page.locator("input[name=code]").fill(request.spaced_code.lower())
    page.get_by_role("button", name="Xem kết quả").click()
    assert page.locator("main").get_by_text("Đã hỗ trợ").is_visible()
