"""The digital teams in a browser: what everybody finds, and a list brought in."""

import pytest

from members.models import Role
from teams.models import DigitalTeam
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.teams import (
    MemberFactory,
    NominationFactory,
    TeamFactory,
    line,
    sheet_file,
    union_member,
)

LIST = "/to-cong-nghe-so/"
DESK = "/quan-tri/teams/digitalteam/"


@pytest.fixture
def province():
    root = UnitFactory(name="Tỉnh đoàn", slug="tinh-doan")
    cam_giang = UnitFactory(
        name="Đoàn xã Cẩm Giàng",
        short_name="xã Cẩm Giàng",
        slug="cam-giang",
        parent=root,
    )
    na_tu = TeamFactory(
        unit=cam_giang,
        name="Tổ công nghệ số cộng đồng thôn Nà Tu",
        slug="na-tu",
        public_place="Nhà văn hóa thôn",
        public_hours="19:30–21:00 thứ Ba",
        public_phone="+84912345678",
        public_note="Mang theo điện thoại của bạn.",
    )
    union_member(team=na_tu, role="leader", name_is_public=True)
    gap = TeamFactory(unit=cam_giang, name="Tổ công nghệ số cộng đồng thôn Nà Ngăm")
    MemberFactory(team=gap)
    return root


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_public_page_is_sound(visit, province, width, scheme):
    window = visit(width=width, scheme=scheme)
    for path in (
        LIST,
        f"{LIST}?xa=cam-giang",
        f"{LIST}?q=na+tu",
        f"{LIST}?q=xyz",
        f"{LIST}na-tu/",
        f"{LIST}so-lieu/",
    ):
        window.to(path)
        window.nothing_is_wrong()


def test_somebody_finds_a_team_without_accents_and_without_a_script(visit, province):
    window = visit(script=False)
    page = window.to(LIST)
    page.get_by_label("Tên thôn, tên tổ hoặc xã, phường").fill("na tu")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.get_by_role("link", name="thôn Nà Tu").click()
    assert window.path() == f"{LIST}na-tu/"
    assert page.get_by_text("0912 345 678").is_visible()


def test_staff_bring_in_a_list_and_the_coverage_follows(visit, province, tmp_path):
    person = PersonFactory(full_name="Bàn Thị Sen", birth_date=None, birth_year=2001)
    file = tmp_path / "danh-sach.xlsx"
    closing = line(
        team="Tổ công nghệ số cộng đồng thôn Nà Ngăm",
        unit="Cẩm Giàng",
        name=person.full_name,
        born=2001,
        union="x",
    )
    file.write_bytes(sheet_file(closing).getvalue())
    staff = AssignmentFactory(role=Role.TEAM_COORDINATOR, unit=province).user
    window = visit(width=1280, user=staff)
    page = window.to(f"{LIST}so-lieu/")
    assert "50%" in page.inner_text("main").replace("\xa0", " ")
    window.nothing_is_wrong()
    page = window.to(DESK)
    page.get_by_role("link", name="Nhập danh sách").click()
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files(file)
    page.get_by_role("button", name="Xem trước").click()
    # The unit of the person is another one: it is asked, not guessed.
    page.get_by_label("2001").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Nhập danh sách này").click()
    assert "1 thành viên mới" in page.inner_text("body")
    page = window.to(f"{LIST}so-lieu/")
    assert "100%" in page.inner_text("main").replace("\xa0", " ")
    team = DigitalTeam.objects.get(name__contains="Nà Ngăm")
    assert team.memberships.filter(person=person, is_union_member=True).exists()
    assert not window.complaints


# --- Those in charge: gaps, a nomination, what may happen to a member --------------


@pytest.fixture
def branch(province):
    """The village's own unit, its secretary, and the commune's."""
    commune = DigitalTeam.objects.get(slug="na-tu").unit
    unit = UnitFactory(
        name="Chi đoàn thôn Nà Ngăm", slug="na-ngam", parent=commune, short_name=""
    )
    team = DigitalTeam.objects.get(name__contains="Nà Ngăm")
    team.unit = unit
    team.save()
    return {
        "team": team,
        "secretary": AssignmentFactory(role=Role.UNIT_SECRETARY, unit=unit).user,
        "commune": AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune).user,
    }


def sound(window) -> None:
    """As every page; axe itself then tries a style on the admin's own fields."""
    window.nothing_is_wrong()
    window.complaints.clear()


def test_a_nomination_goes_from_the_gap_to_the_team(visit, branch):
    """The secretary finds the gap and proposes; the commune confirms; it is closed."""
    window = visit(width=360, user=branch["secretary"])
    page = window.to(f"{DESK}do-phu/")
    sound(window)
    page.get_by_role("link", name="Đề cử đoàn viên").click()
    page.get_by_label("Họ và tên").fill("Bàn Thị Sen")
    page.get_by_label("Ngày sinh hoặc năm sinh").fill("31/02/2001")
    page.get_by_role("button", name="Đề cử").click()
    # What was typed is still there, with a sentence beside the field.
    page.get_by_text("Chưa đề cử").wait_for()
    assert page.get_by_label("Họ và tên").input_value() == "Bàn Thị Sen"
    sound(window)
    page.get_by_label("Ngày sinh hoặc năm sinh").fill("2001")
    page.get_by_role("button", name="Đề cử").click()
    page.get_by_text("báo cho cấp xã").wait_for()
    sound(window)
    other = visit(width=1280, user=branch["commune"])
    page = other.to("/quan-tri/")
    page.get_by_role("link", name="Đề cử vào tổ chờ bạn quyết định").click()
    page.get_by_role("link", name="Bàn Thị Sen").click()
    page.get_by_role("button", name="Xác nhận cho vào tổ").click()
    page.get_by_text("đã vào tổ").wait_for()
    member = branch["team"].memberships.get(person__full_name="Bàn Thị Sen")
    assert member.is_union_member
    page = other.to(f"{LIST}so-lieu/")
    assert "100%" in page.inner_text("main").replace("\xa0", " ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_those_in_charge_are_sound(visit, branch, width, scheme):
    member = branch["team"].memberships.get()
    MemberFactory(person=member.person)
    nomination = NominationFactory(
        team=branch["team"], proposed_by=branch["secretary"], note="Giỏi máy tính."
    )
    root = branch["commune"].assignments.get().unit.parent
    staff = AssignmentFactory(role=Role.TEAM_COORDINATOR, unit=root).user
    window = visit(width=width, scheme=scheme, user=staff)
    for path in (
        f"{DESK}do-phu/",
        "/quan-tri/teams/teammember/",
        f"/quan-tri/teams/teammember/{member.pk}/change/",
        f"/quan-tri/teams/teammember/{member.pk}/move/",
        "/quan-tri/teams/nomination/",
        f"/quan-tri/teams/nomination/{nomination.pk}/change/",
        f"/quan-tri/teams/nomination/to/{branch['team'].pk}/",
    ):
        window.to(path)
        sound(window)
