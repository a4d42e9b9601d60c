"""What slips past forms is found; what newsrooms and communes write is not."""

import pytest

from portal.models import Finding
from portal.scanning import found_in_address, found_in_html, found_in_text

What = Finding.What


def kinds(found) -> set[str]:
    return {what for what, _excerpt in found}


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("<p>Nhà cái uy tín số 1, nạp rút 1 phút</p>", What.GAMBLING),
        ('<p><a href="https://taixiu88.example/">xem thêm</a></p>', What.GAMBLING),
        ('<p>Đọc <a href="https://example.com/">tỷ lệ kèo</a></p>', What.GAMBLING),
        # A Cyrillic а and о, a full-width word, letters with nothing between them.
        ("<p>nhà cái uy tín</p>".replace("a", "а"), What.GAMBLING),
        ("<p>ｓｏｉ ｃầｕ hôm nay</p>", What.GAMBLING),
        ("<p>tài\u200b xỉu onl\u200bine</p>", What.GAMBLING),
        ('<a href="https://xn--ti-xu-9ta.example/">x</a>', ""),
        # "аpple" and "саsino" with Cyrillic letters, as browsers may show them.
        ('<a href="https://xn--pple-43d.com/">x</a>', What.LOOKALIKE),
        ('<a href="https://xn--sino-43d5h.example/">x</a>', What.GAMBLING),
        ('<a href="https://vietсombank.vn/">x</a>', What.LOOKALIKE),
        ("<p>x</p><script src=//evil.example></script>", What.SCRIPT),
        ("<SCRIPT>alert(1)</SCRIPT>", What.SCRIPT),
        ('<img src="/media/a.jpg" onerror="alert(1)">', What.SCRIPT),
        ('<a href="java\nscript:alert(1)">x</a>', What.SCRIPT),
        ('<a href="&#106;avascript:alert(1)">x</a>', What.SCRIPT),
        ('<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>', What.SCRIPT),
        ('<img src="data:image/svg+xml,<svg onload=alert(1)>">', What.SCRIPT),
        ('<iframe src="/tin-tuc/"></iframe>', What.SCRIPT),
        ('<img src="https://evil.example/1.gif">', What.FOREIGN),
        ('<img srcset="//evil.example/1.gif 2x">', What.FOREIGN),
        ('<div style="display:none">giày dép</div>', What.HIDDEN),
        ('<div style="position:absolute; left:-9999px">x</div>', What.HIDDEN),
        ('<span style="font-size: 0">x</span>', What.HIDDEN),
        ("<p hidden>x</p>", What.HIDDEN),
    ],
)
def test_html(html, what):
    assert kinds(found_in_html(html)) == ({what} if what else set())


@pytest.mark.parametrize(
    "html",
    [
        "<p>Công an tỉnh triệt phá đường dây đánh bạc online</p>",
        '<p>Xem <a href="https://www.chinhphu.gov.vn/x">nghị định</a></p>',
        '<p><a href="https://congan.gov.vn/casino">cảnh báo</a></p>',
        '<p><img src="/media/pictures/a.jpg" alt="Ảnh"></p>',
        '<p style="text-align:center; font-size: 0.9em; opacity: 0.8">x</p>',
        '<p><a href="mailto:a@example.com">thư</a> <a href="tel:+84">gọi</a></p>',
        '<p><a href="#phan-2">Phần 2</a> <a href="/tin-tuc/">tin</a></p>',
        '<p><a href="https://пример.example/">Пример</a></p>',
        "<p>Một số đề tài, vì kèo nhà, bắn cá ở suối, xổ số kiến thiết</p>",
    ],
)
def test_what_is_fine_in_html(html):
    assert kinds(found_in_html(html)) <= {""}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Hay quá! soi cầu miễn phí tại www.keonhacai.example", {What.GAMBLING}),
        ("liên hệ http://taixiu.example/ nhé", {What.GAMBLING}),
        ("xem https://xn--pple-43d.com/ nhé", {What.LOOKALIKE}),
        ("Cảm ơn thầy cô, buổi học rất vui.", set()),
        ("<script>alert(1)</script>", set()),  # shown as it was typed
    ],
)
def test_plain_text(text, what):
    assert kinds(found_in_text(text)) == what


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("https://nohu88.example/", {What.GAMBLING}),
        ("javascript:alert(1)", {What.SCRIPT}),
        (" JaVaScript%3Aalert(1)", {What.SCRIPT}),
        ("https://meet.google.com/abc", set()),
        ("https://[broken", set()),
        ("", set()),
    ],
)
def test_addresses(address, what):
    assert kinds(found_in_address(address)) == what


def test_hosts_that_are_trusted_are_not_reported(settings):
    address = "https://cdn.casino.example/1.gif"
    assert kinds(found_in_address(address)) == {What.GAMBLING}
    settings.SCAN_TRUSTED_HOSTS = ["casino.example"]
    assert kinds(found_in_address(address)) == set()
    assert kinds(found_in_html(f'<img src="{address}">')) == set()
    assert kinds(found_in_address("https://notcasino.example/")) == {What.GAMBLING}
