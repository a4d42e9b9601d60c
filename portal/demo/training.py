"""Seven kinds, a series and seven sessions around today, sign-ups in every state.

Sign-ups are made by the same actions as on the pages. Letters of the made-up crowd
are thrown away, so that the mailbox of a newcomer shows their own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from mail.models import Letter
from members.models import Person, Role
from portal.demo import days
from training import (
    actions,
    attendance,
    emails,
    exports,
    files,
    signing_up,
    staffing,
)
from training.answers import Told
from training.attendance import Method, Scan
from training.models import (
    Material,
    Question,
    Registration,
    RemotePoint,
    Series,
    SessionKind,
    SessionStaff,
    Slot,
    TrainingSession,
)
from vietnam.hours import evening_before, next_allowed

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
Mode = TrainingSession.Mode

KINDS = [
    ("hoi-thao", "Hội thảo"),
    ("tap-huan", "Tập huấn"),
    ("tu-van", "Tư vấn, định hướng nghề"),
    ("dien-dan", "Diễn đàn"),
    ("san-choi", "Sân chơi"),
    ("sinh-hoat-chi-doan", "Sinh hoạt chi đoàn"),
    ("sinh-hoat-chi-hoi", "Sinh hoạt chi hội"),
]


WINTER = "mua-dong-hoc-so"
IN_WINTER = {
    "an-toan-so-va-bao-ve-du-lieu-ca-nhan",
    "thiet-ke-an-pham-truyen-thong-cho-chi-doan",
    "stem-cho-tong-phu-trach-doi",
}
ROOMS = {
    "dich-vu-cong-truc-tuyen-va-vneid-ba-diem-cau": [
        ("Ngân Sơn", "Hội trường xã Ngân Sơn", 70),
        ("Chợ Mới", "Nhà văn hóa xã Chợ Mới", 40),
        ("Phủ Thông", "Hội trường xã Phủ Thông", 40),
    ],
}
KIND_OF = Question.Kind
QUESTIONS = {
    "dich-vu-cong-truc-tuyen-va-vneid-ba-diem-cau": [
        ("Bạn dùng điện thoại gì?", KIND_OF.CHOICE, "Android\niPhone\nChưa có", True),
        ("Bạn muốn gỡ lỗi nào nhất?", KIND_OF.LONG, "", False),
    ],
    "ky-nang-cho-thanh-vien-to-cong-nghe-so-cong-dong": [
        ("Chức vụ", KIND_OF.TEXT, "", False),
        ("Tổ của bạn phụ trách bao nhiêu hộ?", KIND_OF.NUMBER, "", False),
        ("Bạn cần đi chung xe?", KIND_OF.YES_NO, "", True),
    ],
}
ANSWERS = {
    KIND_OF.CHOICE: ["Android", "Android", "iPhone"],
    KIND_OF.LONG: ["Quên mật khẩu cấp hai", "Chụp giấy tờ bị mờ", ""],
    KIND_OF.TEXT: ["Tổ trưởng", "Tổ phó", "Thành viên"],
    KIND_OF.NUMBER: ["48", "62", "35"],
    KIND_OF.YES_NO: ["yes", "no", "no"],
}
EVERYONE, CONFIRMED = Material.For.EVERYONE, Material.For.CONFIRMED
LINKS = {
    "stem-cho-tong-phu-trach-doi": [
        (
            "Phim: xe chạy bằng bóng bay",
            "https://phim.example.com/xe-bong-bay",
            EVERYONE,
        ),
    ],
    "an-toan-so-va-bao-ve-du-lieu-ca-nhan": [
        (
            "Danh sách kiểm tra trước khi vào lớp",
            "https://tai-lieu.example.com/truoc-khi-vao-lop",
            EVERYONE,
        ),
    ],
}


@dataclass(frozen=True)
class Plan:
    """One session; `slots` are hours after its start."""

    slug: str
    kind: str
    unit: str
    title: str
    summary: str
    description: str
    starts_at: dt.datetime
    opens_at: dt.datetime
    closes_at: dt.datetime
    capacity: int
    venue: str = ""
    mode: str = Mode.ONSITE
    meeting_link: str = ""
    needs_approval: bool = False
    offer_hours: int | None = 24
    slots: tuple[tuple[str, float, float], ...] = (
        ("Buổi sáng", 0, 3.5),
        ("Buổi chiều", 5.5, 9),
    )


def load(world) -> None:
    kinds = {}
    for order, (code, name) in enumerate(KINDS):
        kinds[code], _ = SessionKind.objects.get_or_create(
            code=code, defaults={"name": name, "order": order}
        )
    for plan in plans(world.now):
        if not TrainingSession.objects.filter(slug=plan.slug).exists():
            session = _session(plan, kinds[plan.kind], world)
            _dress(session, world)
            _FILL[plan.slug](session, world)
            _throw_away_the_crowds_letters(session, world)


def plans(now: dt.datetime) -> list[Plan]:
    """The seven sessions, seen from `now`."""
    # The reminder of the day before falls an hour from now, or early in the morning
    # where that would be night; in Tết nobody is called together.
    soon = days.out_of_tet(next_allowed(_quarter(now + HOUR)) + DAY)
    print_shop, team, services, farm = (
        days.saturday(now, ahead, hour=8) for ahead in (10, 17, 30, 58)
    )
    stem = days.saturday(now, -20, hour=8)
    desk = days.at(now, 0, hour=8)
    if desk > now:
        desk = days.at(now, -1, hour=8)
    return [
        Plan(
            slug="an-toan-so-va-bao-ve-du-lieu-ca-nhan",
            kind="tap-huan",
            unit="tinh-doan",
            title="An toàn số và bảo vệ dữ liệu cá nhân",
            summary="Hai giờ trực tuyến để khóa chặt tài khoản và nhận ra những cái "
            "bẫy đang lan trên mạng.",
            description="<p>Bạn chỉ cần một chiếc điện thoại. Chúng ta cùng bật xác "
            "thực hai lớp, rà lại những ứng dụng đang giữ dữ liệu của mình và tập "
            "từ chối một cuộc gọi giả danh.</p><h2>Bạn nên chuẩn bị</h2><ul><li>Điện "
            "thoại còn pin và có mạng.</li><li>Mật khẩu hộp thư: chỉ cần nhớ, đừng đưa "
            "cho ai.</li></ul>",
            starts_at=soon,
            opens_at=now - 10 * DAY,
            closes_at=soon - HOUR,
            capacity=500,
            mode=Mode.ONLINE,
            meeting_link="https://hop.example.com/an-toan-so",
            slots=(("Phần 1", 0, 1), ("Phần 2", 1.25, 2.25)),
        ),
        Plan(
            slug="thiet-ke-an-pham-truyen-thong-cho-chi-doan",
            kind="tap-huan",
            unit="cho-don",
            title="Thiết kế ấn phẩm truyền thông cho chi đoàn",
            summary="Buổi sáng kể chuyện và chụp ảnh, buổi chiều làm xong một tờ "
            "infographic.",
            description="<p>Lớp thực hành: bạn mang đến một câu chuyện của chi đoàn "
            "mình và ra về với một ấn phẩm hoàn chỉnh, biết ghi nguồn ảnh và xin phép "
            "người có trong ảnh.</p><h2>Bạn nên chuẩn bị</h2><ul><li>Điện thoại sạc "
            "đầy; có máy tính xách tay thì càng tốt.</li><li>Ba tấm ảnh và một con số "
            "về việc chi đoàn vừa làm.</li></ul>",
            starts_at=print_shop,
            opens_at=now - 6 * DAY,
            closes_at=print_shop - 2 * DAY,
            capacity=40,
            venue="Hội trường xã Chợ Đồn",
        ),
        Plan(
            slug="ky-nang-cho-thanh-vien-to-cong-nghe-so-cong-dong",
            kind="tap-huan",
            unit="tinh-doan",
            title="Kỹ năng cho thành viên Tổ công nghệ số cộng đồng",
            summary="Hướng dẫn bà con từng bước, không làm thay; mỗi đơn vị cử tối đa "
            "bốn người.",
            description="<p>Học cách giảng giải dễ hiểu, thực hành với dịch vụ công "
            "trực tuyến và sổ sức khỏe điện tử, rồi tập ghi báo cáo tháng trong ba "
            "phút.</p><h2>Ai được ưu tiên?</h2><p>Tổ trưởng, tổ phó và đoàn viên mới "
            "vào tổ. Ban Tổ chức duyệt từng đăng ký để đơn vị nào cũng có người học, "
            "mỗi đơn vị nhiều nhất bốn người.</p>",
            starts_at=team,
            opens_at=now - 4 * DAY,
            closes_at=team - 3 * DAY,
            capacity=240,
            venue="Nhà văn hóa phường Bắc Kạn",
            needs_approval=True,
        ),
        Plan(
            slug="dich-vu-cong-truc-tuyen-va-vneid-ba-diem-cau",
            kind="tap-huan",
            unit="ngan-son",
            title="Dịch vụ công trực tuyến và VNeID, ba điểm cầu",
            summary="Một lớp, ba nơi cùng học: Ngân Sơn, Chợ Mới và Phủ Thông.",
            description="<p>Cùng nộp một hồ sơ thật trên Cổng Dịch vụ công quốc gia, "
            "cài VNeID và gỡ những lỗi hay gặp khi ngồi cùng bà con.</p><p>Chọn điểm "
            "cầu gần nhà nhất; đường dẫn dự lớp từ xa gửi cho người đã có chỗ.</p>",
            starts_at=services,
            opens_at=now - 2 * DAY,
            closes_at=services - 2 * DAY,
            capacity=150,
            venue="Điểm cầu chính: hội trường xã Ngân Sơn",
            mode=Mode.HYBRID,
            meeting_link="https://hop.example.com/ba-diem-cau",
        ),
        Plan(
            slug="ban-nong-san-tren-mang",
            kind="hoi-thao",
            unit="na-ri",
            title="Bán nông sản trên mạng cho thanh niên làm chủ mô hình",
            summary="Từ ảnh chụp, lời giới thiệu đến gói hàng đầu tiên gửi đi.",
            description="<p>Dành cho các bạn đã có sản phẩm: miến dong, mơ, hồng "
            "không hạt, gà đồi. Hãy mang sản phẩm của bạn đến lớp.</p><h2>Hai buổi</h2>"
            "<ul><li>Sáng: chụp ảnh, đặt tên, viết lời giới thiệu đúng sự thật.</li>"
            "<li>Chiều: mở gian hàng, đóng gói, tính giá có lãi.</li></ul>",
            starts_at=farm,
            opens_at=days.at(now, 20, hour=8),
            closes_at=farm - 5 * DAY,
            capacity=60,
            venue="Nhà văn hóa xã Na Rì",
        ),
        Plan(
            slug="ho-tro-ba-con-dung-vneid",
            kind="tap-huan",
            unit="cho-moi",
            title="Hỗ trợ bà con dùng VNeID và thanh toán số",
            summary="Sáng học cách hướng dẫn, chiều thực hành ngay tại bộ phận một "
            "cửa.",
            description="<p>Lớp cho thanh niên tình nguyện trực điểm hỗ trợ: tích hợp "
            "giấy tờ, quét mã thanh toán, từ chối khi ai đó hỏi mã OTP.</p>",
            starts_at=desk,
            opens_at=desk - 12 * DAY,
            closes_at=desk - DAY,
            capacity=30,
            venue="Hội trường xã Chợ Mới",
        ),
        Plan(
            slug="stem-cho-tong-phu-trach-doi",
            kind="san-choi",
            unit="ba-be",
            title="STEM cho tổng phụ trách Đội",
            summary="Sáu trò chơi khoa học làm được với đồ dùng trong nhà.",
            description="<p>Thầy cô và các bạn phụ trách cùng chơi trước, rồi mang về "
            "cho các em.</p><h2>Sáu trò chơi</h2><ol><li>Cầu giấy chịu được một quyển "
            "vở.</li><li>Xe chạy bằng bóng bay.</li><li>Mạch điện trên bìa cứng.</li>"
            "<li>Lọc nước bằng cát và than.</li><li>Mật mã cờ hiệu.</li><li>Đồng hồ "
            "mặt trời ở sân trường.</li></ol>",
            starts_at=stem,
            opens_at=stem - 30 * DAY,
            closes_at=stem - 3 * DAY,
            capacity=50,
            venue="Trường THCS xã Ba Bể",
        ),
    ]


def _session(plan: Plan, kind: SessionKind, world) -> TrainingSession:
    last = plan.slots[-1][2]
    session = TrainingSession.objects.create(
        slug=plan.slug,
        kind=kind,
        unit=world.units[plan.unit],
        title=plan.title,
        summary=plan.summary,
        description=plan.description,
        mode=plan.mode,
        venue=plan.venue,
        meeting_link=plan.meeting_link,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        starts_at=plan.starts_at,
        ends_at=plan.starts_at + last * HOUR,
        capacity=plan.capacity,
        needs_approval=plan.needs_approval,
        offer_hours=plan.offer_hours,
    )
    for title, starts, ends in plan.slots:
        Slot.objects.create(
            session=session,
            title=title,
            starts_at=plan.starts_at + starts * HOUR,
            ends_at=plan.starts_at + ends * HOUR,
        )
    actions.publish_session(session_id=session.pk, by=None, now=_then(session, world))
    return session


def _dress(session: TrainingSession, world) -> None:
    """The series, rooms, questions and papers of a session."""
    if session.slug in IN_WINTER:
        session.series, _made = Series.objects.get_or_create(
            slug=WINTER,
            defaults={
                "title": "Mùa đông học số",
                "summary": "Mỗi tuần một lớp, từ an toàn số đến STEM, cho đoàn viên "
                "và các tổ công nghệ số.",
                "unit": world.units["tinh-doan"],
            },
        )
        session.save(update_fields=["series", "updated_at"])
    for order, (name, address, places) in enumerate(ROOMS.get(session.slug, ())):
        RemotePoint.objects.create(
            session=session,
            name=name,
            address=address,
            places=places,
            contact="Ban Tổ chức tại điểm cầu",
            order=order,
        )
    rows = QUESTIONS.get(session.slug, ())
    for order, (text, kind, choices, required) in enumerate(rows):
        Question.objects.create(
            session=session,
            text=text,
            kind=kind,
            choices=choices,
            required=required,
            order=order,
        )
    for title, link, shown_to in LINKS.get(session.slug, ()):
        Material.objects.create(
            session=session, title=title, link=link, shown_to=shown_to
        )
    if session.slug in IN_WINTER:
        _paper(session)


def _paper(session: TrainingSession) -> None:
    """A sheet to fill in, for people with a place."""
    row = Material(
        session=session, title="Phiếu tự kiểm tra", shown_to=CONFIRMED, order=9
    )
    sheet = SimpleUploadedFile("phieu-tu-kiem-tra.xlsx", _sheet(session.title))
    files.put(row, files.take(sheet, max_bytes=files.MAX_MATERIAL))
    row.save()


def _sheet(title: str) -> bytes:
    lines = [
        ["STT", "Việc", "Đã làm"],
        [1, "Bật xác thực hai lớp", ""],
        [2, "Ghi nguồn ảnh, xin phép người có trong ảnh", ""],
        [3, "Hướng dẫn lại cho một người trong nhà", ""],
    ]
    return exports.as_xlsx(lines, title=title)


def _sign_up(session: TrainingSession, people: list[Person], world):
    """A minute apart, as soon as sign-up opened, with answers and a room."""
    start = min(_then(session, world), world.now)
    rooms, questions = list(session.points.all()), list(session.questions.all())
    return [
        signing_up.sign_up(
            session_id=session.pk,
            person=person,
            told=_told(rooms, questions, number),
            by=None,
            now=start + number * dt.timedelta(minutes=1),
        )
        for number, person in enumerate(people)
    ]


def _told(rooms: list[RemotePoint], questions: list[Question], number: int) -> Told:
    said = [
        (question, ANSWERS[KIND_OF(question.kind)][number % 3])
        for question in questions
    ]
    return Told(
        point=rooms[number % len(rooms)] if rooms else None,
        answers=[(question, words) for question, words in said if words],
    )


def _then(session: TrainingSession, world) -> dt.datetime:
    """An hour after sign-up opened, or now where that lies ahead."""
    return min(session.opens_at + HOUR, world.now)


def _some(session: TrainingSession, world) -> None:
    """A few places taken, one of them given back."""
    signed = _sign_up(session, world.people[:9], world)
    actions.cancel(registration_id=signed[-1].pk, by=None, now=_then(session, world))


def _full(session: TrainingSession, world) -> None:
    """Every place taken, five in line, and one given back: the member of the demo, who
    stood first, is asked. At night nobody would be, so it happened in the evening."""
    crowd = world.people[: session.capacity]
    line = world.people[session.capacity : session.capacity + 5]
    signed = _sign_up(session, [*crowd, world.users["member"].person, *line], world)
    moment = evening_before(world.now)
    actions.cancel(registration_id=signed[0].pk, by=None, now=moment)


def _kept(session: TrainingSession, world) -> None:
    """Places for the three communes that host it, the rest for everyone."""
    for name in ("ngan-son", "cho-moi", "phu-thong"):
        actions.set_quota(
            session_id=session.pk,
            unit=world.units[name],
            places=20,
            release_at=session.closes_at - 3 * DAY,
            by=None,
            now=_then(session, world),
        )
    _some(session, world)
    # An answer to whoever signs up leaves by night too: the mailbox of a newcomer
    # holds a letter about a session at any hour.
    _sign_up(session, [world.users["member"].person], world)


def _asked(session: TrainingSession, world) -> None:
    """Four places for each unit. Some approved, one declined, the others wait."""
    actions.give_each_unit(
        session_id=session.pk,
        below=world.units["tinh-doan"],
        places=4,
        at_most=True,
        by=None,
        now=_then(session, world),
    )
    signed = _sign_up(session, world.people[10:32], world)
    now = world.now
    for one in signed[:12]:
        actions.approve(registration_id=one.pk, by=None, now=now)
    actions.reject(registration_id=signed[12].pk, by=None, now=now)


def _at_the_desk(session: TrainingSession, world) -> None:
    """Going on today: some are here, two phones disagreed, one helper is invited."""
    signed = _sign_up(session, world.people[5:23], world)
    helper = world.users[Role.HELPER.value]
    staffing.invite(
        session=session,
        email=helper.email,
        role=SessionStaff.Role.HELPER,
        by=world.users[Role.TRAINING_ORGANISER.value],
        now=_then(session, world),
    )
    morning = session.slots.first()
    for number, one in enumerate(signed[:11]):
        at = morning.starts_at - (11 - number) * dt.timedelta(minutes=2)
        _mark(one, morning, Method.QR if number % 3 else Method.LIST, helper, at)
    for device, minutes in (("b2", 4), ("a1", 1)):
        at = morning.starts_at - dt.timedelta(minutes=minutes)
        _mark(signed[11], morning, Method.LIST, helper, at, device=device)


def _mark(registration, slot, method, by, at, *, device="a1") -> None:
    """Scanned at that time; what another phone brings arrives a quarter later."""
    late = dt.timedelta(minutes=15) if device != "a1" else dt.timedelta()
    scan = Scan(method=method, at=at, nonce=uuid4(), device=device)
    attendance.mark(
        registration_id=registration.pk, slot=slot, scan=scan, by=by, now=at + late
    )


def _nobody(session: TrainingSession, world) -> None:
    """Not open yet."""


_FILL = {
    "an-toan-so-va-bao-ve-du-lieu-ca-nhan": _some,
    "thiet-ke-an-pham-truyen-thong-cho-chi-doan": _full,
    "ky-nang-cho-thanh-vien-to-cong-nghe-so-cong-dong": _asked,
    "dich-vu-cong-truc-tuyen-va-vneid-ba-diem-cau": _kept,
    "ban-nong-san-tren-mang": _nobody,
    "ho-tro-ba-con-dung-vneid": _at_the_desk,
    "stem-cho-tong-phu-trach-doi": _some,
}


def _throw_away_the_crowds_letters(session: TrainingSession, world) -> None:
    crowd = Registration.objects.filter(session=session, person__in=world.people)
    Letter.objects.filter(
        about_type=emails.ABOUT, about_id__in=crowd.values("pk")
    ).delete()


def _quarter(moment: dt.datetime) -> dt.datetime:
    """The next full quarter of an hour."""
    floor = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return floor if floor == moment else floor + dt.timedelta(minutes=15)
