"""The paper: every letter, however it is written, and nothing but words."""

import datetime as dt
import unicodedata
from pathlib import Path

import fontpkg
import pytest
from django.urls import reverse
from PIL import ImageFont

from certificates import paper
from certificates.models import Certificate, Kind
from tests.certificates.pdf import pages

_TONES = "", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
_VOWELS = "aăâeêioôơuưy"
LETTERS = sorted(
    {
        letter
        for small in [*_VOWELS, "đ"]
        for tone in (_TONES if small != "đ" else ("",))
        for case in (small, small.upper())
        for letter in [unicodedata.normalize("NFC", case + tone)]
        if not letter.isascii()
    }
)
NAME = "Công Tằng Tôn Nữ Nguyễn Thị Phương Thảo Quỳnh Như Ngọc Ẩn"


def certificate(**changes) -> Certificate:
    """A row that no database has seen."""
    row = {
        "kind": Kind.TRAINING,
        "name": "Nông Thị Ánh",
        "of_unit": "Đoàn xã Cẩm Giàng",
        "course": "An toàn số và bảo vệ dữ liệu cá nhân",
        "starts_on": dt.date(2026, 12, 12),
        "ends_on": dt.date(2026, 12, 13),
        "extent": "4 buổi (16 giờ)",
        "venue": "Nhà văn hóa phường Bắc Kạn",
        "above": "Đoàn TNCS Hồ Chí Minh",
        "issuer": "Tỉnh đoàn Thái Nguyên",
        "place": "Thái Nguyên",
        "signer_title": "TM. Ban Thường vụ\nPhó Bí thư",
        "signer_name": "Nông Thị Bích Đào",
        "issued_on": dt.date(2026, 2, 5),
        "issued_at": dt.datetime(2026, 12, 14, tzinfo=dt.UTC),
        "year": 2026,
        "number": 12,
        "suffix": "CN-TĐTN",
        "code": "4K7M92PX3HT8C4FJ",
    }
    return Certificate(**(row | changes))


def text(**changes) -> str:
    (page,) = pages(paper.render([certificate(**changes)]))
    return page


def test_there_are_134_letters():
    assert len(LETTERS) == 134


def test_the_paper_says_all_that_a_certificate_says():
    page = text()
    for words in (
        "ĐOÀN TNCS HỒ CHÍ MINH",
        "TỈNH ĐOÀN THÁI NGUYÊN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "GIẤY CHỨNG NHẬN",
        "Nông Thị Ánh",
        "Đơn vị: Đoàn xã Cẩm Giàng",
        "Đã hoàn thành",
        "An toàn số và bảo vệ dữ liệu cá nhân",
        "Từ ngày 12/12/2026 đến ngày 13/12/2026 · 4 buổi (16 giờ)",
        "tại Nhà văn hóa phường Bắc Kạn",
        "Số: 12/2026/CN-TĐTN",
        "4K7M-92PX-3HT8-C4FJ",
        "Thái Nguyên, ngày 05 tháng 02 năm 2026",
        "TM. BAN THƯỜNG VỤ",
        "PHÓ BÍ THƯ",
        "Nông Thị Bích Đào",
    ):
        assert words in page


@pytest.mark.parametrize("start", range(0, 134, 20))
def test_every_letter_comes_out_of_the_pdf_again(start):
    """In the bold of the name and in the regular of the unit."""
    letters = "".join(LETTERS[start : start + 20])
    page = text(name=letters, of_unit=letters)
    assert page.count(letters) == 2


def test_every_letter_has_a_drawing_in_each_font_of_the_paper():
    """A letter that a font lacks is copied right and drawn as an empty box."""
    folder = Path(fontpkg.path("Be Vietnam Pro", 400)).parent
    for style in ("Regular", "Bold", "Italic"):
        font = ImageFont.truetype(str(folder / f"BeVietnamPro-{style}.ttf"), 40)
        missing = bytes(font.getmask("\ufdd0"))
        drawn = [bytes(font.getmask(letter)) for letter in LETTERS]
        assert missing not in drawn
        assert len(set(drawn)) >= 133  # Đ is drawn once for two code points at most


def test_decomposed_letters_give_the_very_same_paper():
    name = unicodedata.normalize("NFD", NAME)
    assert name != NAME
    assert paper.render([certificate(name=name)]) == paper.render(
        [certificate(name=NAME)]
    )


@pytest.mark.parametrize(
    "words",
    ['#read("/etc/passwd")', "*đậm* _nghiêng_ $x$ @a <b> \\u{41}", '"]}, {"name": "x'],
)
def test_what_looks_like_markup_is_printed_as_it_is(words):
    assert words in text(name=words, course=words, signer_name=words)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": NAME},
        {"course": "Tập huấn kỹ năng " * 14},
        {"name": "Ẩn" * 60, "course": "Ế" * 250, "of_unit": "W" * 150},
        {"issuer": "Ban Chấp hành Đoàn " * 7, "signer_title": "Dòng\n" * 4 + "Cuối"},
        {"venue": "Hội trường xã " * 14, "extent": "b" * 80, "merit": "Giỏi " * 20},
    ],
)
def test_long_words_stay_on_the_one_page(changes):
    assert len(pages(paper.render([certificate(**changes)]))) == 1


def test_a_short_certificate_leaves_out_what_nobody_said():
    page = text(
        of_unit="", extent="", venue="", place="", ends_on=dt.date(2026, 12, 12)
    )
    assert "Ngày 12/12/2026" in page
    assert "Ngày 05 tháng 02 năm 2026" in page
    assert "Đơn vị" not in page
    assert "·" not in page


def test_a_prize_says_which():
    page = text(kind=Kind.PRIZE, merit="Giải Nhất", course="Cuộc thi Ý tưởng số")
    assert "Đã đạt Giải Nhất tại" in page


def test_many_certificates_make_one_pdf_with_a_page_each():
    made = pages(paper.render([certificate(name=f"Người {n}") for n in range(3)]))
    assert ["Người 0" in made[0], "Người 1" in made[1], "Người 2" in made[2]] == [
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("number", [0, paper.VOLUME + 1])
def test_a_pdf_has_no_more_pages_than_memory_bears(number):
    with pytest.raises(ValueError, match="certificates"):
        paper.render([certificate()] * number)


def test_the_qr_code_leads_to_the_check(settings):
    settings.SITE_URL = "https://tuoitre.example.com"
    words = paper._words(certificate())
    path = reverse("certificates:check", args=["4K7M-92PX-3HT8-C4FJ"])
    assert words["url"] == f"https://tuoitre.example.com{path}"
    assert words["site"] == "tuoitre.example.com/chung-nhan/"
    assert words["qr"].startswith("<svg")


def test_a_file_is_named_in_the_order_of_the_register():
    assert paper.file_name(certificate()) == "2026-0012-nong-thi-anh.pdf"
