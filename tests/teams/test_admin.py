"""The desk: scope, history, and a list brought in through the real pages."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from members.models import Person, Role
from teams.models import DigitalTeam, TeamMember
from teams.roster import parked
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.teams import (
    MemberFactory,
    TeamFactory,
    line,
    sheet_file,
    union_member,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
LIST = "/quan-tri/teams/digitalteam/"
UPLOAD = f"{LIST}nhap-danh-sach/"


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def local_desk(client, local_coordinator):
    client.force_login(local_coordinator)
    return client


@pytest.fixture
def secretary(client, tree):
    client.force_login(
        AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree["cam-giang"]).user
    )
    return client


def listed(client, **query) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [team.name for team in response.context["cl"].result_list]


def form_of(client, team: DigitalTeam | None, **changes) -> dict:
    """The form's fields as the page would send them."""
    address = f"{LIST}{team.pk}/change/" if team else f"{LIST}add/"
    page = client.get(address)
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for formset in page.context["inline_admin_formsets"]:
        formset = formset.formset
        for field in formset.management_form:
            data[field.html_name] = field.value()
        for row in formset.forms:
            data |= {row[n].html_name: row[n].value() for n in row.fields}
    data |= changes
    texts = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else value
        for name, value in data.items()
    }
    empty = (None, False)  # by identity: a count of 0 is a value
    return {n: v for n, v in texts.items() if all(v is not e for e in empty)}


# --- Scope ---


def test_staff_see_the_teams_of_their_own_units(local_desk, tree):
    own = TeamFactory(unit=tree["na-tu"])
    other = TeamFactory(unit=tree["con-minh"])
    assert listed(local_desk) == [own.name]
    assert local_desk.get(f"{LIST}{other.pk}/change/").status_code == 302
    assert local_desk.get(f"{LIST}{own.pk}/change/").status_code == 200


def test_a_secretary_reads_and_changes_nothing(secretary, tree):
    team = TeamFactory(unit=tree["na-tu"])
    assert listed(secretary) == [team.name]
    response = secretary.get(f"{LIST}{team.pk}/change/")
    assert not response.context["has_change_permission"]
    assert secretary.get(f"{LIST}add/").status_code == 403
    assert UPLOAD not in secretary.get(LIST).content.decode()
    for address in (UPLOAD, f"{UPLOAD}mau/", f"{UPLOAD}x/"):
        assert secretary.get(address).status_code == 403
        assert secretary.post(address).status_code in (403, 405)


def test_who_has_nothing_to_do_with_teams_does_not_get_in(client, tree):
    client.force_login(AssignmentFactory(role=Role.EDITOR, unit=tree["root"]).user)
    assert client.get(LIST).status_code == 403
    assert client.get(UPLOAD).status_code == 403
    client.force_login(UserFactory())
    assert client.get(UPLOAD).status_code == 302


def test_nobody_deletes_a_team(desk, tree):
    team = TeamFactory(unit=tree["na-tu"])
    assert desk.post(f"{LIST}{team.pk}/delete/", {"post": "yes"}).status_code == 403
    assert DigitalTeam.objects.filter(pk=team.pk).exists()


# --- The list of teams ---


def test_the_gaps_can_be_filtered(desk, tree):
    covered = union_member(team=TeamFactory(unit=tree["na-tu"])).team
    gap = MemberFactory(team=TeamFactory(unit=tree["na-tu"])).team
    TeamFactory(unit=tree["na-tu"], active_to=TODAY - DAY)
    assert listed(desk, covered="no") == [gap.name]
    assert listed(desk, covered="yes") == [covered.name]


def test_by_state_commune_and_level(desk, tree):
    here = TeamFactory(unit=tree["na-tu"], level="commune")
    there = TeamFactory(unit=tree["con-minh"])
    ended = TeamFactory(unit=tree["con-minh"], active_to=TODAY - DAY)
    assert listed(desk, going="ended") == [ended.name]
    assert set(listed(desk, going="yes")) == {here.name, there.name}
    assert listed(desk, going="stranded") == []
    assert listed(desk, commune=tree["cam-giang"].pk) == [here.name]
    assert listed(desk, level__exact="village", going="yes") == [there.name]
    for nonsense in ("x", "9" * 30, "-1", "1.5"):
        assert desk.get(LIST, {"commune": nonsense}).status_code == 200


