"""What search engines and chats are told about an article."""

import datetime as dt
import io
import json
import re
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from PIL import Image

from content import share_card
from news.models import Tag
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.pictures import ready

pytestmark = pytest.mark.django_db
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


def told(html: str) -> dict:
    return json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</', html)[1]
    )


def og_image(html: str) -> str:
    found = re.search(r'<meta property="og:image" content="([^"]+)">', html)[1]
    return found.removeprefix(settings.SITE_URL)


class TestJsonLd:
    def test_says_what_the_page_says(self, client, now):
        article = PublishedFactory(byline="Tổ công nghệ số xã Cẩm Giàng")
        article.tags.add(Tag.objects.create(name="VNeID"))
        data = told(client.get(article.get_absolute_url()).text)
        assert data["@type"] == "NewsArticle"
        assert data["headline"] == article.title
        assert data["author"]["name"] == "Tổ công nghệ số xã Cẩm Giàng"
        assert data["keywords"] == ["VNeID"]
        assert dt.datetime.fromisoformat(data["datePublished"]) == article.publish_at
        assert data["mainEntityOfPage"].endswith(article.get_absolute_url())

    def test_a_title_cannot_end_the_script(self, client):
        title = "</script><script>alert(1)</script><!-- & ”"
        article = PublishedFactory(title=title)
        html = client.get(article.get_absolute_url()).text
        assert "<script>alert" not in html
        assert told(html)["headline"] == article.title

    def test_a_film_elsewhere_is_a_video(self, client):
        details = {
            "host": "youtube",
            "number": "dQw4w9WgXcQ",
            "transcript": "Chào các bạn.</script>",
        }
        article = PublishedFactory(kind="video", details=details, cover=ready())
        _news, film = told(client.get(article.get_absolute_url()).text)
        assert film["@type"] == "VideoObject"
        assert film["embedUrl"].startswith("https://www.youtube-nocookie.com/embed/")
        assert film["thumbnailUrl"].startswith(settings.SITE_URL)
        assert film["transcript"] == "Chào các bạn.</script>"
        assert "contentUrl" not in film

    def test_a_film_of_ours_leads_to_its_file(self, client):
        details = {"film": "k" * 20, "transcript": "Chào."}
        article = PublishedFactory(kind="video", details=details, cover=ready())
        _news, film = told(client.get(article.get_absolute_url()).text)
        assert film["contentUrl"].endswith(f"/tin-tuc/tep/{'k' * 20}/")
        assert "embedUrl" not in film

    def test_a_guide_is_a_how_to_with_its_steps(self, client):
        picture = ready()
        steps = [
            {"title": "Mở ứng dụng", "text": "Bấm biểu tượng.", "picture": picture.pk},
            {"title": "", "text": "Gõ mã.", "picture": None},
        ]
        article = PublishedFactory(kind="guide", details={"steps": steps})
        html = client.get(article.get_absolute_url()).text
        _news, guide = told(html)
        assert guide["@type"] == "HowTo"
        first, second = guide["step"]
        assert (first["name"], second["name"]) == ("Mở ứng dụng", "Gõ mã.")
        assert first["image"].endswith(".jpg")
        for step in guide["step"]:
            assert f'id="{step["url"].partition("#")[2]}"' in html

    @pytest.mark.parametrize("kind", ["video", "guide"])
    def test_an_empty_kind_is_an_article_only(self, client, kind):
        article = PublishedFactory(kind=kind)
        assert told(client.get(article.get_absolute_url()).text)["headline"]


class TestShareCard:
    def test_an_article_without_a_cover_gets_one_drawn(self, client):
        html = client.get(PublishedFactory().get_absolute_url()).text
        response = client.get(og_image(html))
        assert response["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(response.content)).size == share_card.SIZE

    def test_the_cover_comes_first(self, client):
        article = PublishedFactory(cover=ready())
        image = og_image(client.get(article.get_absolute_url()).text)
        assert image.startswith((settings.MEDIA_URL, "/media/"))

    def test_a_new_title_has_a_new_address_and_the_old_one_leads_there(self, client):
        article = PublishedFactory()
        before = og_image(client.get(article.get_absolute_url()).text)
        article.title = "Tên khác"
        article.save()
        after = og_image(client.get(article.get_absolute_url()).text)
        assert after != before
        assert client.get(before)["Location"] == after

    def test_what_is_not_out_has_none(self, client):
        article = ArticleFactory()
        assert client.get(f"/tin-tuc/chia-se/{article.pk}-x.jpg").status_code == 404

    @pytest.mark.parametrize(
        "title", ["", "x" * 500, "Ẩn " * 200, "a\nb\x00c", "👍" * 40]
    )
    def test_any_title_can_be_drawn(self, title):
        made = share_card.draw(title=title, kicker=title, foot=title)
        assert Image.open(io.BytesIO(made)).size == share_card.SIZE


def test_the_news_sitemap_tells_of_the_last_two_days(client, now):
    fresh = PublishedFactory(title="Mới & <nóng>", publish_at=now)
    PublishedFactory(publish_at=now - dt.timedelta(days=2))
    PublishedFactory(publish_at=now + dt.timedelta(hours=1))
    xml = client.get("/sitemap-tin-tuc.xml").content
    tree = ElementTree.fromstring(xml)  # noqa: S314  our own answer
    assert [title.text for title in tree.iter(f"{NEWS}title")] == [fresh.title]
    assert "/sitemap-tin-tuc.xml" in client.get("/robots.txt").text
