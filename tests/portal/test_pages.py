"""The site's own pages: never empty, in two languages, found, listed."""

import re

import pytest
from django.core.exceptions import ValidationError

from content import identity
from content.richtext import clean_html
from members import history
from portal import texts
from portal.models import SitePage
from portal.urls import PAGES
from tests.factories.portal import KeyFigureFactory

pytestmark = pytest.mark.django_db
ADDRESSES = [f"/{address}" for address in PAGES]


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"


def read(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_new_portal_has_all_its_pages():
    assert set(texts.TITLES) == set(SitePage.Key.values)
    assert set(SitePage.objects.values_list("key", flat=True)) == set(texts.TITLES)
    for page in SitePage.objects.all():
        for text in (page.body, page.body_en):
            assert len(text) > 800, page.key
        assert page.title
        assert page.title_en


@pytest.mark.parametrize("key", texts.TITLES)
def test_the_texts_are_written_as_the_editor_would_keep_them(key):
    first = texts.at_first(key)
    for text in (first["body"], first["body_en"]):
        assert clean_html(text) == text.strip()


@pytest.mark.parametrize("key", texts.TITLES)
def test_each_link_in_the_texts_leads_somewhere(client, key):
    first = texts.at_first(key)
    for address in re.findall(r'href="([^"]+)"', first["body"] + first["body_en"]):
        assert client.get(address).status_code in {200, 302}, address


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_is_read_in_one_query(client, address, django_assert_num_queries):
    KeyFigureFactory()
    with django_assert_num_queries(2 if address == "/gioi-thieu/" else 1):
        html = read(client, address)
    assert html.count("<h1") == 1
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_says_who_answers_for_it(client, address):
    site = identity.at_first()
    site.responsible = "Bí thư Nguyễn Văn Thử"
    site.contact_phone = "0209 3870 000"
    identity.keep(site)
    html = read(client, address)
    assert html.count("Bí thư Nguyễn Văn Thử") == 2  # beside the text and in the footer
    assert 'href="tel:02093870000"' in html


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_is_in_the_footer_of_every_page(client, address):
    assert f'href="{address}"' in read(client, "/tin-tuc/").partition("<footer")[2]


class TestLanguage:
    def test_english_where_there_is_english(self, client, english):
        html = read(client, "/lien-he/")
        assert "<h1>Contact</h1>" in html
        assert "Beware of impostors" in html
        assert '<div class="read" lang="en">' in html

    def test_vietnamese_marked_as_such_where_there_is_none(self, client, english):
        SitePage.objects.filter(key="contact").update(title_en="", body_en="")
        html = read(client, "/lien-he/")
        assert "<h1>Liên hệ</h1>" in html
        assert '<div class="read" lang="vi">' in html

    def test_both_or_none(self):
        page = SitePage.objects.get(key="terms")
        page.title_en = ""
        with pytest.raises(ValidationError, match=r"Anh|English"):
            page.full_clean()


def test_they_are_found_with_and_without_accents(client):
    for typed in ("bảo vệ dữ liệu cá nhân", "bao ve du lieu ca nhan"):
        html = client.get("/tim-kiem/", {"q": typed}).content.decode()
        assert 'href="/quyen-rieng-tu/"' in html


def test_a_change_is_found_at_once(client):
    page = SitePage.objects.get(key="contact")
    page.body = "<p>Trụ sở ở số 9 đường Hoa Phượng.</p>"
    page.save()
    html = client.get("/tim-kiem/", {"q": "hoa phuong"}).content.decode()
    assert 'href="/lien-he/"' in html


def test_robots_learn_of_them(client):
    text = client.get("/sitemap.xml").content.decode()
    for address in ADDRESSES:
        assert f"http://testserver{address}</loc>" in text


def test_what_an_editor_pastes_is_clean(client):
    page = SitePage.objects.get(key="about")
    page.body = '<p onclick="x()">Chào</p><script>x()</script>'
    page.save()
    assert '<div class="read" lang="vi"><p>Chào</p></div>' in read(
        client, "/gioi-thieu/"
    )


def test_what_a_page_said_before_stays_on_record():
    page = SitePage.objects.get(key="privacy")
    before = page.body
    page.body = "<p>Khác.</p>"
    page.save()
    events = history.events_of(SitePage).objects.filter(pgh_obj=page)
    told = events.order_by("pgh_id").values_list("body", flat=True)
    assert list(told) == [before, "<p>Khác.</p>"]


@pytest.mark.parametrize("page", ["/tai-khoan/signup/", "/tai-khoan/login/"])
def test_who_gives_data_is_led_to_what_becomes_of_it(client, page):
    assert 'href="/quyen-rieng-tu/"' in read(client, page)
