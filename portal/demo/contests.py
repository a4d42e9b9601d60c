"""Three contests: open with entries in each state, being judged, with results.

Entries are made by the same actions as on the pages. Letters of the made-up crowd
are thrown away, so that the mailbox of a newcomer shows their own.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from contests import actions, emails
from contests.actions import TypedAuthor
from contests.models import Contest, Criterion, Division, Entry, Round
from contests.rules import consent_about, fits
from mail.models import Letter
from members import consents
from members.models import Consent, Person, Role, User
from portal.demo import people
from portal.demo.people import YOUTHS
from vietnam.dates import VIETNAM, local

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEXT_VERSION = "2026-11"

OPEN = "y-tuong-chuyen-doi-so"
JUDGED = "sang-tao-tre-chuyen-doi-so"
OVER = "y-tuong-chuyen-doi-so-mua-truoc"

DIVISIONS = [
    ("Bảng A (11–15 tuổi)", 11, 15),
    ("Bảng B (16–18 tuổi)", 16, 18),
    ("Bảng C (19–30 tuổi)", 19, 30),
]
CRITERIA = [
    ("Vấn đề thực tế", 20, "Việc có thật ở thôn bản, trường lớp, nơi làm việc."),
    ("Tính mới", 25, "Cách làm mới, hoặc cách cũ dùng cho nơi chưa ai làm."),
    ("Khả thi", 25, "Làm được với người, máy và tiền đang có."),
    ("Lợi ích cộng đồng", 20, "Ai được giúp, giúp được bao nhiêu."),
    ("Trình bày", 10, "Ngắn, rõ, có hình minh họa."),
]
RULES = """
<h3>Mục đích</h3>
<p>Tìm những ý tưởng nhỏ mà bạn có thể bắt tay làm ngay: đưa việc giấy tờ lên mạng,
giúp ông bà dùng điện thoại an toàn, bán nông sản của bản mình.</p>
<h3>Hồ sơ dự thi</h3>
<ul><li>Một bản thuyết minh không quá 5 trang.</li>
<li>Ảnh hoặc đoạn phim ngắn minh họa, nếu có.</li></ul>
<h3>Giải thưởng mỗi bảng</h3>
<p>1 giải Nhất, 2 giải Nhì, 3 giải Ba và 5 giải Khuyến khích.</p>
<h3>Cam kết</h3>
<p>Ý tưởng do chính các tác giả nghĩ ra. Thành viên Ban Tổ chức, Ban Thư ký và Ban
Giám khảo không dự thi.</p>
"""
SECOND_JUDGE = ("Hoàng Minh Tú", "giamkhao2@example.com")
PUPIL = ("Triệu Mùi Say", "hocsinh@example.com")
MOTHER = ("Bàn Thị Mẩy", "me.hocsinh@example.com")

IDEAS = [
    (
        "Chợ phiên trong túi áo",
        "Ảnh và giá hàng của chợ phiên được chụp từ tối hôm trước, để bà con ở bản "
        "xa biết mà đi hay gửi mua hộ.",
    ),
    (
        "Góc máy tính mượn của nhà văn hóa",
        "Ba máy cũ được sửa lại, có lịch mượn trên điện thoại và một bạn đoàn viên "
        "trực mỗi tối thứ Sáu.",
    ),
    (
        "Bản đồ sóng yếu",
        "Cả chi đoàn đi đo sóng từng ngõ, vẽ lại thành bản đồ để xã làm việc với nhà "
        "mạng.",
    ),
    (
        "Sổ tay VNeID bằng tiếng Tày, tiếng Dao",
        "Mỗi bước một đoạn ghi âm ngắn, nghe được cả khi không có mạng.",
    ),
    (
        "Nhắc lịch tiêm phòng đàn lợn",
        "Một bảng tính chung của thôn tự nhắc hộ nào tới kỳ, trưởng thôn chỉ việc gọi.",
    ),
    (
        "Thư viện truyện kể của bà",
        "Học sinh ghi âm chuyện ông bà kể, gõ lại và đọc cho nhau nghe giờ ra chơi.",
    ),
]


def load(world) -> None:
    judges = [world.users[Role.JUDGE.value], _second_judge(world)]
    if not Contest.objects.filter(slug=OPEN).exists():
        _fill_open(_open_contest(world), world)
    if not Contest.objects.filter(slug=JUDGED).exists():
        _fill_judged(_judged_contest(world), judges)
    if not Contest.objects.filter(slug=OVER).exists():
        _fill_over(_over_contest(world), judges, world)
    _throw_away_the_crowds_letters(world)


# --- The two contests -----------------------------------------------------------


def _open_contest(world) -> Contest:
    closes = _at(world.now, 16, hour=17)
    contest = _contest(
        world,
        slug=OPEN,
        title="Ý tưởng chuyển đổi số trong thanh, thiếu niên",
        summary="Bạn thấy việc gì ở quê mình có thể làm gọn hơn bằng công nghệ? Kể "
        "cho chúng tôi trong năm trang giấy.",
        opens_at=world.now - 14 * DAY,
        closes_at=closes,
    )
    _round(contest, starts=closes + DAY, ends=closes + 15 * DAY)
    actions.publish(contest_id=contest.pk, by=None, now=world.now - 14 * DAY)
    return contest


def _judged_contest(world) -> Contest:
    """Closed yesterday; judges have had their entries since the morning after."""
    closes = _at(world.now, -2, hour=17)
    contest = _contest(
        world,
        slug=JUDGED,
        title="Sáng tạo trẻ vì chuyển đổi số",
        summary="Mô hình, phần mềm và cách làm mới của đoàn viên; bài đang được chấm.",
        opens_at=closes - 45 * DAY,
        closes_at=closes,
    )
    _round(contest, starts=closes + HOUR, ends=closes + 20 * DAY)
    actions.publish(contest_id=contest.pk, by=None, now=closes - 45 * DAY)
    return contest


def _over_contest(world) -> Contest:
    closes = _at(world.now, -40, hour=17)
    contest = _contest(
        world,
        slug=OVER,
        title="Ý tưởng chuyển đổi số, mùa trước",
        summary="Sáu ý tưởng vào vòng chấm; kết quả đã được công bố.",
        opens_at=closes - 60 * DAY,
        closes_at=closes,
    )
    _round(contest, starts=closes + DAY, ends=closes + 20 * DAY)
    actions.publish(contest_id=contest.pk, by=None, now=closes - 60 * DAY)
    return contest


def _contest(world, **fields) -> Contest:
    contest = Contest.objects.create(
        unit=world.units["tinh-doan"],
        rules=RULES,
        contact="cuocthi@example.com",
        max_files=5,
        max_file_mb=20,
        **fields,
    )
    day = local(fields["closes_at"]).date()
    for order, (name, youngest, oldest) in enumerate(DIVISIONS):
        Division.objects.create(
            contest=contest,
            name=name,
            order=order,
            min_age=youngest,
            max_age=oldest,
            age_on=day,
        )
    return contest


def _round(contest: Contest, *, starts: dt.datetime, ends: dt.datetime) -> Round:
    round_ = Round.objects.create(
        contest=contest, name="Vòng sơ khảo", starts_at=starts, ends_at=ends, quorum=2
    )
    for order, (name, weight, guidance) in enumerate(CRITERIA):
        Criterion.objects.create(
            round=round_, name=name, weight=weight, guidance=guidance, order=order
        )
    return round_


# --- Entries --------------------------------------------------------------------


def _fill_open(contest: Contest, world) -> None:
    """A draft, two handed in, one withdrawn, one taken out; a child that waits."""
    now = world.now - 2 * DAY
    crowd = [people.account(person) for person in _of_age(contest, 5)]
    _enter(contest, crowd[0], IDEAS[0], now, files=())
    first, second, gone, out = (
        _enter(contest, user, idea, now)
        for user, idea in zip(crowd[1:], IDEAS[1:], strict=False)
    )
    for entry in (first, second, gone, out):
        actions.submit(entry_id=entry.pk, by=entry.owner, now=now + HOUR)
    actions.withdraw(entry_id=gone.pk, by=gone.owner, now=now + 2 * HOUR)
    actions.disqualify(
        entry_id=out.pk,
        reason="Bài trùng với một ý tưởng đã đoạt giải năm trước.",
        by=None,
        now=now + DAY,
    )
    _pupil_waits(contest, world, now)


def _pupil_waits(contest: Contest, world, now: dt.datetime) -> None:
    """Thirteen years old: everything is there but the mother's answer."""
    name, email = PUPIL
    born = local(world.now).date().replace(day=1)
    born = born.replace(year=born.year - 13)
    pupil = people.account(_person(name, email, world.units["con-minh"], born))
    entry = _enter(contest, pupil, IDEAS[5], now, division=0)
    mother, address = MOTHER
    actions.ask_guardian(
        entry_id=entry.pk,
        author_id=entry.authors.get().pk,
        guardian_name=mother,
        relation="mẹ",
        email=address,
        by=pupil,
        now=world.now - HOUR,
    )


