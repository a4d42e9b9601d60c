"""An toàn số: whom to call and what to do, before anything else."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from news.models import SafetyAdvice, SafetyContact, Tag
from news.safety import ALERTS, gather
from tests.factories.news import (
    ArticleFactory,
    PublishedFactory,
    SafetyAdviceFactory,
    SafetyContactFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAGE = "/an-toan-so/"


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


def test_what_to_do_and_whom_to_call_stand_before_the_rest(client):
    SafetyAdviceFactory(audience="now", title="Làm ngay", points="Ngắt mạng.")
    SafetyContactFactory(name="Công an", phone="113")
    SafetyAdviceFactory(audience="elders", title="Ông bà nhớ")
    alert = PublishedFactory(title="Chiêu mới")
    alert.tags.add(Tag.objects.create(name="lừa đảo", warns=True))
    html = client.get(PAGE).text
    places = [html.index(text) for text in ("Làm ngay", "Công an", "Chiêu mới")]
    assert places == sorted(places)
    assert html.index("Chiêu mới") < html.index("Ông bà nhớ")


def test_alerts_are_the_newest_under_a_tag_that_warns(now):
    warns = Tag.objects.create(name="lừa đảo", warns=True)
    calm = Tag.objects.create(name="VNeID")
    out = [PublishedFactory(publish_at=now - day * DAY) for day in range(ALERTS + 2)]
    for article in out:
        article.tags.add(warns)
    PublishedFactory(publish_at=now).tags.add(calm)
    draft = ArticleFactory()
    draft.tags.add(warns)
    assert gather(now).alerts == out[:ALERTS]


def test_a_number_is_dialled_with_a_tap_and_says_where_it_comes_from(client):
    SafetyContactFactory(
        name="Trực mẫu",
        phone="0209 3000 113",
        source="Trang mẫu",
        source_url="https://example.com/so",
        checked_on=dt.date(2026, 11, 20),
    )
    html = client.get(PAGE).text
    assert 'href="tel:02093000113"' in html
    assert 'href="https://example.com/so"' in html
    assert "20/11/2026" in html


def test_each_age_has_its_part_and_an_age_without_advice_has_none(client):
    SafetyAdviceFactory(audience="under-12", title="Em hỏi bố mẹ")
    html = client.get(PAGE).text
    assert 'href="#under-12"' in html
    assert 'id="under-12"' in html
    assert "elders" not in html


def test_a_guide_is_linked_only_while_it_is_out(now):
    shown = SafetyAdviceFactory(article=PublishedFactory())
    hidden = SafetyAdviceFactory(article=ArticleFactory())
    found = {row.pk: row.article for row in gather(now).checklists}
    assert found[shown.pk] is not None
    assert found[hidden.pk] is None


def test_each_point_is_a_line_and_there_are_not_too_many():
    advice = SafetyAdviceFactory(points=" Một \n\n Hai\n")
    assert advice.lines == ["Một", "Hai"]
    advice.points = "\n".join("x" * (SafetyAdvice.MOST_POINTS + 1))
    with pytest.raises(ValidationError):
        advice.full_clean()


def test_a_contact_can_be_reached():
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyContact.objects.create(name="A", purpose="b", source="c")


def test_an_empty_page_says_so(client):
    assert "empty" in client.get(PAGE).text


@pytest.mark.parametrize("number", [1, 3])
def test_takes_three_queries_however_much_there_is(
    number, now, django_assert_num_queries
):
    tag = Tag.objects.create(name="lừa đảo", warns=True)
    for article in PublishedFactory.create_batch(number):
        article.tags.add(tag)
        SafetyAdviceFactory(article=article)
        SafetyContactFactory()
    with django_assert_num_queries(3):
        gather(now)


def test_is_in_the_sitemap_and_in_the_footer(client):
    assert "/an-toan-so/</loc>" in client.get("/sitemap.xml").text
    assert f'href="{PAGE}"' in client.get("/").text


def test_an_article_that_warns_leads_to_it(client):
    article, calm = PublishedFactory(), PublishedFactory()
    tag = Tag.objects.create(name="lừa đảo", warns=True)
    article.tags.add(tag)
    for page in (article, tag):
        html = client.get(page.get_absolute_url()).text.partition("<main")[2]
        assert f'href="{PAGE}"' in html.partition("</main")[0]
    html = client.get(calm.get_absolute_url()).text.partition("<main")[2]
    assert f'href="{PAGE}"' not in html.partition("</main")[0]
