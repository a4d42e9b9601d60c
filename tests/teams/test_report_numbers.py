"""Numbers as thumbs type them on a phone."""

import pytest

from teams.reports.numbers import NumberError, NumberProblem, read_number

Problem = NumberProblem


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", None),
        ("  ", None),
        ("0", 0),
        ("12", 12),
        (" 12 ", 12),
        ("007", 7),
        ("1.234", 1234),  # a dot parts thousands in Vietnam
        ("1 234", 1234),
        ("99.999", 99999),
        ("100.000", 100_000),
        ("１２", 12),  # full-width digits of some keyboards
        ("0000000012", 12),
    ],
)
def test_what_is_read(typed, number):
    assert read_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("-3", Problem.NEGATIVE),
        ("−3", Problem.NEGATIVE),
        ("- 1.200", Problem.NEGATIVE),
        ("12,5", Problem.FRACTION),
        ("1,234", Problem.FRACTION),  # 1.234 or 1,234? Somebody has to say.
        ("1.5", Problem.FRACTION),
        ("12.", Problem.FRACTION),
        ("1.23.4", Problem.WORDS),
        ("1.234.56", Problem.WORDS),
        ("mười", Problem.WORDS),
        ("5 người", Problem.WORDS),
        ("1e5", Problem.WORDS),
        ("+5", Problem.WORDS),
        ("٣", Problem.WORDS),
        ("²", None),
        ("100.001", Problem.HUGE),
        ("1000000", Problem.HUGE),
        ("9" * 40, Problem.HUGE),
    ],
)
def test_what_is_asked_about(typed, problem):
    if problem is None:  # a superscript two is a two
        assert read_number(typed) == 2
        return
    with pytest.raises(NumberError) as info:
        read_number(typed)
    assert info.value.reason == problem
