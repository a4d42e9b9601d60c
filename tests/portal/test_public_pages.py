"""What every public page has in common, whoever built it."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings

from tests.factories.members import UserFactory
from tests.factories.news import PublishedFactory
from tests.factories.teams import TeamFactory
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MOST_QUERIES = 8


@pytest.fixture
def pages(now) -> list[str]:
    """One address of each kind, on a portal with something in it."""
    article = PublishedFactory(publish_at=now - DAY)
    session = SessionFactory(
        state="published",
        opens_at=now - DAY,
        closes_at=now + DAY,
        starts_at=now + 2 * DAY,
        ends_at=now + 3 * DAY,
    )
    team = TeamFactory()
    with time_machine.travel(now, tick=False):
        yield [
            "/",
            "/tin-tuc/",
            article.section.get_absolute_url(),
            article.get_absolute_url(),
            "/tap-huan/",
            session.get_absolute_url(),
            "/to-cong-nghe-so/",
            "/to-cong-nghe-so/so-lieu/",
            team.get_absolute_url(),
            "/gioi-thieu/",
            "/lien-he/",
            "/quyen-rieng-tu/",
        ]


def test_each_answers_within_the_queries_it_may_take(
    client, pages, django_assert_max_num_queries
):
    for page in pages:
        with django_assert_max_num_queries(MOST_QUERIES):
            response = client.get(page)
        assert response.status_code == 200, page


def test_none_sets_a_cookie_or_carries_a_token(client, pages):
    for page in pages:
        response = client.get(page)
        assert not response.cookies, page
        assert "csrfmiddlewaretoken" not in response.content.decode(), page


def test_each_is_in_the_language_it_says(client, pages):
    for page in pages:
        response = client.get(page)
        assert response["Content-Language"] == "vi"
        assert '<html lang="vi"' in response.content.decode()


def test_each_has_one_heading_of_the_first_rank(client, pages):
    for page in pages:
        assert client.get(page).content.decode().count("<h1") == 1, page


def test_each_may_load_nothing_from_elsewhere(client, pages):
    for page in pages:
        response = client.get(page)
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        html = response.content.decode()
        for foreign in ('src="http', 'src="//', ' style="', "<style", " onclick="):
            assert foreign not in html, (page, foreign)


@pytest.mark.parametrize(
    "query",
    ["?page=abc", "?page=0", "?page=%00", "?x=%00", "?page=%ED%A0%80", "?next=//evil"],
)
def test_a_bad_query_is_never_our_error(client, pages, query):
    for page in pages:
        assert client.get(page + query).status_code < 500, page + query


@pytest.mark.parametrize(
    "path", ["khong-co-trang-nay/", "%00/", "a" * 10_000, "%FF/", "..%2f..%2fetc/"]
)
def test_an_unknown_address_is_the_visitors_error(client, path):
    assert client.get("/" + path).status_code in {400, 404}


def test_post_to_a_public_page_changes_nothing(client, pages):
    for page in pages:
        assert client.post(page).status_code < 500


class TestLanguage:
    def test_is_kept_in_a_cookie_and_leads_back(self, client, pages):
        response = client.post("/ngon-ngu/", {"language": "en", "next": "/tin-tuc/"})
        assert response["Location"] == "/tin-tuc/"
        assert client.get("/tin-tuc/")["Content-Language"] == "en"

    def test_an_unknown_one_is_ignored(self, client):
        response = client.post("/ngon-ngu/", {"language": "xx"})
        assert response.status_code == 302
        assert settings.LANGUAGE_COOKIE_NAME not in response.cookies

    @pytest.mark.parametrize(
        "target", ["//evil.example", "https://evil.example", "javascript:x", "/\\evil"]
    )
    def test_never_leads_to_another_site(self, client, target):
        response = client.post("/ngon-ngu/", {"language": "en", "next": target})
        assert response["Location"] == "/"

    def test_the_form_offers_both(self, client):
        html = client.get("/ngon-ngu/", {"next": "/tin-tuc/"}).content.decode()
        assert 'value="vi"' in html
        assert 'value="en"' in html
        assert 'name="next" value="/tin-tuc/"' in html


class TestRobots:
    def test_keeps_robots_out_of_what_is_private(self, client):
        response = client.get("/robots.txt")
        assert response["Content-Type"].startswith("text/plain")
        text = response.content.decode()
        for path in ("/quan-tri/", "/tai-khoan/", "/ca-nhan/"):
            assert f"Disallow: {path}\n" in text

    def test_names_the_sitemap(self, client):
        text = client.get("/robots.txt").content.decode()
        assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


def test_a_signed_in_page_is_not_for_shared_caches(client, pages):
    client.force_login(UserFactory())
    for page in pages:
        assert "Cookie" in client.get(page)["Vary"], page


def test_a_page_of_somebody_signed_in_is_kept_by_nobody(client, pages):
    client.force_login(UserFactory())
    for page in (*pages, "/tai-khoan/email/", "/tai-khoan/2fa/", "/khong-co/"):
        response = client.get(page)
        assert "no-store" in response["Cache-Control"], page
        assert "private" in response["Cache-Control"], page


def test_without_a_session_a_page_may_be_kept(client, pages):
    for page in pages:
        assert "no-store" not in client.get(page).get("Cache-Control", ""), page
