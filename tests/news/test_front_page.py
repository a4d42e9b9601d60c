"""What the front page shows first, and what stands at the foot of an article."""

import datetime as dt

import pytest

from news.front_page import front_page, related
from news.models import FrontPageSlot, Tag
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def slot(article, *, until, order=1):
    return FrontPageSlot.objects.create(article=article, order=order, until=until)


class TestFrontPage:
    def test_chosen_articles_come_first_in_their_order_then_the_newest(self, now):
        old, older, new, newer = (
            PublishedFactory(publish_at=now - days * DAY) for days in (8, 9, 2, 1)
        )
        slot(older, until=now + DAY, order=1)
        slot(old, until=now + DAY, order=2)
        assert list(front_page(now, 4)) == [older, old, newer, new]
        assert list(front_page(now, 1)) == [older]

    def test_a_slot_ends_at_its_moment(self, now):
        old, new = (PublishedFactory(publish_at=now - days * DAY) for days in (9, 1))
        slot(old, until=now)
        assert list(front_page(now, 2)) == [new, old]

    def test_what_is_not_out_leaves_no_gap(self, now):
        out = PublishedFactory(publish_at=now - DAY)
        slot(ArticleFactory(), until=now + DAY)
        slot(PublishedFactory(publish_at=now + DAY), until=now + DAY)
        gone = PublishedFactory(publish_at=now - 2 * DAY, expire_at=now)
        slot(gone, until=now + DAY)
        assert list(front_page(now, 3)) == [out]

    def test_takes_two_queries_however_many_there_are(
        self, now, django_assert_num_queries
    ):
        for article in PublishedFactory.create_batch(5):
            slot(article, until=now + DAY)
        with django_assert_num_queries(2):
            front_page(now, 7)


class TestRelated:
    def test_same_tags_come_before_the_same_section(self, now):
        vneid = Tag.objects.create(name="VNeID")
        section = SectionFactory()
        article = PublishedFactory(section=section)
        article.tags.add(vneid)
        neighbour = PublishedFactory(section=section, publish_at=now - DAY)
        tagged = PublishedFactory(publish_at=now - 9 * DAY)
        tagged.tags.add(vneid)
        PublishedFactory()
        assert list(related(article, now, 3)) == [tagged, neighbour]

    def test_nothing_is_offered_twice_and_nothing_that_is_not_out(self, now):
        tags = [Tag.objects.create(name=name) for name in ("VNeID", "An toàn số")]
        section = SectionFactory()
        article = PublishedFactory(section=section)
        both = PublishedFactory(section=section)
        draft = ArticleFactory(section=section)
        for row in (article, both, draft):
            row.tags.set(tags)
        assert list(related(article, now, 3)) == [both]
