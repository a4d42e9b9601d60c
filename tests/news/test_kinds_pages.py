"""What readers see of each kind, at a price that does not grow."""

import re

import pytest
import time_machine

from news.models import Article
from tests.factories import kinds
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.pictures import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen(now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(now, tick=False):
        yield


def page(client, article) -> str:
    response = client.get(article.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_an_infographic_shows_its_pictures_and_says_them_in_words(client):
    html = page(client, kinds.infographic(pictures=2))
    assert html.count('class="kind-figure"') == 2
    assert "Ba bước: tải, mở, quét." in html


def test_a_reportage_shows_its_captions_in_order(client):
    html = page(client, kinds.reportage(pictures=3))
    assert re.findall(r"Trên đèo \d", html) == [f"Trên đèo {n}" for n in range(3)]


def test_a_guide_numbers_its_steps_and_says_when_they_were_tried(client):
    html = page(client, kinds.guide(steps=3))
    assert html.count('class="guide-step"') == 3
    assert "Thứ Sáu 20/11/2026" in html
    assert "VNeID 2.2" in html
    assert "data-print" in html


def test_a_film_of_ours_is_played_here_with_its_captions(client):
    article = kinds.own_video()
    response = client.get(article.get_absolute_url())
    html = response.content.decode()
    assert re.search(r'<source src="/tin-tuc/tep/[a-z0-9]{20}/"', html)
    assert "<track" in html
    assert "Lan mở điện thoại." in html
    assert "frame-src" not in response["Content-Security-Policy"]


def test_a_film_elsewhere_is_a_link_with_our_picture(client):
    article = kinds.linked_video()
    response = client.get(article.get_absolute_url())
    html = response.content.decode()
    assert f'href="https://www.youtube.com/watch?v={kinds.YOUTUBE}"' in html
    assert "<iframe" not in html
    assert article.cover.file.url in html
    policy = response["Content-Security-Policy"]
    assert "frame-src https://www.youtube-nocookie.com" in policy


def test_other_pages_frame_nobody(client):
    kinds.linked_video()
    for path in ("/tin-tuc/", kinds.guide().get_absolute_url()):
        assert "frame-src" not in client.get(path)["Content-Security-Policy"]


def test_the_policy_of_a_film_comes_out_of_the_page_cache_as_well(client):
    from content.pagecache.pages import page_headers

    response = client.get(kinds.linked_video().get_absolute_url())
    kept_headers = dict(page_headers(response.items()))
    assert "youtube-nocookie" in kept_headers["Content-Security-Policy"]


def test_a_document_tells_its_facts_as_officials_write_them(client):
    html = page(client, kinds.document())
    assert "123-KH/TĐTN-BPT" in html
    assert "ngày 05 tháng 02 năm 2026" in html
    assert "ke-hoach.docx" in html


@pytest.mark.parametrize("kind", [kinds.infographic, kinds.reportage])
def test_pictures_cost_one_query_however_many(
    client, django_assert_max_num_queries, kind
):
    one, three = kind(pictures=1), kind(pictures=3)
    for article in (one, three):
        with django_assert_max_num_queries(6):
            page(client, article)


def test_steps_cost_one_query_however_many(client, django_assert_max_num_queries):
    for article in (kinds.guide(steps=1), kinds.guide(steps=3)):
        with django_assert_max_num_queries(6):
            page(client, article)


def test_what_is_not_there_any_more_leaves_the_page_standing(client):
    article = kinds.infographic()
    Article.objects.filter(pk=article.pk).update(
        details={"pictures": [{"picture": 10**9}, "junk", {"picture": "x"}], "more": 1}
    )
    assert "kind-figure" not in page(client, article)


def test_a_link_to_another_site_leads_there_and_lists_name_the_source(client):
    article = PublishedFactory(
        origin=Article.Origin.LINK_OUT,
        body="",
        source_name="Báo Xa Xôi",
        source_url="https://bao.example.com/bai",
    )
    html = page(client, article)
    assert 'href="https://bao.example.com/bai"' in html
    assert "Đọc tiếp tại Báo Xa Xôi" in html
    assert "Báo Xa Xôi" in client.get("/tin-tuc/").content.decode()


class TestListOfAKind:
    def test_shows_its_own(self, client):
        guide, _other = kinds.guide(), PublishedFactory()
        html = client.get("/tin-tuc/loai/huong-dan/").content.decode()
        assert guide.title in html
        assert _other.title not in html

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_do_not_grow(self, client, django_assert_num_queries, number):
        for _each in range(number):
            PublishedFactory(kind=Article.Kind.GUIDE, cover=kept())
        with django_assert_num_queries(2):
            client.get("/tin-tuc/loai/huong-dan/")

    def test_its_cards_say_the_kind_in_a_word(self, client):
        kinds.linked_video()
        html = client.get("/tin-tuc/loai/video/").content.decode()
        assert re.search(r'class="card-kind">\s*<svg.*?</svg>\s*Video', html, re.S)

    def test_an_unknown_kind_is_not_found(self, client):
        assert client.get("/tin-tuc/loai/khong-co/").status_code == 404

    def test_documents_have_a_list_of_their_own(self, client):
        response = client.get("/tin-tuc/loai/van-ban/")
        assert response.status_code == 301
        assert response["Location"] == "/tin-tuc/van-ban/"

    def test_the_news_page_leads_to_the_kinds_that_have_something(self, client):
        kinds.guide()
        PublishedFactory()
        ArticleFactory(kind=Article.Kind.VIDEO)
        html = client.get("/tin-tuc/").content.decode()
        assert "/tin-tuc/loai/huong-dan/" in html
        assert "/tin-tuc/loai/video/" not in html


def test_words_of_a_kind_are_found_by_the_search(client):
    video, guide = kinds.linked_video(), kinds.guide()
    for words, article in (("Lan mo dien thoai", video), ("VNeID 2.2", guide)):
        html = client.get("/tim-kiem/", {"q": words}).content.decode()
        assert article.get_absolute_url() in html, words
