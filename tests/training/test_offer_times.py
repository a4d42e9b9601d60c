"""When a free place is given, offered or held for the morning."""

import datetime as dt

import pytest

from tests.factories.training import SessionFactory
from training import offer_times
from vietnam.dates import VIETNAM
from vietnam.hours import is_quiet

START = dt.datetime(2026, 12, 3, 8, 0, tzinfo=VIETNAM)


def at(day, hour, minute=0):
    return dt.datetime(2026, 12 if day < 20 else 11, day, hour, minute, tzinfo=VIETNAM)


def session(**fields):
    fields = {"offer_hours": 24, "starts_at": START} | fields
    return SessionFactory.build(kind=None, unit=None, **fields)


@pytest.mark.parametrize(
    ("now", "hours", "ends"),
    [
        (at(23, 9), 24, at(24, 9)),
        (at(23, 20), 24, at(24, 20)),
        # An end in the night moves to the morning.
        (at(23, 20), 2, at(24, 7)),
        (at(23, 19), 2, at(24, 7)),
        (at(23, 20, 59), 10, at(24, 7)),
        # Twelve hours before 08:00 is 20:00 of the evening before.
        (at(1, 21), 24, at(2, 20)),
        (at(2, 9), 24, at(2, 20)),
        (at(2, 18), 24, at(2, 20)),
        # Less than two hours to answer: straight.
        (at(2, 18, 1), 24, None),
        # Unless an hour is all that the session asks for.
        (at(2, 18, 30), 1, at(2, 19, 30)),
        (at(2, 19, 1), 1, None),
        (at(2, 20), 24, None),
        (at(3, 1), 24, None),
    ],
)
def test_an_offer_ends_by_day_and_before_the_last_twelve_hours(now, hours, ends):
    assert offer_times.offer_end(session(offer_hours=hours), now) == ends


def test_an_end_is_never_in_the_night():
    for minute in range(0, 9 * 24 * 60, 37):
        now = at(23, 0) + dt.timedelta(minutes=minute)
        for hours in (1, 3, 11, 24, 60):
            for start in (START, START + dt.timedelta(hours=7)):
                late = session(offer_hours=hours, starts_at=start)
                ends = offer_times.offer_end(late, now)
                assert ends is None or not is_quiet(ends)
                assert ends is None or now < ends <= start - dt.timedelta(hours=12)


def test_without_hours_nothing_is_offered_or_held():
    plain = session(offer_hours=None)

    assert offer_times.offer_end(plain, at(23, 9)) is None
    assert not offer_times.rests(plain, at(23, 23))


@pytest.mark.parametrize(
    ("now", "held"),
    [
        (at(23, 20, 59), False),
        (at(23, 21), True),
        (at(24, 6, 59), True),
        (at(24, 7), False),
        # In the last twelve hours night is like day.
        (at(2, 22), False),
        (at(3, 2), False),
    ],
)
def test_at_night_a_place_is_held_unless_the_start_is_near(now, held):
    assert offer_times.rests(session(), now) is held
