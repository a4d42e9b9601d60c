"""Articles as they arrive: many clean ones of every sort, and damaged ones.

Seeded, so that a failure can be repeated; the sentences are put together anew for each
article, so that the rules cannot be made for them.
"""

from __future__ import annotations

import random
import unicodedata

SUBJECTS = [
    "Tổ công nghệ số cộng đồng thôn Nà Lẹng",
    "Đoàn xã Cẩm Giàng",
    "Chị H'Hen Niê",
    "Anh Giàng A Páo, Bí thư Chi đoàn",
    "Bà Lò Thị Mẩy (72 tuổi)",
    "Em Y Moan Êban, lớp 9A2,",
    "Hội LHTN Việt Nam tỉnh",
    "Đội hình “trí thức trẻ tình nguyện”",
    "Cán bộ Bộ phận một cửa",
    "Già làng Đinh Krông ở Kon Tum",
]
DEEDS = [
    "hướng dẫn bà con cài VNeID mức 2 trên điện thoại",
    "hỗ trợ nộp hồ sơ tại https://dichvucong.gov.vn/p/home?lang=vi&tab=1",
    "mở lớp Scratch, Python và micro:bit cho thiếu nhi",
    "quét mã QR trước cổng di tích Nà Tu",
    "thuỷ chung với bếp khoẻ, hoà cùng nhịp sống mới",
    "in 1.200 tờ rơi khổ A5, giá 3.500 đ/tờ",
    "đo nhiệt độ 36,5 °C và độ ẩm ≥ 80 % bằng cảm biến DHT22",
    "gửi thư về to.cnsc@example.com?subject=Hỏi hoặc gọi 0209 3870 123",
    "dựng lại vì kèo nhà, nuôi cá lồng và trồng dong riềng",
    "trao 20 suất học bổng của Công ty Xổ số kiến thiết",
    "gom bìa cũ làm kệ sách; một số đề tài được chọn dự thi",
    "nhận bàn giao máy tính cài Windows 11, LibreOffice 24.8 và Zalo PC",
    "giúp mẹ đi bán vé số, tối về học bài trên Wi-Fi công cộng",
    "xem lại điểm c khoản 2, điểm a mục 3 của kế hoạch số 12-KH/TĐTN",
    "chốt số liệu ngày\u00a015 tháng\u00a03, cách xã\u00a0Cẩm Giàng 12\u00a0km",
    "giải phương trình x² + 3x − 4 = 0 và tính S = ½·a·h",
    "gặp đoàn khách São Paulo, nhóm Café Müller và cô Zoë",
    "nghe công an cảnh báo chiêu lừa cá cược, tài xỉu, nhà cái trên mạng",
]
ENDS = [
    ".",
    "!",
    "…",
    ", vậy mà vui.",
    ". Có khó không??",
    ". “Ai làm được??”, bà hỏi.",
    ". Vì sao lại C??",
    ". Thật thế à?!",
    "; ai cũng ghi lại vào sổ – kể cả trẻ con.",
    ". Bao giờ xong?Mai!",
]
EXTRAS = [
    "TT\tHọ và tên\tSố điện thoại\n"
    "1\tHoàng Văn Ánh\t0912 345 678\n2\tỤ Thị Ẩn\t+84 98 765 43 21",
    "const so = nguoi?.tuoi ?? 0; if (/colou?r/.test(chu)) { in(so); }",
    "CO₂ + H₂O → H₂CO₃; E = mc²; 5 µm; n×m; Sony®; © 2026 Tỉnh đoàn; «Măng đá»…",
    "CHƯƠNG TRÌNH “MỖI NGÀY MỘT TIN TỐT”\nĐÃ Ổn, Ã, Ẵm, ƯU ĐÃI",
    "thanh niên\ntình nguyện ở\nxã vùng cao\nanh em cùng\nán ngữ đầu dốc",
    "👨‍👩‍👧 Cả nhà cùng học: a) đọc; b) viết; c) chia sẻ #chuyendoiso @tinhdoan",
    "Hỏi: Làm gì khi quên mật khẩu?\nĐáp: Vào Cài đặt > Bảo mật (Settings/Security).",
    "Nhà cái gì cũng thiếu, chỉ tiếng cười là đủ. Chơi cầu lông, ghi đề bài lên bảng.",
]


def clean_articles(number: int, seed: int = 20261125) -> list[str]:
    """Articles without a single fault."""
    dice = random.Random(seed)
    return [_article(dice) for _one in range(number)]


def _article(dice: random.Random) -> str:
    lines = []
    for _line in range(dice.randint(3, 9)):
        who, deed, end = map(dice.choice, (SUBJECTS, DEEDS, ENDS))
        lines.append(f"{who} {deed}{end}")
    if dice.random() < 0.6:
        lines.insert(dice.randrange(len(lines)), dice.choice(EXTRAS))
    return "\n".join(lines)


PLAIN = [
    "Ban Thường vụ Tỉnh đoàn chỉ đạo việc chuyển đổi số trong các cấp bộ Đoàn",
    "Đoàn viên thanh niên hướng dẫn người dân cài đặt ứng dụng định danh điện tử",
    "Tuổi trẻ xung kích tình nguyện vì cuộc sống cộng đồng ở vùng khó khăn",
]


def holes(text: str, dice: random.Random, marks: str) -> str:
    """Letters with signs inside words are lost, as in a column of the wrong kind."""
    letters = list(text)
    places = [
        place
        for place in range(1, len(text) - 1)
        if ord(text[place]) > 0x7F
        and text[place - 1].isalpha()
        and text[place + 1].isalpha()
    ]
    for place in dice.sample(places, dice.randint(1, len(places) // 2 or 1)):
        letters[place] = marks
    return "".join(letters)


def decomposed(text: str, _dice: random.Random) -> str:
    return unicodedata.normalize("NFD", text)


def double_encoded(text: str, _dice: random.Random) -> str:
    known = (bytes([byte]).decode("cp1252", "ignore") for byte in text.encode())
    return "".join(known)


def zero_width(text: str, dice: random.Random) -> str:
    words = text.split(" ")
    place = dice.randrange(len(words))
    words[place] = (
        words[place][:1] + dice.choice("\u200b\u2060\ufeff") + words[place][1:]
    )
    return " ".join(words)


def hard_spaced(text: str, dice: random.Random) -> str:
    """One, some or all spaces of the line, as web pages and Word copy them."""
    if dice.random() < 0.5:
        return text.replace(" ", "\u00a0")
    for phrase in ("chuyển đổi", "thanh niên", "tình nguyện"):
        text = text.replace(phrase, phrase.replace(" ", "\u00a0"))
    return text


def torn(text: str, dice: random.Random) -> str:
    """Words broken behind their first letters at the end of a line."""
    pieces = [("chuyển", 1), ("thanh", 1), ("nguyện", 3), ("trong", 2), ("khăn", 2)]
    pieces += [("Thường", 2), ("người", 2), ("định", 1), ("sống", 1), ("tình", 1)]
    there = [piece for piece in pieces if piece[0] in text]
    for word, at in dice.sample(there, dice.randint(1, len(there))):
        text = text.replace(word, f"{word[:at]}\n{word[at:]}", 1)
    return text