@pytest.mark.parametrize("q", ["Nà Tu", "na tu", "NA TU", "cam giang tu"])
def test_search_needs_no_accents(desk, tree, q):
    team = TeamFactory(unit=tree["cam-giang"], name="Tổ thôn Nà Tu")
    TeamFactory(unit=tree["con-minh"], name="Tổ thôn Chợ")
    assert listed(desk, q=q) == [team.name]


def test_search_knows_the_decision_and_has_its_box(desk, tree):
    team = TeamFactory(unit=tree["na-tu"], decision_number="41/QĐ-UBND")
    TeamFactory(unit=tree["na-tu"])
    assert listed(desk, q="41/QĐ") == [team.name]
    assert 'id="searchbar"' in desk.get(LIST).content.decode()


@pytest.mark.parametrize("number", [3, 300])
def test_the_queries_of_the_list_do_not_grow(
    desk, tree, number, django_assert_max_num_queries
):
    for _each in range(number):
        union_member(team=TeamFactory(unit=tree["na-tu"]), role="leader")
    with django_assert_max_num_queries(12):
        response = desk.get(LIST)
    assert len(response.context["cl"].result_list) == min(number, 100)


# --- One team ---


def test_a_new_team_gets_its_address_and_its_members(desk, tree):
    person = PersonFactory()
    data = form_of(desk, None) | {
        "name": "Tổ thôn Nà Tu",
        "unit": tree["na-tu"].pk,
        "public_phone": "0912 345 678",
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-person": person.pk,
        "memberships-0-role": "leader",
        "memberships-0-is_union_member": "on",
        "memberships-0-starts_on": "01/11/2026",
    }
    response = desk.post(f"{LIST}add/", data)
    assert response.status_code == 302
    team = DigitalTeam.objects.get()
    assert team.slug == "to-thon-na-tu-cam-giang-thon-na-tu"
    assert team.public_phone == "+84912345678"
    member = team.memberships.get()
    assert (member.person, member.role) == (person, "leader")
    assert member.starts_on == dt.date(2026, 11, 1)


def test_a_unit_of_others_cannot_be_chosen(local_desk, tree):
    data = form_of(local_desk, None, name="Tổ một", unit=tree["con-minh"].pk)
    response = local_desk.post(f"{LIST}add/", data)
    assert "unit" in response.context["adminform"].form.errors
    assert not DigitalTeam.objects.exists()


def test_a_second_team_of_that_name_is_said_beside_the_field(desk, tree):
    TeamFactory(unit=tree["na-tu"], name="Tổ Một")
    data = form_of(desk, None, name="TO MOT", unit=tree["na-tu"].pk)
    response = desk.post(f"{LIST}add/", data)
    assert "name" in response.context["adminform"].form.errors
    assert DigitalTeam.objects.count() == 1


def test_a_role_changed_in_the_form_leaves_its_history(desk, tree):
    member = MemberFactory(team=TeamFactory(unit=tree["na-tu"]))
    data = form_of(desk, member.team, **{"memberships-0-role": "deputy"})
    assert desk.post(f"{LIST}{member.team.pk}/change/", data).status_code == 302
    rows = member.team.memberships.order_by("starts_on")
    assert [(row.role, row.ends_on) for row in rows] == [
        ("member", TODAY - DAY),
        ("deputy", None),
    ]


def test_two_members_can_hand_over_the_lead_in_one_form(desk, tree):
    team = TeamFactory(unit=tree["na-tu"])
    old = MemberFactory(team=team, role="leader", starts_on=TODAY)
    new = MemberFactory(team=team, starts_on=TODAY)
    data = form_of(desk, team)
    rows = {data[f"memberships-{n}-id"]: f"memberships-{n}-role" for n in range(2)}
    data |= {rows[new.pk]: "leader", rows[old.pk]: "member"}
    assert desk.post(f"{LIST}{team.pk}/change/", data).status_code == 302
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.role, old.role) == ("leader", "member")


