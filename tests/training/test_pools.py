"""Which places are free for whom, worked out without the database."""

import datetime as dt

import pytest

from training.models import TrainingSession, UnitQuota
from training.pools import OPEN, Pools

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
DISTRICT, COMMUNE, OTHER = 1, 2, 3
IN_COMMUNE, IN_OTHER = (COMMUNE, DISTRICT), (OTHER, DISTRICT)


def pools(*quotas, capacity=10, confirmed=0):
    """`quotas` are unit, places, taken and whether they are all it may have."""
    session = TrainingSession(
        capacity=capacity, confirmed=confirmed, closes_at=NOW + dt.timedelta(days=8)
    )
    rows = [
        UnitQuota(pk=unit * 100, unit_id=unit, seats=seats, taken=taken, at_most=most)
        for unit, seats, taken, most in quotas
    ]
    return Pools(session, rows, now=NOW)


@pytest.mark.parametrize(
    ("quotas", "path", "chain"),
    [
        ([], IN_COMMUNE, [OPEN]),
        ([(COMMUNE, 2, 0, False)], (), [OPEN]),
        ([(COMMUNE, 2, 0, False)], IN_OTHER, [OPEN]),
        ([(COMMUNE, 2, 0, False)], IN_COMMUNE, [200, OPEN]),
        (
            [(DISTRICT, 2, 0, False), (COMMUNE, 2, 0, False)],
            IN_COMMUNE,
            [200, 100, OPEN],
        ),
        ([(DISTRICT, 2, 0, False), (COMMUNE, 2, 0, True)], IN_COMMUNE, [200]),
        ([(DISTRICT, 2, 0, True), (COMMUNE, 2, 0, False)], IN_COMMUNE, [200, 100]),
    ],
)
def test_the_nearest_comes_first_and_no_more_than_these_ends_it(quotas, path, chain):
    assert pools(*quotas).chain(path) == chain


@pytest.mark.parametrize(
    ("confirmed", "taken", "free"),
    [(0, 0, 7), (5, 2, 4), (9, 2, 0), (9, 0, 0), (10, 3, 0)],
)
def test_what_is_kept_and_unused_is_not_for_everyone(confirmed, taken, free):
    found = pools((COMMUNE, 3, taken, False), confirmed=confirmed)

    assert found.open_left == free


def test_kept_too_late_the_last_places_are_the_units():
    found = pools((COMMUNE, 3, 0, False), confirmed=9)

    assert found.room_for(IN_OTHER) is None
    assert found.seat([IN_COMMUNE, IN_COMMUNE]) == [200, None]


def test_released_nothing_is_kept():
    session = TrainingSession(capacity=3, closes_at=NOW)
    quota = UnitQuota(pk=200, unit_id=COMMUNE, seats=3, release_at=None)

    assert Pools(session, [quota], now=NOW).open_left == 3


def test_seating_counts_down_and_a_copy_does_not():
    found = pools((COMMUNE, 1, 0, False), capacity=3)

    trial = found.copy()
    assert trial.seat([IN_COMMUNE] * 4) == [200, OPEN, OPEN, None]
    assert (found.left, found.free) == (3, {200: 1})


@pytest.mark.parametrize(
    ("quotas", "people", "ever"),
    [
        ([], [IN_COMMUNE] * 10, True),
        ([], [IN_COMMUNE] * 11, False),
        ([(OTHER, 4, 0, False)], [IN_COMMUNE] * 6, True),
        ([(OTHER, 4, 0, False)], [IN_COMMUNE] * 7, False),
        ([(COMMUNE, 2, 2, True)], [IN_COMMUNE] * 2, True),
        ([(COMMUNE, 2, 2, True)], [IN_COMMUNE] * 3, False),
    ],
)
def test_who_would_fit_if_nobody_else_had_come(quotas, people, ever):
    assert pools(*quotas, confirmed=10).could_ever_seat(people) is ever
