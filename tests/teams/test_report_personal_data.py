"""A report never says who was helped: what a program can tell, it refuses."""

import pytest

from teams.reports.personal_data import PersonalData, found_in

Kind = PersonalData


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sóng yếu ở cuối thôn, nhiều hộ chưa có điện thoại thông minh.",
        "Ngày 05/10/2026 họp thôn, 19h30–21h00.",
        "Ngày 05.10.2026 và 05-10-2026.",
        "Đề nghị 15.000.000 đồng mua máy chiếu.",
        "Chi 1.250.000đ cho 2 buổi.",
        "Cần 3 máy, 12 ghế, 250 tờ rơi năm 2026.",
        "Theo Công văn 793/BTTTT-THH và QĐ 1690/QĐ-TTg.",
    ],
)
def test_plain_words_and_amounts_pass(text):
    assert found_in(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Gọi cô Hoa 0912345678", Kind.PHONE),
        ("Gọi cô Hoa 0912 345 678.", Kind.PHONE),
        ("Gọi cô Hoa 0912.345.678", Kind.PHONE),
        ("Gọi 091-234-5678", Kind.PHONE),
        ("Gọi +84 912 345 678", Kind.PHONE),
        ("Gọi ０９１２３４５６７８", Kind.PHONE),
        ("Máy bàn 0209 3870 123", Kind.PHONE),
        ("CCCD 006185012345", Kind.ID_CARD),
        ("CCCD 006 185 012 345", Kind.ID_CARD),
        ("hoa.nong@example.com cần giúp", Kind.EMAIL),
        ("Số tài khoản 19034567891234", Kind.NUMBER),
        ("Thẻ 9704 3600 1234 5678", Kind.NUMBER),
    ],
)
def test_what_names_somebody_is_found(text, kind):
    assert found_in(text) == kind
