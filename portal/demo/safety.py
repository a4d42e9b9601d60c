"""The demo's page on digital safety and its media kit.

Public numbers with where they are published; the commune's number is made up. Nobody
has called any of them for the demo, so none says when it was checked.
"""

from __future__ import annotations

import io

from openpyxl import Workbook

from news import kit
from news.models import Article, KitItem, SafetyAdvice, SafetyContact, Tag
from portal.demo import drawing
from portal.demo.scenes import SCENES
from vietnam.slug import slugify

WARNS = "lừa đảo"
Audience = SafetyAdvice.Audience

CONTACTS = [
    {
        "name": "Công an",
        "purpose": "Bị đe dọa, vừa mất tiền, có người đang gặp nguy hiểm",
        "phone": "113",
        "hours": "cả ngày lẫn đêm",
        "source": "Số khẩn cấp toàn quốc",
    },
    {
        "name": "Tổng đài bảo vệ trẻ em",
        "purpose": "Trẻ em bị dọa nạt, dụ dỗ, bắt nạt trên mạng hay ngoài đời",
        "phone": "111",
        "hours": "cả ngày lẫn đêm",
        "source": "Tổng đài quốc gia 111",
        "source_url": "https://tongdai111.vn/",
    },
    {
        "name": "Báo cuộc gọi, tin nhắn lừa đảo",
        "purpose": "Để số máy ấy không lừa thêm người khác",
        "phone": "156",
        "source": "Hệ thống tiếp nhận phản ánh tin nhắn rác, cuộc gọi rác",
        "source_url": "https://chongthurac.vn/",
    },
    {
        "name": "Tổ trực an toàn số (số minh họa)",
        "purpose": "Chưa chắc có bị lừa không, cần một người xem giúp",
        "phone": "0209 3000 156",
        "hours": "7:30–17:00, thứ Hai đến thứ Sáu",
        "source": "Số hư cấu của bản dùng thử",
    },
]
# Audience, title, points, the text of portal/demo/texts that tells more.
ADVICE = [
    (
        Audience.NOW,
        "Vừa bị lừa? Làm ngay năm việc",
        [
            "Tắt Wi-Fi và dữ liệu di động, hoặc tắt hẳn máy.",
            "Mượn máy khác gọi ngân hàng theo số in sau thẻ, yêu cầu khóa tài khoản.",
            "Giữ nguyên tin nhắn, lịch sử cuộc gọi, biên lai: đó là chứng cứ.",
            "Đến công an xã, phường trình báo.",
            "Nhắn người thân: đừng chuyển tiền cho ai mượn tên mình.",
        ],
        "ba-cau-hoi",
    ),
    (
        Audience.ALL,
        "Trước khi bấm vào một đường dẫn",
        [
            "Ai gửi? Gọi lại số quen để hỏi.",
            "Vì sao phải làm ngay? Càng giục, càng nên dừng.",
            "Có hỏi mật khẩu, mã OTP không? Có thì là lừa đảo.",
        ],
        "ba-cau-hoi",
    ),
    (
        Audience.ALL,
        "Khóa chặt tài khoản",
        [
            "Mỗi nơi một mật khẩu dài.",
            "Bật xác thực hai lớp.",
            "Cất mã dự phòng cùng giấy tờ quan trọng.",
            "Đăng xuất khỏi những máy lạ.",
        ],
        "muoi-viec",
    ),
    (
        Audience.ALL,
        "Trước khi chuyển tiền",
        [
            "Tên người nhận có đúng người mình biết không?",
            "Đã nghe giọng, thấy mặt người ấy chưa?",
            "Để một đêm rồi hãy chuyển: việc thật vẫn đợi được.",
        ],
        "",
    ),
    (
        Audience.UNDER_12,
        "Ba câu em nhớ",
        [
            "Không kết bạn với người em chưa gặp ngoài đời.",
            "Không gửi ảnh, địa chỉ, tên trường cho người lạ.",
            "Thấy sợ hay xấu hổ: kể ngay với bố mẹ, thầy cô hoặc gọi 111.",
        ],
        "",
    ),
    (
        Audience.FROM_12,
        "Khi bị trêu chọc, dọa nạt trên mạng",
        [
            "Đừng trả lời, đừng xóa: chụp màn hình lại.",
            "Chặn tài khoản ấy và báo với nền tảng.",
            "Bị dọa tung ảnh: không gửi thêm, không chuyển tiền, gọi 111.",
        ],
        "",
    ),
    (
        Audience.FROM_16,
        "Việc nhẹ, lương cao",
        [
            "Việc bắt nộp tiền trước là bẫy.",
            "Không cho thuê, cho mượn tài khoản ngân hàng, SIM.",
            "Không gửi ảnh căn cước cho người tuyển dụng chưa gặp.",
        ],
        "muoi-viec",
    ),
    (
        Audience.PARENTS,
        "Cùng con lên mạng",
        [
            "Hỏi con hôm nay xem gì, chơi với ai, như hỏi chuyện ở lớp.",
            "Bật chế độ dành cho trẻ em trên máy và trên từng ứng dụng.",
            "Con kể chuyện xấu: cảm ơn con trước, đừng mắng.",
        ],
        "",
    ),
    (
        Audience.ELDERS,
        "Ông bà chỉ cần nhớ",
        [
            "Cán bộ thật không hỏi mật khẩu, mã OTP qua điện thoại.",
            "Ai giục chuyển tiền, cứ tắt máy rồi gọi cho con cháu.",
            "Không cài ứng dụng người lạ gửi.",
        ],
        "ba-ngoai",
    ),
]
KIT = [
    (
        KitItem.What.TEMPLATE,
        "Nền áp phích ngang “Lớp học số”",
        "Ảnh 1600 × 900, chừa trời trống để đặt chữ. Đổi chữ thoải mái, giữ dòng ghi "
        "nguồn.",
        "nen-ap-phich-lop-hoc-so.jpg",
        KitItem.Licence.CC_BY,
    ),
    (
        KitItem.What.TEMPLATE,
        "Lịch đăng bài một tháng",
        "Bảng tính chia sẵn bốn tuần: ngày, ý chính, ai viết, ai duyệt.",
        "lich-dang-bai.xlsx",
        KitItem.Licence.CC0,
    ),
]
HOW_TO = ("mien-dong", "Chụp ảnh sản phẩm bằng điện thoại")
CREDIT = "Ban biên tập (minh họa)"


