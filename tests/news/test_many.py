"""Thousands of articles ask the database no more than a handful do."""

import datetime as dt
from itertools import cycle

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.models import Article, Tag
from tests.factories.members import UnitFactory
from tests.factories.news import PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
MANY = 400


def fill(number, now, sections, tag) -> None:
    unit = UnitFactory()
    rows = Article.objects.bulk_create(
        Article(
            title=f"Tin {place}", slug="tin", lead="…", body="<p>…</p>", unit=unit,
            section=section, state="published", publish_at=now - (place + 2) * HOUR,
        )
        for place, section in zip(range(number), cycle(sections), strict=False)
    )  # fmt: skip
    through = Article.tags.through
    through.objects.bulk_create(
        through(article_id=row.pk, tag_id=tag.pk) for row in rows
    )


def test_no_page_of_the_news_takes_more_queries(client, now):
    sections, tag = SectionFactory.create_batch(2), Tag.objects.create(name="VNeID")
    article = PublishedFactory(section=sections[0], publish_at=now - HOUR)
    article.tags.add(tag)
    # Enough for every list to have a second page.
    fill(60, now, sections, tag)
    month = f"/tin-tuc/luu-tru/{now:%Y}/{now.month}/"
    pages = ["/", "/tin-tuc/", "/tin-tuc/?page=2", "/tin-tuc/luu-tru/", month]
    pages += [row.get_absolute_url() for row in (sections[0], tag, article)]
    pages += ["/tim-kiem/?q=tin&loai=news"]

    def counted(page: str) -> int:
        client.get(page)  # what is remembered between requests is from now on
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200, page
        return len(queries)

    with time_machine.travel(now, tick=False):
        few = {page: counted(page) for page in pages}
        fill(MANY, now, sections, tag)
        many = {page: counted(page) for page in pages}
    assert many == few
    assert max(many.values()) <= 8, many
