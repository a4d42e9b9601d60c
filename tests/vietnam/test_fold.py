import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.fold import fold, nfc

LETTERS = "aăâbcdđeêghioôơuưyàảãáạằẳẵắặềểễếệÐðƉɖĐ Á\u0301\u0323"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Tổ công nghệ số cộng đồng", "to cong nghe so cong dong"),
        ("ĐOÀN XÃ CẨM GIÀNG", "doan xa cam giang"),
        ("doan xa cam giang", "doan xa cam giang"),
        ("hoà", "hoa"),
        ("hòa", "hoa"),
        ("Ðoàn Ɖoàn ðoàn ɖoàn", "doan doan doan doan"),
        ("  hai\u00a0 từ\n", "hai tu"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_folds_tone_diacritics_d_case_and_space(text, folded):
    assert fold(text) == folded


def test_folds_composed_and_decomposed_text_alike():
    text = "Chuyển đổi số"
    assert fold(unicodedata.normalize("NFD", text)) == fold(text) == "chuyen doi so"


def test_composes_a_half_composed_letter():
    assert nfc("chuyê\u0309n") == "chuyển"
    assert len(nfc(unicodedata.normalize("NFD", "chuyển"))) == 6


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(LETTERS))
def test_vietnamese_letters_fold_to_ascii(text):
    assert fold(text).isascii()


@given(st.text())
def test_nfc_is_nfc(text):
    assert unicodedata.is_normalized("NFC", nfc(text))
