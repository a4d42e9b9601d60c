"""One article of each kind, and of each origin, in the demo's news."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile

from news import actions, files
from news.kinds.document import Document
from news.kinds.guide import Guide, Step
from news.kinds.infographic import Infographic
from news.kinds.reportage import Reportage
from news.kinds.shapes import Placed
from news.kinds.video import Video
from news.models import Article, ArticleFile, Section, Tag
from portal.demo import days, film, pictures
from portal.demo.scenes import SCENES
from vietnam.dates import local_day
from vietnam.slug import slugify

Kind, Origin, Use = Article.Kind, Article.Origin, ArticleFile.Use


@dataclass(frozen=True)
class Piece:
    """`details` is made when the article is: it draws pictures and keeps files."""

    title: str
    lead: str
    section: str
    day: int
    tags: tuple[str, ...]
    body: str = ""
    kind: str = Kind.ARTICLE
    cover: str = ""
    details: Callable[[Any], Any] | None = None
    more: dict[str, str] = field(default_factory=dict)


def _picture(text: str) -> int:
    return pictures.cover(text).pk


def _infographic(world) -> Infographic:
    return Infographic(
        placed=(
            Placed(
                _picture("luot-va-nguoi"),
                "Bên trái: một người đến năm lần. Bên phải: năm người, mỗi người một "
                "lần. Cùng là năm lượt.",
            ),
        ),
        alternative=(
            "Hình có hai bảng đặt cạnh nhau, ở giữa là dấu khác.\n\n"
            "Bảng bên trái: một người được hỗ trợ năm lượt, năm lượt nối thành một "
            "vòng. Bảng bên phải: năm người khác nhau, mỗi người một lượt.\n\n"
            "Cách ghi: “lượt” tăng mỗi lần giúp; “người” chỉ tăng khi gặp người mới. "
            "Báo cáo nên có cả hai con số, vì lượt cho biết tổ bận đến đâu, còn người "
            "cho biết tổ đã đi được bao xa."
        ),
    )


def _reportage(world) -> Reportage:
    return Reportage(
        placed=(
            Placed(
                _picture("tri-thuc-tre"),
                "5 giờ 40. Bốn chiếc xe máy qua đỉnh đèo khi sương còn chưa tan. Máy "
                "tính gói trong chăn, buộc sau yên.",
            ),
            Placed(
                _picture("lop-infographic"),
                "9 giờ 15. Phòng họp xã chật kín. Câu hỏi đầu tiên không phải về máy "
                "tính: “Tờ này gửi lên có bị trả lại nữa không?”",
            ),
            Placed(
                _picture("ba-buoi-toi"),
                "19 giờ. Nhà văn hóa thôn sáng đèn. Bà con đến xem “lớp ban ngày” làm "
                "được gì, rồi ở lại hỏi đến khuya.",
            ),
        )
    )


def _guide(world) -> Guide:
    return Guide(
        tested_on=local_day(days.at(world.now, -20, hour=9)),
        tested_with="Điện thoại Android 13 và iOS 18",
        steps=(
            Step(
                "Mở phần Bảo mật của tài khoản",
                "Vào Cài đặt, tìm mục “Bảo mật” hoặc “Mật khẩu và bảo mật”. Mỗi ứng "
                "dụng gọi tên hơi khác nhau, nhưng đều có.",
                _picture("muoi-viec"),
            ),
            Step(
                "Chọn “Xác thực hai lớp”",
                "Nếu được chọn, hãy lấy ứng dụng tạo mã; mã gửi qua tin nhắn vẫn tốt "
                "hơn không có gì.",
            ),
            Step(
                "Nhập mã để thử",
                "Mở ứng dụng tạo mã, gõ sáu chữ số đang hiện. Sai thì chờ mã kế tiếp, "
                "chừng nửa phút.",
            ),
            Step(
                "Chép mã dự phòng ra giấy",
                "Cất cùng chỗ với giấy tờ quan trọng. Ngày mất điện thoại, tờ giấy ấy "
                "mở được cửa.",
            ),
        ),
    )


_CAPTIONS = """WEBVTT

