"""Directory, team page and figures as everybody sees them."""

import datetime as dt
import re
import unicodedata

import pytest
import time_machine

from members.models import UnitSuccession
from teams.models import TeamMember
from tests.factories.members import (
    PersonFactory,
    UnitFactory,
    UnitSuccessionFactory,
)
from tests.factories.teams import MemberFactory, TeamFactory, union_member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
LIST = "/to-cong-nghe-so/"
FIGURES = "/to-cong-nghe-so/so-lieu/"


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def na_tu(tree):
    return TeamFactory(
        unit=tree["na-tu"], name="Tổ công nghệ số thôn Nà Tu", slug="na-tu"
    )


def found(client, **query) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [team.name for team in response.context["page"]]


# --- The directory ---


def test_an_empty_directory_says_what_to_do(client):
    html = client.get(LIST).content.decode()
    assert "/tap-huan/" in html


def test_the_communes_stand_with_their_number_of_teams(client, tree, na_tu):
    TeamFactory(unit=tree["cam-giang"])
    TeamFactory(unit=tree["con-minh"])
    TeamFactory(unit=tree["con-minh"], is_public=False)
    TeamFactory(unit=tree["school"], active_to=TODAY - DAY)
    choices = client.get(LIST).context["choices"]
    assert [(choice.unit.slug, choice.count) for choice in choices] == [
        ("cam-giang", 2),
        ("con-minh", 1),
    ]
    assert choices[0].url == "/to-cong-nghe-so/?xa=cam-giang"


def test_a_commune_shows_its_teams_and_those_of_its_branches(client, tree, na_tu):
    own = TeamFactory(unit=tree["cam-giang"], level="commune")
    TeamFactory(unit=tree["con-minh"])
    TeamFactory(unit=tree["cam-giang"], is_public=False)
    assert found(client, xa="cam-giang") == [own.name, na_tu.name]


def test_a_commune_without_teams_leads_on(client, tree):
    html = client.get(LIST, {"xa": "con-minh"}).content.decode()
    assert f'href="{LIST}"' in html


def test_an_unknown_commune_is_not_found(client):
    assert client.get(LIST, {"xa": "khong-co"}).status_code == 404


def test_the_address_of_a_merged_commune_leads_to_its_heir(client, tree):
    old = UnitFactory(slug="cu", valid_to=TODAY - DAY)
    UnitSuccessionFactory(old=old, new=tree["cam-giang"])
    response = client.get(LIST, {"xa": "cu"})
    assert response.status_code == 301
    assert response["Location"] == "/to-cong-nghe-so/?xa=cam-giang"


def test_a_commune_that_was_split_stays_a_page(client, tree):
    old = UnitFactory(slug="cu", valid_to=TODAY - DAY)
    kind = UnitSuccession.Kind.SPLIT
    for heir in ("cam-giang", "con-minh"):
        UnitSuccessionFactory(old=old, new=tree[heir], kind=kind)
    assert client.get(LIST, {"xa": "cu"}).status_code == 200


@pytest.mark.parametrize(
    "q",
    [
        "Nà Tu",
        "na tu",
        "NÀ TU",
        "tu na",
        "thôn nà tu cẩm giàng",
        "na tu cam giang",
        unicodedata.normalize("NFD", "Nà Tu"),
        "  nà   tu ",
    ],
)
def test_search_knows_name_and_commune_with_accents_or_without(client, tree, na_tu, q):
    TeamFactory(unit=tree["con-minh"], name="Tổ thôn Chợ")
    assert found(client, q=q) == [na_tu.name]


def test_search_knows_the_area(client, tree):
    team = TeamFactory(unit=tree["con-minh"], area="Khuổi Dấm")
    assert found(client, q="khuoi dam") == [team.name]


def test_who_types_accents_gets_them_first(client, tree):
    for name in ("Tổ Nà Mo", "Tổ Nà Mò"):
        TeamFactory(unit=UnitFactory(parent=tree["root"]), name=name)
    assert found(client, q="nà mò")[0] == "Tổ Nà Mò"
    assert found(client, q="nà mo")[0] == "Tổ Nà Mo"
    assert len(found(client, q="na mo")) == 2


def test_search_stays_within_the_commune(client, tree, na_tu):
    TeamFactory(unit=tree["con-minh"], name="Tổ Nà Tu khác")
    assert found(client, q="na tu", xa="cam-giang") == [na_tu.name]


