"""Versions in a real Valkey: seen by all, never lost, never old ones again."""

import time

import pytest
from django.core.cache import cache
from redis import Redis

from content.pagecache import versions
from content.pagecache.valkey import PREFIX, Away, Link
from content.pagecache.versions import HOLD, INTERVAL, Versions

NEWS, TEAMS = "news", "teams"


@pytest.fixture
def link() -> Link:
    return Link()


@pytest.fixture
def look(link):
    """The versions as another process sees them at this moment."""
    return lambda: Versions(link, {NEWS, TEAMS}).now().versions


def valkey(link: Link, work):
    return link.ask(work)


class Broken(Link):
    """A link that works as long as nobody cuts it."""

    cut = False

    def ask(self, work):
        if self.cut:
            raise Away(asked=False)
        return super().ask(work)


def test_a_first_look_gives_each_area_a_version_that_stays(look):
    first = look()
    assert set(first) == {NEWS, TEAMS}
    assert all(first.values())
    assert look() == first


def test_two_processes_agree_from_the_first_moment(link):
    one, other = (Versions(link, {NEWS}) for _ in range(2))
    assert one.now().versions == other.now().versions


def test_a_change_renews_its_area_alone(look):
    before = look()
    versions.announce(NEWS)
    after = look()
    assert after[NEWS] != before[NEWS]
    assert after[TEAMS] == before[TEAMS]


def test_a_process_looks_twice_a_second(link):
    process = Versions(link, {NEWS})
    before = process.now()
    versions.announce(NEWS)
    assert process.now() is before
    time.sleep(INTERVAL)
    assert process.now().versions != before.versions


def test_the_same_versions_are_the_same_object(link):
    process = Versions(link, {NEWS})
    before = process.now()
    process._due = 0
    assert process.now() is before


def test_changes_within_a_second_become_one(look):
    versions.announce(NEWS)
    first = look()[NEWS]
    for _ in range(5):
        versions.announce(NEWS)
    assert look()[NEWS] == first


def test_the_last_change_shows_within_a_second_of_its_commit(link):
    """Whoever served all the time, at the worst moment of its own rhythm."""
    process = Versions(link, {NEWS})
    versions.announce(NEWS)
    held = process.now().versions
    time.sleep(0.05)
    versions.announce(NEWS)
    second = time.monotonic() + 1
    while time.monotonic() < second:
        process.now()
        time.sleep(0.005)
    renewed = process.now().versions
    assert renewed != held
    time.sleep(HOLD / 1000)
    assert process.now().versions == renewed, "one change, one new version"


def test_a_change_that_waits_outlives_its_writer(look, link):
    versions.announce(NEWS)
    held = look()[NEWS]
    versions.announce(NEWS)
    time.sleep(HOLD / 1000)  # nobody does anything meanwhile
    assert look()[NEWS] != held


def test_a_stream_of_changes_renews_once_a_second(link):
    seen, process = {}, Versions(link, {NEWS})
    while len(seen) < 5:
        versions.announce(NEWS)
        seen.setdefault(process.now().versions[NEWS], time.monotonic())
        time.sleep(0.02)
    # The first change shows at once, each later one when its second is over; whoever
    # looks does so twice a second and may see one late and the next in time.
    _unchanged, first, *_others, last = seen.values()
    assert last - first > 3 * HOLD / 1000 - INTERVAL


@pytest.mark.parametrize("forget", ["all", "one"])
def test_a_lost_version_comes_back_as_another(look, link, forget):
    before = look()
    if forget == "all":
        cache.clear()
    else:
        valkey(link, lambda client: client.delete(f"{PREFIX}area:{NEWS}"))
    after = look()
    assert after[NEWS] != before[NEWS]
    versions.announce(NEWS)
    assert look()[NEWS] not in {before[NEWS], after[NEWS]}


def test_a_clock_that_jumps_back_holds_no_change_up(look, link):
    before = look()[NEWS]
    far = int(time.time() * 1000) + 3_600_000
    valkey(link, lambda c: c.hset(f"{PREFIX}area:{NEWS}", "until", far))
    versions.announce(NEWS)
    assert look()[NEWS] != before


def test_an_area_named_late_is_looked_up(link):
    names = {NEWS}
    process = Versions(link, names)
    process.now()
    names.add(TEAMS)
    assert TEAMS in process.knowing({TEAMS}).versions


class TestAway:
    def test_the_last_versions_stay_and_are_known_to_be_old(self):
        link = Broken()
        process = Versions(link, {NEWS})
        before = process.now()
        link.cut, process._due = True, 0
        during = process.now()
        assert during.away
        assert during.versions == before.versions
        assert during.of({NEWS}) == {}

    def test_once_back_everything_is_renewed(self):
        """A change may have gone unheard, or Valkey came back with less."""
        link = Broken()
        process = Versions(link, {NEWS, TEAMS})
        before = process.now().versions
        link.cut, process._due = True, 0
        process.now()
        link.cut, process._due = False, 0
        after = process.now()
        assert not after.away
        assert after.versions[NEWS] != before[NEWS]
        assert after.versions[TEAMS] != before[TEAMS]

    def test_it_is_told_what_was_renewed(self):
        told = []
        process = Versions(Link(), {NEWS, TEAMS}, told.append)
        process.now()
        versions.announce(NEWS)
        process._due = 0
        process.now()
        assert told == [{NEWS, TEAMS}, {NEWS}]

    def test_a_dead_one_is_asked_once_in_two_seconds(self, settings):
        settings.CACHES = {
            "default": settings.CACHES["default"]
            | {"LOCATION": "redis://127.0.0.1:1/0"}
        }
        link, asked = Link(), []

        def ask(client: Redis):
            asked.append(1)
            return client.ping()

        for _ in range(20):
            with pytest.raises(Away):
                link.ask(ask)
        assert len(asked) == 1

    def test_an_announcement_never_fails_and_is_made_up_for(
        self, look, monkeypatch, caplog
    ):
        link = Broken()
        monkeypatch.setattr(versions, "_link", link)
        before = look()[NEWS]
        link.cut = True
        versions.announce(NEWS)
        assert look()[NEWS] == before
        link.cut = False
        until = time.monotonic() + 10
        while look()[NEWS] == before:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert "announced later" in caplog.text
