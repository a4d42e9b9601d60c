"""Advertising for gambling, the way in which the pages of provinces get abused.

A story about gambling is news: a line that tells of police, law or harm passes, as
long as nothing in it can be followed. The rest is judged by its words: some are said
only by bookmakers, some are innocent alone ("xổ số kiến thiết", "vì kèo nhà", "cá")
and tell only beside an invitation.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from vietnam.fold import fold, nfc

_HOST = re.compile(
    r"casino|nhacai|nohu\b|nohu\d|taixiu|soikeo|keonhacai|gamebai|cacuoc|lode\d|jackpot"
    r"|soicau|xosomienbac|(?:^|[.-])xoso(?:\d|mien|hom)"
    r"|(?:^|[.-])\w{0,4}\d{1,3}(?:bet|win|club)\b|(?:^|[.-])bet\w{0,3}\d"
    r"|(?:^|[.-])(?:fun|w|m|v|f|k|fb|vn|dafa|hi|kubet|qq|sv|j|jun|shbet)88\b"
)
_OFFICIAL = (".gov.vn", ".edu.vn")

_REGIONS = r"miền\s+(?:bắc|trung|nam)"
# "một số đề tài", "ghi đề bài", "nhà cái gì cũng có", "cầu lông", "chốt số liệu".
_NO_NUMBERS_GAME = (
    r"(?!\s+(?:tài|xuất|án|nghị|thi|mục|bài|cương|cử|cập|ra|phòng|cao|kiểm|tặng|toán))"
)
_CERTAIN = re.compile(
    rf"""\b(?:
      lô\s*[,-]?\s*đề | (?:đánh|chơi|ghi|thầu)\s+(?:lô|đề)\b{_NO_NUMBERS_GAME}
      | (?:kết\s+quả|dự\s+đoán|trực\s+tiếp|soi\s+cầu|thống\s+kê|quay\s+thử
        |tường\s+thuật)\s+(?:kqxs|xs[a-z]{{0,3}}\b|xổ\s+số)(?!\s+kiến\s+thiết)
      | xổ\s+số\s+(?:{_REGIONS}|online|trực\s+tuyến|siêu\s+tốc|hôm\s+nay|mega)
      | kqxs\w* | xs(?:mb|mn|mt|kt) | soi\s+(?:cầu|kèo)
      | (?:tỷ|tỉ)\s+lệ\s+kèo | kèo\s+(?:nhà\s+cái|bóng|châu|tài|xiên|thơm|cược)
      | tài\s*[-/]?\s*xỉu | cá\s+(?:độ|cược)\s+(?:online|bóng|thể|uy|trực)
      | nổ\s+hũ | bắn\s+cá\s+(?:đổi|ăn|online)
      | game\s+bài(?!\s+(?:học|tập|giảng|hát)) | xóc\s+đĩa
      | (?:bạch|song)\s+thủ\s+(?:lô|đề)
      | lô\s+(?:xiên|tô|kép|gan|top)\b(?!\s*(?:ô)) | dàn\s+đề\b{_NO_NUMBERS_GAME}
      | đánh\s+bạc\s+(?:online|trực\s+tuyến)
      | (?:casino|slot|poker|baccarat|roulette)\s+(?:online|trực\s+tuyến|uy\s+tín)
      | (?:nhà\s+cái|cổng\s+game|sòng\s+bạc)\s+(?:uy\s+tín|hàng\s+đầu|số\s+1|châu|xanh
        |tặng|top|trực\s+tuyến|online|lớn|mới|đổi)
      | (?:top|link|vào|kèo)\s+(?:\d+\s+)?nhà\s+cái\b(?!\s+(?:gì|nào|bàn|ghế))
      | nha\s+cai\s+\w+ | tai\s*xiu | xo\s+so\s+mien | soi\s+(?:cau|keo) | ca\s+cuoc
      | lo\s+de\s+online | (?:ty|ti)\s+le\s+keo | game\s+bai\s+doi\s+thuong
    )\b""",
    re.VERBOSE,
)
_DOUBTFUL = re.compile(
    r"\b(?:xổ\s+số(?!\s+kiến\s+thiết)|nhà\s+cái(?!\s+(?:gì|nào|chi|này|kia|đó|ấy|bàn|ghế"
    r"|tủ|máy|xe|nhà|đồng\s+hồ))|casino|jackpot|cá\s+(?:độ|cược)|đổi\s+thưởng|số\s+đề(?=[\s]*"
    r"(?:[,.;:!?)]|$|online))|vào\s+bờ|bóng\s+số)\b"
)
_INVITED = re.compile(
    r"https?:|\bwww\.|\b\w+\.(?:com|net|org|vip|club|bet|win|xyz|top|io|info|cc|me)\b"
    r"|\b(?:đăng\s+ký\s+ngay|tải\s+(?:app|ngay)|nạp\s+(?:rút|tiền|lần)|rút\s+tiền"
    r"|khuyến\s+mãi|hoàn\s+trả|tặng\s+\d+\s*k|uy\s+tín|xanh\s+chín|trúng\s+(?:lớn|ngay)"
    r"|chơi\s+ngay|truy\s+cập|link\s+(?:vào|tải)|tỷ\s+lệ\s+thắng|click|bấm\s+vào)\b"
)
_REPORTED = re.compile(
    r"\b(?:công\s+an|triệt\s+(?:phá|xóa|xoá)|khởi\s+tố|bắt\s+(?:giữ|quả|tạm)|truy\s+tố"
    r"|xét\s+xử|tòa\s+án|toà\s+án|phòng,?\s+(?:chống|ngừa)|cảnh\s+báo|tệ\s+nạn"
    r"|trái\s+phép|bất\s+hợp\s+pháp|vi\s+phạm|xử\s+(?:phạt|lý)|lừa\s+đảo|sa\s+vào"
    r"|hệ\s+lụy|hệ\s+luỵ|tác\s+hại|nghiện|tuyên\s+truyền|nói\s+không|tránh\s+xa"
    r"|đường\s+dây|đối\s+tượng|đấu\s+tranh|ngăn\s+chặn|không\s+(?:tham\s+gia|chơi|đánh)"
    r"|nợ\s+nần|cạm\s+bẫy|biến\s+tướng|tội\s+phạm|mạo\s+danh|bị\s+(?:cấm|chặn|tin\s+tặc)"
    r"|nghiêm\s+cấm|cấm|xâm\s+nhập|chèn|giả\s+mạo|rủi\s+ro|dụ\s+dỗ|kỷ\s+luật)\b"
)
_FOLLOWED = re.compile(r"https?:|\bwww\.")

# Single letters in a row, letters with dots between, letters with figures between.
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .*_·~|-]+){3,}[^\W\d_](?!\w)")
_DOTTED = re.compile(r"(?<![\w.])[^\W\d_](?:[.*_·~|-][^\W\d_]+)+(?![\w.]\w)")
_MIXED = re.compile(
    r"(?<!\S)(?=\S*[^\W\d_])(?=\S*[0134@$])[^\W_@$]*(?:[@$0134][^\W_]*)+"
)
_LOOKALIKES = str.maketrans("0134@$", "oieaas")
_HIDDEN = re.compile(
    r"taixiu|nhacai|cado|cacuoc|xoso|lode|danhbac|nohu|banca|gamebai|casino|xocdia"
    r"|soicau|soikeo|keobong"
)
_PARTS_TEXT = """
tai xiu taixiu nha cai nhacai ca do cado cuoc cacuoc xo so xoso lo de lode danh bac
danhbac no hu nohu ban gamebai game bai casino xoc dia soi cau keo bong
"""
_PARTS = set(_PARTS_TEXT.split())
_PLAIN = re.compile(
    r"\b(?:tai ?xiu|nha ?cai|ca ?do|ca ?cuoc|xo ?so|lo ?de|danh ?bac|no ?hu|ban ?ca"
    r"|game ?bai|casino|xoc ?dia|soi ?(?:cau|keo)|keo ?bong)\b"
)


def is_betting(host: str) -> bool:
    """Whether a host's name is that of a betting site."""
    if host.endswith(_OFFICIAL):
        return False
    return bool(_HOST.search(host))