def test_two_leaders_are_refused_with_a_sentence(desk, tree):
    team = TeamFactory(unit=tree["na-tu"])
    for role in ("leader", "member"):
        MemberFactory(team=team, role=role)
    data = form_of(desk, team)
    data |= {f"memberships-{n}-role": "leader" for n in range(2)}
    response = desk.post(f"{LIST}{team.pk}/change/", data)
    assert response.status_code == 200
    assert team.memberships.filter(role="leader").count() == 1


def test_who_leaves_stays_on_the_page(desk, tree):
    member = MemberFactory(team=TeamFactory(unit=tree["na-tu"]))
    changes = {"memberships-0-ends_on": "20/11/2026"}
    data = form_of(desk, member.team, **changes)
    desk.post(f"{LIST}{member.team.pk}/change/", data)
    member.refresh_from_db()
    assert member.ends_on == dt.date(2026, 11, 20)
    html = desk.get(f"{LIST}{member.team.pk}/change/").content.decode()
    assert member.person.full_name in html


def test_a_team_that_ends_lets_its_members_go(desk, tree):
    member = MemberFactory(team=TeamFactory(unit=tree["na-tu"]))
    data = form_of(desk, member.team, active_to="20/11/2026")
    assert desk.post(f"{LIST}{member.team.pk}/change/", data).status_code == 302
    member.refresh_from_db()
    member.team.refresh_from_db()
    assert member.team.active_to == member.ends_on == dt.date(2026, 11, 20)


def test_another_area_is_found_by_search_at_once(desk, tree):
    team = TeamFactory(unit=tree["na-tu"])
    desk.post(f"{LIST}{team.pk}/change/", form_of(desk, team, area="Khuổi Đẩy"))
    assert listed(desk, q="khuoi day") == [team.name]


# --- A list, through the pages ---


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def kept(tmp_path):
    return lambda: list((tmp_path / parked.FOLDER).glob("*"))


def send(client, *lines, name="danh-sach.xlsx", content=None):
    content = sheet_file(*lines).getvalue() if content is None else content
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def fields_of(html: str) -> dict:
    """The hidden fields and ticked boxes of the preview's form."""
    inputs = re.findall(r"<input[^>]*>", html.partition('<div id="content-main"')[2])
    data = {}
    for tag in inputs:
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ('type="hidden"' in tag or "checked" in tag):
            data[name[1]] = value[1] if value else "on"
    return data


ROW = line(team="Tổ một", unit="Cẩm Giàng", name="Nguyễn Thị Ánh", born=1998, union="x")


def test_a_list_is_looked_at_and_then_carried_out(desk, tree, kept):
    response = send(desk, ROW)
    assert response.status_code == 302
    page = desk.get(response["Location"])
    html = page.content.decode()
    assert "Tổ một" in html
    assert "Nguyễn Thị Ánh" in html
    assert not DigitalTeam.objects.exists()
    assert len(kept()) == 1
    done = desk.post(response["Location"], fields_of(html), follow=True)
    assert DigitalTeam.objects.get().memberships.get().is_union_member
    assert kept() == []
    (message,) = map(str, done.context["messages"])
    assert message == "Đã nhập danh sách: 1 tổ mới, 1 thành viên mới, 0 dòng cập nhật."
    # The button pressed twice: the list is not here any more, and nothing doubles.
    again = desk.post(response["Location"], fields_of(html))
    assert again["Location"] == UPLOAD
    assert TeamMember.objects.count() == 1


def test_errors_stand_by_row_and_column_and_nothing_can_be_carried_out(desk, tree):
    bad = line(team="Tổ hai", unit="xã Không Có", name="Lý Thị Hoa", phone="12")
    address = send(desk, ROW, bad)["Location"]
    html = desk.get(address).content.decode()
    cells = [
        " ".join(re.sub("<[^>]+>", " ", row).split())
        for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    ]
    assert any(cell.startswith("3 C · Đơn vị") for cell in cells)
    assert any(cell.startswith("3 L · Số điện thoại") for cell in cells)
    desk.post(address, fields_of(html))
    assert not DigitalTeam.objects.exists()


