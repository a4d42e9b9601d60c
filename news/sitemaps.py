"""What search engines should know of the news."""

import datetime as dt

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from content import clock
from news.models import Article, Section, Tag

FRESH = dt.timedelta(days=2)


class ArticleSitemap(Sitemap):
    def items(self):
        published = Article.objects.published(clock.now())
        return published.only("slug", "publish_at", "updated_at")

    def lastmod(self, item: Article) -> dt.datetime:
        return max(item.publish_at, item.updated_at)


class SectionSitemap(Sitemap):
    def items(self):
        return Section.objects.with_articles(clock.now())


class TagSitemap(Sitemap):
    def items(self):
        return Tag.objects.with_articles(clock.now())


class ShelfSitemap(Sitemap):
    """The pages that stand beside the articles."""

    def items(self):
        return ["safety:hub", "news:kit"]

    def location(self, item: str) -> str:
        return reverse(item)


class NewsSitemap(Sitemap):
    """The last two days for news search engines, which want no older ones.

    Source: the news sitemap protocol (namespace sitemap-news/0.9), at most 1,000.
    """

    limit = 1000

    def items(self):
        now = clock.now()
        fresh = Article.objects.published(now).filter(publish_at__gt=now - FRESH)
        return fresh.only("slug", "title", "publish_at")[: self.limit]
