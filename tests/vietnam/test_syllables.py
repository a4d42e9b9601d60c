"""What is a syllable of Vietnamese, and what could become one."""

import pytest

from vietnam.syllables import is_onset, is_syllable, is_vowel_first, may_become_syllable


@pytest.mark.parametrize(
    "word",
    [
        "chuyển",
        "đổi",
        "số",
        "nghiêng",
        "quốc",
        "quý",
        "gì",
        "giếng",
        "giặc",
        "Quỳnh",
        "khuỷu",
        "hoà",
        "hòa",
        "thuỷ",
        "thủy",
        "xoong",
        "ĐOÀN",
        "ngoằn",
        "yêu",
        "ước",
        "kỹ",
        "lý",
        "ghế",
        "nghề",
        "của",
        "được",
        "người",
        "thuở",
        "quýt",
        "giữa",
        "rượu",
    ],
)
def test_a_syllable_is_known(word):
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    [
        "VneiD",
        "this",
        "Windows",
        "Đắk",
        "H'Hen",
        "Krông",
        "p",
        "ng",
        "ngườì",
        "loc",
        "tat",
        "cẹt",
        "kông",
        "gế",
        "ngi",
        "iêu",
        "colour",
        "chuyểnn",
        "nguyênx",
        "ñoåi",
        "®æi",
    ],
)
def test_what_is_none(word):
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("word", "fits"),
    [
        ("chuy??n", True), ("chuy?n", True), ("tr??ng", True), ("?oàn", True),
        ("??ng", True), ("nghi?p", True), ("CHUY??N", True),
        ("colou?r", False), ("value??default", False), ("sao?vì", False),
        ("a?b", False),
    ],
)  # fmt: skip
def test_a_word_with_holes_fits_a_syllable_or_not(word, fits):
    assert may_become_syllable(word) is fits


def test_the_beginning_of_a_syllable():
    assert is_onset("ngh")
    assert not is_onset("ngha")
    assert not is_onset("")


def test_words_that_begin_with_a_vowel():
    assert is_vowel_first("Anh")
    assert not is_vowel_first("ển")
