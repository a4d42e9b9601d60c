"""The box on an article, its mark in lists, and what search engines are told."""

import datetime as dt
import json

import pytest
from django.urls import reverse

from members.models import Role
from news import seo
from news.models import FactCheck
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.news import FactCheckFactory, PublishedFactory

pytestmark = pytest.mark.django_db
PAGE = "/tin-tuc/kiem-chung/"


def test_the_article_opens_with_the_verdict(client):
    check = FactCheckFactory(claim="Phải nộp phí kích hoạt")
    page = client.get(check.article.get_absolute_url()).content.decode()
    assert "Phải nộp phí kích hoạt" in page
    assert check.source_url in page
    assert "10/11/2026" in page


def test_lists_carry_the_mark(client):
    FactCheckFactory(verdict=FactCheck.Verdict.PARTLY_FALSE)
    plain = PublishedFactory()
    page = client.get(PAGE).content.decode()
    assert "Kiểm chứng: Sai một phần" in page
    assert plain.title not in page


@pytest.mark.parametrize("number", [1, 3])
def test_marks_cost_no_query_each(client, django_assert_num_queries, number):
    for _index in range(number):
        FactCheckFactory()
    with django_assert_num_queries(2):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("verdict", "rating", "word"),
    [
        ("false", 1, "Sai"),
        ("partly_false", 3, "Sai một phần"),
        ("true", 5, "Đúng"),
        ("unproven", None, "Chưa đủ căn cứ"),
    ],
)
def test_search_engines_learn_the_verdict(verdict, rating, word):
    check = FactCheckFactory(verdict=verdict)
    article, review = json.loads(seo.json_ld(check.article, []))
    assert article["@type"] == "NewsArticle"
    assert review["@type"] == "ClaimReview"
    assert review["claimReviewed"] == check.claim
    assert review["datePublished"] == "2026-11-10"
    assert review["reviewRating"].get("ratingValue") == rating
    assert review["reviewRating"]["alternateName"] == word


# --- In the admin ---------------------------------------------------------------


def form_of(article, **check):
    names = ("title", "lead", "body", "slug", "kind")
    told = {name: getattr(article, name) for name in names}
    told |= {"section": article.section_id, "unit": article.unit_id}
    told |= {"fact_check-TOTAL_FORMS": 1, "fact_check-INITIAL_FORMS": 0}
    return told | {f"fact_check-0-{name}": value for name, value in check.items()}


CHECK = {
    "claim": "Phải nộp phí",
    "verdict": "false",
    "finding": "Không có khoản phí nào.",
    "source_name": "Công an tỉnh",
    "source_url": "https://congan.example.com/",
    "checked_on": "10/11/2026",
}


@pytest.mark.parametrize(("role", "number"), [(Role.PUBLISHER, 1), (Role.EDITOR, 0)])
def test_who_may_publish_gives_the_verdict(client, role, number):
    unit = UnitFactory()
    article = PublishedFactory(unit=unit)
    client.force_login(AssignmentFactory(role=role, unit=unit).user)
    url = reverse("admin:news_article_change", args=[article.pk])
    client.post(url, form_of(article, **CHECK))
    assert FactCheck.objects.count() == number


def test_nothing_was_checked_tomorrow(client, now, monkeypatch):
    monkeypatch.setattr("content.clock.now", lambda: now)
    unit = UnitFactory()
    article = PublishedFactory(unit=unit)
    client.force_login(AssignmentFactory(role=Role.PUBLISHER, unit=unit).user)
    url = reverse("admin:news_article_change", args=[article.pk])
    late = f"{now + dt.timedelta(days=1):%d/%m/%Y}"
    response = client.post(url, form_of(article, **CHECK | {"checked_on": late}))
    assert response.status_code == 200
    assert not FactCheck.objects.exists()
