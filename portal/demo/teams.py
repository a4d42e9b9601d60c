"""A team for each of the 37 communes and sixty villages, some gaps among them.

The people are made up; their names are of the kinds one hears there: Tày, Nùng, Dao,
Hmong, Kinh.
"""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from members.models import Person
from portal.demo.files import rosters
from portal.demo.units import COMMUNES, WARDS
from teams import actions
from teams.coverage import gaps
from teams.models import DigitalTeam, TeamMember
from vietnam.dates import local_day
from vietnam.fold import fold
from vietnam.slug import slugify

Role = TeamMember.Role
Level = DigitalTeam.Level

NAME = "Tổ công nghệ số cộng đồng"
# Commune and its villages; "tổ" in the wards.
VILLAGES = {
    "Đức Xuân": ["tổ 3", "tổ 7"],
    "Bắc Kạn": ["tổ 4", "tổ 11A", "tổ 15"],
    "Cẩm Giàng": ["thôn Nà Tu", "thôn Khuổi Dấm", "thôn Nà Ngăm"],
    "Côn Minh": ["thôn Chợ B", "thôn Nà Ngoàn", "thôn Bản Cuôn"],
    "Nghiên Loan": ["thôn Khuổi Muổng", "thôn Nà Vài", "thôn Phja Đeng"],
    "Ba Bể": ["thôn Pác Ngòi", "thôn Bó Lù", "thôn Cốc Tộc"],
    "Chợ Rã": ["thôn Pàn Han", "thôn Nà Mô"],
    "Na Rì": ["thôn Hát Deng", "thôn Nà Đăng", "thôn Giả Dìa"],
    "Chợ Đồn": ["thôn Bản Duồng", "thôn Nà Pài", "thôn Tổng Mụ"],
    "Chợ Mới": ["thôn Nà Mố", "thôn Khuổi Rẹt"],
    "Ngân Sơn": ["thôn Bản Súng", "thôn Đông Chót"],
    "Nà Phặc": ["thôn Nà Nọi", "thôn Lũng Lịa"],
    "Phủ Thông": ["thôn Nà Hái", "thôn Đèo Giàng"],
    "Bằng Thành": ["thôn Khuổi Lè", "thôn Nà Lại"],
    "Cao Minh": ["thôn Khuổi Bốc", "thôn Bản Nghè"],
    "Phúc Lộc": ["thôn Phiêng Chỉ", "thôn Nà Đuổn"],
    "Thượng Minh": ["thôn Khuổi Tấu", "thôn Nà Làng"],
    "Đồng Phúc": ["thôn Nà Khâu", "thôn Bản Chán"],
    "Yên Thịnh": ["thôn Bản Cậu", "thôn Phiêng Lằm"],
    "Nam Cường": ["thôn Bản Chảy", "thôn Lũng Noong"],
    "Quảng Bạch": ["thôn Bản Khắt", "thôn Khuổi Đẩy"],
    "Văn Lang": ["thôn Nà Dường", "thôn Khau Lạ"],
    "Trần Phú": ["thôn Nà Coòng", "thôn Lũng Cào"],
    "Cường Lợi": ["thôn Nà Sla", "thôn Pò Nim"],
    "Xuân Dương": ["thôn Nà Dăm", "thôn Cốc Càng"],
    "Thanh Mai": ["thôn Khuổi Quân", "thôn Bản Ruộc"],
    "Yên Bình": ["thôn Nà Hoáng", "thôn Thôm Bó"],
}
FAMILIES = [
    "Nông", "Hoàng", "Triệu", "Ma", "Lường", "Đàm", "Bế", "Lục", "Hứa", "Vi",  # Tày
    "Bàn", "Đặng", "Phùng", "Chảo", "Tẩn",  # Dao
    "Giàng", "Vàng", "Lầu", "Sùng", "Thào",  # Hmong
    "Nguyễn", "Trần", "Phạm", "Dương",
]  # fmt: skip
HMONG = {"Giàng", "Vàng", "Lầu", "Sùng", "Thào"}
DAO = {"Bàn", "Đặng", "Phùng", "Chảo", "Tẩn"}
MEN = ["Văn", "Đức", "Quang", "Thế", "Minh", "Ngọc"]
DAO_MEN = ["Phúc", "Tiến", "Quầy", "Kiềm", "Hữu"]
WOMEN_NAMES = [
    "Bích", "Diệp", "Đào", "Hằng", "Liễu", "Luyến", "Mến", "Ngân", "Nhâm", "Oanh",
    "Phượng", "Quyên", "Sen", "Thắm", "Tuyền", "Xuân", "Yến",
]  # fmt: skip
MEN_NAMES = [
    "An", "Chiến", "Giang", "Hậu", "Kiên", "Lực", "Quảng", "Tấn", "Thuyên", "Toán",
    "Úy", "Vần", "Vinh",
]  # fmt: skip
HMONG_WOMEN_NAMES = ["Dế", "Dơ", "Mỷ", "Sáy"]
HMONG_MEN_NAMES = ["Chứ", "Páo", "Sính", "Tủa"]
PLACES = [
    ("Nhà văn hóa thôn, tổ dân phố", "19:30–21:00 thứ Ba, thứ Năm"),
    ("Trung tâm Phục vụ hành chính công xã, phường", "07:30–11:30 thứ Hai đến thứ Sáu"),
    ("Điểm bưu điện – văn hóa xã", "08:00–11:00 thứ Bảy"),
]
NOTE = (
    "Mang theo điện thoại và căn cước của bạn. Tổ hướng dẫn, bạn tự bấm; không ai giữ "
    "hộ mật khẩu."
)
FOUNDED = dt.date(2025, 8, 15)
# Villages whose team has no Union member; a list in VAR/demo closes two of them.
GAPS = {
    ("Nghiên Loan", "thôn Phja Đeng"),
    ("Bằng Thành", "thôn Khuổi Lè"),
    ("Quảng Bạch", "thôn Khuổi Đẩy"),
    ("Xuân Dương", "thôn Cốc Càng"),
}
ENDED = ("Phủ Thông", "thôn Đèo Giàng")


