"""What went wrong when a text was pasted, told by the line."""

import pytest

from content.mending import mend
from content.paste import (
    MOST,
    Reason,
    betting_links,
    faults_in,
    findings,
    is_betting,
    linked_hosts,
)
from content.richtext import checked_lines
from tests.content.paste_unseen import CLEAN, DIRTY

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


ARRIVED = (
    "BẮC KẠN ĐẨY MẠNH CHUYỂN ĐỔI SỐ TRONG THANH NIÊN\n"
    "Thời gian qua, Tỉnh đoàn đã có nhiều giải p\n"
    "háp đẩy mạnh chuy??n đổi số, cài đặt VneiD mức 2 cho ngư\n"
    "ời dân ở các xã vùng cao; “Có khó gì đâu??”, bà con nói.\n"
    "Thu Huệ (Trang TTĐT CĐS tỉnh)\n"
    "Xem thêm: kết quả xổ số miền Bắc hôm nay tại https://ketqua.example/\n"
)
"""Shaped like an article of a province that really came; the words are ours."""


def test_an_article_as_one_really_came():
    told = [(fault.reason, fault.line) for fault in findings(ARRIVED)]
    assert told == [
        (Reason.BROKEN, 2),
        (Reason.LOST, 3),
        (Reason.NAME, 3),
        (Reason.BROKEN, 3),
        (Reason.GAMBLING, 6),
    ]
    assert Reason.NAME not in {fault.reason for fault in faults_in(ARRIVED)}


@pytest.mark.parametrize(
    "line",
    [
        "Kết quả xổ số miền Nam thứ Hai",
        "Soi cầu lô đề hôm nay chuẩn nhất",
        "Nhà cái uy tín số 1 châu Á, nạp rút 24/7",
        "Chơi tài xỉu online đổi thưởng",
        "TỶ LỆ KÈO bóng đá hôm nay",
        "Xổ số: bấm vào www.vidu.example để xem",
        "Công an cảnh báo, nhưng cá cược tại https://vidu.example vẫn an toàn",
        "nha cai uy tin, tai xiu",
        "XSMB thứ 2",
    ],
)
def test_advertising_for_gambling_is_found(line):
    assert Reason.GAMBLING in {fault.reason for fault in faults_in(line)}


@pytest.mark.parametrize(
    "line",
    [
        "Công ty Xổ số kiến thiết trao 20 suất học bổng cho học sinh nghèo",
        "Em giúp mẹ bán vé số sau giờ học",
        "Thợ mộc dựng vì kèo nhà sàn; đàn cá lồng; lô đất số 5; lô hàng đầu tiên",
        "Một số đề tài, số đề án; cô ghi đề bài lên bảng; đánh đề cương trên máy",
        "Giải cầu lông; chốt số liệu; tích điểm đổi thưởng sách vở",
        "Trong nhà cái gì cũng cũ, trừ chiếc máy tính",
        "Tuyên truyền phòng, chống tệ nạn cá độ bóng đá, lô đề mùa World Cup",
        "Công an triệt phá đường dây đánh bạc, nhà cái và tài xỉu trên mạng",
        "Trang web của xã bị tin tặc chèn quảng cáo xổ số, nhà cái",
        "Bố xổ lồng gà; xổ sổ ra đọc; game bài tập Toán lớp 3",
    ],
)
def test_innocent_words_pass(line):
    assert findings(line) == []


def test_a_link_out_of_a_line_about_gambling_counts():
    html = '<p>Xổ số, xem <a href="https://vidu.example/x">xem</a></p>'
    assert {fault.reason for fault in findings(checked_lines(html))} == {
        Reason.GAMBLING
    }
    inside = '<p>Xổ số, xem <a href="/tin-tuc/">xem</a></p>'
    assert findings(checked_lines(inside)) == []


def test_code_is_not_read_as_words():
    html = "<p>Gõ <code>thanh ni??n</code></p><pre>chuy??n\u200b</pre>"
    assert findings(checked_lines(html)) == []


def test_hard_spaces_that_hold_figures_and_names_are_typography():
    text = "ngày\u00a05, xã\u00a0Cẩm Giàng, 20\u00a0km, TP.\u00a0Hồ Chí Minh"
    assert findings(text) == []
    (fault,) = findings("chuyển\u00a0đổi số")
    assert fault.reason == Reason.HARD_SPACE


def test_the_hosts_of_links_each_once():
    html = '<a href="https://A.vn/x">1</a><a href="/y">2</a><a href="http://a.vn">3</a>'
    assert linked_hosts(html) == ["a.vn"]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_texts_it_was_not_made_for_pass_untouched(text):
    assert findings(text) == []
    assert mend(text) == text


@pytest.mark.parametrize(("reason", "text"), DIRTY)
def test_dirty_texts_it_was_not_made_for_are_stopped(reason, text):
    assert reason in {fault.reason for fault in faults_in(text)}


@pytest.mark.parametrize(
    ("broken", "good"),
    [
        ("H&#7885;c k&#7929; n&#259;ng s&#7889;", "Học kỹ năng số"),
        ("C&ocirc;ng ngh&#x1EC7;", "Công nghệ"),
        ("ChuyÃ¡Â»Æ’n Ã„â€˜Ã¡Â»â€¢i sÃ¡Â»â€˜", "Chuyển đổi số"),
        ("chuyển đổ\ni số", "chuyển đổi\nsố"),
    ],
)
def test_what_it_was_not_made_for_is_mended(broken, good):
    assert mend(broken) == good
    assert findings(good) == []


@pytest.mark.parametrize(
    "line",
    [
        "n h à c á i uy tín",
        "T-À-I X-Ỉ-U nạp là có thưởng",
        "c á đ ộ bóng đá",
        "chơi cas1n0 và n.ổ h.ũ",
        "x.ổ s.ố hôm nay",
    ],
)
def test_a_disguise_gives_gambling_away(line):
    assert Reason.GAMBLING in {fault.reason for fault in faults_in(line)}
