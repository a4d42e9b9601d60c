import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.names import (
    default_sort_name,
    given_name,
    looks_miscased,
    sort_key,
    title_case,
)

NAMES = st.text(alphabet="aAăâbdđĐeêhnoôơuưyàảãáạằẩếờữ' -", min_size=1, max_size=30)


def shuffled(items):
    return random.Random(7).sample(items, len(items))


def test_a_class_list_is_ordered_by_given_name():
    expected = "An Anh Ánh Ăn Ẩn Âu Dung Dũng Đào Đức Hoa Hòa Hùng"
    names = shuffled(expected.split())
    assert " ".join(sorted(names, key=sort_key)) == expected


def test_letters_follow_the_vietnamese_alphabet():
    expected = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(shuffled(expected), key=sort_key) == expected


def test_tones_follow_the_dictionary():
    expected = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(shuffled(expected), key=sort_key) == expected


def test_given_name_then_family_then_the_words_between():
    expected = [
        "Anh",
        "Lê Anh",
        "Lê Bảo Anh",
        "Lê Văn Anh",
        "Nguyễn Anh",
        "Bùi Ánh",
        "Đỗ Văn Chi",
    ]
    assert sorted(shuffled(expected), key=sort_key) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lê Hoà", "Lê Hòa"),
        ("LÊ HÒA", "lê hòa"),
        ("Nguyễn  Thị\u00a0Ánh", "Nguyễn Thị Ánh"),
        ("Nguyễn Thị Ánh", "Ánh, Nguyễn Thị"),
        ("Nguyễn Thị Ánh", unicodedata.normalize("NFD", "Nguyễn Thị Ánh")),
        ("H'Hen", "H’Hen"),
    ],
)
def test_spellings_of_one_name_stand_together(one, other):
    assert sort_key(one) == sort_key(other)


def test_an_edited_sort_name_decides():
    names = ["H'Hen, Niê", "Nguyễn Văn Nam", "Trần Gia"]
    assert sorted(names, key=sort_key) == ["Trần Gia", "H'Hen, Niê", "Nguyễn Văn Nam"]


@given(NAMES)
def test_the_key_is_ascii_and_the_same_by_either_way(name):
    assert sort_key(name).isascii()
    assert sort_key(default_sort_name(name)) == sort_key(name)


@given(st.text())
def test_any_text_has_an_ascii_key(text):
    assert sort_key(text).isascii()


@pytest.mark.parametrize(
    ("full_name", "sort_name", "given"),
    [
        ("Nguyễn Thị Ánh", "Ánh, Nguyễn Thị", "Ánh"),
        ("Giàng A Páo", "Páo, Giàng A", "Páo"),
        ("Ánh", "Ánh", "Ánh"),
        ("  Lê   Ba ", "Ba, Lê", "Ba"),
        ("Lê Ba, ThS", "ThS, Lê Ba", "ThS"),
        ("", "", ""),
    ],
)
def test_offers_a_sort_name(full_name, sort_name, given):
    assert default_sort_name(full_name) == sort_name
    assert given_name(full_name) == given


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("NGUYỄN THỊ ÁNH", "Nguyễn Thị Ánh"),
        ("đào đức ẩn", "Đào Đức Ẩn"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("TRẦN ANH-THƯ", "Trần Anh-Thư"),
    ],
)
def test_offers_title_case_for_one_case_names(name, offered):
    assert looks_miscased(name)
    assert title_case(name) == offered
    assert not looks_miscased(offered)


@pytest.mark.parametrize("name", ["", "Y", "123", "Nguyễn Thị Ánh", "Y A Moan"])
def test_other_names_are_left_alone(name):
    assert not looks_miscased(name)
