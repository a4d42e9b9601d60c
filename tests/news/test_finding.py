"""Ways to an article besides the list: tag, month, feed of a section."""

import datetime as dt

import pytest
import time_machine

from news import querysets
from news.models import Article, Tag
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


class TestTags:
    def test_the_address_is_made_from_the_name(self):
        assert Tag.objects.create(name="Đề án 06").slug == "de-an-06"

    def test_a_page_lists_what_is_out_under_it(self, client):
        tag = Tag.objects.create(name="VNeID")
        out, other, draft = PublishedFactory(), PublishedFactory(), ArticleFactory()
        out.tags.add(tag)
        draft.tags.add(tag)
        html = client.get(tag.get_absolute_url()).text
        assert out.title in html
        assert other.title not in html
        assert draft.title not in html

    def test_an_article_leads_to_its_tags(self, client):
        article = PublishedFactory()
        tag = Tag.objects.create(name="VNeID")
        article.tags.add(tag)
        html = client.get(article.get_absolute_url()).text
        assert f'href="{tag.get_absolute_url()}"' in html

    def test_an_unknown_one_is_not_found(self, client):
        assert client.get("/tin-tuc/the/khong-co/").status_code == 404

    def test_only_those_that_lead_somewhere_are_offered(self, now):
        used, unused = (Tag.objects.create(name=name) for name in ("A", "B"))
        PublishedFactory().tags.add(used)
        ArticleFactory().tags.add(unused)
        assert list(Tag.objects.with_articles(now)) == [used]

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_do_not_grow(
        self, client, django_assert_max_num_queries, number
    ):
        tag = Tag.objects.create(name="VNeID")
        for article in PublishedFactory.create_batch(number):
            article.tags.add(tag)
        with django_assert_max_num_queries(4):
            client.get(tag.get_absolute_url())

    def test_the_popular_are_those_of_the_latest_articles(self, now, monkeypatch):
        monkeypatch.setattr(querysets, "LATEST", 3)
        often, once, old = (Tag.objects.create(name=name) for name in "ABC")
        for days in range(2):
            PublishedFactory(publish_at=now - days * DAY).tags.add(often)
        PublishedFactory(publish_at=now - 2 * DAY).tags.add(once)
        for days in range(3, 7):
            PublishedFactory(publish_at=now - days * DAY).tags.add(old)
        assert list(Tag.objects.popular(now)[:5]) == [often, once]
        assert list(Tag.objects.popular(now)[:1]) == [often]

    def test_the_list_offers_them_on_its_first_page(self, client):
        tag = Tag.objects.create(name="VNeID")
        for article in PublishedFactory.create_batch(13):
            article.tags.add(tag)
        link = f'href="{tag.get_absolute_url()}"'
        assert link in client.get("/tin-tuc/").text
        assert link not in client.get("/tin-tuc/?page=2").text


class TestArchive:
    def test_a_month_is_a_month_of_vietnam(self, client):
        # Half past midnight on 1 November in Vietnam, still October in London.
        moment = dt.datetime(2026, 10, 31, 17, 30, tzinfo=dt.UTC)
        article = PublishedFactory(publish_at=moment)
        assert article.title in client.get("/tin-tuc/luu-tru/2026/11/").text
        assert article.title not in client.get("/tin-tuc/luu-tru/2026/10/").text

    def test_months_are_counted_the_latest_first(self, now):
        for days in (1, 2, 40):
            PublishedFactory(publish_at=now - days * DAY)
        rows = Article.objects.published(now).by_month()
        found = [(row["month"].month, row["number"]) for row in rows]
        assert found == [(11, 2), (10, 1)]

    def test_the_index_leads_to_each(self, client, now):
        PublishedFactory(publish_at=now - DAY)
        html = client.get("/tin-tuc/luu-tru/").text
        assert 'href="/tin-tuc/luu-tru/2026/11/"' in html
        assert "2.026" not in html

    @pytest.mark.parametrize("path", ["2026/13", "2026/0", "1/1", "99999/1"])
    def test_what_is_no_month_is_not_found(self, client, path):
        assert client.get(f"/tin-tuc/luu-tru/{path}/").status_code == 404

    def test_without_an_article_it_says_so(self, client):
        assert client.get("/tin-tuc/luu-tru/").status_code == 200


@pytest.mark.parametrize("kind", ["rss", "atom"])
class TestFeedOfASection:
    def test_tells_of_its_own_articles(self, client, kind):
        mine, other = PublishedFactory(), PublishedFactory()
        xml = client.get(f"{mine.section.get_absolute_url()}{kind}/").text
        assert mine.title in xml
        assert mine.section.name in xml
        assert other.title not in xml

    def test_an_unknown_section_is_not_found(self, client, kind):
        assert client.get(f"/tin-tuc/chuyen-muc/x/{kind}/").status_code == 404

    def test_the_page_names_its_feed(self, client, kind):
        section = SectionFactory()
        html = client.get(section.get_absolute_url()).text
        assert (f"{section.get_absolute_url()}rss/" in html) is True
