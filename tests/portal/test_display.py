"""The bar of text size and contrast: four buttons, one cookie, no script, no token."""

import re

import pytest
from django.test import Client

from portal.display import BY_VALUE, COOKIE, SIZES, VALUES, Display

pytestmark = pytest.mark.django_db
BAR = "/hien-thi/"


def look_of(client, page="/tin-tuc/") -> str:
    html = client.get(page).content.decode()
    found = re.search(r'<html lang="vi"(?: class="([^"]*)")?>', html)
    return found[1] or ""


def press(client, label: str, page="/tin-tuc/"):
    """Press the button that says `label`, as a browser would."""
    html = client.get(page).content.decode()
    bar = re.search(r'<form class="display".*?</form>', html, re.DOTALL)[0]
    for button in re.findall(r"<button.*?</button>", bar, re.DOTALL):
        if label in re.sub(r"<[^>]+>", " ", button):
            assert "disabled" not in button, f"{label} cannot be pressed"
            value = re.search(r'value="([^"]*)"', button)[1]
            referer = f"http://testserver{page}"
            return client.post(BAR, {"display": value}, headers={"referer": referer})
    raise AssertionError(f"no button {label}")


def test_the_six_displays():
    assert set(VALUES) == {
        *("", "large", "larger"),
        *("contrast", "contrast-large", "contrast-larger"),
    }


@pytest.mark.parametrize("value", VALUES)
def test_each_choice_shows_on_the_next_page(client, value):
    client.post(BAR, {"display": value})
    assert look_of(client) == BY_VALUE[value].classes


def test_the_buttons_lead_through_all_of_them(client):
    looks = [
        look_of(client)
        for label in ("A+", "A+", "Tương phản", "A−", " A ", "Tương phản")
        if press(client, label)
    ]
    assert looks == [
        "large-text",
        "larger-text",
        "high-contrast larger-text",
        "high-contrast large-text",
        "high-contrast",
        "",
    ]


def test_pressed_twice_is_pressed_once():
    """A button says what it leads to, so a second tap on a slow phone is harmless."""
    client = Client()
    for _each in range(2):
        client.post(BAR, {"display": "large"})
    assert look_of(client) == "large-text"


def test_the_ends_of_the_scale_cannot_be_passed():
    assert Display(size=SIZES[-1]).bigger == Display(size=SIZES[-1])
    assert Display().smaller == Display()


def test_the_plain_display_needs_no_cookie(client):
    client.post(BAR, {"display": "contrast"})
    response = client.post(BAR, {"display": ""})
    assert response.cookies[COOKIE]["max-age"] == 0
    assert look_of(client) == ""


def test_the_cookie_is_kept_for_a_year_and_no_script_reads_it(client):
    cookie = client.post(BAR, {"display": "large"}).cookies[COOKIE]
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("value", ["huge", "large-contrast", "contrast-", "<b>", "é"])
def test_anything_else_counts_as_plain(client, value):
    client.cookies[COOKIE] = value
    assert look_of(client) == ""
    assert not client.post(BAR, {"display": value}).cookies[COOKIE].value


class TestTheWayBack:
    def test_is_the_page_with_its_question(self, client):
        response = press(client, "A+", "/tin-tuc/?page=1")
        assert response["Location"] == "/tin-tuc/?page=1"

    @pytest.mark.parametrize(
        "referer",
        [
            "https://evil.example/",
            "http://testserver.evil.example/",
            "http://testserver//evil.example/x",
            "javascript:x",
            "",
        ],
    )
    def test_never_leads_to_another_site(self, client, referer):
        response = client.post(BAR, {"display": "large"}, headers={"referer": referer})
        assert response["Location"] in {"/", "/evil.example/x"}

    def test_opened_as_a_page_it_leads_to_the_explanation(self, client):
        assert client.get(BAR)["Location"] == "/tiep-can/"


class TestOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
        ],
    )
    def test_cannot_choose_for_the_visitor(self, client, headers):
        response = client.post(BAR, {"display": "contrast"}, headers=headers)
        assert response.status_code == 403
        assert COOKIE not in response.cookies

    @pytest.mark.parametrize(
        "headers",
        [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}, {}],
    )
    def test_our_own_pages_can_without_a_token(self, headers):
        client = Client(enforce_csrf_checks=True)
        response = client.post(BAR, {"display": "contrast"}, headers=headers)
        assert response.status_code == 302
        assert response.cookies[COOKIE].value == "contrast"


def test_a_script_gets_the_bar_alone(client):
    response = client.post(BAR, {"display": "contrast-large", "bar": "1"})
    html = response.content.decode()
    assert html.startswith('<form class="display"')
    assert 'data-look="high-contrast large-text"' in html
    assert response.cookies[COOKIE].value == "contrast-large"
    assert look_of(client) == "high-contrast large-text"


def test_an_error_page_is_shown_the_same_way(client):
    client.post(BAR, {"display": "contrast"})
    assert 'class="high-contrast"' in client.get("/khong-co/").content.decode()


def test_the_page_cache_knows_every_display_and_the_plain_one_first(settings):
    assert settings.PAGE_CACHE_COOKIES[COOKIE][0] == ""
    assert set(settings.PAGE_CACHE_COOKIES[COOKIE]) == set(VALUES)
