import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.slug import slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Đội hình trí thức trẻ", "doi-hinh-tri-thuc-tre"),
        ("Tổ công nghệ số cộng đồng", "to-cong-nghe-so-cong-dong"),
        ("Văn Lang", "van-lang"),
        ("Văn Lăng", "van-lang"),
        ("  “Làm infographic” – buổi chiều!  ", "lam-infographic-buoi-chieu"),
        ("H'Hen Niê", "hhen-nie"),
        ("COVID-19 & 5G", "covid-19-5g"),
        ("Bước ①", "buoc-1"),
    ],
)
def test_makes_addresses_of_titles(text, slug):
    assert slugify(text) == slug


def test_composed_and_decomposed_text_share_an_address():
    text = "Chuyển đổi số"
    assert slugify(unicodedata.normalize("NFD", text)) == slugify(text)


@pytest.mark.parametrize("text", ["", "???", "数字", "-- --", "\u0301"])
def test_text_without_latin_letters_gives_the_fallback(text):
    assert slugify(text, fallback="bai-viet") == "bai-viet"


@pytest.mark.parametrize(
    ("max_length", "slug"),
    [
        (13, "mot-hai-ba"),
        (14, "mot-hai-ba-bon"),
        (11, "mot-hai-ba"),
        (10, "mot-hai-ba"),
        (9, "mot-hai"),
        (3, "mot"),
        (2, "mo"),
    ],
)
def test_is_cut_between_words(max_length, slug):
    assert slugify("Một hai ba bốn", max_length=max_length) == slug


def test_refuses_a_length_in_which_nothing_fits():
    with pytest.raises(ValueError, match="max_length"):
        slugify("một", max_length=0)


@given(st.text(), st.integers(min_value=3, max_value=40))
def test_is_always_a_short_ascii_slug(text, max_length):
    slug = slugify(text, max_length=max_length, fallback="muc")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= max_length