def load(world) -> None:
    from portal.demo.news import PUBLISHED

    titles = {piece.text: piece.title for piece in PUBLISHED}
    articles = {
        text: Article.objects.filter(title=title).first()
        for text, title in titles.items()
    }
    Tag.objects.get_or_create(slug=slugify(WARNS), defaults={"name": WARNS})
    if not SafetyContact.objects.exists():
        Tag.objects.filter(slug=slugify(WARNS)).update(warns=True)
        for order, contact in enumerate(CONTACTS):
            SafetyContact.objects.create(order=order, **contact)
    if not SafetyAdvice.objects.exists():
        for order, (audience, title, points, text) in enumerate(ADVICE):
            SafetyAdvice.objects.create(
                audience=audience,
                title=title,
                points="\n".join(points),
                article=articles.get(text),
                order=order,
            )
    if not KitItem.objects.exists():
        _fill_kit(articles)


def _fill_kit(articles: dict[str, Article]) -> None:
    for order, (what, title, description, name, licence) in enumerate(KIT):
        item = KitItem(
            what=what,
            title=title,
            description=description,
            licence=licence,
            credit=CREDIT,
            order=order,
        )
        file = io.BytesIO(_made(name))
        kit.keep(item=item, upload=file, found=kit.look(file, name=name))
    text, title = HOW_TO
    if articles.get(text):
        KitItem.objects.create(
            what=KitItem.What.HOW_TO,
            title=title,
            article=articles[text],
            licence=KitItem.Licence.CC_BY,
            credit=CREDIT,
        )


def _made(name: str) -> bytes:
    if name.endswith(".jpg"):
        return drawing.as_jpeg(SCENES["evening-lesson"]())
    book = Workbook()
    book.remove(book.active)
    for week in range(1, 5):
        sheet = book.create_sheet(f"Tuần {week}")
        sheet.append(["Ngày", "Ý chính", "Ảnh", "Người viết", "Người duyệt", "Đăng ở"])
        for column in "ABCDEF":
            sheet.column_dimensions[column].width = 18
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
