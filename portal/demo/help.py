"""Points with fixed hours, requests for help in every state, the map of tiles."""

from __future__ import annotations

import datetime as dt

from members import cards, consent_texts
from portal.demo.days import at
from portal.demo.units import NEIGHBOUR
from teams.help import first_topics
from teams.models import CommuneTile, DigitalTeam, HelpPoint, HelpRequest, HelpTopic
from vietnam.slug import slugify

Kind, State = HelpPoint.Kind, HelpRequest.State

MORNINGS = "07:30–11:30 thứ Hai đến thứ Sáu"
POINTS = {
    "Cẩm Giàng": [
        ("Bàn hỗ trợ dịch vụ công xã Cẩm Giàng", Kind.SERVICE_CENTRE,
         "Trung tâm Phục vụ hành chính công xã Cẩm Giàng", MORNINGS),
        ("Điểm hỗ trợ số khu di tích Nà Tu", Kind.CULTURE_HOUSE,
         "Nhà văn hóa thôn Nà Tu, xã Cẩm Giàng", "19:30–21:00 thứ Ba"),
    ],
    "Đức Xuân": [
        ("Bàn hỗ trợ dịch vụ công phường Đức Xuân", Kind.SERVICE_CENTRE,
         "Trung tâm Phục vụ hành chính công phường Đức Xuân",
         "07:30–11:30 và 13:30–16:30 thứ Hai đến thứ Sáu"),
    ],
    "Côn Minh": [
        ("Góc số ở chợ phiên Côn Minh", Kind.OTHER, "Chợ xã Côn Minh",
         "06:30–10:00 ngày chợ phiên"),
    ],
    "Ba Bể": [
        ("Điểm hỗ trợ số bưu điện Ba Bể", Kind.POST_OFFICE,
         "Điểm bưu điện – văn hóa xã Ba Bể", "08:00–11:00 thứ Bảy"),
    ],
    "Chợ Đồn": [
        ("Văn phòng Đoàn xã Chợ Đồn", Kind.UNION_OFFICE,
         "Trụ sở UBND xã Chợ Đồn", MORNINGS),
    ],
    "Na Rì": [
        ("Thư viện số Trường THPT Na Rì", Kind.SCHOOL,
         "Trường THPT Na Rì, xã Na Rì", "14:00–16:30 thứ Tư"),
    ],
}  # fmt: skip
# Name, phone, topic by its place, preferred time, hours ago, state, calls, why commune.
ASKED = [
    ("Bà Mến", "+84912500101", 1, "evening", 5, State.WAITING, 0, ""),
    ("Chú Páo", "+84912500102", 2, "", 30, State.MISSED, 1, ""),
    ("Cô Nhâm", "+84912500103", 3, "morning", 52, State.CALLED, 1, ""),
    ("Bác Toán", "+84912500104", 4, "weekend", 120, State.HELPED, 1, ""),
    ("Anh Tủa", "+84912500105", 7, "noon", 60, State.WAITING, 0, "silent"),
    ("Cô Thắm", "+84912500106", 6, "", 26, State.WAITING, 0, "passed_on"),
]
# From north to south, and from west to east: roughly as the communes lie.
MAP = [
    ["", "Bằng Thành", "Cao Minh", "", "Bằng Vân", ""],
    ["", "Nghiên Loan", "Phúc Lộc", "Nà Phặc", "Ngân Sơn", "Thượng Quan"],
    ["Ba Bể", "Chợ Rã", "Thượng Minh", "Hiệp Lực", NEIGHBOUR, "Văn Lang"],
    ["Nam Cường", "Đồng Phúc", "Phủ Thông", "Vĩnh Thông", "Na Rì", "Cường Lợi"],
    ["Quảng Bạch", "Chợ Đồn", "Cẩm Giàng", "Bạch Thông", "Trần Phú", "Xuân Dương"],
    ["Yên Thịnh", "Yên Phong", "Phong Quang", "Đức Xuân", "Côn Minh", ""],
    ["", "Nghĩa Tá", "Thanh Mai", "Bắc Kạn", "Tân Kỳ", ""],
    ["", "", "Chợ Mới", "Thanh Thịnh", "Yên Bình", ""],
]


def load(world) -> None:
    """Done twice is done once."""
    first_topics.plant(HelpTopic)
    for commune, points in POINTS.items():
        unit = world.units[slugify(commune)]
        for name, kind, place, hours in points:
            HelpPoint.objects.get_or_create(
                unit=unit,
                name=name,
                defaults={"kind": kind, "place": place, "hours": hours},
            )
    _place(world)
    team = DigitalTeam.objects.get(
        unit=world.units[slugify("Cẩm Giàng thôn Nà Tu")], area="thôn Nà Tu"
    )
    topics = list(HelpTopic.objects.all())
    morning = at(world.now, 0, hour=9)
    for number, line in enumerate(ASKED):
        name, phone, topic, prefers, hours_ago, state, calls, why = line
        sent_at = min(morning, world.now) - dt.timedelta(hours=hours_ago)
        HelpRequest.objects.get_or_create(
            press=f"demo{number:028d}",
            defaults={
                "code": cards.draw(cards.LENGTH),
                "name": name,
                "phone": phone,
                "commune": world.units[slugify("Cẩm Giàng")],
                "area": "Nà Tu",
                "topic": topics[topic % len(topics)],
                "prefers": prefers,
                "agreed_version": consent_texts.stamp("teams.help"),
                "state": state,
                "team": team,
                "why_commune": why,
                "sent_at": sent_at,
                "moved_at": min(sent_at + dt.timedelta(hours=20), world.now),
                "calls": calls,
            },
        )


def _place(world) -> None:
    for row, names in enumerate(MAP, start=1):
        for column, name in enumerate(names, start=1):
            # Two names that fold to one address (portal.demo.units).
            key = slugify(name) + ("-2" if name == NEIGHBOUR else "")
            unit = world.units.get(key) if name else None
            if unit:
                place = {"row": row, "column": column}
                CommuneTile.objects.get_or_create(unit=unit, defaults=place)
