"""One cell, however it was written."""

import datetime as dt

import pytest

from members.lists import cells
from members.lists.cells import CellRefused

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("  Tổ  số\u200b một ", "Tổ số một"),
        ("Cẩm Giàng", "Cẩm Giàng"),  # decomposed
        (12.0, "12"),
        (12, "12"),
        (dt.datetime(2026, 3, 5), "05/03/2026"),  # noqa: DTZ001  as a sheet gives it
        ("dòng một\ndòng hai", "dòng một dòng hai"),
    ],
)
def test_text_comes_clean(value, expected):
    assert cells.text_of(value, 50) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * 51, "quá dài|too long"),
        ("#REF!", "Công thức|formula"),
        (cells.UNCOUNTED, "chưa có giá trị|no value"),
        ("Nguy\ufffdn", "mất|lost"),
        ("chuy??n", "mất|lost"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(value, words):
    with pytest.raises(CellRefused, match=words):
        cells.text_of(value, 50)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Nguyễn  Thị Ánh", "Nguyễn Thị Ánh"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Giàng A Páo", "Giàng A Páo"),
        (None, ""),
    ],
)
def test_names(value, expected):
    assert cells.name_of(value) == expected


@pytest.mark.parametrize("value", ["Ánh", "Nguyễn Thị 2", 1998, "Nguyễn - Ánh"])
def test_what_is_no_full_name_is_refused(value):
    with pytest.raises(CellRefused):
        cells.name_of(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, (None, None)),
        (1998, (None, 1998)),
        (1998.0, (None, 1998)),
        ("1998", (None, 1998)),
        ("05/1998", (None, 1998)),
        ("19/05/1998", (dt.date(1998, 5, 19), 1998)),
        ("05/03/1998", (dt.date(1998, 3, 5), 1998)),
        ("5.3.1998", (dt.date(1998, 3, 5), 1998)),
        ("1998-03-05", (dt.date(1998, 3, 5), 1998)),
        (19051998, (dt.date(1998, 5, 19), 1998)),
        (5031998, (dt.date(1998, 3, 5), 1998)),  # the sheet dropped the zero
        (35859, (dt.date(1998, 3, 5), 1998)),  # a date's serial number
        (35859.0, (dt.date(1998, 3, 5), 1998)),
        (dt.datetime(1998, 3, 5), (dt.date(1998, 3, 5), 1998)),  # noqa: DTZ001
    ],
)
def test_births(value, expected):
    assert cells.born_of(value, today=TODAY) == expected


@pytest.mark.parametrize(
    "value", ["31/02/1998", "hồi xưa", "1850", "2027", "24/11/2026", 12, True, "1/2"]
)
def test_what_is_no_birth_is_refused(value):
    with pytest.raises(CellRefused):
        cells.born_of(value, today=TODAY)


def test_a_day_ahead_is_refused_and_today_is_not():
    assert cells.date_of("23/11/2026", today=TODAY) == TODAY
    with pytest.raises(CellRefused):
        cells.date_of("24/11/2026", today=TODAY)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (120, 120),
        (120.0, 120),
        ("1.250", 1250),
        ("120 hộ", 120),
        (0, 0),
        (None, None),
    ],
)
def test_numbers(value, expected):
    assert cells.number_of(value) == expected


@pytest.mark.parametrize("value", ["nhiều", -1, 12.5, "1.25", 10_000_000])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(CellRefused):
        cells.number_of(value)


@pytest.mark.parametrize(
    ("value", "expected", "converted"),
    [
        (912345678, "+84912345678", False),  # the sheet dropped the zero
        (912345678.0, "+84912345678", False),
        ("0912 345 678", "+84912345678", False),
        ("84 912.345.678", "+84912345678", False),
        ("'0912345678", "+84912345678", False),
        ("01684123456", "+84384123456", True),
    ],
)
def test_phones(value, expected, converted):
    reading = cells.phone_of(value)
    assert (reading.e164, reading.converted) == (expected, converted)


def test_an_empty_phone_is_none():
    assert cells.phone_of(None) is None


@pytest.mark.parametrize("value", ["09123", "không có", "0000000000"])
def test_what_is_no_phone_is_refused(value):
    with pytest.raises(CellRefused):
        cells.phone_of(value)


def test_addresses():
    assert cells.email_of(" Anh@Example.com ") == "anh@example.com"
    with pytest.raises(CellRefused):
        cells.email_of("anh@@example")
    for odd in ('"anh"@example.com', "anh@ex\u0430mple.com"):
        with pytest.raises(CellRefused):
            cells.email_of(odd)
