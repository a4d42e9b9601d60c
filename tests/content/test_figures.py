"""Figures of all processes, each request counted once."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.cache import cache

from content import figures, logs
from content.figures import counters
from content.figures.watching import Watch

COUNT = """
import django; django.setup()
from content import figures
for _ in range(50):
    figures.count("sign_ups", "confirmed")
figures.observe("tasks", 0.3, "a.task")
figures.flush()
"""


@pytest.fixture(autouse=True)
def _nothing_counted():
    figures.flush()
    cache.clear()


def told() -> dict[tuple, float]:
    figures.flush()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in figures.families()
        for sample in family.samples
    }


def test_processes_add_up():
    command = [sys.executable, "-c", COUNT]
    running = [
        subprocess.Popen(
            command,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        )
        for _ in range(2)
    ]
    assert [one.wait() for one in running] == [0, 0]
    figures.count("sign_ups", "confirmed")
    found = told()
    assert found["portal_sign_ups_total", "confirmed"] == 101
    assert found["portal_task_seconds_count", "a.task"] == 2
    assert found["portal_task_seconds_sum", "a.task"] == pytest.approx(0.6)
    assert found["portal_task_seconds_bucket", "a.task", "0.25"] == 0
    assert found["portal_task_seconds_bucket", "a.task", "0.5"] == 2
    assert found["portal_task_seconds_bucket", "a.task", "+Inf"] == 2


def test_a_flush_counts_nothing_twice():
    figures.count("sign_ups", "waiting")
    figures.flush()
    figures.flush()
    assert told()["portal_sign_ups_total", "waiting"] == 1


def test_while_valkey_is_away_counting_goes_on(monkeypatch):
    mine = counters.Counters()
    mine._link._again_at = float("inf")
    mine.add((("sign_ups", "confirmed"), 1))
    mine.flush()
    mine._link._again_at = 0
    mine.flush()
    assert told()["portal_sign_ups_total", "confirmed"] == 1


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(counters, "MOST", 3)
    mine = counters.Counters()
    for number in range(10):
        mine.add((("sign_ups", str(number)), 1))
    assert len(mine._counts) == 3
    mine._timer.cancel()


class TestWatch:
    def ask(self, application=None, **environ):
        said = {}

        def start(status, headers, *rest):
            said.update(dict(headers), status=status)

        def fine(environ, start):
            start("200 OK", SHARED)
            return [b""]

        given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"} | environ
        Watch(application or fine)(given, start)
        return said

    @pytest.mark.parametrize("number", ["0123abcd", "A-b_c.9" * 9])
    def test_a_number_from_the_proxy_is_kept(self, number):
        assert self.ask(HTTP_X_REQUEST_ID=number)["X-Request-ID"] == number
        assert logs.request_id.get() == number

    @pytest.mark.parametrize(
        "odd", ["", "short", "x" * 65, "a b c d e f", "số-đếm-dài", "abcdefgh\r\nX: y"]
    )
    def test_an_odd_one_is_replaced(self, odd):
        made = self.ask(HTTP_X_REQUEST_ID=odd)["X-Request-ID"]
        assert len(made) == 16
        assert made != self.ask(HTTP_X_REQUEST_ID=odd)["X-Request-ID"]

    def test_headers_of_a_cached_page_are_left_as_they_are(self):
        self.ask()
        assert SHARED == [("A", "b")]

    def test_what_django_never_saw_came_out_of_the_page_cache(self):
        self.ask()
        found = told()
        assert found["portal_page_cache_total", "hit"] == 1
        assert found["portal_requests_total", "page_cache", "200"] == 1
        assert found["portal_request_seconds_count", "page_cache"] == 1

    def test_an_error_past_django_is_counted_as_one(self):
        def broken(environ, start):
            environ["portal.seen"].append(None)
            raise ValueError

        with pytest.raises(ValueError):  # noqa: PT011
            self.ask(broken)
        assert told()["portal_requests_total", "none", "500"] == 1


SHARED = [("A", "b")]


@pytest.mark.django_db
def test_routes_and_the_page_cache_are_told_apart():
    """Through the real door: Watch, the page cache, Django."""
    from tests.content.door import Door

    door = Door()
    door.cache = Watch(door.cache)
    door.get("/tin-tuc/")
    door.get("/tin-tuc/")
    door.get("/tin-tuc/", cookie=f"{settings.SESSION_COOKIE_NAME}=x")
    door.get("/khong-co/")
    found = told()
    assert found["portal_requests_total", "news:list", "200"] == 2
    assert found["portal_requests_total", "page_cache", "200"] == 1
    assert found["portal_requests_total", "none", "404"] == 1
    assert found["portal_page_cache_total", "rendered"] == 1
    assert found["portal_page_cache_total", "hit"] == 1
    assert found["portal_page_cache_total", "past"] == 1
