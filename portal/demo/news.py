"""Six sections, four published articles, one draft and one that waits for its time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from news import actions
from news.models import Article, Section
from vietnam.dates import VIETNAM

TEXTS = Path(__file__).resolve().parent / "texts"

SECTIONS = [
    (
        "tin-hoat-dong",
        "Tin hoạt động",
        "Đoàn viên, thanh niên đang làm gì để đưa công nghệ số về từng thôn bản.",
    ),
    (
        "kien-thuc-so",
        "Kiến thức số",
        "Hướng dẫn ngắn, làm theo được ngay trên chiếc điện thoại của bạn.",
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
]

# Text, section, title, lead, byline, how long ago it came out.
PUBLISHED = [
    (
        "ba-buoi-toi",
        "tin-hoat-dong",
        "Ba buổi tối ở nhà văn hóa thôn: từ chiếc điện thoại cũ đến tờ khai trực tuyến "
        "đầu tiên",
        "Tổ công nghệ số xã Cẩm Giàng mang ổ cắm, tờ hướng dẫn chữ to và rất nhiều "
        "kiên nhẫn đến với bà con.",
        "Tổ công nghệ số xã Cẩm Giàng",
        dt.timedelta(hours=20),
    ),
    (
        "ba-cau-hoi",
        "an-toan-so",
        "Cuộc gọi “nâng cấp VNeID”: nhận ra bẫy chỉ bằng ba câu hỏi",
        "Kẻ gian thay kịch bản mỗi tuần, nhưng chưa kịch bản nào đứng vững trước ba "
        "câu hỏi này.",
        "Ban biên tập",
        dt.timedelta(days=2, hours=3),
    ),
    (
        "mien-dong",
        "guong-tre-so",
        "Miến dong lên sàn: nhóm bạn trẻ Côn Minh học chụp ảnh bán hàng",
        "Một tấm vải màn, một tờ bìa trắng và ánh nắng lúc ba giờ chiều đã đổi vận cho "
        "gian hàng không ai ghé.",
        "Đoàn xã Côn Minh",
        dt.timedelta(days=4, hours=1),
    ),
    (
        "muoi-viec",
        "kien-thuc-so",
        "Mười việc cần làm trong năm phút để khóa chặt tài khoản mạng xã hội",
        "Không cần giỏi công nghệ, chỉ cần một ấm trà và chiếc điện thoại của bạn.",
        "Ban biên tập",
        dt.timedelta(days=7, hours=5),
    ),
]
SCHEDULED = (
    "ba-ngoai",
    "moi-ngay-mot-tin-tot",
    "Nữ sinh lớp 9 dạy bà ngoại xem sổ sức khỏe trên điện thoại",
    "Mỗi tối nửa tiếng, hai bà cháu học cùng nhau, rồi mấy bà bạn cũng sang học ké.",
    "Chi đoàn thôn Nà Tu",
)
DRAFT = (
    "goc-stem",
    "cau-chuyen-dep",
    "Góc STEM cuối hành lang: câu lạc bộ nhỏ, ý tưởng không nhỏ",
    "Mười bốn bạn học sinh, hai hộp linh kiện cũ và một góc hành lang bỏ trống.",
    "Đoàn Trường THPT Na Rì",
)
# The scheduled one comes out in the morning, two days ahead.
MORNING = dt.time(7, 30)


def load(world) -> None:
    sections = {
        slug: Section.objects.get_or_create(
            slug=slug,
            defaults={"name": name, "description": description, "order": order},
        )[0]
        for order, (slug, name, description) in enumerate(SECTIONS, start=1)
    }
    publisher = world.users["publisher"]
    for *article, ago in PUBLISHED:
        row = _article(world, sections, *article)
        if row.state == Article.State.DRAFT:
            row.publish_at = world.now - ago
            row.save(update_fields=["publish_at"])
            actions.approve_and_publish(article=row, by=publisher, now=world.now)
    row = _article(world, sections, *SCHEDULED)
    if row.state == Article.State.DRAFT:
        day = world.now.astimezone(VIETNAM).date() + dt.timedelta(days=2)
        at = dt.datetime.combine(day, MORNING, tzinfo=VIETNAM)
        actions.approve_and_schedule(article=row, by=publisher, now=world.now, at=at)
    _article(world, sections, *DRAFT)


def _article(world, sections, text, section, title, lead, byline) -> Article:
    """The article of that title; what staff changed since stays as it is."""
    return Article.objects.get_or_create(
        title=title,
        defaults={
            "section": sections[section],
            "unit": world.units["tinh-doan"],
            "lead": lead,
            "body": (TEXTS / f"{text}.html").read_text("utf-8"),
            "byline": byline,
            "created_by": world.users["editor"],
        },
    )[0]
