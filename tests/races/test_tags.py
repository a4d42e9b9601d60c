"""Two hands tag one article in the same moment: the numbers in its row know both."""

import threading

import pytest
from django.db import connection, connections, transaction

from news.models import Article, Tag
from tests.factories.news import PublishedFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def tag_from_two_sides() -> Article:
    """The second tag is put while the first waits to be committed."""
    article = PublishedFactory()
    one, other = (Tag.objects.create(name=name) for name in ("Một", "Hai"))

    def second():
        try:
            Article.objects.get(pk=article.pk).tags.add(other)
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        article.tags.add(one)
        thread.start()
        thread.join(1)
    thread.join(30)
    article.refresh_from_db()
    assert article.tags.count() == 2
    return article


def test_both_are_known():
    article = tag_from_two_sides()
    assert article.tag_ids == sorted(article.tags.values_list("pk", flat=True))


def test_without_the_lock_one_is_forgotten():
    """The negative control: the trigger as it would be without its lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('news_keep_tag_ids'::regproc)")
        kept = cursor.fetchone()[0]
        lines = kept.splitlines()
        cursor.execute("\n".join(line for line in lines if "PERFORM" not in line))
    try:
        article = tag_from_two_sides()
        assert len(article.tag_ids) == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(kept)
