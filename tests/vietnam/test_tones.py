import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.tones import canonical, split_tone


@pytest.mark.parametrize(
    ("school", "press"),
    [
        ("hoà", "hòa"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("Luật Thuỷ sản", "Luật Thủy sản"),
        ("UỶ BAN", "ỦY BAN"),
        ("HOÀ", "HÒA"),
        ("nguỵ", "ngụy"),
        ("loà xoà, tuý luý.", "lòa xòa, túy lúy."),
    ],
)
def test_both_spellings_become_one(school, press):
    assert canonical(school) == press
    assert canonical(press) == press
    assert canonical(unicodedata.normalize("NFD", school)) == press


@pytest.mark.parametrize(
    "text",
    [
        "quý",
        "QUÝ",
        "Quỳnh",
        "hoàn",
        "toán",
        "xoài",
        "thuế",
        "quả",
        "khoét",
        "giò",
        "lý",
    ],
)
def test_other_words_stay(text):
    assert canonical(text) == text


@given(st.text(alphabet="qhktoauyeàảãáạèẻẽéẹỳỷỹýỵòúOUÀỶ \u0301"))
def test_canonical_twice_changes_nothing(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("letter", "bare", "tone"),
    [
        ("a", "a", 0),
        ("à", "a", 1),
        ("ẩ", "â", 2),
        ("ỡ", "ơ", 3),
        ("Ứ", "Ư", 4),
        ("ặ", "ă", 5),
        ("đ", "đ", 0),
        ("n", "n", 0),
    ],
)
def test_splits_the_tone_from_the_letter(letter, bare, tone):
    assert split_tone(letter) == (bare, tone)
