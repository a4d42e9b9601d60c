"""Months as dates, in addresses and in words."""

import datetime as dt

import pytest

from teams import months


def test_a_moment_lies_in_the_month_of_vietnam():
    # 18:00 UTC on the last day of October is November in Vietnam.
    late = dt.datetime(2026, 10, 31, 18, 0, tzinfo=dt.UTC)
    assert months.month_of(late) == dt.date(2026, 11, 1)
    assert months.month_of(dt.date(2026, 10, 31)) == dt.date(2026, 10, 1)


@pytest.mark.parametrize(
    ("by", "expected"),
    [(0, (2026, 11)), (1, (2026, 12)), (2, (2027, 1)), (-11, (2025, 12))],
)
def test_months_go_across_years(by, expected):
    assert months.shifted(dt.date(2026, 11, 1), by) == dt.date(*expected, 1)


def test_a_row_of_months_has_both_ends():
    row = months.months(dt.date(2026, 12, 1), dt.date(2027, 2, 1))
    assert [months.text(one) for one in row] == ["12/2026", "01/2027", "02/2027"]


def test_the_last_day_of_a_month():
    assert months.last_day(dt.date(2028, 2, 1)) == dt.date(2028, 2, 29)


def test_what_an_address_says_is_read_back():
    month = dt.date(2026, 3, 1)
    assert months.read(months.key(month)) == month


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "26-01", "2026-1", "1999-01"]
)
def test_what_is_no_month_is_none(text):
    assert months.read(text) is None
