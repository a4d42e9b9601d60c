"""What search engines should know of the news."""

import datetime as dt

from django.contrib.sitemaps import Sitemap

from content import clock
from news.models import Article, Section, Tag


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