def gambling_words(line: str, *, linked: bool = False) -> re.Match[str] | None:
    """Where a line advertises gambling; `linked` says that a link leads out of it."""
    low = nfc(line).lower()
    followed = linked or bool(_FOLLOWED.search(low))
    if _REPORTED.search(low) and not followed:
        return None
    if certain := _CERTAIN.search(low) or _disguised(low):
        return certain
    doubtful = _DOUBTFUL.search(low)
    return doubtful if doubtful and (followed or _INVITED.search(low)) else None


def _disguised(low: str) -> re.Match[str] | None:
    """A word of theirs spelled so that no filter knows it: "t à i x ỉ u", "cas1no".

    Nobody hides a word that may be said.
    """
    for run in _SPACED.finditer(low):
        if _HIDDEN.search(re.sub(r"[\W_]", "", fold(run[0]))):
            return run
    plain = fold(_MIXED.sub(_undone, _DOTTED.sub(_undone, low)))
    for token in re.finditer(r"\S+", low):
        word = token[0].strip("()[]“”\"',;:!?…")
        odd = _DOTTED.fullmatch(word) or _MIXED.fullmatch(word)
        if odd and fold(_undone(odd)) in _PARTS and _PLAIN.search(plain):
            return re.compile(r"\S+").match(low, token.start())
    return None


def _undone(match: re.Match[str]) -> str:
    return re.sub(r"[.*_·~|-]", "", match[0]).translate(_LOOKALIKES)


def host_of(address: str) -> str:
    """The host that an address leads to; "" where it stays on this site."""
    try:
        return (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        return ""
