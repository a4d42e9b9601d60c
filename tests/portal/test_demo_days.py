"""The demo's days: near today and never in Tết, whenever it is loaded."""

import datetime as dt

import pytest

from portal.demo import days
from vietnam.dates import local
from vietnam.lunar import in_tet_holiday, tet

MORNING = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)  # a Monday
BEFORE_TET = dt.datetime(2027, 1, 20, 2, 0, tzinfo=dt.UTC)  # Tết: 6 February 2027


def test_days_are_counted_from_today_on_the_local_clock():
    late = MORNING.replace(hour=18)  # Tuesday 01:00 in Vietnam
    assert str(days.at(MORNING, 3, hour=8)) == "2026-11-26 08:00:00+07:00"
    assert str(days.at(late, 0, hour=8)) == "2026-11-24 08:00:00+07:00"


def test_a_day_in_tet_moves_on_and_one_behind_us_moves_back():
    ahead = local(days.at(BEFORE_TET, 17, hour=8)).date()
    assert ahead == tet(2027) + dt.timedelta(days=7)
    after = BEFORE_TET + dt.timedelta(days=30)
    behind = local(days.at(after, -13, hour=8)).date()
    assert behind < tet(2027)
    assert not in_tet_holiday(behind)


@pytest.mark.parametrize("ahead", [-20, -1, 0, 1, 10, 14, 17, 58])
def test_a_saturday_is_one_and_not_in_tet(ahead):
    for now in (MORNING, BEFORE_TET):
        moment = local(days.saturday(now, ahead, hour=8))
        assert moment.weekday() == 5
        assert not in_tet_holiday(moment)
        wanted = local(now).date() + dt.timedelta(days=ahead)
        assert moment.date() <= wanted if ahead < 0 else moment.date() >= wanted


def test_out_of_tet_keeps_the_time_of_the_clock():
    eve = dt.datetime.combine(tet(2027), dt.time(9, 45), days.VIETNAM)
    assert str(days.out_of_tet(eve)) == "2027-02-13 09:45:00+07:00"
    assert days.out_of_tet(MORNING) == MORNING
