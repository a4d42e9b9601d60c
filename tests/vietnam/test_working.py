from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.dates import VIETNAM
from vietnam.lunar import lunar_day, tet
from vietnam.working import (
    add_working_days,
    days_off,
    is_working_day,
    is_working_time,
)

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 1))


@pytest.mark.parametrize(
    "day",
    # Giỗ Tổ Hùng Vương as announced; 2023 had a leap second month before it.
    [date(2023, 4, 29), date(2024, 4, 18), date(2025, 4, 7), date(2026, 4, 26)],
)
def test_the_tenth_of_the_third_month(day):
    assert lunar_day(day.year, 3, 10) == day


def test_the_lunar_year_begins_with_tet():
    assert all(lunar_day(year, 1, 1) == tet(year) for year in range(1976, 2100))


@pytest.mark.parametrize(
    ("year", "day"),
    # Tết Trung thu, mid-autumn, the fifteenth of the eighth month.
    [(2023, date(2023, 9, 29)), (2025, date(2025, 10, 6)), (2026, date(2026, 9, 25))],
)
def test_leap_months_are_skipped(year, day):
    assert lunar_day(year, 8, 15) == day


@pytest.mark.parametrize("month", [0, 11, 12, 13])
def test_a_month_that_we_cannot_name_is_refused(month):
    with pytest.raises(ValueError, match="months"):
        lunar_day(2026, month, 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 11, 29), False),
        (date(2026, 1, 1), False),
        (date(2027, 2, 5), False),  # the last day of the lunar year
        (date(2027, 2, 6), False),
        (date(2027, 2, 9), False),
        (date(2026, 9, 2), False),
        (date(2026, 4, 27), False),  # 26/4 was a Sunday
        (date(2027, 5, 3), False),  # 1/5 is a Saturday
    ],
)
def test_working_days(day, works):
    assert is_working_day(day) is works


def test_further_days_off_can_be_named():
    day = date(2026, 11, 25)
    assert not is_working_day(day, also=[day])


@pytest.mark.parametrize(
    ("clock", "open_"),
    [
        ((7, 29), False),
        ((7, 30), True),
        ((11, 29), True),
        ((11, 30), False),
        ((13, 30), True),
        ((16, 59), True),
        ((17, 0), False),
    ],
)
def test_office_hours_are_half_open(clock, open_):
    moment = datetime(2026, 11, 25, *clock, tzinfo=VIETNAM)
    assert is_working_time(moment) is open_
    assert not is_working_time(moment + timedelta(days=3))  # Saturday


def test_two_working_days_over_a_weekend():
    friday = date(2026, 11, 27)
    assert add_working_days(friday, 2) == date(2026, 12, 1)
    assert add_working_days(friday, 0) == friday


def test_a_time_that_runs_over_tet():
    # 5 to 9 February, and two days in lieu of the weekend.
    assert add_working_days(date(2027, 2, 4), 1) == date(2027, 2, 12)


@given(DAYS, st.integers(1, 30))
def test_a_time_ends_on_a_working_day_and_counts_right(day, number):
    end = add_working_days(day, number)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert is_working_day(end)
    assert sum(map(is_working_day, between)) == number


def test_a_day_in_lieu_is_no_weekend_and_no_second_holiday():
    for year in range(2020, 2041):
        assert len(days_off(year)) >= 11
