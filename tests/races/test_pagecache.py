"""Many ask for one page at once; one renders it, and nobody gets an old one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connections

from content.pagecache import versions
from content.pagecache.front import LIFE, PATIENCE
from news.models import Article
from tests.content.door import Door, Got
from tests.factories.news import PublishedFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LIST = "/tin-tuc/"
CROWD = 8


def slow_down(door: Door, seconds: float) -> None:
    """Rendering takes long enough for everybody to arrive meanwhile."""
    django = door.django

    def slow(environ, start):
        response = django(environ, start)
        time.sleep(seconds)
        return response

    door.django = slow


def at_once(*asks: Callable[[], Got]) -> list[Got]:
    """What each of them got; all begin together."""
    ready, got = threading.Barrier(len(asks)), []

    def run(ask: Callable[[], Got]) -> None:
        ready.wait()
        try:
            got.append(ask())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[ask]) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(asks)
    return got


@pytest.fixture
def door() -> Door:
    door = Door()
    door.get("/robots.txt")  # addresses and templates are loaded
    return door


def test_a_crowd_at_one_process_renders_once(door):
    slow_down(door, PATIENCE / 5)
    before = door.rendered
    got = at_once(*[lambda: door.get(LIST)] * CROWD)
    assert {each.status for each in got} == {200}
    assert len({each.body for each in got}) == 1
    assert door.rendered - before == 1


def test_without_waiting_for_one_another_they_all_render(door, monkeypatch):
    """The control: what makes the difference above."""

    class Nobody(dict):
        def setdefault(self, key, flight):
            self[key] = flight
            return flight

        def __delitem__(self, key):
            self.pop(key, None)

    monkeypatch.setattr(door.cache, "_flights", Nobody())
    monkeypatch.setattr(
        door.cache,
        "_in_turn",
        lambda key, public, old, environ: door.cache._render(key, public, old, environ),
    )
    slow_down(door, PATIENCE / 5)
    before = door.rendered
    at_once(*[lambda: door.get(LIST)] * CROWD)
    assert door.rendered - before > 1


def test_a_crowd_at_several_processes_renders_once(door):
    doors = [door, Door(), Door()]
    for each in doors:
        slow_down(each, PATIENCE / 5)
    before = sum(each.rendered for each in doors)
    got = at_once(*[(lambda each=each: each.get(LIST)) for each in doors * 2])
    assert {each.status for each in got} == {200}
    assert sum(each.rendered for each in doors) - before == 1


def test_whoever_renders_for_too_long_holds_nobody_up(door):
    slow_down(door, PATIENCE * 2)
    other = Door()
    blocked = threading.Thread(target=lambda: door.get(LIST))
    blocked.start()
    time.sleep(0.2)
    began = time.monotonic()
    assert other.get(LIST).status == 200
    assert time.monotonic() - began < PATIENCE * 2
    blocked.join()


def test_readers_amid_changes_never_fall_back(door):
    """Whoever has seen a change sees it, or a later one, from then on."""
    article = PublishedFactory(title="Lần 0")
    doors, stop, faults = [door, Door()], threading.Event(), []

    def read(each: Door) -> None:
        last = 0
        try:
            while not stop.is_set():
                text = each.get(LIST).text
                number = int(text.partition("Lần ")[2].partition("<")[0])
                if number < last:
                    faults.append((last, number))
                last = number
        finally:
            connections.close_all()

    readers = [threading.Thread(target=read, args=[each]) for each in doors]
    for reader in readers:
        reader.start()
    for number in range(1, 30):
        article.title = f"Lần {number}"
        article.save()
        time.sleep(0.05)
    time.sleep(1.5)
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert all("Lần 29" in each.get(LIST).text for each in doors)


def test_a_version_read_after_the_page_would_keep_an_old_page(door, monkeypatch):
    """The control of "read before the first query": reading it late goes wrong."""
    article = PublishedFactory(title="Cũ")
    ask, knowing = door.cache._ask_django, door.cache.versions.knowing

    def late(key, public, snapshot, began, environ):
        page = ask(key, public, snapshot, began, environ)
        Article.objects.filter(pk=article.pk).update(title="Mới")
        versions.announce("news")
        door.cache.versions._due = 0
        page.versions = knowing(public.areas).of(public.areas)
        return page

    monkeypatch.setattr(door.cache, "_ask_django", late)
    door.get(LIST)
    monkeypatch.setattr(door.cache, "_ask_django", ask)
    assert "Cũ" in door.half_a_second_later().get(LIST).text


class TestAged:
    """While one makes an aged page anew the others read the old one, if it is true."""

    @staticmethod
    def age(door: Door, seconds: float) -> None:
        (page,) = [page for page in door.cache.store._pages.values() if page.counted]
        page.made -= seconds
        page.expires -= seconds
        door.cache._release = "another"  # the shared copy has not aged

    @pytest.fixture
    def address(self) -> str:
        return PublishedFactory().get_absolute_url()

    def ask_twice(self, door: Door, address: str) -> tuple[list[Got], int]:
        slow_down(door, PATIENCE / 2)
        before = door.rendered
        got = at_once(lambda: door.get(address), lambda: door.get(address))
        return got, door.rendered - before

    def test_one_that_only_aged_is_read_meanwhile(self, door, address):
        door.get(address)
        self.age(door, LIFE + 0.1)
        began = time.monotonic()
        got, rendered = self.ask_twice(door, address)
        assert rendered == 1
        assert {each.status for each in got} == {200}
        assert time.monotonic() - began < PATIENCE * 2

    def test_one_whose_moment_has_come_is_not(self, door, address):
        """It was rendered a minute ago; something it shows has opened or closed."""
        door.get(address)
        self.age(door, 60)
        (page,) = [page for page in door.cache.store._pages.values() if page.counted]
        page.expires = time.time() - 0.1
        assert not door.cache._only_aged(page)

    def test_one_that_changed_is_not(self, door, address):
        door.get(address)
        self.age(door, LIFE + 0.1)
        (page,) = [page for page in door.cache.store._pages.values() if page.counted]
        assert door.cache._only_aged(page)
        versions.announce("news")
        door.half_a_second_later()
        assert not door.cache._only_aged(page)
