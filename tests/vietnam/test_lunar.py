from datetime import UTC, date, datetime, timedelta

import pytest

from vietnam import lunar
from vietnam.lunar import in_tet_holiday, tet

# As celebrated; from the official calendars, those ahead from printed perpetual ones.
CELEBRATED = """
    2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29
    2007-02-17 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10
    2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25
    2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06
    2028-01-26 2029-02-13 2030-02-02 2031-01-23 2032-02-11 2033-01-31 2034-02-19
    2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12
"""


@pytest.mark.parametrize("day", CELEBRATED.split())
def test_tet_is_when_it_is_celebrated(day):
    day = date.fromisoformat(day)
    assert tet(day.year) == day


@pytest.mark.parametrize(
    ("vietnam", "china"),
    [
        (date(1985, 1, 21), date(1985, 2, 20)),
        (date(2007, 2, 17), date(2007, 2, 18)),
        (date(2030, 2, 2), date(2030, 2, 3)),
    ],
)
def test_tet_differs_from_the_chinese_new_year(vietnam, china):
    assert tet(vietnam.year) == vietnam != china


def test_two_years_of_tet_are_twelve_or_thirteen_months_apart():
    for year in range(2000, 2050):
        apart = (tet(year + 1) - tet(year)).days
        assert apart in {353, 354, 355, 383, 384, 385}
        assert date(year, 1, 21) <= tet(year) <= date(year, 2, 21)


def test_no_new_moon_of_tet_is_too_close_to_midnight_to_call():
    for year in range(1976, 2051):
        number = lunar._month_of(tet(year))
        clock = (lunar._new_moon(number) - lunar._DELTA_T + 7 / 24 - 0.5) % 1
        assert timedelta(minutes=5) < timedelta(days=min(clock, 1 - clock))


def test_agrees_with_the_worked_examples_of_the_source():
    # Meeus, example 49.a: new moon of February 1977; 25.a: 13 October 1992, 0h.
    assert lunar._new_moon(-283) == pytest.approx(2443192.65118, abs=5e-6)
    assert lunar._sun_longitude(2448908.5) == pytest.approx(199.90895, abs=2e-5)


@pytest.mark.parametrize("year", [1975, 2100])
def test_other_years_are_refused(year):
    with pytest.raises(ValueError, match="1976 to 2099"):
        tet(year)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        # Tháng Chạp of 29 days (from 8 January 2027) and of 30 (19 January 2026).
        (date(2027, 1, 30), date(2027, 2, 12)),
        (date(2026, 2, 10), date(2026, 2, 23)),
    ],
)
def test_the_holiday_lasts_from_23_chap_to_mung_7(first, last):
    day = timedelta(days=1)
    assert [in_tet_holiday(d) for d in (first - day, first, last, last + day)] == [
        False,
        True,
        True,
        False,
    ]


def test_the_holiday_begins_at_midnight_in_viet_nam():
    assert not in_tet_holiday(datetime(2027, 1, 29, 16, 59, tzinfo=UTC))
    assert in_tet_holiday(datetime(2027, 1, 29, 17, 0, tzinfo=UTC))
