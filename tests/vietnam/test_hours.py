from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.dates import VIETNAM
from vietnam.hours import evening_before, is_quiet, next_allowed

MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2050, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def at(day, hour, minute=0, second=0):
    return datetime(2026, 12, day, hour, minute, second, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "lead", "send"),
    [
        (at(5, 21), at(5, 20), at(6, 7)),
        (at(5, 23, 59, 59), at(5, 20), at(6, 7)),
        (at(6, 0), at(5, 20), at(6, 7)),
        (at(6, 6, 59, 59), at(5, 20), at(6, 7)),
        (at(1, 5), datetime(2026, 11, 30, 20, tzinfo=VIETNAM), at(1, 7)),
    ],
)
def test_the_night_is_quiet(moment, lead, send):
    assert is_quiet(moment)
    assert evening_before(moment) == lead
    assert next_allowed(moment) == send


@pytest.mark.parametrize("moment", [at(5, 7), at(5, 12), at(5, 20, 59, 59)])
def test_by_day_nothing_moves(moment):
    assert not is_quiet(moment)
    assert evening_before(moment) == moment
    assert next_allowed(moment) == moment


def test_the_clock_is_that_of_viet_nam():
    assert is_quiet(datetime(2026, 12, 5, 15, tzinfo=UTC))
    assert not is_quiet(datetime(2026, 12, 5, 3, tzinfo=UTC))


@given(MOMENTS)
def test_moved_moments_are_never_quiet_and_never_far(moment):
    earlier, later = evening_before(moment), next_allowed(moment)
    assert not is_quiet(earlier)
    assert not is_quiet(later)
    assert timedelta() <= moment - earlier < timedelta(hours=11)
    assert timedelta() <= later - moment <= timedelta(hours=10)
