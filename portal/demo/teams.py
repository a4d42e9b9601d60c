"""Teams of 35 communes and eighty villages; three in four have a Union member.

The people are made up; their names are of the kinds one hears there: Tày, Nùng, Dao,
Hmong, Kinh.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import cycle

from members.models import Person, Unit
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
    "Phong Quang": ["thôn Bản Pẻn", "thôn Nà Cưởm"],
    "Bằng Vân": ["thôn Cốc Lải", "thôn Khu Chợ"],
    "Hiệp Lực": ["thôn Nà Nạc", "thôn Khuổi Tinh"],
    "Bạch Thông": ["thôn Nà Ỏi", "thôn Bản Chàn"],
    "Nghĩa Tá": ["thôn Nà Đẩy", "thôn Kẹn Cò"],
    "Yên Phong": ["thôn Nà Huống", "thôn Pác Toong"],
    "Tân Kỳ": ["thôn Nà Khon", "thôn Khuổi Hóp"],
    "Thanh Thịnh": ["thôn Nà Ba", "thôn Khuổi Lót"],
}
# Communes that have not set up a team yet.
WITHOUT_TEAM = {"Thượng Quan", "Vĩnh Thông"}
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
    ("Nhà văn hóa {place}", "19:30–21:00 thứ Ba, thứ Năm"),
    ("Trung tâm Phục vụ hành chính công {place}", "07:30–11:30 thứ Hai đến thứ Sáu"),
    ("Điểm bưu điện – văn hóa xã", "08:00–11:00 thứ Bảy"),
]
NOTE = (
    "Mang theo điện thoại và căn cước của bạn. Tổ hướng dẫn, bạn tự bấm; không ai giữ "
    "hộ mật khẩu."
)
FOUNDED = dt.date(2025, 8, 15)
# Teams that nobody of the Union has joined yet; a list in VAR/demo closes two of them.
GAPS = {
    "Bạch Thông": ["", "thôn Bản Chàn"],
    "Bằng Thành": ["thôn Khuổi Lè", "thôn Nà Lại"],
    "Bằng Vân": ["thôn Cốc Lải"],
    "Cao Minh": ["thôn Khuổi Bốc"],
    "Cẩm Giàng": ["thôn Nà Ngăm"],
    "Cường Lợi": ["thôn Pò Nim"],
    "Đồng Phúc": ["thôn Nà Khâu", "thôn Bản Chán"],
    "Hiệp Lực": ["thôn Khuổi Tinh"],
    "Nam Cường": ["thôn Lũng Noong"],
    "Nà Phặc": ["thôn Lũng Lịa"],
    "Nghiên Loan": ["thôn Phja Đeng"],
    "Nghĩa Tá": ["", "thôn Kẹn Cò"],
    "Phong Quang": ["thôn Nà Cưởm"],
    "Phúc Lộc": ["thôn Phiêng Chỉ"],
    "Quảng Bạch": ["thôn Khuổi Đẩy"],
    "Tân Kỳ": ["thôn Nà Khon", "thôn Khuổi Hóp"],
    "Thanh Mai": ["thôn Khuổi Quân"],
    "Thanh Thịnh": ["thôn Khuổi Lót"],
    "Thượng Minh": ["thôn Khuổi Tấu"],
    "Trần Phú": ["thôn Lũng Cào"],
    "Văn Lang": ["thôn Khau Lạ"],
    "Xuân Dương": ["", "thôn Cốc Càng"],
    "Yên Bình": ["thôn Thôm Bó"],
    "Yên Phong": ["thôn Pác Toong"],
    "Yên Thịnh": ["thôn Phiêng Lằm"],
}
# Two villages became one; the team of one of them is history.
ENDED, LAST_DAY = "thôn Đèo Giàng", dt.date(2026, 6, 30)


def load(world) -> None:
    """Done twice is done once: a team that is there is left alone.

    In bulk, as lists are brought in: asking the rules for each of five hundred
    members would take most of the time of the first `make run`.
    """
    there = set(DigitalTeam.objects.order_by().values_list("unit", "name_folded"))
    names = _names()
    teams, members = [], []
    for number, (unit, title, level, area, has_gap) in enumerate(_wanted(world)):
        if (unit.pk, fold(title)) in there:
            continue
        team = _team(number, unit, title, level, area)
        teams.append(team)
        members += _members(number, team, names, has_gap=has_gap)
    slugs = actions.free_slugs([(team.name, team.unit.slug) for team in teams])
    for team, slug in zip(teams, slugs, strict=True):
        team.slug = slug
    DigitalTeam.objects.bulk_create(teams)
    Person.objects.bulk_create([member.person for member in members])
    TeamMember.objects.bulk_create(members)
    _known_people(world)
    open_gaps = gaps(world.users["team_coordinator"], world.now)[:2]
    if open_gaps:
        rosters.write_all([(team.name, team.unit.name) for team in open_gaps])


def _wanted(world) -> Iterator[tuple[Unit, str, str, str, bool]]:
    """Unit, name, level, area and whether nobody of the Union is in it."""
    for commune in [*WARDS, *COMMUNES]:
        if commune in WITHOUT_TEAM:
            continue
        unit = world.units[slugify(commune)]
        without = GAPS.get(commune, [])
        yield unit, f"{NAME} {unit}", Level.COMMUNE, "", "" in without
        for village in VILLAGES.get(commune, []):
            branch = world.units.get(slugify(f"{commune} {village}"), unit)
            yield (
                branch,
                f"{NAME} {village}",
                Level.VILLAGE,
                village,
                village in without,
            )


def _team(number: int, unit: Unit, title: str, level: str, area: str) -> DigitalTeam:
    released = {}
    if level == Level.COMMUNE or number % 2:
        own = 1 if level == Level.COMMUNE else (0 if number % 4 == 1 else 2)
        place, hours = PLACES[own]
        place = place.format(place=area or unit)
        released = {"public_place": place, "public_hours": hours, "public_note": NOTE}
    return DigitalTeam(
        unit=unit,
        name=title,
        level=level,
        area=area,
        households=48 + number * 7 % 90 if area else None,
        decision_number=f"{number + 12}/QĐ-UBND",
        decision_date=FOUNDED,
        active_from=FOUNDED,
        active_to=LAST_DAY if area == ENDED else None,
        **released,
    )


def _members(number: int, team: DigitalTeam, names, *, has_gap: bool):
    roles = [Role.LEADER, Role.DEPUTY, *[Role.MEMBER] * (2 + number % 3)]
    for place, role in enumerate(roles):
        full_name, born = next(names)
        young = place >= 2 and not has_gap
        if young:
            born = born.replace(year=1997 + number * 3 % 11)
        person = Person(
            full_name=full_name,
            birth_date=born,
            birth_year=born.year,
            unit=team.unit,
            email=f"to{number:03d}-{place}@example.com",
            phone=f"+849125{number:03d}{place}{place}",
        )
        yield TeamMember(
            team=team,
            person=person,
            role=role,
            is_union_member=young,
            starts_on=FOUNDED,
            ends_on=team.active_to,
            name_is_public=role == Role.LEADER and number % 3 == 0,
        )


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
            # As above without the action, whose log line would greet a newcomer.
            last_day = local_day(world.now) - dt.timedelta(days=90)
            before = team.memberships.filter(role=role, ends_on__isnull=True)
            before.update(ends_on=max(last_day, FOUNDED))
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
