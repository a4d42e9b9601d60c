"""The sets of articles that we have a word for."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left, TruncMonth

from vietnam.dates import VIETNAM

LATEST = 200
"""Articles whose tags count as what is talked about."""


class ArticleQuerySet(models.QuerySet):
    def published(self, now: dt.datetime) -> ArticleQuerySet:
        """What the public sees at `now`, newest first.

        The one set behind list, section, feeds, sitemap and home page; the window is
        half-open: seen at `publish_at`, gone at `expire_at`.
        """
        return self.filter(
            Q(expire_at__isnull=True) | Q(expire_at__gt=now),
            state="published",
            publish_at__lte=now,
        ).order_by("-publish_at", "-id")

    def scheduled(self, now: dt.datetime) -> ArticleQuerySet:
        """Published with a time that is still ahead, the next one first."""
        return self.filter(state="published", publish_at__gt=now).order_by(
            "publish_at", "id"
        )

    def chosen(self, now: dt.datetime) -> ArticleQuerySet:
        """What is out and stands on the front page by hand, in its order."""
        slots = self.published(now).filter(slot__until__gt=now)
        return slots.order_by("slot__order", "-slot__id")

    def warnings(self, now: dt.datetime) -> ArticleQuerySet:
        """What is out and warns of something, the newest first."""
        warning = self.model.tags.through.objects.filter(tag__warns=True)
        return self.published(now).filter(pk__in=warning.values("article"))

    def tagged(self, tag_id: int) -> ArticleQuerySet:
        """Those with the tag, by the numbers in the row: fast beside other filters."""
        return self.filter(tag_ids__contains=[tag_id])

    def in_month(self, year: int, month: int) -> ArticleQuerySet:
        """Published in that month of Vietnam."""
        begin = dt.datetime(year, month, 1, tzinfo=VIETNAM)
        end = (begin + dt.timedelta(days=31)).replace(day=1)
        return self.filter(publish_at__gte=begin, publish_at__lt=end)

    def in_time(self, year: int, month: int | None) -> ArticleQuerySet:
        """Published in that month of Vietnam, or in the whole year."""
        if month:
            return self.in_month(year, month)
        begin = dt.datetime(year, 1, 1, tzinfo=VIETNAM)
        return self.filter(
            publish_at__gte=begin, publish_at__lt=begin.replace(year=year + 1)
        )

    def by_month(self) -> models.QuerySet:
        """Dicts of a month's first moment and its number of articles; latest first."""
        months = self.annotate(month=TruncMonth("publish_at", tzinfo=VIETNAM))
        counted = months.values("month").annotate(number=models.Count("pk"))
        return counted.order_by("-month")

    def checked(self) -> ArticleQuerySet:
        """Those that correct or confirm a rumour."""
        return self.filter(fact_check__isnull=False)

    def between(self, first: dt.date, last: dt.date) -> ArticleQuerySet:
        """Out, or with a time to go out, on these days of Vietnam, both included."""
        begin = dt.datetime.combine(first, dt.time(), VIETNAM)
        end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), VIETNAM)
        return self.filter(publish_at__gte=begin, publish_at__lt=end)

    def kinds(self) -> models.QuerySet:
        """The kinds that occur, once each: a look into the index for each kind."""
        rows = self.order_by().values_list("kind", flat=True)
        first, *others = (rows.filter(kind=kind)[:1] for kind in self.model.Kind.values)
        return first.union(*others, all=True)

    def documents(self) -> ArticleQuerySet:
        """Official documents, without their long texts."""
        return self.filter(kind="document").defer("body")

    def by_day_of_issue(self) -> ArticleQuerySet:
        """The latest issued first."""
        return self.order_by("-details__issued_on", "-publish_at", "-id")

    def issuers(self) -> list[str]:
        """Who issued these documents, each once, by name."""
        name = KeyTextTransform("issuer", "details")
        named = self.order_by().annotate(issuer=name).exclude(issuer="")
        return sorted(set(named.values_list("issuer", flat=True).distinct()))

    def years_of_issue(self) -> list[str]:
        """The years in which these documents were issued, the latest first."""
        year = Left(KeyTextTransform("issued_on", "details"), 4)
        dated = self.order_by().annotate(year=year).exclude(year="")
        years = set(dated.values_list("year", flat=True).distinct())
        return sorted(years, reverse=True)

    def for_cards(self) -> ArticleQuerySet:
        """With section, cover and verdict, without the long text: what a list shows."""
        rows = self.select_related("section", "cover", "fact_check")
        return rows.defer("body", "details", "tag_ids", "section__description")


class SectionQuerySet(models.QuerySet):
    def in_rhythm(self) -> SectionQuerySet:
        """Sections that want something new every day or every week."""
        return self.exclude(rhythm="")

    def with_articles(self, now: dt.datetime) -> SectionQuerySet:
        """Sections in which the public finds something at `now`."""
        from news.models import Article

        published = Article.objects.published(now).order_by()
        return self.filter(
            models.Exists(published.filter(section=models.OuterRef("pk")))
        )


class ContributionQuerySet(models.QuerySet):
    def waiting(self) -> ContributionQuerySet:
        """Sent in, and nobody has decided yet; the oldest first."""
        return self.filter(state="received").order_by("sent_at", "id")

    def taken_back(self, now: dt.datetime) -> ContributionQuerySet:
        """Articles by now whose consent was taken back in the last two weeks."""
        return self.filter(
            state="accepted", consent_withdrawn_at__gt=now - dt.timedelta(days=14)
        ).exclude(article__state="archived")

    def sent(self) -> ContributionQuerySet:
        return self.exclude(state="draft")


class TagQuerySet(models.QuerySet):
    def with_articles(self, now: dt.datetime) -> TagQuerySet:
        """Tags under which the public finds something at `now`."""
        from news.models import Article

        published = Article.objects.published(now).order_by()
        return self.filter(models.Exists(published.filter(tags=models.OuterRef("pk"))))

    def popular(self, now: dt.datetime) -> TagQuerySet:
        """The tags of the latest articles, the most frequent first."""
        from news.models import Article

        latest = Article.objects.published(now).values("pk")[:LATEST]
        found = self.filter(articles__in=latest)
        found = found.annotate(number=models.Count("articles"))
        return found.order_by("-number", "name")


class TrustedHostQuerySet(models.QuerySet):
    def strange(self, hosts: list[str]) -> list[str]:
        """Those of the hosts that no rule and no row trusts, in their order."""
        own = urlsplit(settings.SITE_URL).hostname or ""
        left = [
            host
            for host in hosts
            if not f".{host}".endswith((".gov.vn", ".edu.vn", f".{own}"))
        ]
        if not left:
            return []
        names = {name for host in left for name in _with_parents(host)}
        trusted = set(self.filter(host__in=names).values_list("host", flat=True))
        return [host for host in left if trusted.isdisjoint(_with_parents(host))]


def _with_parents(host: str) -> list[str]:
    """a.b.vn, b.vn, vn: the names under which a host may be trusted."""
    parts = host.removeprefix("www.").split(".")
    return [".".join(parts[place:]) for place in range(len(parts))]
