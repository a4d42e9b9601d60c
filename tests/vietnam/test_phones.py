import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.phones import (
    PhoneError,
    PhoneProblem,
    PhoneReading,
    display_phone,
    parse_phone,
    read_phone,
)


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "(0912) 345 678",
        "84 912.345.678",
        "+84 912 345 678",
        "+84 (0) 912 345 678",
        "0084912345678",
        "912345678",
        "912345678.0",
        "'0912345678",
        "０９１２３４５６７８",
        " 0912\u00a0345\u200b678\t",
    ],
)
def test_every_way_to_write_a_number_is_stored_as_one(text):
    assert parse_phone(text) == "+84912345678"


def test_a_lost_zero_before_084_is_not_taken_for_the_country():
    assert parse_phone("842345678") == parse_phone("0842345678") == "+84842345678"


OLD_AND_NEW = """
    0120 070, 0121 079, 0122 077, 0126 076, 0128 078,
    0123 083, 0124 084, 0125 085, 0127 081, 0129 082,
    0162 032, 0163 033, 0164 034, 0165 035, 0166 036, 0167 037, 0168 038, 0169 039,
    0186 056, 0188 058, 0199 059
"""


@pytest.mark.parametrize("pair", OLD_AND_NEW.split(","))
def test_eleven_digits_of_before_2018_are_converted(pair):
    old, new = pair.split()
    reading = PhoneReading(f"+84{new[1:]}2345678", converted=True)
    assert read_phone(f"{old}2345678") == reading
    assert read_phone(f"+84{old[1:]}2345678") == reading
    assert read_phone(f"{old[1:]}2345678") == reading


def test_a_current_number_is_not_converted():
    assert not read_phone("0384123456").converted


def test_landlines_and_numbers_from_abroad_are_read():
    assert parse_phone("0209 3871 234") == "+842093871234"
    assert parse_phone("+81 90 1234 5678") == "+819012345678"
    assert parse_phone("0081 90 1234 5678") == "+819012345678"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", PhoneProblem.EMPTY),
        (" - ", PhoneProblem.EMPTY),
        ("không có", PhoneProblem.CHARACTERS),
        ("0912345678 / 0987654321", PhoneProblem.CHARACTERS),
        ("09123x5678", PhoneProblem.CHARACTERS),
        ("²³", PhoneProblem.LENGTH),
        ("٠٩١٢٣٤٥٦٧٨", PhoneProblem.CHARACTERS),
        ("12345", PhoneProblem.LENGTH),
        ("19001234", PhoneProblem.LENGTH),
        ("091234567890", PhoneProblem.LENGTH),
        ("9" * 500, PhoneProblem.LENGTH),
        ("01734567890", PhoneProblem.UNKNOWN),
        ("0112345678", PhoneProblem.UNKNOWN),
        ("+8491234", PhoneProblem.LENGTH),
        ("+999 123", PhoneProblem.UNKNOWN),
        ("+", PhoneProblem.CHARACTERS),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text, reason):
    with pytest.raises(PhoneError) as refusal:
        parse_phone(text)
    assert refusal.value.reason is reason


@given(st.sampled_from(["091", "098", "032", "070", "081", "056"]), st.data())
def test_shown_and_typed_again_it_is_the_same(prefix, data):
    rest = data.draw(st.text(alphabet="0123456789", min_size=7, max_size=7))
    e164 = parse_phone(prefix + rest)
    assert e164 == f"+84{prefix[1:]}{rest}"
    assert parse_phone(display_phone(e164)) == e164


@given(st.text())
def test_any_text_is_a_number_or_refused(text):
    with contextlib.suppress(PhoneError):
        assert parse_phone(text).startswith("+")


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842093871234", "0209 3871 234"),
        ("+819012345678", "+81 90-1234-5678"),
        ("chưa rõ", "chưa rõ"),
        ("", ""),
    ],
)
def test_numbers_are_shown_as_people_write_them(e164, shown):
    assert display_phone(e164) == shown