00:00.500 --> 00:04.800
Một: vì sao phải làm ngay bây giờ?

00:05.200 --> 00:09.800
Hai: đường dẫn này từ đâu ra?

00:10.200 --> 00:14.800
Ba: vì sao cần mã của tôi?
"""


def _video(world) -> Video:
    scenes = [SCENES[name]() for name in ("three-questions", "checked-rumour")]
    scenes.append(SCENES["five-minutes"]())
    shown = _file("ba-cau-hoi.webm", film.webm(scenes, seconds=5), Use.FILM)
    captions = _file("ba-cau-hoi.vtt", _CAPTIONS.encode(), Use.CAPTIONS)
    return Video(
        film=shown.key,
        film_name=shown.name,
        captions=captions.key,
        captions_name=captions.name,
        silent=True,
        transcript=(
            "Phim không lời, ba cảnh vẽ, mỗi cảnh năm giây.\n\n"
            "Cảnh một: một mồi câu màu đỏ dưới làn nước, bên cạnh là ba dấu hỏi. Phụ "
            "đề: “Một: vì sao phải làm ngay bây giờ?”\n\n"
            "Cảnh hai: kính lúp soi lên tấm thẻ, những bong bóng tin nhắn mờ dần. Phụ "
            "đề: “Hai: đường dẫn này từ đâu ra?”\n\n"
            "Cảnh ba: điện thoại với danh sách việc đã đánh dấu và ổ khóa vàng. Phụ "
            "đề: “Ba: vì sao cần mã của tôi?”"
        ),
    )


def _document(world) -> Document:
    issued = local_day(days.at(world.now, -24, hour=9))
    paper = _file("ke-hoach-thang-chuyen-doi-so.docx", _docx(_PAPER), Use.DOCUMENT)
    return Document(
        number="21-KH/TĐTN-BPT",
        issuer="Tỉnh đoàn",
        type="Kế hoạch",
        issued_on=issued,
        effective_on=issued,
        file=paper.key,
        file_name=paper.name,
        confirmed=True,
    )


_PAPER = [
    "KẾ HOẠCH",
    "Ra quân Tháng chuyển đổi số của tuổi trẻ tỉnh",
    "1. Mỗi xã, phường tổ chức ít nhất một buổi hướng dẫn dịch vụ công trực tuyến.",
    "2. Mỗi tổ công nghệ số có ít nhất một đoàn viên tham gia.",
    "3. Báo cáo tách riêng số lượt và số người, gửi trước ngày cuối tháng.",
    "(Văn bản minh họa trong bản dùng thử.)",
]

PIECES = [
    Piece(
        title="Một người năm lượt hay năm người: nhìn một hình là hiểu",
        lead="Báo cáo ghi 120 lượt hỗ trợ thì đã giúp bao nhiêu người? Hình này trả "
        "lời trong mười giây.",
        section="infographic",
        day=7,
        tags=("báo cáo",),
        body="<p>In ra khổ A4, dán cạnh sổ ghi chép của tổ công nghệ số.</p>",
        kind=Kind.INFOGRAPHIC,
        cover="luot-va-nguoi",
        details=_infographic,
    ),
    Piece(
        title="Ba câu hỏi trước khi bấm vào đường dẫn lạ: phim ngắn 15 giây",
        lead="Không lời, có phụ đề, xem được cả khi tắt tiếng. Gửi vào nhóm gia đình "
        "ngay tối nay.",
        section="video",
        day=9,
        tags=("lừa đảo",),
        kind=Kind.VIDEO,
        cover="ba-cau-hoi",
        details=_video,
    ),
    Piece(
        title="Bật xác thực hai lớp trong bốn bước",
        lead="Năm phút làm theo, in ra được để dán ở nhà văn hóa thôn.",
        section="huong-dan",
        day=11,
        tags=("mật khẩu",),
        body="<p>Mật khẩu lộ rồi thì lớp thứ hai vẫn giữ cửa. Bốn bước dưới đây đúng "
        "với hầu hết tài khoản mạng xã hội và thư điện tử.</p>",
        kind=Kind.GUIDE,
        cover="muoi-viec",
        details=_guide,
    ),
    Piece(
        title="Một ngày của đội hình trí thức trẻ, kể bằng ba bức tranh",
        lead="Từ đỉnh đèo lúc mờ sáng đến ngọn đèn nhà văn hóa thôn buổi tối.",
        section="phong-su",
        day=13,
        tags=("tình nguyện",),
        kind=Kind.REPORTAGE,
        cover="tri-thuc-tre",
        details=_reportage,
    ),
    Piece(
        title="Kế hoạch ra quân Tháng chuyển đổi số của tuổi trẻ tỉnh",
        lead="Mỗi xã, phường một buổi hướng dẫn dịch vụ công; mỗi tổ công nghệ số có "
        "đoàn viên; báo cáo tách riêng lượt và người.",
        section="van-ban",
        day=16,
        tags=("văn bản",),
        kind=Kind.DOCUMENT,
        details=_document,
    ),
    Piece(
        title="Cổng Dịch vụ công quốc gia: nộp hồ sơ và theo dõi kết quả tại nhà",
        lead="Nơi chính thức để tra thủ tục, nộp hồ sơ và xem hồ sơ đang ở bước nào.",
        section="ho-tro",
        day=18,
        tags=("dịch vụ công",),
        more={
            "origin": Origin.LINK_OUT,
            "source_name": "Cổng Dịch vụ công quốc gia",
            "source_url": "https://dichvucong.gov.vn/",
        },
    ),
    Piece(
        title="Bà con Côn Minh rủ nhau ghi sổ miến dong trên điện thoại",
        lead="Bản tin của hợp tác xã kể chuyện một quyển sổ tay đã sang trang mới.",
        section="guong-tre-so",
        day=20,
        tags=("nông sản",),
        body="<p>Quyển sổ bìa xanh vẫn còn đó, nhưng từ mùa này mỗi mẻ miến được ghi "
        "bằng điện thoại: ngày tráng, ngày phơi, ai mua, còn nợ bao nhiêu. Các bạn "
        "trẻ trong tổ công nghệ số làm mẫu một tuần, rồi bà con tự ghi.</p>"
        "<p>“Hôm trước quên sổ ở nhà, vẫn trả lời được khách”, một bác cười.</p>"
        "<p><em>Bài minh họa trong bản dùng thử; nhân vật và tình tiết là hư cấu."
        "</em></p>",
        cover="mien-dong",
        more={
            "origin": Origin.PARTNER,
            "source_name": "Bản tin hợp tác xã miến dong Côn Minh",
            "permission": "Ban biên tập bản tin đồng ý bằng thư (minh họa)",
        },
    ),
]


def load(world) -> None:
    sections = {section.slug: section for section in Section.objects.all()}
    publisher = world.users["publisher"]
    for piece in PIECES:
        if Article.objects.filter(title=piece.title).exists():
            continue
        details = piece.details(world).as_details() if piece.details else {}
        article = Article.objects.create(
            title=piece.title,
            lead=piece.lead,
            body=piece.body,
            kind=piece.kind,
            details=details,
            section=sections[piece.section],
            unit=world.units["tinh-doan"],
            byline="Ban biên tập",
            cover=pictures.cover(piece.cover),
            created_by=world.users["editor"],
            publish_at=days.at(world.now, -piece.day, hour=8),
            **piece.more,
        )
        article.tags.set(_tag(name) for name in piece.tags)
        actions.approve_and_publish(article=article, by=publisher, now=world.now)


def _tag(name: str) -> Tag:
    return Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def _file(name: str, data: bytes, use: str) -> ArticleFile:
    return files.take(SimpleUploadedFile(name, data), use=use)


_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main"
_OPEN = "http://schemas.openxmlformats.org"


def _docx(paragraphs: list[str]) -> bytes:
    """A Word document of plain paragraphs (ECMA-376)."""
    words = "".join(
        f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OPEN}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        '.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{_MAIN}+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OPEN}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OPEN}/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_OPEN}/wordprocessingml/2006/main'
        f'"><w:body>{words}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()
