"""Home answers: what is new, what can I sign up for, which contest is open."""

import datetime as dt

import pytest
import time_machine

from portal.home import ARTICLES, SESSIONS
from tests.factories.contests import ContestFactory
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.portal import KeyFigureFactory
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


def open_session(now, **fields):
    times = {
        "opens_at": now - DAY,
        "closes_at": now + DAY,
        "starts_at": now + 2 * DAY,
        "ends_at": now + 3 * DAY,
    }
    return SessionFactory(state="published", **times | fields)


def test_the_newest_article_leads(client, now):
    older = PublishedFactory(publish_at=now - DAY)
    newest = PublishedFactory(publish_at=now)
    ArticleFactory()
    PublishedFactory(publish_at=now + DAY)
    home = client.get("/").context["home"]
    assert list(home.articles) == [newest, older]


def test_sessions_that_take_sign_ups_stand_there_the_next_first(client, now):
    later = open_session(now, starts_at=now + 5 * DAY, ends_at=now + 6 * DAY)
    sooner = open_session(now)
    open_session(now, opens_at=now + DAY / 2)
    response = client.get("/")
    assert list(response.context["home"].sessions) == [sooner, later]
    html = response.content.decode()
    assert sooner.title in html
    assert sooner.get_absolute_url() in html


def test_without_an_open_session_it_shows_what_is_ahead(client, now):
    soon = open_session(now, opens_at=now + DAY / 2)
    SessionFactory(
        state="cancelled",
        opens_at=now - DAY,
        closes_at=now + DAY,
        starts_at=now + 2 * DAY,
        ends_at=now + 3 * DAY,
    )
    home = client.get("/").context["home"]
    assert list(home.sessions) == [soon]
    assert not home.open


def test_an_empty_portal_still_says_what_to_do(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "/tap-huan/" in response.content.decode()


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_queries_do_not_grow(client, now, django_assert_num_queries, number):
    PublishedFactory.create_batch(number)
    for _each in range(number):
        open_session(now)
    with django_assert_num_queries(7):
        home = client.get("/").context["home"]
    assert len(home.articles) == min(number, ARTICLES)
    assert len(home.sessions) == min(number, SESSIONS)


def test_a_visitor_gets_no_cookie_and_no_token(client, now):
    PublishedFactory()
    open_session(now)
    response = client.get("/")
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_the_open_contest_that_closes_first_stands_there_with_its_days(client, now):
    ContestFactory(opens_at=now + DAY / 2)
    ContestFactory(state="draft", closes_at=now + DAY)
    later = ContestFactory(closes_at=now + 20 * DAY)
    sooner = ContestFactory(closes_at=now + 3 * DAY)
    response = client.get("/")
    assert list(response.context["home"].contests) == [sooner]
    html = response.content.decode()
    assert sooner.get_absolute_url() in html
    assert "<b>3</b>" in html
    assert later.title not in html


def test_without_an_open_contest_nothing_is_said_of_one(client, now):
    closed = ContestFactory(opens_at=now - 2 * DAY, closes_at=now)
    html = client.get("/").content.decode()
    assert closed.title not in html
    assert "days-left" not in html


def test_key_figures_stand_with_year_and_source_in_their_order(client):
    KeyFigureFactory(value="gần 25%", unit="", label="dân số", order=2)
    KeyFigureFactory(value="trên 300.000", order=1, year=2024, source="Cục Thống kê")
    html = client.get("/").content.decode()
    assert html.index("trên 300.000") < html.index("gần 25%")
    assert "2024 · Cục Thống kê" in html
    assert "2.024" not in html
    assert "trên 300.000" in client.get("/gioi-thieu/").content.decode()


def test_without_key_figures_nothing_is_said_of_them(client):
    for page in ("/", "/gioi-thieu/"):
        assert 'class="figure' not in client.get(page).content.decode()
