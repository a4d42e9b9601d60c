from datetime import UTC, date, datetime

import pytest

from vietnam import dates

SUNDAY_LATE = datetime(2026, 3, 15, 16, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "long", "short", "english"),
    [
        (7, "Thứ Hai", "T2", "Monday"),
        (8, "Thứ Ba", "T3", "Tuesday"),
        (9, "Thứ Tư", "T4", "Wednesday"),
        (10, "Thứ Năm", "T5", "Thursday"),
        (11, "Thứ Sáu", "T6", "Friday"),
        (12, "Thứ Bảy", "T7", "Saturday"),
        (13, "Chủ nhật", "CN", "Sunday"),
    ],
)
def test_names_of_the_week(day, long, short, english):
    day = date(2026, 12, day)
    assert dates.weekday(day) == long
    assert dates.short_weekday(day) == short
    assert dates.weekday(day, "en") == english
    assert dates.short_weekday(day, "en-gb") == english[:3]


def test_a_deadline_names_the_day():
    assert dates.deadline_text(SUNDAY_LATE) == "23:59, Chủ nhật 15/03/2026"
    assert dates.deadline_text(SUNDAY_LATE, "en") == "Sunday 15 March 2026, 23:59"


def test_the_last_minute_of_an_hour_belongs_to_the_deadline():
    closes = dates.through_its_minute(SUNDAY_LATE)
    assert dates.deadline_text(closes) == "23:59, Chủ nhật 15/03/2026"
    assert datetime(2026, 3, 15, 16, 59, 59, tzinfo=UTC) < closes
    assert not datetime(2026, 3, 15, 17, 0, tzinfo=UTC) < closes
    five = datetime(2026, 3, 15, 10, 0, tzinfo=UTC)
    assert dates.through_its_minute(five) == five


def test_the_day_is_the_one_in_viet_nam():
    moment = datetime(2026, 12, 11, 17, 30, tzinfo=UTC)
    assert dates.day_text(moment) == "Thứ Bảy 12/12/2026"
    assert dates.short_weekday(moment) == "T7"
    assert dates.time_text(moment) == "00:30"


def test_a_day_has_its_weekday():
    assert dates.day_text(date(2026, 12, 12)) == "Thứ Bảy 12/12/2026"
    assert dates.day_text(date(2026, 12, 12), "en") == "Saturday 12 December 2026"


def test_times_use_24_hours():
    assert dates.time_text(datetime(2026, 1, 1, 0, 30, tzinfo=UTC)) == "07:30"
    assert dates.time_text(datetime(2026, 1, 1, 6, 5, tzinfo=UTC)) == "13:05"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 10), "ngày 10 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_official_dates_pad_days_and_two_months(day, text):
    assert dates.official_date(day) == text


def test_official_dates_in_english():
    assert dates.official_date(date(2026, 2, 5), "en") == "5 February 2026"


@pytest.mark.parametrize(
    "function", [dates.weekday, dates.day_text, dates.time_text, dates.deadline_text]
)
def test_a_moment_without_time_zone_is_refused(function):
    with pytest.raises(ValueError, match="time zone"):
        function(datetime(2026, 3, 15, 23, 59))  # noqa: DTZ001  the very mistake


def test_other_languages_read_vietnamese():
    assert dates.weekday(date(2026, 12, 13), "fr") == "Chủ nhật"