def _fill_judged(contest: Contest, judges: list[User]) -> None:
    """Four entries: the second judge is through with two, the first has them all
    ahead; two have too few judges yet.
    """
    entries = _handed_in(contest, 4)
    round_ = contest.rounds.get()
    for judge, given in ((judges[0], entries), (judges[1], entries[:2])):
        actions.assign_judges(
            round_id=round_.pk,
            entry_ids=[entry.pk for entry in given],
            judges=[judge],
            by=None,
            now=round_.starts_at,
        )
    for number, assignment in enumerate(round_.assignments.filter(judge=judges[1])):
        _score(assignment, Decimal(8 - number))


def _handed_in(contest: Contest, number: int) -> list[Entry]:
    begun = contest.closes_at - 10 * DAY
    entries = []
    for person, idea in zip(_of_age(contest, number), IDEAS, strict=False):
        user = people.account(person)
        entry = _enter(contest, user, idea, begun)
        entries.append(actions.submit(entry_id=entry.pk, by=user, now=begun + HOUR))
    return entries


def _score(assignment, value: Decimal) -> None:
    round_ = assignment.round
    actions.score(
        assignment_id=assignment.pk,
        values={criterion.pk: value for criterion in round_.criteria.all()},
        comment="",
        by=assignment.judge,
        now=round_.starts_at + HOUR,
    )


