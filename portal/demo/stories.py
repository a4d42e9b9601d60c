"""Good news of the last days, a checked rumour, stories that readers sent in."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from dataclasses import dataclass

from content.pictures import reading
from members.models import Person
from news import actions, rumours, stories
from news.models import Article, Contribution, FactCheck, Section
from news.stories import Told
from portal.demo import days, drawing
from portal.demo.scenes import SCENES
from vietnam.dates import local_day

DAILY, WEEKLY = "moi-ngay-mot-tin-tot", "cau-chuyen-dep"


@dataclass(frozen=True)
class Good:
    """A short piece, `day` days ago."""

    day: int
    title: str
    lead: str
    body: str
    byline: str
    section: str = DAILY
    unit: str = "cam-giang"


NEWS = [
    Good(
        1,
        "Trả lại chiếc ví nhặt được ở bến xe nhờ một dòng tin trong nhóm thôn",
        "Trong ví có giấy tờ và gần ba triệu đồng; chưa đầy một giờ sau, chủ ví đã "
        "có mặt.",
        "Tan buổi sinh hoạt chi đoàn, Hoàng Văn Đạt nhặt được chiếc ví ở bến xe. Em "
        "nhắn vào nhóm của thôn, chỉ tả màu ví chứ không chụp giấy tờ bên trong. Người "
        "mất gọi lại, nói đúng từng thứ trong ví. “Em không đăng ảnh căn cước của bác, "
        "vì lỡ có người xấu chép lại”, Đạt kể.",
        "Chi đoàn thôn Nà Tu",
    ),
    Good(
        2,
        "Nhóm bạn trẻ chợ phiên in bảng giá chữ to cho các bà bán rau",
        "Bảng giá kèm mã QR nhận tiền, in trên bìa cứng, ép nhựa chống mưa.",
        "Chợ phiên có mười hai sạp rau, chủ sạp phần lớn đã ngoài sáu mươi. Nhóm bạn "
        "trẻ hỏi giá từng sạp, in bảng chữ to và dán mã QR của chính chủ sạp. Trước "
        "khi ra về, các bạn dặn: nghe loa báo tiền về rồi hãy đưa hàng.",
        "Đoàn xã Chợ Đồn",
    ),
    Good(
        3,
        "Giờ ra chơi, câu lạc bộ tin học sửa xong bốn chiếc máy tính cũ của thư viện",
        "Bốn chiếc máy tưởng phải thanh lý nay lại tra được sách.",
        "Ổ cứng kêu, quạt bám bụi, một thanh nhớ lỏng chân: mỗi giờ ra chơi các bạn "
        "gỡ một lỗi. Sau hai tuần, bốn máy khởi động được. Cô thủ thư dán lên màn hình "
        "mẩu giấy: “Máy do các bạn lớp 11 cứu sống”.",
        "Đoàn Trường THPT Na Rì",
    ),
    Good(
        5,
        "Đoàn viên chở bình nước sạch lên điểm trường lẻ sau trận mưa lớn",
        "Đường sạt, xe máy không qua được, các bạn gùi bộ đoạn cuối.",
        "Điểm trường mất nước hai ngày. Mười một đoàn viên chia nhau gùi hai mươi "
        "bình, đi bộ gần ba cây số. Bữa trưa hôm ấy cô trò có canh nóng, còn các bạn "
        "được mời ở lại ăn cùng.",
        "Đoàn xã Nghiên Loan",
    ),
    Good(
        7,
        "Một buổi sáng, ba mươi cụ có ảnh chân dung để thờ và để tặng con cháu",
        "Phông vải, ghế gỗ, một chiếc máy ảnh mượn và rất nhiều tiếng cười.",
        "Các cụ đến từ sớm, áo chàm mới giặt. Có cụ xin chụp thêm một kiểu với con "
        "trâu. Ảnh được in tại chỗ, lồng khung; bản số gửi cho con cháu ở xa sau khi "
        "các cụ gật đầu.",
        "Đoàn xã Côn Minh",
    ),
    Good(
        8,
        "Anh công nhân dạy hàng xóm khóa số lạ sau cuộc gọi giả danh điện lực",
        "Một cuộc gọi dọa cắt điện, một ấm trà và mười chiếc điện thoại được cài lại.",
        "Nghe bà hàng xóm kể vừa bị dọa cắt điện, anh Lý Văn Sơn mời cả xóm sang uống "
        "trà. Anh chỉ cách chặn số, cách gọi lại tổng đài in trên hóa đơn. “Ai giục "
        "thì mình càng phải chậm”, anh nói.",
        "Chi đoàn khu công nghiệp Thanh Bình",
    ),
    Good(
        9,
        "Chuyện ông giáo về hưu và lớp đọc sách qua loa của thôn",
        "Bảy giờ tối, loa thôn không đọc thông báo mà đọc truyện; người đọc là ông "
        "giáo bảy mươi tư tuổi và đám học trò cũ.",
        "Loa của thôn vốn chỉ báo họp và báo bão. Mùa đông năm ngoái, ông giáo Nông "
        "Văn Bình xin mười lăm phút mỗi tối thứ Bảy để đọc truyện. Học trò cũ của ông "
        "thu âm, lọc tiếng gió, hẹn giờ phát. Đến nay đã có bốn mươi buổi. Có nhà tắt "
        "ti vi để nghe, có em nhỏ chép lại lời ông để tập đọc.",
        "Ban biên tập",
        section=WEEKLY,
    ),
]

RUMOUR = "Tin đồn về “phí kích hoạt căn cước”: thông tin đúng và nguồn kiểm chứng"


def load(world) -> None:
    for slug, rhythm in ((DAILY, "daily"), (WEEKLY, "weekly")):
        Section.objects.filter(slug=slug, rhythm="").update(rhythm=rhythm)
    for piece in NEWS:
        _publish(world, piece)
    _check(world)
    _send_in(world)
    _report(world)


def _publish(world, piece: Good) -> None:
    article, _made = Article.objects.get_or_create(
        title=piece.title,
        defaults={
            "section": Section.objects.get(slug=piece.section),
            "unit": world.units[piece.unit],
            "lead": piece.lead,
            "body": f"<p>{piece.body}</p>",
            "byline": piece.byline,
            "created_by": world.users["editor"],
        },
    )
    if article.state == Article.State.DRAFT:
        article.publish_at = days.at(world.now, -piece.day, hour=7)
        article.save(update_fields=["publish_at"])
        by = world.users["publisher"]
        actions.approve_and_publish(article=article, by=by, now=world.now)


def _check(world) -> None:
    day = local_day(world.now) - dt.timedelta(days=2)
    FactCheck.objects.get_or_create(
        article=Article.objects.get(title=RUMOUR),
        defaults={
            "claim": "Ai chưa nộp “phí kích hoạt căn cước” trước cuối tháng sẽ bị "
            "khóa thẻ.",
            "verdict": FactCheck.Verdict.FALSE,
            "finding": "Không có khoản phí nào như vậy. Thẻ căn cước được cấp là dùng "
            "được; đăng ký và kích hoạt tài khoản VNeID đều miễn phí.",
            "source_name": "Cổng thông tin VNeID, Bộ Công an",
            "source_url": "https://vneid.gov.vn/",
            "checked_on": day,
        },
    )


# --- Stories of readers ---------------------------------------------------------


def _send_in(world) -> None:
    editor = world.users["editor"]
    member = world.users["member"].person
    first, second, third = world.people[:3]
    pictures = [_picture("grandmother"), _picture("evening-lesson")]
    sent(
        world,
        member,
        "Góc học tập trong ngôi nhà cộng đồng",
        "Từ đầu tháng, chi đoàn em dọn lại góc cuối nhà cộng đồng, kê hai chiếc bàn và "
        "kéo một đường điện.\n\nTối nào cũng có bảy, tám em nhỏ đến làm bài. Ai biết "
        "gì dạy nấy: anh Tuấn dạy toán, chị Mùi dạy gõ bàn phím.",
        hours=5,
        pictures=pictures,
        as_unit=True,
    )
    sent(
        world,
        first,
        "Cây cầu tre bắc trong một ngày",
        "Nước lũ cuốn mất cây cầu nhỏ qua suối. Sáng Chủ nhật, hơn hai mươi người "
        "trong thôn cùng chặt tre, buộc lạt, chiều đã đi qua được.",
        hours=20,
    )
    back = sent(
        world,
        second,
        "Tủ sách bên quán nước",
        "Quán nước đầu ngõ có thêm một tủ sách, ai cũng mượn được.",
        hours=30,
    )
    if back:
        remark = "Bạn cho biết thêm tủ sách ở thôn nào, ai lập và có bao nhiêu cuốn."
        stories.give_back(story=back, by=editor, now=world.now, remark=remark)
    away = sent(
        world,
        third,
        "Giảm giá máy tính mùa tựu trường",
        "Cửa hàng đang giảm giá mười phần trăm cho học sinh, mời các bạn ghé.",
        hours=40,
    )
    if away:
        remark = "Đây là tin quảng cáo. Mời bạn kể một việc tử tế mà bạn chứng kiến."
        stories.refuse(story=away, by=editor, now=world.now, remark=remark)
    used = sent(
        world,
        first,
        "Mớ rau đầu mùa gửi bếp ăn điểm trường",
        "Vườn rau của chi đoàn vừa cho lứa đầu. Cả lứa ấy, hai mươi cân cải, các bạn "
        "gửi hết cho bếp ăn của điểm trường lẻ.",
        hours=50,
        pictures=[_picture("drying-noodles")],
        publish_name=True,
    )
    if used:
        stories.accept(story=used, by=editor, now=world.now)


def sent(
    world,
    sender: Person,
    title: str,
    text: str,
    *,
    hours: int,
    pictures: list[reading.Reading] | None = None,
    as_unit: bool = False,
    publish_name: bool = False,
) -> Contribution | None:
    """The story as it was just sent; None when an earlier start has sent it."""
    press = hashlib.sha256(f"demo:{title}".encode()).hexdigest()[:32]
    if Contribution.objects.filter(sender=sender, press=press).exists():
        return None
    return stories.send(
        sender=sender,
        press=press,
        told=Told(
            title=title,
            text=text,
            section=Section.objects.get(slug=DAILY),
            as_unit=as_unit,
            publish_name=publish_name,
            faces_agreed=bool(pictures),
        ),
        images=pictures or [],
        now=world.now - dt.timedelta(hours=hours),
    )


def _picture(scene: str) -> reading.Reading:
    file = io.BytesIO(drawing.as_jpeg(SCENES[scene]()))
    return reading.read(file, name=f"{scene}.jpg")


def _report(world) -> None:
    told = [
        (
            "Nhóm Zalo của thôn truyền nhau: tháng sau SIM nào chưa quét mặt ở trang "
            "này sẽ bị khóa, kèm một đường dẫn lạ.",
            "0912 000 111",
        ),
        ("Nghe nói xã sắp thu tiền đổi sổ đỏ sang bản điện tử, có đúng không?", ""),
    ]
    for number, (text, contact) in enumerate(told):
        rumours.report(
            text=text,
            url="",
            contact=contact,
            press=f"{number:032x}",
            now=world.now - dt.timedelta(hours=3 + number),
        )
