"""The code on a certificate."""

import pytest

from certificates import codes


def test_a_code_is_sixteen_letters_that_no_reader_mistakes():
    code = codes.new_code()
    assert len(code) == 16
    assert not set("01OILZSGB") & set(code)
    assert codes.new_code() != code


@pytest.mark.parametrize(
    "typed",
    [
        "4K7M-92PX-3HT8-C4FJ",
        "4k7m92px3ht8c4fj",
        " 4K7M 92PX 3HT8 C4FJ ",
        "４K7M92PX3HT8C4FJ",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed):
    assert codes.read(typed) == "4K7M92PX3HT8C4FJ"


@pytest.mark.parametrize(
    "typed", ["", "4K7M-92PX-3HT8", "4K7M-92PX-3HT8-C4FU", "x" * 5000, "../../etc"]
)
def test_what_is_no_code_reads_as_none(typed):
    assert codes.read(typed) is None


def test_a_code_is_printed_in_groups():
    assert codes.spaced("4K7M92PX3HT8C4FJ") == "4K7M-92PX-3HT8-C4FJ"
