"""What the office of the province keeps: breaches, changes of units, invitations,
records that look double, and lists that came in. Everything by the way of its page,
but for what lies weeks back."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.core.files.base import ContentFile

from members import access_log, inviting
from members.listing import runs
from members.models import (
    Breach,
    BreachNotice,
    BreachPerson,
    MemberListRun,
    Person,
    Role,
    RoleInvitation,
    UnitChange,
    UnitKind,
    UnitSuccession,
)
from members.units import actions as units
from portal.demo.units import VILLAGE
from vietnam.dates import local_day

Kind = UnitSuccession.Kind
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)

# A second record of some of the youths: whose, in which unit, with their phone, code.
DOUBLES = [
    ("Lộc Văn Thắng", "ba-be", True, "TN-TRUNG-01"),
    ("Dương Phúc Tiến", None, True, "TN-TRUNG-02"),
    ("Vũ Hồng Yến", None, False, "TN-TRUNG-03"),
]
NEW_MEMBERS = (
    "STT,Họ và tên,Năm sinh,Đơn vị,SĐT,Email\n"
    "1,Nông Thị Lụa,2004,Chi đoàn thôn Nà Tu,0912345621,nongthilua@example.com\n"
    "2,Hoàng Văn Pảo,2003,Chi đoàn thôn Nà Tu,0912345622,\n"
    "3,Lèng Thị Nhình,2006,Chi đoàn thôn Khuổi Dấm,,\n"
)
ANOTHER_LIST = (
    "STT,Họ và tên,Năm sinh,Đơn vị,SĐT,Email\n"
    "1,Nông Thị Lụa,2004,Chi đoàn thôn Nà Tu,0912345621,nongthilua@example.com\n"
    "2,Triệu Văn Kiềm,2005,Chi đoàn thôn Nà Tu,0912345631,\n"
    "3,HOÀNG THỊ VÂN,1999,Chi đoàn thôn Khuổi Dấm,912345632,\n"
    "4,Bế Văn Sỹ,31/02/2002,Chi đoàn thôn Nà Tu,0912345633,bevansy@example\n"
)


def load(world) -> None:
    _doubles(world)
    _breaches(world)
    _changes_of_units(world)
    _invitations(world)
    _lists(world)


def _doubles(world) -> None:
    for name, unit, with_phone, code in DOUBLES:
        first = Person.objects.filter(full_name=name).exclude(email="").earliest("pk")
        Person.objects.get_or_create(
            member_code=code,
            defaults={
                "full_name": name.upper() if with_phone else name,
                "unit": world.units[unit] if unit else first.unit,
                "birth_year": first.birth_year,
                "phone": first.phone if with_phone else "",
            },
        )


def _breaches(world) -> None:
    """One whose clock runs, and one that is over."""
    if Breach.objects.exists():
        return
    now, admin = world.now, world.users["province_admin"]
    running = Breach.objects.create(
        title="Gửi nhầm danh sách lớp vào nhóm Zalo của xã",
        what_happened=(
            "Danh sách đăng ký lớp tập huấn được gửi vào một nhóm Zalo có người ngoài "
            "Đoàn. Tệp nằm trong nhóm khoảng hai giờ thì được gỡ."
        ),
        happened_from=now - 30 * HOUR,
        happened_until=now - 26 * HOUR,
        known_at=now - 25 * HOUR,
        kinds_of_data="Họ tên, năm sinh, số điện thoại; không có trẻ em",
        consequences="Có thể có cuộc gọi, tin nhắn mạo danh cán bộ Đoàn.",
        measures="Đã gỡ tệp, yêu cầu người trong nhóm xóa bản đã tải.",
        created_by=admin,
    )
    touched = world.people[2:8]
    access_log.note_access(
        by=world.users["training_organiser"],
        kind="members.list",
        what="Danh sách đoàn viên",
        people=[person.pk for person in touched],
        now=now - 29 * HOUR,
    )
    rows = [BreachPerson(breach=running, person=person) for person in touched[:4]]
    BreachPerson.objects.bulk_create(rows)
    told = now - 38 * DAY
    over = Breach.objects.create(
        title="Mất điện thoại có danh sách điểm danh",
        what_happened=(
            "Điện thoại của người hỗ trợ một lớp tập huấn bị mất trên xe khách. Máy có "
            "khóa bằng vân tay; trang điểm danh còn mở."
        ),
        happened_from=now - 41 * DAY,
        known_at=now - 40 * DAY,
        kinds_of_data="Họ tên, đơn vị",
        consequences="Chưa thấy dấu hiệu dữ liệu bị dùng sai.",
        measures="Đã kết thúc phiên đăng nhập của tài khoản trong ngày.",
        told_authority_at=now - 39 * DAY,
        authority_reference="Công an tỉnh, công văn 118/CV-TĐTN",
        others_told="Bí thư Đoàn xã nơi mở lớp, qua điện thoại.",
        closed_at=now - 20 * DAY,
        created_by=admin,
    )
    reached, silent = world.people[10:13], world.people[13]
    BreachPerson.objects.bulk_create(
        [BreachPerson(breach=over, person=one, told_at=told) for one in reached]
        + [BreachPerson(breach=over, person=silent)]
    )
    BreachNotice.objects.create(
        breach=over,
        words="Máy đã được khóa từ xa. Bạn không cần làm gì thêm.",
        user=admin,
        state=BreachNotice.State.DONE,
        people=4,
        told=3,
        unreached=1,
        reached=over.people.latest("pk").pk,
        asked_at=told,
        seen_at=told,
    )


def _changes_of_units(world) -> None:
    """A new name that is in force, and two villages that become one next month."""
    if UnitChange.objects.exists():
        return
    today, by = local_day(world.now), world.users["province_admin"]
    post, commune = world.units["cho-don-tram-y-te"], world.units["cho-don"]
    units.plan(
        draft=units.Draft(
            kind=Kind.RENAME,
            olds=[post],
            date=today - 20 * DAY,
            decision_number="45-QĐ/ĐTN",
            decided_on=today - 26 * DAY,
            parts=[
                units.Part(
                    name="Chi đoàn Trạm Y tế xã Chợ Đồn",
                    short_name="Trạm Y tế xã, Chợ Đồn",
                    kind=post.kind,
                    parent=commune,
                )
            ],
        ),
        by=by,
        now=world.now,
    )
    units.plan(
        draft=units.Draft(
            kind=Kind.MERGE,
            olds=[
                world.units["nghien-loan-thon-khuoi-muong"],
                world.units["nghien-loan-thon-na-vai"],
            ],
            date=today + 39 * DAY,
            decision_number="52-QĐ/ĐTN",
            decided_on=today - 4 * DAY,
            parts=[
                units.Part(
                    name="Chi đoàn thôn Nà Muổng",
                    short_name="thôn Nà Muổng, Nghiên Loan",
                    kind=UnitKind.objects.get(code=VILLAGE),
                    parent=world.units["nghien-loan"],
                )
            ],
        ),
        by=by,
        now=world.now,
    )


def _invitations(world) -> None:
    """One that waits for its answer, one whose link nobody followed in time."""
    if RoleInvitation.objects.exists():
        return
    now, by = world.now, world.users["province_admin"]
    inviting.invite(
        email="bithu.chora@example.com",
        role=Role.UNIT_SECRETARY,
        unit=world.units["cho-ra"],
        by=by,
        now=now,
    )
    RoleInvitation.objects.create(
        email="cuubithu.nari@example.com",
        role=Role.TEAM_COORDINATOR,
        unit=world.units["na-ri"],
        ends_on=local_day(now) + 200 * DAY,
        # Of a link that nobody was sent.
        token_hash=hashlib.sha256(b"demo: nobody has this link").hexdigest(),
        invited_at=now - 24 * DAY,
        invited_by=by,
        expires_at=now - 24 * DAY + inviting.LIFETIME,
        letters=2,
    )


def _lists(world) -> None:
    """One that was brought in, and one that waits for its sender's answer."""
    if MemberListRun.objects.exists():
        return
    user = world.users["unit_secretary"]
    done = _looked_through(world, "doan-vien-cam-giang-thang-10.csv", NEW_MEMBERS, user)
    runs.accept(
        run=done,
        answers={},
        replace=False,
        tidy_names=True,
        step=MemberListRun.Step.WRITE,
        now=world.now,
    )
    runs.carry_on(pk=done.pk, now=world.now)
    _looked_through(world, "doan-vien-cam-giang-bo-sung.csv", ANOTHER_LIST, user)


def _looked_through(world, name: str, text: str, user) -> MemberListRun:
    file = ContentFile(text.encode("utf-8-sig"), name=name)
    run = runs.start(file=file, name=name, user=user, now=world.now)
    runs.carry_on(pk=run.pk, now=world.now)
    return run