def _fill_over(contest: Contest, judges: list[User], world) -> None:
    """Six entries, each scored by two judges; four prizes, results ten days old."""
    entries = _handed_in(contest, 6)
    for entry in entries[::2]:
        _publishes_name(contest, entry.owner.person, entry.submitted_at)
    round_ = contest.rounds.get()
    actions.assign_judges(
        round_id=round_.pk,
        entry_ids=[entry.pk for entry in entries],
        judges=judges,
        by=None,
        now=contest.closes_at + HOUR,
    )
    for number, entry in enumerate(entries):
        for assignment in entry.judge_assignments.all():
            stricter = assignment.judge_id == judges[0].pk
            _score(assignment, Decimal("9.5") - number - Decimal("0.5") * stricter)
    prizes = ["Giải Nhất", "Giải Nhì", "Giải Ba", "Giải Khuyến khích"]
    for order, (entry, prize) in enumerate(zip(entries, prizes, strict=False), 1):
        actions.award(
            entry_id=entry.pk, title=prize, order=order, by=None, now=round_.ends_at
        )
    actions.set_results_time(
        contest_id=contest.pk,
        moment=_at(world.now, -10, hour=9),
        by=None,
        now=round_.ends_at,
    )


def _enter(
    contest: Contest,
    user: User,
    idea: tuple[str, str],
    now: dt.datetime,
    *,
    division: int | None = None,
    files: tuple[str, ...] = ("Bản thuyết minh.pdf", "Ảnh minh họa.png"),
) -> Entry:
    title, summary = idea
    entry = actions.begin(contest_id=contest.pk, user=user, now=now)
    actions.save(
        entry_id=entry.pk,
        version=entry.version,
        title=title,
        summary=summary,
        division=_division(contest, user.person, division),
        by=user,
        now=now,
    )
    actions.set_authors(
        entry_id=entry.pk,
        version=entry.version + 1,
        authors=[
            TypedAuthor(
                person=user.person,
                school=str(user.person.unit or ""),
                author=entry.authors.get().pk,
            )
        ],
        by=user,
        now=now,
    )
    for name in files:
        content = _pdf(title) if name.endswith(".pdf") else _picture(title)
        actions.add_file(
            entry_id=entry.pk,
            upload=SimpleUploadedFile(name, content),
            by=user,
            now=now,
        )
    return Entry.objects.get(pk=entry.pk)


