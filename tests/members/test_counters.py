"""Counters of tries: counted where they are taken, and only there."""

import pytest

from members.counters import Counters

COUNTERS = Counters("test", {"knock": "2/h/key", "call": "1/h/key"})


@pytest.fixture
def request_(rf):
    return rf.get("/")


def test_a_try_is_taken_until_none_is_left(request_):
    taken = [COUNTERS.take(request_, "knock", "a") for _each in range(3)]

    assert taken == [True, True, False]
    assert not COUNTERS.fits(request_, "knock", "a")
    assert COUNTERS.fits(request_, "knock", "b")
    assert COUNTERS.fits(request_, "call", "a")


def test_to_ask_counts_nothing(request_):
    assert all(COUNTERS.fits(request_, "call", "a") for _each in range(5))
    assert COUNTERS.take(request_, "call", "a")


def test_cleared_is_as_new(request_):
    COUNTERS.take(request_, "call", "a")
    COUNTERS.clear(request_, "call", "a")

    assert COUNTERS.fits(request_, "call", "a")
