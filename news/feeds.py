"""The newest articles as RSS and as Atom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.translation import gettext as _

from content import identity
from news.models import Article, Section

LENGTH = 30


@dataclass(frozen=True)
class OfSection:
    section: Section
    now: dt.datetime


class RssFeed(Feed):
    feed_type = Rss201rev2Feed
    link = reverse_lazy("news:list")
    feed_url = reverse_lazy("news:rss")

    def get_object(self, request: HttpRequest) -> dt.datetime:
        """The one `now` of the request is what the feed is about."""
        return request.now

    def title(self) -> str:
        return identity.current().name

    def description(self) -> str:
        return _("News of %(owner)s") % {"owner": identity.current().owner}

    def items(self, now: dt.datetime):
        return self.articles(now)[:LENGTH]

    @staticmethod
    def articles(now: dt.datetime):
        return Article.objects.published(now).for_cards()

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        return item.lead

    def item_pubdate(self, item: Article) -> dt.datetime:
        return item.publish_at

    def item_updateddate(self, item: Article) -> dt.datetime:
        return max(item.publish_at, item.updated_at)

    def item_author_name(self, item: Article) -> str:
        return item.byline or identity.current().owner

    def item_enclosures(self, item: Article) -> list[Enclosure]:
        """The cover as a JPEG; no reader of feeds can do with less."""
        if item.cover is None:
            return []
        picture = item.cover.share
        url = settings.SITE_URL + picture["url"]
        return [Enclosure(url, str(picture["bytes"]), "image/jpeg")]

    def item_categories(self, item: Article) -> list[str]:
        return [item.section.name]


class SectionRssFeed(RssFeed):
    """One section's own feed; an unknown section is 404."""

    def get_object(self, request: HttpRequest, slug: str) -> OfSection:
        return OfSection(Section.objects.get(slug=slug), request.now)

    def title(self, of: OfSection) -> str:
        return f"{of.section.name} · {identity.current().name}"

    def description(self, of: OfSection) -> str:
        return of.section.description or of.section.name

    def link(self, of: OfSection) -> str:
        return of.section.get_absolute_url()

    def feed_url(self, of: OfSection) -> str:
        return reverse("news:section_rss", args=[of.section.slug])

    def items(self, of: OfSection):
        return self.articles(of.now).filter(section=of.section)[:LENGTH]


class AtomFeed(RssFeed):
    feed_type = Atom1Feed
    feed_url = reverse_lazy("news:atom")
    subtitle = RssFeed.description


class SectionAtomFeed(SectionRssFeed):
    feed_type = Atom1Feed
    subtitle = SectionRssFeed.description

    def feed_url(self, of: OfSection) -> str:
        return reverse("news:section_atom", args=[of.section.slug])
