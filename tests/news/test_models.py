import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from news.models import Article
from news.models.article import WORDS_PER_MINUTE
from tests.factories.news import ArticleFactory, PublishedFactory

pytestmark = pytest.mark.django_db


def test_the_address_is_made_from_the_title_with_d_for_đ():
    article = ArticleFactory(title="Đội hình trí thức trẻ")
    assert article.slug == "doi-hinh-tri-thuc-tre"
    assert article.get_absolute_url() == (
        f"/tin-tuc/doi-hinh-tri-thuc-tre-{article.pk}/"
    )


def test_a_title_without_a_latin_letter_still_has_an_address(client):
    article = PublishedFactory(title="数字化！")
    assert client.get(article.get_absolute_url()).status_code == 200


def test_two_articles_may_share_a_title():
    first = ArticleFactory(title="Văn Lang")
    second = ArticleFactory(title="Văn Lăng")
    assert first.slug == second.slug
    assert first.get_absolute_url() != second.get_absolute_url()


@pytest.mark.parametrize(
    ("words", "minutes"),
    [(0, 1), (WORDS_PER_MINUTE, 1), (3 * WORDS_PER_MINUTE, 3)],
)
def test_the_reading_time_is_whole_minutes_and_never_none(words, minutes):
    article = Article(body="<p>" + "chữ " * words + "</p>")
    assert article.reading_minutes == minutes


def test_the_text_is_clean_in_the_database():
    article = ArticleFactory(body="<p onclick='x()'>Chào</p><script>x()</script>")
    article.refresh_from_db()
    assert article.body == "<p>Chào</p>"


def test_a_published_article_has_a_time():
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleFactory(state="published", publish_at=None)


def test_an_article_never_expires_before_it_is_out(now):
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleFactory(publish_at=now, expire_at=now - dt.timedelta(days=1))


def test_every_state_has_its_moves():
    assert set(Article.MOVES) == set(Article.State)
