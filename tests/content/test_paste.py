"""What went wrong when a text was pasted, told by the line."""

import pytest

from content.paste import MOST, Reason, betting_links, faults_in, is_betting

GOOD = [
    "Chuyển đổi số: hoà, khoẻ, thuỷ; Ồ, Ẩn, Ặt, ƯU ĐÃI, Ã Ồ.",
    "Bạn hỏi vì sao? Vì thế. Sao?Vì vậy. Thật ư??",
    "Xem https://example.com/tim?q=so&p=2 hoặc /tim-kiem/?q=a",
    "Máy Sony®, sợi 5 µm, «trích dẫn», © 2026 Tỉnh đoàn, 20 °C, ½ buổi",
    "Zoë gặp señor Björk ở Đà Nẵng",
    "Tin về đường dây cá cược, nhà cái và tài xỉu bị triệt phá",
    "👨‍👩‍👧 cả nhà cùng học",
    "",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_text_passes(text):
    assert faults_in(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("trong chuy??n đổi số", Reason.LOST),
        ("thanh ni\ufffdn", Reason.LOST),
        ("trong chuy?n đổi số", Reason.LOST),
        ("ChuyÓn ®æi sè", Reason.OLD_FONT),
        ("Tæ c«ng nghÖ sè", Reason.OLD_FONT),
        ("Chuyeån ñoåi soá coäng ñoàng", Reason.OLD_FONT),
        ("Chuyá»ƒn Ä‘á»•i sá»‘", Reason.ENCODING),
        ("cÃ´ng nghá»‡", Reason.ENCODING),
        ("chuy\u200bển đổi", Reason.INVISIBLE),
        ("kỹ\u00adnăng", Reason.INVISIBLE),
    ],
)
def test_broken_text_is_named(text, reason):
    assert reason in {fault.reason for fault in faults_in(text)}


def test_each_fault_tells_its_line_and_the_words_around_it():
    text = "Dòng đầu.\nBan Thường vụ chỉ đạo việc chuy??n đổi số ở các cấp bộ Đoàn.\n"
    (fault,) = faults_in(text)
    assert fault.line == 2
    assert "chuy??n" in fault.excerpt
    assert fault.excerpt.startswith("…")
    assert fault.excerpt.endswith("…")


def test_a_text_broken_throughout_names_the_first_few():
    assert len(faults_in("ni??n\n" * 90)) == MOST


@pytest.mark.parametrize(
    "host",
    ["www.casino-vn.com", "789bet.example", "fun88.com", "bet365.com", "nhacai.org",
     "taixiu-online.net", "soikeo.example", "123win.club"],
)  # fmt: skip
def test_betting_sites_are_known_by_their_name(host):
    assert is_betting(host)
    (fault,) = betting_links(f'<p>a <a href="https://{host}/x?y=1">b</a></p>')
    assert (fault.reason, fault.excerpt) == (Reason.BETTING, host)


@pytest.mark.parametrize(
    "host",
    ["alphabet.com", "tibet.example", "thanhnien.vn", "xoso88.gov.vn", "windows.com",
     "dichvucong.gov.vn", "youtube.com", "1988.example", "clb-tin-hoc.edu.vn", ""],
)  # fmt: skip
def test_other_sites_are_not(host):
    assert not is_betting(host)


@pytest.mark.parametrize("html", ["", "<a href='http://[bad'>x</a>", "<a href=x>"])
def test_odd_links_break_nothing(html):
    assert betting_links(html) == []
