"""What readers get, and what happens to those who try the doors."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from news.views import PER_PAGE
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory
from tests.factories.pictures import kept, ready

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


def titles(response) -> list[str]:
    return [article.title for article in response.context["page"]]


class TestList:
    url = "/tin-tuc/"

    def test_shows_what_is_out_and_nothing_else(self, client, now):
        out = PublishedFactory(publish_at=now)
        PublishedFactory(publish_at=now + HOUR)
        PublishedFactory(publish_at=now - 2 * HOUR, expire_at=now)
        ArticleFactory()
        response = client.get(self.url)
        assert titles(response) == [out.title]
        assert out.get_absolute_url() in response.content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_do_not_grow(self, client, django_assert_num_queries, number):
        for _each in range(number):
            PublishedFactory(cover=kept())
        with django_assert_num_queries(4):
            response = client.get(self.url)
        assert len(titles(response)) == number

    def test_is_cut_into_pages(self, client):
        PublishedFactory.create_batch(PER_PAGE + 1)
        assert len(titles(client.get(self.url))) == PER_PAGE
        second = client.get(self.url, {"page": 2})
        assert len(titles(second)) == 1
        assert "?page=1" in second.content.decode()

    @pytest.mark.parametrize(
        "page", ["abc", "0", "-1", "2", "1.0", "1e3", "", "9" * 400, "١", "\x00"]
    )
    def test_a_page_that_does_not_exist_is_not_found(self, client, page):
        PublishedFactory()
        assert client.get(self.url, {"page": page}).status_code in {400, 404}

    def test_without_news_it_says_what_to_do(self, client):
        response = client.get(self.url)
        assert response.status_code == 200
        assert reverse("training:list") in response.content.decode()

    def test_chips_lead_to_the_sections_that_have_something(self, client):
        article = PublishedFactory()
        empty = SectionFactory()
        labels = [chip["label"] for chip in client.get(self.url).context["chips"]]
        assert article.section.name in labels
        assert empty.name not in labels

    def test_names_its_feeds(self, client):
        html = client.get(self.url).content.decode()
        assert f'href="{reverse("news:rss")}"' in html
        assert f'href="{reverse("news:atom")}"' in html


class TestSection:
    def test_shows_its_own_articles(self, client):
        mine, _other = PublishedFactory(), PublishedFactory()
        response = client.get(mine.section.get_absolute_url())
        assert titles(response) == [mine.title]

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_do_not_grow(self, client, django_assert_num_queries, number):
        section = SectionFactory()
        PublishedFactory.create_batch(number, section=section)
        with django_assert_num_queries(3):
            response = client.get(section.get_absolute_url())
        assert len(titles(response)) == number

    def test_an_empty_section_says_so_and_marks_itself(self, client):
        section = SectionFactory()
        response = client.get(section.get_absolute_url())
        assert response.status_code == 200
        current = [chip for chip in response.context["chips"] if chip["current"]]
        assert [chip["label"] for chip in current] == [section.name]

    def test_an_unknown_section_is_not_found(self, client):
        assert client.get("/tin-tuc/chuyen-muc/khong-co/").status_code == 404


class TestArticle:
    def test_can_be_read(self, client):
        article = PublishedFactory(
            byline="Đoàn xã Cẩm Giàng",
            source_name="Báo địa phương",
            source_url="https://bao.example.com/bai",
        )
        html = client.get(article.get_absolute_url()).content.decode()
        for text in (
            article.title,
            article.lead,
            article.body,
            article.byline,
            article.source_name,
            article.source_url,
            article.section.get_absolute_url(),
            "09:00, Chủ nhật 22/11/2026",
        ):
            assert text in html

    @pytest.mark.parametrize("related", [1, 3])
    def test_the_queries_do_not_grow(self, client, django_assert_num_queries, related):
        article = PublishedFactory()
        PublishedFactory.create_batch(related, section=article.section)
        with django_assert_num_queries(3):
            response = client.get(article.get_absolute_url())
        assert len(response.context["related"]) == related

    def test_more_of_the_same_section_stands_beside_it(self, client, now):
        article = PublishedFactory()
        sibling = PublishedFactory(section=article.section)
        PublishedFactory()
        ArticleFactory(section=article.section)
        context = client.get(article.get_absolute_url()).context
        assert list(context["related"]) == [sibling]
        assert list(context["others"]) == []

    def test_alone_in_its_section_it_is_followed_by_the_newest(self, client):
        article, other = PublishedFactory(), PublishedFactory()
        context = client.get(article.get_absolute_url()).context
        assert list(context["related"]) == []
        assert list(context["others"]) == [other]

    def test_a_wrong_slug_leads_to_the_right_one(self, client):
        article = PublishedFactory()
        response = client.get(f"/tin-tuc/cu-roi-{article.pk}/")
        assert response.status_code == 301
        assert response["Location"] == article.get_absolute_url()

    def test_a_number_with_zeros_before_it_is_the_same_article(self, client):
        article = PublishedFactory()
        response = client.get(f"/tin-tuc/{article.slug}-0{article.pk}/")
        assert response["Location"] == article.get_absolute_url()

    def test_a_slug_that_ends_in_a_number_is_understood(self, client):
        article = PublishedFactory(title="Kế hoạch năm 2026")
        assert client.get(article.get_absolute_url()).status_code == 200

    def test_what_is_not_out_is_not_found_even_with_the_right_address(
        self, client, now
    ):
        for article in (
            ArticleFactory(),
            ArticleFactory(state="archived", publish_at=now - HOUR),
            PublishedFactory(publish_at=now + HOUR),
            PublishedFactory(publish_at=now - 2 * HOUR, expire_at=now),
        ):
            assert client.get(article.get_absolute_url()).status_code == 404

    def test_a_wrong_slug_does_not_betray_what_is_not_out(self, client, now):
        article = PublishedFactory(publish_at=now + HOUR)
        assert client.get(f"/tin-tuc/gi-do-{article.pk}/").status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            "khong-co-999999999/",
            f"so-lon-{2**63}/",
            f"so-rat-lon-{'9' * 300}/",
            f"so-khong-tuong-{'9' * 5000}/",
            "khong-so/",
            "-1/",
            "a--1/",
            f"{'a' * 10_240}-1/",
            f"{'a-' * 5_120}1/",
            "chuyen-muc/%00/",
            "a%00b-1/",
            "%ED%A0%80-1/",
            "%FF%FE-1/",
        ],
    )
    def test_a_bad_address_is_the_visitors_error(self, client, path):
        assert client.get(f"/tin-tuc/{path}").status_code in {400, 404}

    def test_is_described_for_those_who_share_it(self, client, settings):
        article = PublishedFactory(title='Dấu "nháy" & ký tự <lạ>')
        html = client.get(article.get_absolute_url()).content.decode()
        address = settings.SITE_URL + article.get_absolute_url()
        assert f'<link rel="canonical" href="{address}">' in html
        assert 'property="og:title" content="Dấu &quot;nháy&quot; &amp; ký' in html
        assert "<lạ>" not in html


@pytest.mark.parametrize("name", ["news:list", "news:rss", "news:atom"])
def test_nobody_is_given_a_cookie(client, name):
    PublishedFactory()
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()


class TestPictures:
    def test_the_first_card_comes_at_once_and_the_rest_in_time(self, client):
        for _each in range(3):
            PublishedFactory(cover=ready())
        html = client.get("/tin-tuc/").content.decode()
        assert html.count('fetchpriority="high"') == 1
        assert html.count('loading="lazy"') == 2
        assert html.index("fetchpriority") < html.index('loading="lazy"')

    def test_the_article_shows_its_cover_with_credit(self, client, settings):
        cover = ready(
            size=(1600, 900), alt="Bà con phơi miến", credit="Lan", caption="Côn Minh"
        )
        article = PublishedFactory(cover=cover)
        html = client.get(article.get_absolute_url()).content.decode()
        assert 'alt="Bà con phơi miến"' in html
        assert "Ảnh: Lan" in html
        assert "Côn Minh" in html
        share = f"{settings.SITE_URL}{cover.share['url']}"
        assert f'<meta property="og:image" content="{share}">' in html
        assert 'content="1600"' in html

    def test_pictures_in_the_text_come_in_all_sizes(
        self, client, django_assert_num_queries
    ):
        inside = ready(size=(700, 350))
        body = f'<p><img src="{inside.file.url}"></p>'
        article = PublishedFactory(cover=ready(), body=body)
        with django_assert_num_queries(5):
            html = client.get(article.get_absolute_url()).content.decode()
        assert html.count("<picture>") == 2
        assert inside.avif_srcset in html

    def test_without_a_cover_there_is_no_empty_frame(self, client):
        article = PublishedFactory()
        for url in ("/tin-tuc/", article.get_absolute_url()):
            html = client.get(url).content.decode()
            assert "<picture" not in html
            assert 'content="/media/' not in html
            assert "card-picture" not in html
