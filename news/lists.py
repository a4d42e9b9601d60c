"""What public pages ask about articles all day, prepared once (content.prepared)."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from content.prepared import prepared
from news.models import Article, Section, Tag


@prepared
def newest(now: dt.datetime) -> QuerySet:
    return Article.objects.published(now).for_cards()


@prepared
def chosen(now: dt.datetime) -> QuerySet:
    return Article.objects.chosen(now).for_cards()


@prepared
def of_section(section: int, now: dt.datetime) -> QuerySet:
    return Article.objects.published(now).filter(section=section).for_cards()


@prepared
def tagged(tag: int, now: dt.datetime) -> QuerySet:
    return Article.objects.published(now).filter(tags=tag).for_cards()


@prepared
def of_kind(kind: str, now: dt.datetime) -> QuerySet:
    return Article.objects.published(now).filter(kind=kind).for_cards()


@prepared
def article(pk: int, now: dt.datetime) -> QuerySet:
    """One of them, with all that its own page shows but its tags."""
    rows = Article.objects.published(now).filter(pk=pk)
    # A list is no key to what was kept; the tags are asked for apart.
    return rows.select_related("section", "cover", "fact_check").defer("tag_ids")


@prepared
def tags_of(article: int) -> QuerySet:
    return Tag.objects.filter(articles=article)


@prepared
def sharing_tags(article: int, now: dt.datetime) -> QuerySet:
    """Others that have a tag of the article."""
    tags = Article.tags.through.objects.filter(article=article).values("tag")
    sharing = Article.tags.through.objects.filter(tag__in=tags).values("article")
    others = Article.objects.published(now).exclude(pk=article)
    return others.filter(pk__in=sharing).for_cards()


@prepared
def beside(article: int, section: int, now: dt.datetime) -> QuerySet:
    """Others of the section."""
    others = Article.objects.published(now).exclude(pk=article)
    return others.filter(section=section).for_cards()


@prepared
def others(article: int, now: dt.datetime) -> QuerySet:
    return Article.objects.published(now).exclude(pk=article).for_cards()


@prepared
def sections(now: dt.datetime) -> QuerySet:
    """Those in which a reader finds something."""
    return Section.objects.with_articles(now)


@prepared
def kinds(now: dt.datetime) -> QuerySet:
    """Those in which a reader finds something, as tuples of one."""
    return Article.objects.published(now).kinds()


@prepared
def times(now: dt.datetime) -> QuerySet:
    """When what is out was published, the oldest first, as tuples of one."""
    rows = Article.objects.published(now).order_by("publish_at")
    return rows.values_list("publish_at")


@prepared
def popular_tags(now: dt.datetime) -> QuerySet:
    return Tag.objects.popular(now)
