"""What is read most: in one query, only what is out, whatever the address says."""

import datetime as dt

import pytest

from content.models import PageViews
from news.readers import most_read, readers_of
from tests.factories.news import ArticleFactory, PublishedFactory
from vietnam.dates import local_day

pytestmark = pytest.mark.django_db


def read(article_or_path, count, *, now, ago=0, word="w"):
    path = article_or_path
    if not isinstance(path, str):
        path = path.get_absolute_url()
    day = local_day(now) - dt.timedelta(days=ago)
    PageViews.objects.create(path=path, day=day, word=word, count=count)


def test_the_most_read_of_seven_days_comes_first(now):
    one, two, three = PublishedFactory.create_batch(3)
    read(one, 5, now=now)
    read(two, 3, now=now)
    read(two, 4, now=now, ago=6)
    read(three, 99, now=now, ago=7)
    assert list(most_read(now, 5)) == [two, one]


def test_counts_begun_anew_and_old_addresses_add_up(now):
    one, two = PublishedFactory.create_batch(2)
    read(one, 5, now=now)
    read(two, 3, now=now)
    read(two, 2, now=now, word="x")
    read(f"/tin-tuc/ten-cu-{two.pk}/", 1, now=now)
    assert list(most_read(now, 5)) == [two, one]


def test_what_is_not_out_leaves_no_gap(now):
    draft, out = ArticleFactory(), PublishedFactory()
    read(draft, 9, now=now)
    read(out, 1, now=now)
    read("/tin-tuc/khong-co-999999/", 50, now=now)
    assert list(most_read(now, 1)) == [out]


@pytest.mark.parametrize(
    "path",
    ["/tin-tuc/x-99999999999999999999/", "/tin-tuc/", "/tap-huan/x-1/", "/tin-tuc/-/"],
)
def test_other_addresses_are_no_articles(now, path):
    read(path, 9, now=now)
    assert list(most_read(now, 5)) == []


def test_one_query(now, django_assert_num_queries):
    for article in PublishedFactory.create_batch(4):
        read(article, 3, now=now)
    with django_assert_num_queries(1):
        assert len(most_read(now, 3)) == 3


def test_readers_of_one_article(now):
    article = PublishedFactory()
    read(article, 5, now=now)
    read(article, 2, now=now, ago=8)
    assert readers_of(article, now, 7) == 5
    assert readers_of(article, now, 30) == 7
    assert readers_of(PublishedFactory(), now) == 0
