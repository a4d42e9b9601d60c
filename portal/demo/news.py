"""The sections and twelve articles: ten out, one that waits, one under review.

A draft that is not finished yet stands beside them, for the editors' queue.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from string import Template

from news import actions
from news.models import Article, FrontPageSlot, Section, Tag
from portal.demo import days, pictures
from portal.demo.contests import OPEN, window
from vietnam.dates import day_text, deadline_text
from vietnam.slug import slugify

TEXTS = Path(__file__).resolve().parent / "texts"
Kind = Article.Kind

SECTIONS = [
    (
        "tin-hoat-dong",
        "Tin hoạt động",
        "Đoàn viên, thanh niên đang làm gì để đưa công nghệ số về từng thôn bản.",
    ),
    (
        "kien-thuc-so",
        "Kiến thức số",
        "Hiểu rồi làm: những điều nên biết về công nghệ, kể bằng lời dễ hiểu.",
    ),
    (
        "an-toan-so",
        "An toàn số",
        "Nhận ra bẫy lừa đảo, giữ tài khoản và dữ liệu cá nhân của mình.",
    ),
    (
        "guong-tre-so",
        "Gương trẻ số",
        "Những người trẻ dùng công nghệ để làm ăn, học tập và giúp đỡ bà con.",
    ),
    (
        "moi-ngay-mot-tin-tot",
        "Mỗi ngày một tin tốt",
        "Mỗi ngày một việc nhỏ mà ấm lòng, do các cơ sở Đoàn gửi về.",
    ),
    (
        "cau-chuyen-dep",
        "Câu chuyện đẹp",
        "Mỗi tuần một câu chuyện dài hơi về người thật, việc thật quanh ta.",
    ),
    (
        "infographic",
        "Infographic",
        "Một hình, một ý, kèm bản chữ cho người không xem được hình.",
    ),
    ("video", "Video", "Đoạn phim ngắn có phụ đề, xem được cả khi tắt tiếng."),
    (
        "phong-su",
        "Phóng sự",
        "Đi đến tận nơi, nghe tận tai rồi mới kể lại.",
    ),
    (
        "huong-dan",
        "Hướng dẫn",
        "Từng bước một, in được ra giấy, làm theo được ngay.",
    ),
    (
        "dia-chi-do-so-hoa",
        "Địa chỉ đỏ số hóa",
        "Di tích, truyền thống quê hương trên chiếc điện thoại của người trẻ.",
    ),
    (
        "khong-gian-so-va-cau-lac-bo",
        "Không gian số và câu lạc bộ",
        "Nơi học sinh, sinh viên cùng mày mò, sửa chữa và sáng tạo.",
    ),
    (
        "van-ban",
        "Văn bản",
        "Kế hoạch, công văn, hướng dẫn của Tỉnh đoàn, có tóm tắt dễ đọc.",
    ),
    (
        "ho-tro",
        "Hỗ trợ",
        "Hỏi ai, ở đâu, vào giờ nào khi gặp khó với dịch vụ số.",
    ),
]


@dataclass(frozen=True)
class Piece:
    """One article; `text` names its file under texts/ and its picture."""

    text: str
    section: str
    title: str
    lead: str
    byline: str = "Ban biên tập"
    kind: str = Kind.ARTICLE
    unit: str = "tinh-doan"
    # How many days ago it came out, and at which hour.
    day: int = 0
    hour: int = 8
    tags: tuple[str, ...] = ()


PUBLISHED = [
    Piece(
        text="ba-buoi-toi",
        tags=("VNeID", "dịch vụ công"),
        section="tin-hoat-dong",
        title="Ba buổi tối ở nhà văn hóa thôn: từ chiếc điện thoại cũ đến tờ khai trực "
        "tuyến đầu tiên",
        lead="Tổ công nghệ số xã Cẩm Giàng mang ổ cắm, tờ hướng dẫn chữ to và rất "
        "nhiều kiên nhẫn đến với bà con.",
        byline="Tổ công nghệ số xã Cẩm Giàng",
        day=1,
        hour=17,
    ),
    Piece(
        text="tin-don-can-cuoc",
        tags=("VNeID", "lừa đảo"),
        section="an-toan-so",
        title="Tin đồn về “phí kích hoạt căn cước”: thông tin đúng và nguồn kiểm chứng",
        lead="Không có khoản phí nào như lời nhắn đang lan truyền. Đây là những gì đã "
        "được kiểm chứng, và cách để bạn tự kiểm chứng lần sau.",
        day=2,
        hour=8,
    ),
    Piece(
        text="ba-cau-hoi",
        tags=("VNeID", "lừa đảo"),
        section="an-toan-so",
        title="Cuộc gọi “nâng cấp VNeID”: nhận ra bẫy chỉ bằng ba câu hỏi",
        lead="Kẻ gian thay kịch bản mỗi tuần, nhưng chưa kịch bản nào đứng vững trước "
        "ba câu hỏi này.",
        day=3,
        hour=7,
    ),
    Piece(
        text="lop-infographic",
        tags=("truyền thông",),
        section="tin-hoat-dong",
        title="Mở đăng ký lớp “Làm infographic trong một buổi chiều” cho cán bộ chi "
        "đoàn",
        lead="Bốn mươi chỗ, học bằng điện thoại, mỗi người ra về với một tờ "
        "infographic của chính chi đoàn mình.",
        byline="Đoàn xã Chợ Đồn",
        day=4,
        hour=9,
    ),
    Piece(
        text="mien-dong",
        tags=("nông sản", "truyền thông"),
        section="guong-tre-so",
        title="Miến dong lên sàn: nhóm bạn trẻ Côn Minh học chụp ảnh bán hàng",
        lead="Một tấm vải màn, một tờ bìa trắng và ánh nắng lúc ba giờ chiều đã đổi "
        "vận cho gian hàng không ai ghé.",
        byline="Đoàn xã Côn Minh",
        day=5,
        hour=16,
    ),
    Piece(
        text="ba-ngoai",
        tags=("sức khỏe", "VNeID"),
        section="moi-ngay-mot-tin-tot",
        title="Nữ sinh lớp 9 dạy bà ngoại xem sổ sức khỏe trên điện thoại",
        lead="Mỗi tối nửa tiếng, hai bà cháu học cùng nhau, rồi mấy bà bạn cũng sang "
        "học ké.",
        byline="Chi đoàn thôn Nà Tu",
        day=6,
        hour=7,
    ),
    Piece(
        text="muoi-viec",
        tags=("lừa đảo", "mật khẩu"),
        section="kien-thuc-so",
        title="Mười việc cần làm trong năm phút để khóa chặt tài khoản mạng xã hội",
        lead="Không cần giỏi công nghệ, chỉ cần một ấm trà và chiếc điện thoại của "
        "bạn.",
        day=8,
        hour=19,
    ),
    Piece(
        text="tri-thuc-tre",
        tags=("tình nguyện", "văn bản"),
        section="phong-su",
        title="Đội hình trí thức trẻ vượt đèo về Nghiên Loan dạy soạn văn bản",
        lead="Tám chiếc máy tính gói trong chăn, hai mươi hai học viên và ba tờ giấy "
        "mà chi đoàn nào cũng phải viết.",
        byline="Đội hình trí thức trẻ tình nguyện",
        day=10,
        hour=8,
    ),
    Piece(
        text="lich-cuoc-thi",
        tags=("cuộc thi",),
        section="huong-dan",
        title="Cuộc thi Ý tưởng chuyển đổi số: lịch nhận bài, cách chấm và câu hỏi hay "
        "gặp",
        lead="Nhận bài đến khi nào, giám khảo nhìn vào đâu, mười ba tuổi có thi được "
        "không: trả lời gọn trong một trang.",
        byline="Ban Thư ký cuộc thi",
        day=12,
        hour=9,
    ),
    Piece(
        text="ma-qr-na-tu",
        tags=("di tích",),
        section="dia-chi-do-so-hoa",
        title="Tổ công nghệ số xã Cẩm Giàng mang mã QR lên khu di tích Nà Tu",
        lead="Quét một lần là nghe được câu chuyện của nơi này; muốn vậy, cả nhóm đã "
        "phải làm lại từ đầu đến ba lần.",
        byline="Đoàn xã Cẩm Giàng",
        day=14,
        hour=15,
    ),
]
SCHEDULED = Piece(
    text="goc-stem",
    tags=("STEM", "cuộc thi"),
    section="cau-chuyen-dep",
    title="Góc STEM cuối hành lang: câu lạc bộ nhỏ, ý tưởng không nhỏ",
    lead="Mười bốn bạn học sinh, hai hộp linh kiện cũ và một góc hành lang từng bị bỏ "
    "quên.",
    byline="Đoàn Trường THPT Na Rì",
)
IN_REVIEW = Piece(
    text="luot-va-nguoi",
    tags=("báo cáo",),
    section="kien-thuc-so",
    title="Vì sao báo cáo tháng của tổ nên tách “lượt” với “người”?",
    lead="Một trăm hai mươi là một trăm hai mươi người, hay bốn mươi người mỗi người "
    "ba lần? Câu trả lời đổi cả cách nhìn.",
)
DRAFT = Piece(
    text="video-hai-lop",
    tags=("mật khẩu",),
    section="video",
    title="Một phút bật xác thực hai lớp",
    lead="Đoạn phim ngắn quay màn hình điện thoại, có phụ đề, xem được khi tắt tiếng.",
    byline="Đoàn Trường Cao đẳng Bắc Kạn",
    kind=Kind.VIDEO,
)


def load(world) -> None:
    sections = {
        slug: Section.objects.get_or_create(
            slug=slug,
            defaults={"name": name, "description": description, "order": order},
        )[0]
        for order, (slug, name, description) in enumerate(SECTIONS, start=1)
    }
    publisher = world.users["publisher"]
    for piece in PUBLISHED:
        article = _article(world, sections, piece)
        if article.state == Article.State.DRAFT:
            article.publish_at = days.at(world.now, -piece.day, hour=piece.hour)
            article.save(update_fields=["publish_at"])
            actions.approve_and_publish(article=article, by=publisher, now=world.now)
    article = _article(world, sections, SCHEDULED)
    if article.state == Article.State.DRAFT:
        at = days.at(world.now, 2, hour=7, minute=30)
        actions.approve_and_schedule(
            article=article, by=publisher, now=world.now, at=at
        )
    article = _article(world, sections, IN_REVIEW)
    if article.state == Article.State.DRAFT:
        actions.submit(article=article, by=world.users["editor"], now=world.now)
    _article(world, sections, DRAFT)
    _front_page(world)


def _article(world, sections, piece: Piece) -> Article:
    """The article of that title; what staff changed since stays as it is."""
    article, made = Article.objects.get_or_create(
        title=piece.title,
        defaults={
            "kind": piece.kind,
            "section": sections[piece.section],
            "unit": world.units[piece.unit],
            "lead": piece.lead,
            "body": _body(piece.text, world.now),
            "byline": piece.byline,
            "cover": pictures.cover(piece.text),
            "created_by": world.users["editor"],
        },
    )
    if made:
        article.tags.set(_tag(name) for name in piece.tags)
    return article


def _tag(name: str) -> Tag:
    return Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def _front_page(world) -> None:
    """What leads at home, and the call for ideas until it closes."""
    _opens, closes = window(OPEN, world.now)
    chosen = {"ba-buoi-toi": days.at(world.now, 4, hour=18), "lich-cuoc-thi": closes}
    titles = {piece.text: piece.title for piece in PUBLISHED}
    for order, (text, until) in enumerate(chosen.items(), start=1):
        FrontPageSlot.objects.get_or_create(
            article=Article.objects.get(title=titles[text]),
            defaults={"order": order, "until": until},
        )


def _body(text: str, now: dt.datetime) -> str:
    """The text with the days of the contest that takes entries now."""
    opens, closes = window(OPEN, now)
    template = Template((TEXTS / f"{text}.html").read_text("utf-8"))
    return template.substitute(opens=day_text(opens), closes=deadline_text(closes))
