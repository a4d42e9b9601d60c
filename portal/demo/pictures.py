"""The demo's pictures: drawn by this program, each for one text of `texts/`.

A new text gets a picture by one line in `DRAWINGS`.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache

from content.models import KEY_LENGTH, Picture
from content.pictures import actions
from portal.demo import drawing
from portal.demo.scenes import SCENES

CREDIT = "minh họa của cổng thông tin"


@dataclass(frozen=True)
class Drawing:
    scene: str
    title: str
    alt: str


DRAWINGS = {
    "ba-buoi-toi": Drawing(
        "evening-lesson",
        "Nhà văn hóa thôn sáng đèn",
        "Nhà sàn sáng đèn dưới trời đêm đầy sao; bà con ngồi bên cửa sổ, màn hình "
        "điện thoại hắt sáng trước mặt, ngoài sân còn người đang đến.",
    ),
    "muoi-viec": Drawing(
        "five-minutes",
        "Danh sách việc và ổ khóa",
        "Điện thoại hiện một danh sách việc đã đánh dấu gần hết, bên cạnh là ổ "
        "khóa vàng lớn và chiếc đồng hồ tô đỏ khoảng năm phút.",
    ),
    "ma-qr-na-tu": Drawing(
        "code-on-the-hill",
        "Quét mã QR ở bia di tích",
        "Bia đá trên đồi với những bậc thang dẫn lên; một bàn tay giơ điện thoại "
        "quét mã QR gắn ở chân bia.",
    ),
    "ba-ngoai": Drawing(
        "grandmother",
        "Hai bà cháu bên chiếc điện thoại",
        "Dưới ánh đèn ấm, bà ngoại đeo kính và cô cháu gái quàng khăn đỏ cùng "
        "nhìn vào một chiếc điện thoại; trăng lên ngoài cửa sổ.",
    ),
    "ba-cau-hoi": Drawing(
        "three-questions",
        "Mồi câu và ba dấu hỏi",
        "Một tấm thẻ màu đỏ mắc trên lưỡi câu dưới làn nước sẫm, bên cạnh là ba "
        "bong bóng lời thoại mang dấu hỏi.",
    ),
    "mien-dong": Drawing(
        "drying-noodles",
        "Sân phơi miến dong",
        "Những giàn tre phơi miến dong trải dài dưới nắng chiều, phía sau là nhà "
        "sàn và núi; một chiếc điện thoại trên giá đang chụp ảnh.",
    ),
    "lop-infographic": Drawing(
        "drawing-class",
        "Lớp học làm infographic",
        "Năm học viên nhìn lên tấm áp phích lớn có biểu đồ cột và biểu đồ tròn; "
        "người hướng dẫn áo đỏ đang chỉ vào biểu đồ.",
    ),
    "goc-stem": Drawing(
        "robot-corner",
        "Góc STEM và chú rô-bốt",
        "Cuối hành lang đầy nắng, chú rô-bốt tự lắp giơ tay chào trên bàn; hai "
        "học sinh quàng khăn đỏ đứng xem.",
    ),
    "luot-va-nguoi": Drawing(
        "turns-and-people",
        "Một người năm lượt, năm người",
        "Hai tấm bảng đặt cạnh nhau với dấu khác ở giữa: bên trái một người với "
        "năm lượt nối thành vòng, bên phải năm người khác nhau.",
    ),
    "tri-thuc-tre": Drawing(
        "over-the-pass",
        "Vượt đèo lúc bình minh",
        "Bốn người áo xanh đi xe máy trên con đường đèo uốn lượn giữa ruộng bậc "
        "thang, một lá cờ bay trên xe; mặt trời lên sau những dãy núi.",
    ),
    "tin-don-can-cuoc": Drawing(
        "checked-rumour",
        "Soi lại tin đồn về thẻ căn cước",
        "Kính lúp soi lên một tấm thẻ, bên trong hiện dấu kiểm màu xanh; phía "
        "trái những bong bóng tin nhắn cảnh báo mờ dần.",
    ),
    "lich-cuoc-thi": Drawing(
        "ideas-at-sunrise",
        "Ý tưởng lên cùng mặt trời",
        "Một bóng đèn tỏa sáng như mặt trời mọc trên ruộng bậc thang, những chiếc "
        "máy bay giấy bay ra bốn phía.",
    ),
}


def cover(text: str) -> Picture | None:
    """The picture of a text, drawn when it is not there yet; None without a line."""
    plan = DRAWINGS.get(text)
    if plan is None:
        return None
    key = hashlib.sha256(f"demo:{text}".encode()).hexdigest()[:KEY_LENGTH]
    known = Picture.objects.filter(key=key).first()
    if known:
        return known
    file = io.BytesIO(_drawn(plan.scene))
    words = {"title": plan.title, "alt": plan.alt, "credit": CREDIT, "faces": "none"}
    return actions.add(file=file, name=f"{text}.jpg", key=key, **words)[0]


@cache
def _drawn(scene: str) -> bytes:
    return drawing.as_jpeg(SCENES[scene]())