def _division(contest: Contest, person: Person, number: int | None) -> Division:
    divisions = list(contest.divisions.all())
    if number is not None:
        return divisions[number]
    return next(one for one in divisions if fits(one, person))


def _of_age(contest: Contest, number: int) -> list[Person]:
    """Youths of the third division, other ones for each contest."""
    addresses = [f"ban{number + 1:02d}@example.com" for number in range(len(YOUTHS))]
    start = {OPEN: 0, JUDGED: 6, OVER: 12}[contest.slug]
    crowd = Person.objects.filter(email__in=addresses).order_by("email")
    young = [person for person in crowd if fits(contest.divisions.last(), person)]
    return young[start : start + number]


def _publishes_name(contest: Contest, person: Person, now: dt.datetime) -> None:
    consents.give(
        person=person,
        purpose=Consent.Purpose.PUBLISH_NAME,
        about=consent_about(contest),
        text_version=TEXT_VERSION,
        method=Consent.Method.OWN_FORM,
        now=now,
    )


# --- People ---------------------------------------------------------------------


def _second_judge(world) -> User:
    from members.actions import assign_role

    name, email = SECOND_JUDGE
    unit = world.units["tinh-doan"]
    user = people.account(_person(name, email, unit, dt.date(1985, 4, 30)))
    assign_role(user=user, role=Role.JUDGE, unit=unit, now=world.now)
    return user


def _person(name: str, email: str, unit, born: dt.date) -> Person:
    person, _created = Person.objects.get_or_create(
        email=email,
        defaults={"full_name": name, "unit": unit, "birth_date": born},
    )
    return person


def _throw_away_the_crowds_letters(world) -> None:
    """Receipts and results of made-up people; the mother's letter stays."""
    keep = {*(user.pk for user in world.users.values())}
    entries = Entry.objects.exclude(owner__in=keep)
    Letter.objects.filter(
        about_type=emails.ABOUT, about_id__in=entries.values("pk")
    ).delete()
    Letter.objects.filter(kind=emails.ASSIGNED).delete()


# --- Small real files -----------------------------------------------------------


def _picture(title: str) -> bytes:
    """A plain card; its colour follows from the title."""
    hue = sum(map(ord, title)) % 360
    image = Image.new("RGB", (640, 400), f"hsl({hue}, 55%, 45%)")
    draw = ImageDraw.Draw(image)
    for step in range(5):
        left = 60 + step * 110
        height = 60 + (hue + step * 67) % 220
        draw.rectangle((left, 360 - height, left + 80, 360), fill="white")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _pdf(title: str) -> bytes:
    """One page with a frame and a line of plain letters, written by hand."""
    from vietnam.fold import fold

    words = fold(title).replace("(", "").replace(")", "")
    drawing = (
        "q 0.1 0.3 0.7 RG 3 w 40 40 515 762 re S Q\n"
        f"BT /F1 20 Tf 70 730 Td (Ban thuyet minh: {words}) Tj ET\n"
    ).encode("ascii", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%sendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _at(now: dt.datetime, days: int, *, hour: int) -> dt.datetime:
    day = local(now).date() + dt.timedelta(days=days)
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)