def test_a_doubt_is_asked_and_the_answer_is_followed(desk, tree):
    known = PersonFactory(
        full_name="Nguyễn Thị Ánh",
        birth_date=None,
        birth_year=1998,
        unit=tree["con-minh"],
    )
    address = send(desk, ROW)["Location"]
    html = desk.get(address).content.decode()
    assert re.search(rf'name="row-2"\s+value="p{known.pk}"', html)
    unanswered = desk.post(address, fields_of(html)).content.decode()
    assert not DigitalTeam.objects.exists()
    answered = fields_of(unanswered) | {"row-2": f"p{known.pk}"}
    shown = desk.post(address, answered).content.decode()
    assert not DigitalTeam.objects.exists()
    assert fields_of(shown)["row-2"] == f"p{known.pk}"
    desk.post(address, fields_of(shown))
    assert DigitalTeam.objects.get().memberships.get().person == known


@pytest.mark.parametrize("tidy", [True, False])
def test_names_in_capitals_are_tidied_when_wanted(desk, tree, tidy):
    row = line(team="Tổ một", unit="Cẩm Giàng", name="NGUYỄN THỊ ÁNH", born=1998)
    address = send(desk, row)["Location"]
    data = fields_of(desk.get(address).content.decode())
    assert data.pop("tidy_names")
    desk.post(address, data | ({"tidy_names": "on"} if tidy else {}))
    name = TeamMember.objects.get().person.full_name
    assert name == ("Nguyễn Thị Ánh" if tidy else "NGUYỄN THỊ ÁNH")


def test_columns_with_sensitive_data_are_named_and_not_kept(desk, tree, kept):
    file = sheet_file(
        ["Tổ một", "Cẩm Giàng", "Nguyễn Thị Ánh", "012345678901"],
        headings=["Tên tổ", "Đơn vị", "Họ tên", "Số CCCD"],
    )
    address = send(desk, content=file.getvalue())["Location"]
    html = desk.get(address).content.decode()
    assert "Số CCCD" in html
    assert "012345678901" not in html
    desk.post(address, fields_of(html))
    assert kept() == []
    assert not Person.objects.filter(member_code="012345678901").exists()


def test_a_list_can_be_given_up(desk, tree, kept):
    address = send(desk, ROW)["Location"]
    response = desk.post(address, {"give_up": "1"})
    assert response["Location"] == LIST
    assert kept() == []
    assert not DigitalTeam.objects.exists()


def test_somebody_elses_list_is_not_found(desk, tree, client):
    address = send(desk, ROW)["Location"]
    client.force_login(
        AssignmentFactory(role=Role.TEAM_COORDINATOR, unit=tree["root"]).user
    )
    response = client.get(address)
    assert response["Location"] == UPLOAD


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", b""),
        ("x.xlsx", b"MZ" + b"\0" * 500),
        ("x.xlsx", b"<html><script>alert(1)</script></html>"),
        ("x.csv", "Tên tổ;Đơn vị".encode()),
        ("x.xls", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 500),
    ],
)
def test_what_is_no_spreadsheet_gets_a_sentence(desk, tree, kept, name, content):
    response = send(desk, name=name, content=content)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert kept() == []


def test_no_file_at_all_gets_a_sentence(desk, tree):
    assert desk.post(UPLOAD).context["form"].errors["file"]


def test_a_workbook_without_our_columns_says_which_are_missing(desk, tree, kept):
    content = sheet_file(["a"], headings=["Tên tổ"]).getvalue()
    address = send(desk, content=content)["Location"]
    response = desk.get(address)
    assert response.status_code == 200
    assert "Họ tên" in response.content.decode()
    assert kept() == []


def test_the_empty_list_can_be_had(desk, tree):
    response = desk.get(f"{UPLOAD}mau/")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content.startswith(b"PK")


def test_the_coverage_changes_with_the_list(desk, tree):
    team = MemberFactory(team=TeamFactory(unit=tree["cam-giang"], name="Tổ một")).team
    assert listed(desk, covered="no") == [team.name]
    address = send(desk, ROW)["Location"]
    desk.post(address, fields_of(desk.get(address).content.decode()))
    assert listed(desk, covered="no") == []
    figures = desk.get("/to-cong-nghe-so/so-lieu/").context["figure"]
    assert (figures.total, figures.covered) == (1, 1)
