"""How far the teams reach: villages, skills, training, nominations.

After the teams: a village's team belongs to the commune and names the village as its
area, as most lists have it.
"""

from __future__ import annotations

import datetime as dt

from certificates import actions as certificates
from certificates.facts import Facts
from certificates.models import Certificate, Kind
from members.models import Person
from portal.demo import units
from portal.demo.teams import NAME, VILLAGES
from teams.models import DigitalTeam, Nomination, TeamMember, TeamSkill
from vietnam.dates import local_day
from vietnam.slug import slugify

DAY = dt.timedelta(days=1)
SKILLS = [
    "VNeID và căn cước",
    "Dịch vụ công trực tuyến",
    "Ví điện tử, ngân hàng số",
    "Sổ sức khỏe điện tử",
    "An toàn trên mạng",
    "Bán hàng trực tuyến",
]
# Villages in which nobody has set up a team yet.
WITHOUT_TEAM = {
    "Ba Bể": ["thôn Cốc Lốm"],
    "Bằng Vân": ["thôn Khau Phoòng", "thôn Nà Chúa"],
    "Cao Minh": ["thôn Lủng Nghè"],
    "Chợ Mới": ["thôn Bản Quất"],
    "Côn Minh": ["thôn Lũng Vạng"],
    "Nam Cường": ["thôn Nà Mèo"],
    "Nghiên Loan": ["thôn Pác Liển"],
    "Thượng Quan": ["thôn Pác Đa", "thôn Slam Pác", "thôn Cò Luồng"],
    "Vĩnh Thông": ["thôn Nà Hin", "thôn Khuổi Duộc"],
    "Xuân Dương": ["thôn Nà Nhàng"],
}
COURSE = {
    "about": "demo.course:teams",
    "kind": Kind.TRAINING,
    "course": "Kỹ năng cho thành viên Tổ công nghệ số cộng đồng",
    "extent": "2 buổi (7 giờ)",
    "venue": "Nhà văn hóa phường Bắc Kạn",
}
TRAINED = 40
REASON = (
    "Bạn ấy đi làm xa từ đầu tháng sau. Chi đoàn giới thiệu người ở hẳn trong thôn nhé."
)


def load(world) -> None:
    units.villages(VILLAGES)
    units.villages(WITHOUT_TEAM)
    _skills()
    _trained(world)
    _nominations(world)


def _skills() -> None:
    if TeamSkill.objects.exists():
        return
    skills = TeamSkill.objects.bulk_create(
        [TeamSkill(name=name, order=order) for order, name in enumerate(SKILLS)]
    )
    link = TeamMember.skills.through
    members = TeamMember.objects.order_by("pk").values_list("pk", flat=True)
    link.objects.bulk_create(
        [
            link(teammember_id=member, teamskill=skills[(number + more) % len(skills)])
            for number, member in enumerate(members)
            for more in range(number % 3)
        ]
    )


def _trained(world) -> None:
    """Some of the leaders; the year in which it is told is the one it ended in."""
    if Certificate.objects.about(COURSE["about"], COURSE["kind"]).exists():
        return
    ended = local_day(world.now) - 45 * DAY
    facts = Facts(
        unit=world.units["tinh-doan"],
        starts_on=ended - DAY,
        ends_on=ended,
        dated=ended + DAY,
        **COURSE,
    )
    leaders = TeamMember.objects.current(ended).filter(role=TeamMember.Role.LEADER)
    for member in leaders.select_related("person").order_by("pk")[: 2 * TRAINED : 2]:
        certificates.issue(
            person=member.person,
            facts=facts,
            by=world.users["training_organiser"],
            now=world.now - 44 * DAY,
            tell=False,
        )


def _nominations(world) -> None:
    """One that waits, one that came back; nobody is written to."""
    if Nomination.objects.exists():
        return
    proposed = world.now - 2 * DAY
    waiting, returned = (
        _gap("Cẩm Giàng", "thôn Nà Ngăm"),
        _gap("Nghiên Loan", "thôn Phja Đeng"),
    )
    Nomination.objects.create(
        team=waiting,
        person=_person("Hoàng Thị Mến", 2003, waiting),
        note="Mến là giáo viên tin học, ở ngay cạnh nhà văn hóa thôn.",
        proposed_by=world.users["unit_secretary"],
        proposed_at=proposed,
    )
    Nomination.objects.create(
        team=returned,
        person=_person("Dương Phúc Kiềm", 2001, returned),
        proposed_by=world.users["team_coordinator"],
        proposed_at=proposed,
        state=Nomination.State.RETURNED,
        decided_by=world.users["province_admin"],
        decided_at=proposed + DAY,
        reason=REASON,
    )


def _gap(commune: str, village: str) -> DigitalTeam:
    teams = DigitalTeam.objects.filter(name=f"{NAME} {village}")
    return teams.get(unit__slug__startswith=slugify(commune))


def _person(name: str, year: int, team: DigitalTeam) -> Person:
    return Person.objects.create(full_name=name, birth_year=year, unit=team.unit)