def test_hidden_and_ended_teams_are_not_found(client, tree, na_tu):
    na_tu.is_public = False
    na_tu.save()
    TeamFactory(unit=tree["na-tu"], name="Tổ Nà Tu cũ", active_to=TODAY - DAY)
    assert found(client, q="na tu") == []


def test_nothing_found_says_how_to_go_on(client, na_tu):
    html = client.get(LIST, {"q": "xyz"}).content.decode()
    assert "Chưa tìm thấy tổ nào" in html
    assert "xyz" in html
    assert f'href="{LIST}"' in html
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize(
    "q",
    ["%", "_", "%%%", "'", '"', "\\", "' OR 1=1 --", "<script>", "𝕏", "…", "đ" * 5000],
)
def test_hostile_text_is_searched_for_calmly(client, na_tu, q):
    response = client.get(LIST, {"q": q})
    assert response.status_code == 200
    assert list(response.context["page"]) == []
    assert "<script>alert" not in response.content.decode()
    assert "<script>&" not in response.content.decode()


def test_signs_alone_find_no_more_than_they_say(client, tree):
    TeamFactory(unit=tree["con-minh"], name="Tổ 100% số")
    assert found(client, q="%") == ["Tổ 100% số"]
    assert found(client, q="100_") == []


@pytest.mark.parametrize("q", ["%00", "a%00b", "%ff%fe", "%ed%a0%80"])
def test_broken_bytes_are_refused(client, q):
    assert client.get(f"{LIST}?q={q}").status_code == 400


@pytest.mark.parametrize("query", ["?page=2", "?page=x&q=to", "?q=to&page=99"])
def test_pages_that_do_not_exist(client, na_tu, query):
    expected = 200 if query == "?page=2" else 404
    assert client.get(LIST + query).status_code == expected


@pytest.mark.parametrize("number", [3, 300])
@pytest.mark.parametrize(
    ("query", "queries"), [({}, 5), ({"xa": "cam-giang"}, 5), ({"q": "to"}, 3)]
)
def test_the_queries_of_the_directory_do_not_grow(
    client, tree, number, query, queries, django_assert_num_queries
):
    for _each in range(number):
        union_member(team=TeamFactory(unit=tree["na-tu"]))
    with django_assert_num_queries(queries):
        assert client.get(LIST, query).status_code == 200


# --- A team ---


def test_a_team_shows_what_it_released(client, na_tu):
    na_tu.public_place = "Nhà văn hóa thôn"
    na_tu.public_hours = "19:30 thứ Ba"
    na_tu.public_phone = "+84912345678"
    na_tu.public_note = "Mang theo <b>điện thoại</b>."
    na_tu.save()
    html = client.get("/to-cong-nghe-so/na-tu/").content.decode()
    assert "Nhà văn hóa thôn" in html
    assert "19:30 thứ Ba" in html
    assert 'href="tel:+84912345678"' in html
    assert "0912 345 678" in html
    assert "&lt;b&gt;" in html


def test_a_team_that_released_nothing_leads_on(client, na_tu):
    html = client.get("/to-cong-nghe-so/na-tu/").content.decode()
    assert "/to-cong-nghe-so/?xa=cam-giang" in html


def test_nothing_else_about_a_team_or_its_people_is_public(client, na_tu):
    na_tu.decision_number, na_tu.households = "99/QĐ-BÍ-MẬT", 4711
    na_tu.save()
    shown = MemberFactory(
        team=na_tu,
        name_is_public=True,
        role=TeamMember.Role.LEADER,
        person=PersonFactory(
            full_name="Giàng A Páo",
            phone="+84987654321",
            email="pao@example.com",
            member_code="TN-77",
        ),
    )
    hidden = MemberFactory(team=na_tu)
    child = MemberFactory(
        team=na_tu, name_is_public=True, person=PersonFactory(birth_date=None)
    )
    html = client.get("/to-cong-nghe-so/na-tu/").content.decode()
    assert shown.person.full_name in html
    secrets = [
        hidden.person.full_name,
        child.person.full_name,
        "99/QĐ",
        "4711",
        "987654321",
        "987 654 321",
        "pao@example.com",
        "TN-77",
        "2000",
    ]
    for secret in secrets:
        assert secret not in html, secret


