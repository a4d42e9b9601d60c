"""Readers are counted: people, once, by address and day, and nothing about them."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache

from content.models import PageViews
from content.pagecache import collecting
from content.pagecache.readers import is_robot, name_of
from content.tasks import collect_page_views
from tests.content.door import BROWSER, Door
from tests.factories.members import UserFactory
from tests.factories.news import PublishedFactory
from vietnam.dates import local_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def article(clock):
    return PublishedFactory()


@pytest.fixture
def door(clock) -> Door:
    return Door()


def collected(door: Door, now) -> dict[str, int]:
    door.cache.readers.flush()
    collecting.collect(now=now)
    return dict(PageViews.objects.by_path().values_list("path", "total"))


def test_each_reading_of_an_article_counts(door, article, now):
    page = article.get_absolute_url()
    for _ in range(3):
        door.get(page)
    tag = door.get(page).headers["ETag"]
    assert door.get(page, if_none_match=tag).status == 304
    assert collected(door, now) == {page: 5}
    assert PageViews.objects.get().day == local_day(now)


def test_whoever_is_signed_in_counts_as_well(door, article, client, now):
    client.force_login(UserFactory())
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"
    page = article.get_absolute_url()
    door.get(page, cookie=cookie)
    door.get("/tin-tuc/khong-co-99999/", cookie=cookie)
    assert collected(door, now) == {page: 1}


@pytest.mark.parametrize(
    ("how", "headers"),
    [
        ("GET", {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://x)"}),
        ("GET", {"user_agent": "curl/8.5"}),
        ("GET", {"user_agent": None}),
        ("HEAD", {}),
        ("GET", {"sec_purpose": "prefetch"}),
        ("GET", {"purpose": "prefetch"}),
    ],
    ids=str,
)
def test_a_robot_or_a_look_ahead_does_not(door, article, now, how, headers):
    assert door.get(article.get_absolute_url(), method=how, **headers).status == 200
    assert collected(door, now) == {}


def test_what_tracks_makes_no_other_page(door, article, now):
    page = article.get_absolute_url()
    door.get(page + "?utm_source=zalo")
    door.get(page)
    assert collected(door, now) == {page: 2}


def test_lists_are_not_counted(door, now):
    for page in ("/", "/tin-tuc/", "/tap-huan/"):
        door.get(page)
    assert collected(door, now) == {}


def test_collecting_twice_counts_once(door, article, now):
    page = article.get_absolute_url()
    door.get(page)
    assert collected(door, now) == {page: 1}
    assert collected(door, now) == {page: 1}
    with time_machine.travel(now, tick=False):
        collect_page_views()
    door.get(page)
    assert collected(door, now) == {page: 2}


def test_two_processes_add_up(door, article, now):
    page = article.get_absolute_url()
    other = Door()
    door.get(page)
    other.get(page)
    other.cache.readers.flush()
    assert collected(door, now) == {page: 2}


def test_counts_that_valkey_lost_begin_anew_and_add_up(door, article, now):
    page = article.get_absolute_url()
    door.get(page)
    door.get(page)
    assert collected(door, now) == {page: 2}
    cache.clear()
    door.get(page)
    assert collected(door, now) == {page: 3}
    assert PageViews.objects.count() == 2


def test_days_are_days_in_viet_nam(door, article, clock, now):
    page = article.get_absolute_url()
    clock.move_to(dt.datetime(2026, 11, 23, 16, 59, tzinfo=dt.UTC))
    door.get(page)
    door.cache.readers.flush()
    clock.move_to(dt.datetime(2026, 11, 23, 17, 1, tzinfo=dt.UTC))
    door.get(page)
    collected(door, dt.datetime(2026, 11, 23, 17, 2, tzinfo=dt.UTC))
    days = dict(PageViews.objects.values_list("day", "count"))
    assert days == {dt.date(2026, 11, 23): 1, dt.date(2026, 11, 24): 1}
    assert PageViews.objects.since(dt.date(2026, 11, 24)).count() == 1


def test_counts_wait_for_a_valkey_that_is_away(door, article, now):
    page = article.get_absolute_url()
    door.get(page)
    door.cache.link._again_at = float("inf")  # known to be away
    door.cache.readers.flush()
    door.get(page)
    door.cache.link._again_at = 0
    assert collected(door, now) == {page: 2}


def test_nothing_tells_who_read(door, article, now):
    door.get(article.get_absolute_url(), x_forwarded_for="203.0.113.77")
    collected(door, now)
    names = {field.name for field in PageViews._meta.concrete_fields}
    assert names == {"id", "path", "day", "word", "count"}
    assert name_of(local_day(now)) == "pagecache:views:2026-11-23"


@pytest.mark.parametrize(
    ("agent", "robot"),
    [
        (BROWSER, False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) [FBAN/FBIOS;FBAV/480]", False),
        ("Mozilla/5.0 (Linux; Android 10) Zalo/1.0", False),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com)", True),
        ("Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com)", True),
        ("facebookexternalhit/1.1", True),
        ("python-requests/2.32", True),
        ("Go-http-client/1.1", True),
        ("Mozilla/5.0 HeadlessChrome/120", True),
        ("", True),
    ],
)
def test_robots_are_told_crudely(agent, robot):
    assert is_robot(agent) is robot