def load(world) -> None:
    """Done twice is done once: a team that is there is left alone."""
    names = _names()
    for commune in [*WARDS, *COMMUNES]:
        unit = world.units[slugify(commune)]
        title = f"{NAME} {unit}"
        _team(world, unit, title, Level.COMMUNE, "", names)
        for village in VILLAGES.get(commune, []):
            branch = world.units.get(slugify(f"{commune} {village}"), unit)
            has_gap = (commune, village) in GAPS
            title = f"{NAME} {village}"
            _team(world, branch, title, Level.VILLAGE, village, names, has_gap=has_gap)
            if (commune, village) == ENDED:
                _end(world, branch, title)
    _known_people(world)
    open_gaps = gaps(world.users["team_coordinator"], world.now)[:2]
    if open_gaps:
        rosters.write_all([(team.name, team.unit.name) for team in open_gaps])


def _team(world, unit, title, level, area, names, *, has_gap=False) -> None:
    if DigitalTeam.objects.filter(unit=unit, name_folded=fold(title)).exists():
        return
    number = DigitalTeam.objects.count()
    released = {}
    if level == Level.COMMUNE or number % 2:
        own = 1 if level == Level.COMMUNE else (0 if number % 4 == 1 else 2)
        place, hours = PLACES[own]
        released = {"public_place": place, "public_hours": hours, "public_note": NOTE}
    team = actions.create_team(
        unit=unit,
        name=title,
        now=world.now,
        level=level,
        area=area,
        households=48 + number * 7 % 90 if area else None,
        decision_number=f"{number + 12}/QĐ-UBND",
        decision_date=FOUNDED,
        active_from=FOUNDED,
        **released,
    )
    roles = [Role.LEADER, Role.DEPUTY, *[Role.MEMBER] * (2 + number % 3)]
    for place, role in enumerate(roles):
        full_name, born = next(names)
        young = place >= 2 and not has_gap
        if young:
            born = born.replace(year=1997 + number * 3 % 11)
        person = Person.objects.create(
            full_name=full_name,
            birth_date=born,
            unit=unit,
            email=f"to{number:03d}-{place}@example.com",
            phone=f"+849125{number:03d}{place}{place}",
        )
        actions.add_member(
            team=team,
            person=person,
            role=role,
            is_union_member=young,
            starts_on=FOUNDED,
            name_is_public=role == Role.LEADER and number % 3 == 0,
            now=world.now,
        )


def _end(world, unit, title) -> None:
    """Two villages became one; the team of one of them is history."""
    team = DigitalTeam.objects.get(unit=unit, name_folded=fold(title))
    if team.active_to is None:
        actions.end_team(team=team, last_day=dt.date(2026, 6, 30), now=world.now)


def _known_people(world) -> None:
    """The demo's own accounts find themselves in a team."""
    for user, commune, village, role in (
        ("team_leader", "Cẩm Giàng", "thôn Nà Tu", Role.LEADER),
        ("member", "Côn Minh", "thôn Chợ B", Role.MEMBER),
    ):
        person = world.users[user].person
        unit = world.units[slugify(f"{commune} {village}")]
        team = DigitalTeam.objects.get(unit=unit, area=village)
        if team.memberships.filter(person=person).exists():
            continue
        if role == Role.LEADER:
            before = team.memberships.get(role=role, ends_on__isnull=True)
            last_day = local_day(world.now) - dt.timedelta(days=90)
            actions.end_membership(
                membership=before, last_day=max(last_day, FOUNDED), now=world.now
            )
        actions.add_member(
            team=team,
            person=person,
            role=role,
            is_union_member=True,
            starts_on=local_day(world.now) - dt.timedelta(days=89),
            name_is_public=True,
            now=world.now,
        )


def _names():
    """Full names and dates of birth, leaders grown up, the third and fourth young."""
    given = {
        (True, False): cycle(WOMEN_NAMES),
        (False, False): cycle(MEN_NAMES),
        (True, True): cycle(HMONG_WOMEN_NAMES),
        (False, True): cycle(HMONG_MEN_NAMES),
    }
    for number, family in enumerate(cycle(FAMILIES)):
        woman = number % 2 == 1
        last = next(given[woman, family in HMONG])
        if woman:
            middle = "Thị"
        elif family in HMONG:
            middle = "A"
        else:
            middles = DAO_MEN if family in DAO else MEN
            middle = middles[number // 2 % len(middles)]
        born = dt.date(
            1972 + number * 7 % 34, 1 + number * 5 % 12, 1 + number * 11 % 28
        )
        yield f"{family} {middle} {last}", born