@pytest.mark.parametrize(
    "fields",
    [
        {"is_public": False},
        {"active_to": TODAY - DAY},
        {"active_from": TODAY + DAY},
    ],
)
def test_a_hidden_or_ended_team_is_not_found(client, tree, fields):
    TeamFactory(unit=tree["na-tu"], slug="na-tu", **fields)
    assert client.get("/to-cong-nghe-so/na-tu/").status_code == 404


def test_only_those_in_charge_are_led_to_the_admin(
    client, na_tu, tree, coordinator, local_coordinator
):
    link = f"/quan-tri/teams/digitalteam/{na_tu.pk}/change/"
    page = "/to-cong-nghe-so/na-tu/"
    assert link not in client.get(page).content.decode()
    client.force_login(local_coordinator)
    assert link in client.get(page).content.decode()
    other = TeamFactory(unit=tree["con-minh"], slug="khac")
    html = client.get("/to-cong-nghe-so/khac/").content.decode()
    assert f"/{other.pk}/change/" not in html


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_of_a_team_do_not_grow(
    client, na_tu, number, django_assert_num_queries
):
    for _each in range(number):
        person = PersonFactory(birth_date=None)
        MemberFactory(team=na_tu, name_is_public=True, person=person)
    with django_assert_num_queries(6):
        client.get("/to-cong-nghe-so/na-tu/")


# --- The figures ---


def test_without_teams_there_are_no_figures_yet(client):
    response = client.get(FIGURES)
    assert response.status_code == 200
    assert "<table" not in response.content.decode()


def test_the_table_says_what_the_map_draws(client, tree, na_tu):
    union_member(team=na_tu)
    TeamFactory(unit=tree["cam-giang"])
    union_member(team=TeamFactory(unit=tree["con-minh"]))
    response = client.get(FIGURES)
    html = response.content.decode()
    lines = response.context["lines"]
    assert [(line.unit.slug, line.total, line.covered) for line in lines] == [
        ("cam-giang", 2, 1),
        ("con-minh", 1, 1),
    ]
    tiles = response.context["map"].tiles
    assert [(tile.text, tile.bar) for tile in tiles] == [
        ("50%", "50.0"),
        ("100%", "100.0"),
    ]
    assert re.search(r'class="bar-part" y="[\d.]+em" width="50.0%"', html)
    assert "66,6%" in html
    assert "23/11/2026" in html


def test_hidden_teams_count_in_the_figures(client, tree):
    TeamFactory(unit=tree["con-minh"], is_public=False)
    assert client.get(FIGURES).context["figure"].total == 1


def test_the_gaps_are_for_those_in_charge_only(
    client, tree, na_tu, local_coordinator, coordinator
):
    other = TeamFactory(unit=tree["con-minh"], name="Tổ xa xôi")
    html = client.get(FIGURES).content.decode()
    assert na_tu.name not in html
    client.force_login(local_coordinator)
    html = client.get(FIGURES).content.decode()
    assert na_tu.name in html
    assert other.name not in html
    client.force_login(coordinator)
    assert other.name in client.get(FIGURES).content.decode()


def test_a_commune_without_a_team_is_named_to_those_in_charge(
    client, tree, na_tu, coordinator
):
    client.force_login(coordinator)
    assert list(client.get(FIGURES).context["missing"]) == [tree["con-minh"]]


@pytest.mark.parametrize("number", [3, 300])
def test_the_queries_of_the_figures_do_not_grow(
    client, tree, number, coordinator, django_assert_num_queries
):
    for _each in range(number):
        TeamFactory(unit=tree["na-tu"])
    with django_assert_num_queries(7):
        client.get(FIGURES)
    client.force_login(coordinator)
    with django_assert_num_queries(14):
        client.get(FIGURES)


@pytest.mark.parametrize("page", [LIST, FIGURES, f"{LIST}?q=to", f"{LIST}na-tu/"])
def test_public_pages_take_no_cookie_and_no_inline_style(client, na_tu, page):
    response = client.get(page)
    html = response.content.decode()
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in html
    for inline in (' style="', "<style", " onclick="):
        assert inline not in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("page", [LIST, FIGURES, f"{LIST}na-tu/"])
def test_they_are_for_reading(client, na_tu, page):
    assert client.post(page).status_code == 405
