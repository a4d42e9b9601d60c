from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

MOMENT = datetime(2026, 3, 15, 16, 59, tzinfo=UTC)


def render(expression, value):
    template = Template("{% load vietnamese %}{{ value|" + expression + " }}")
    return template.render(Context({"value": value}))


@pytest.mark.parametrize(
    ("name", "value", "vietnamese", "english"),
    [
        (
            "deadline",
            MOMENT,
            "23:59, Chủ nhật 15/03/2026",
            "Sunday 15 March 2026, 23:59",
        ),
        ("day", MOMENT, "Chủ nhật 15/03/2026", "Sunday 15 March 2026"),
        ("day", date(2026, 12, 12), "Thứ Bảy 12/12/2026", "Saturday 12 December 2026"),
        ("clock_time", MOMENT, "23:59", "23:59"),
        ("weekday_short", MOMENT, "CN", "Sun"),
        ("official_day", MOMENT, "ngày 15 tháng 3 năm 2026", "15 March 2026"),
        ("phone", "+84912345678", "0912 345 678", "0912 345 678"),
        ("group_digits", 1234567, "1.234.567", "1,234,567"),
        ("group_digits", 0, "0", "0"),
    ],
)
def test_values_read_in_the_language_of_the_page(name, value, vietnamese, english):
    with translation.override("vi"):
        assert render(name, value) == vietnamese
    with translation.override("en"):
        assert render(name, value) == english
    with translation.override(None):
        assert render(name, value) == vietnamese or name == "group_digits"


@pytest.mark.parametrize(
    "name",
    [
        *("deadline", "day", "clock_time", "weekday_short", "official_day"),
        *("phone", "group_digits"),
    ],
)
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_shows_as_nothing(name, value):
    assert render(name, value) == ""
