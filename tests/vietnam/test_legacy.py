"""Old fonts and wrong encodings, read again."""

import pytest

from vietnam.legacy import (
    from_tcvn3,
    from_vni,
    has_double_encoding,
    old_font_words,
    undo_double_encoding,
)


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("ChuyÓn ®æi sè", "Chuyển đổi số"),
        ("Tæ c«ng nghÖ sè céng ®ång", "Tổ công nghệ số cộng đồng"),
        ("®­êng lªn b¶n", "đường lên bản"),
        ("Thanh niªn t×nh nguyÖn", "Thanh niên tình nguyện"),
    ],
)
def test_tcvn3(old, text):
    assert from_tcvn3(old) == text
    assert old_font_words(old)


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("Chuyeån ñoåi soá coäng ñoàng", "Chuyển đổi số cộng đồng"),
        ("Tuoåi treû Vieät Nam", "Tuổi trẻ Việt Nam"),
        ("Ñoaøn vieân höôùng daãn ngöôøi daân", "Đoàn viên hướng dẫn người dân"),
        ("THANH NIEÂN XUNG KÍCH", "THANH NIÊN XUNG KÍCH"),
        ("kyõ thuaät, sæ soá, nghó, thòt, myõ", "kỹ thuật, sỉ số, nghĩ, thịt, mỹ"),
    ],
)
def test_vni(old, text):
    assert from_vni(old) == text


@pytest.mark.parametrize(
    "line",
    [
        "Máy Sony®, sợi 5 µm, «trích dẫn», © 2026, 20 °C",
        "Zoë, Björk, señor, São Paulo, Curaçao, Müller, naïve, café, Loïc ở Thaï",
        "ma trận n×m, Nam·Nữ, 1½ buổi, 3÷4",
        "Chuyển đổi số: hoà, khoẻ, thuỷ, ÃÕ",
        "",
    ],
)
def test_names_and_signs_are_no_old_font(line):
    assert old_font_words(line) == {}


def test_in_a_line_of_both_only_the_evident_words_count():
    words = old_font_words("Đoàn xã học là chính: ChuyÓn ®æi")
    assert words == {"ChuyÓn": "Chuyển", "®æi": "đổi"}


def test_double_encoding_is_undone_with_the_bytes_that_got_lost():
    broken = "NgÆ°á»i dÃ¢n â€œchuyá»ƒn Ä‘á»•iâ€ â€“ lÃ  tá»‘t"
    assert has_double_encoding(broken)
    assert undo_double_encoding(broken) == "Người dân “chuyển đổi” – là tốt"


def test_what_could_be_two_words_stays_for_whoever_knows():
    assert undo_double_encoding("vá» Ä‘Ã¢y") == "vá» đây"


@pytest.mark.parametrize("line", ["«Măng đá»… rồi", "Ã Ồ, Ã", "ĐÃ Ổn", "Âu, Ấn"])
def test_honest_letters_are_no_wrong_encoding(line):
    assert not has_double_encoding(line)
    assert undo_double_encoding(line) == line
