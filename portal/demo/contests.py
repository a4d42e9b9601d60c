"""Three contests: open with entries in each state, judged and voted on, with results.

Entries are made by the same actions as on the pages. Letters of the made-up crowd
are thrown away, so that the mailbox of a newcomer shows their own.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from contests import (
    actions,
    appeals,
    decisions,
    emails,
    filing,
    joining,
    publishing,
    signed_forms,
)
from contests.actions import TypedAuthor
from contests.judging import assigning, scoring
from contests.models import (
    Contact,
    Contest,
    Criterion,
    Division,
    Entry,
    EntryQuestion,
    Field,
    Prize,
    Round,
)
from contests.ranking import runs
from contests.rules import fits
from mail.models import Letter
from members.models import Person, Role, User
from portal.demo import days, people, votes
from vietnam.dates import local

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

OPEN = "y-tuong-chuyen-doi-so"
JUDGED = "sang-tao-thanh-thieu-nien-nhi-dong"
OVER = "sang-tao-khoa-hoc-ky-thuat-hoc-sinh"

Weighted = tuple[str, int, str]


@dataclass(frozen=True)
class Plan:
    """One contest; days are counted from the day on which the demo is loaded."""

    title: str
    summary: str
    rules: str
    opens: int
    closes: int
    # Name, age from, age to; and name, weight, guidance.
    divisions: tuple[tuple[str, int, int], ...]
    preliminary: tuple[Weighted, ...]
    final: tuple[Weighted, ...] = ()
    max_authors: int = 3
    fields: tuple[str, ...] = ()


# Title, number in each division, what is won.
PRIZES = (
    ("Giải Nhất", 1, "3.000.000 đồng"),
    ("Giải Nhì", 2, "2.000.000 đồng"),
    ("Giải Ba", 3, "1.000.000 đồng"),
    ("Giải Khuyến khích", 5, "500.000 đồng"),
)
CONTACTS = (
    ("Hồ sơ dự thi", "Ban Thư ký", "hoso@example.com"),
    ("Lỗi khi tải tệp", "Tổ kỹ thuật", "kythuat@example.com"),
)

PLANS = {
    OPEN: Plan(
        title="Ý tưởng chuyển đổi số trong thanh, thiếu niên",
        summary="Bạn thấy việc gì ở quê mình có thể làm gọn hơn bằng công nghệ? Kể "
        "cho chúng tôi trong năm trang giấy.",
        opens=-14,
        closes=16,
        divisions=(
            ("Bảng A (11–15 tuổi)", 11, 15),
            ("Bảng B (16–18 tuổi)", 16, 18),
            ("Bảng C (19–30 tuổi)", 19, 30),
        ),
        preliminary=(
            ("Vấn đề thực tế", 20, "Việc có thật ở thôn bản, trường lớp, nơi làm."),
            ("Tính mới", 25, "Cách làm mới, hoặc cách cũ dùng cho nơi chưa ai làm."),
            ("Khả thi", 25, "Làm được với người, máy và tiền đang có."),
            ("Lợi ích cộng đồng", 20, "Ai được nhờ, bao nhiêu người được nhờ."),
            ("Trình bày", 10, "Ngắn, rõ, có hình minh họa."),
        ),
        final=(
            ("Giải pháp, bản mẫu", 35, "Chạy được, hoặc nhìn vào là hình dung được."),
            ("Khả thi và nhân rộng", 25, "Nơi khác làm theo có khó không."),
            ("Hiệu quả", 20, "Tiết kiệm được gì, cho ai."),
            ("Thuyết trình, trả lời", 20, "Thuyết trình 7 phút, trả lời 5 phút."),
        ),
        rules="""
<h3>Mục đích</h3>
<p>Tìm những ý tưởng nhỏ mà bạn có thể bắt tay làm ngay: đưa việc giấy tờ lên mạng,
giúp ông bà dùng điện thoại an toàn, bán nông sản của bản mình.</p>
<h3>Hồ sơ dự thi</h3>
<ul><li>Một bản thuyết minh không quá 5 trang.</li>
<li>Ảnh hoặc đoạn phim ngắn minh họa, nếu có.</li></ul>
<h3>Hai vòng</h3>
<p>Sơ khảo chấm trên hồ sơ đã giấu tên. Bài vào chung khảo thuyết trình 7&nbsp;phút và
trả lời câu hỏi 5&nbsp;phút.</p>
<h3>Giải thưởng mỗi bảng</h3>
<p>1 giải Nhất, 2 giải Nhì, 3 giải Ba và 5 giải Khuyến khích.</p>
<h3>Cam kết</h3>
<p>Ý tưởng do chính các tác giả nghĩ ra. Thành viên Ban Tổ chức, Ban Thư ký và Ban
Giám khảo không dự thi.</p>
""",
    ),
    JUDGED: Plan(
        title="Sáng tạo Thanh thiếu niên nhi đồng",
        summary="Mô hình, phần mềm, đồ dùng do chính tay các bạn học sinh làm ra; bài "
        "dự thi đang được chấm.",
        opens=-47,
        closes=-2,
        divisions=(
            ("Bảng Tiểu học", 6, 10),
            ("Bảng THCS", 11, 14),
            ("Bảng THPT", 15, 18),
        ),
        preliminary=(
            ("Tính mới và sáng tạo", 40, "Chưa có, hoặc khác hẳn thứ đang có."),
            ("Khả năng áp dụng", 30, "Dùng được ở trường, ở nhà, ngoài đồng."),
            ("Lợi ích", 20, "Đỡ công, đỡ tiền, đỡ hại môi trường."),
            ("Thuyết minh và mô hình", 10, "Đọc là hiểu, nhìn là tin."),
        ),
        fields=(
            "Đồ dùng dành cho học tập",
            "Phần mềm tin học",
            "Sản phẩm thân thiện với môi trường",
            "Dụng cụ sinh hoạt gia đình và đồ chơi trẻ em",
            "Giải pháp bảo vệ môi trường, phát triển kinh tế",
        ),
        rules="""
<h3>Hồ sơ dự thi</h3>
<ul><li>Bản thuyết minh: vì sao làm, làm thế nào, dùng ra sao.</li>
<li>Ảnh chụp mô hình hoặc sản phẩm, hay bản chạy thử của phần mềm.</li></ul>
<h3>Người hướng dẫn</h3>
<p>Thầy cô, cha mẹ được góp ý, không được làm thay.</p>
<h3>Giải thưởng</h3>
<p>Mỗi lĩnh vực có giải Nhất, Nhì, Ba và Khuyến khích. Bài đoạt giải cao được chọn đi
thi toàn quốc.</p>
""",
    ),
    OVER: Plan(
        title="Sáng tạo khoa học kỹ thuật học sinh",
        summary="Các dự án nghiên cứu của học sinh lớp 8 đến lớp 12; kết quả đã công "
        "bố.",
        opens=-100,
        closes=-40,
        divisions=(
            ("Lĩnh vực Khoa học", 13, 18),
            ("Lĩnh vực Kỹ thuật", 13, 18),
        ),
        preliminary=(
            ("Vấn đề, câu hỏi nghiên cứu", 10, "Hỏi rõ, hỏi trúng, kiểm tra được."),
            ("Kế hoạch và phương pháp", 15, "Biết trước mình sẽ đo gì, so với gì."),
            ("Tiến hành nghiên cứu", 20, "Số liệu thật, ghi chép đều."),
            ("Tính sáng tạo", 20, "Phần nào là do chính các em nghĩ ra."),
            ("Trình bày", 35, "Poster 10 điểm, phỏng vấn 25 điểm."),
        ),
        max_authors=2,
        rules="""
<h3>Ai dự thi?</h3>
<p>Học sinh từ lớp&nbsp;8 đến lớp&nbsp;12; mỗi dự án có một hoặc hai tác giả và một
người hướng dẫn. Mỗi học sinh chỉ tham gia một dự án trong một mùa thi.</p>
<h3>Cơ quan tổ chức</h3>
<p>Sở Giáo dục và Đào tạo chủ trì, Tỉnh đoàn phối hợp. Nhà trường cử dự án; thể lệ
chính thức là văn bản của Sở Giáo dục và Đào tạo.</p>
<h3>Hồ sơ dự thi</h3>
<ul><li>Báo cáo dự án và sổ tay nghiên cứu.</li><li>Bản thu nhỏ của poster.</li></ul>
<h3>An toàn và trung thực</h3>
<p>Thí nghiệm có hóa chất, điện hay vật sống phải có người lớn giám sát. Mọi trợ giúp,
kể cả của công cụ trí tuệ nhân tạo, đều ghi rõ trong báo cáo.</p>
""",
    ),
}
SECOND_JUDGE = ("Hoàng Minh Tú", "giamkhao2@example.com")
PUPIL = ("Triệu Mùi Say", "hocsinh@example.com")
INVITED = (
    ("Triệu Văn Chiêu", "chieu@example.com"),
    ("Hoàng Thị Sen", "sen@example.com"),
)
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
INVENTIONS = [
    (
        "Giá phơi miến xoay theo nắng",
        "Giàn tre đặt trên trục xe đạp cũ, một người đẩy nhẹ là quay về phía mặt trời.",
    ),
    (
        "Bàn học gấp từ ván cốp pha",
        "Gấp lại treo lên vách, mở ra đủ chỗ cho hai anh em cùng làm bài.",
    ),
    (
        "Phần mềm luyện dấu hỏi, dấu ngã",
        "Mỗi ngày mười câu lấy từ sách giáo khoa, sai câu nào hôm sau gặp lại câu ấy.",
    ),
    (
        "Máng nước tự đầy cho đàn gà",
        "Phao làm từ chai nhựa, hết nước thì tự mở, đầy thì tự khóa, không cần điện.",
    ),
]
PROJECTS = [
    (
        "Đo độ đục của suối sau mỗi trận mưa",
        "Ba điểm đo, bốn tháng ghi chép, một kết luận về bãi đất vừa san ở đầu nguồn.",
    ),
    (
        "Cảm biến sạt lở từ điện thoại hỏng",
        "Tận dụng bộ đo nghiêng trong máy cũ để báo sớm khi mái đất sau trường dịch "
        "chuyển.",
    ),
    (
        "Vỏ hồng không hạt làm chất chỉ thị màu",
        "Tách màu từ vỏ quả bỏ đi, so với giấy quỳ trong phòng thí nghiệm.",
    ),
    (
        "Xe đẩy rơm chạy bằng pin cũ",
        "Ghép lại những viên pin còn tốt, thêm mạch ngắt khi nóng, đẩy được ba tạ rơm.",
    ),
    (
        "Tiếng ồn giờ ra chơi và trí nhớ",
        "Hai lớp, hai tuần, một bài kiểm tra ngắn sau giờ ra chơi ồn và yên.",
    ),
    (
        "Tủ sấy thảo quả dùng nhiệt bếp",
        "Dẫn hơi nóng từ bếp củi qua ống tôn, giữ nhiệt đều hơn phơi gác bếp.",
    ),
]


def window(slug: str, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When that contest opens and closes, seen from `now`."""
    plan = PLANS[slug]
    return (
        days.at(now, plan.opens, hour=8),
        days.at(now, plan.closes, hour=17),
    )


def load(world) -> None:
    judges = [world.users[Role.JUDGE.value], _second_judge(world)]
    if not Contest.objects.filter(slug=OPEN).exists():
        _fill_open(_open_contest(world), world)
    if not Contest.objects.filter(slug=JUDGED).exists():
        _fill_judged(_judged_contest(world), judges, world)
    if not Contest.objects.filter(slug=OVER).exists():
        _fill_over(_over_contest(world), judges, world)
    _throw_away_the_crowds_letters(world)


# --- The three contests ---------------------------------------------------------


def _open_contest(world) -> Contest:
    contest = _contest(OPEN, world)
    closes = contest.closes_at
    plan = PLANS[OPEN]
    _round(contest, plan.preliminary, starts=closes + DAY, ends=closes + 15 * DAY)
    final = days.out_of_tet(closes + 22 * DAY)
    _round(contest, plan.final, order=1, starts=final, ends=final + DAY)
    return _published(contest)


def _judged_contest(world) -> Contest:
    """Closed lately; judges have had their entries since an hour later."""
    contest = _contest(JUDGED, world)
    closes = contest.closes_at
    ends = days.out_of_tet(closes + 20 * DAY)
    _round(contest, PLANS[JUDGED].preliminary, starts=closes + HOUR, ends=ends)
    votes.open_vote(contest)
    return _published(contest)


def _over_contest(world) -> Contest:
    contest = _contest(OVER, world)
    closes = contest.closes_at
    ends = min(closes + 20 * DAY, _results_at(world) - DAY)
    _round(contest, PLANS[OVER].preliminary, starts=closes + DAY, ends=ends)
    return _published(contest)


def _published(contest: Contest) -> Contest:
    return publishing.publish(contest_id=contest.pk, by=None, now=contest.opens_at)


def _results_at(world) -> dt.datetime:
    return days.at(world.now, -10, hour=9)


def _contest(slug: str, world) -> Contest:
    plan = PLANS[slug]
    opens, closes = window(slug, world.now)
    contest = Contest.objects.create(
        slug=slug,
        title=plan.title,
        summary=plan.summary,
        rules=plan.rules,
        unit=world.units["tinh-doan"],
        opens_at=opens,
        closes_at=closes,
        contact="cuocthi@example.com",
        max_authors=plan.max_authors,
        max_files=5,
        max_file_mb=20,
    )
    for order, (name, youngest, oldest) in enumerate(plan.divisions):
        Division.objects.create(
            contest=contest,
            name=name,
            order=order,
            min_age=youngest,
            max_age=oldest,
            age_on=local(closes).date(),
        )
    for order, name in enumerate(plan.fields):
        Field.objects.create(contest=contest, name=name, order=order)
    for order, (title, number, worth) in enumerate(PRIZES, 1):
        Prize.objects.create(
            contest=contest, title=title, number=number, worth=worth, order=order
        )
    for order, (matter, name, email) in enumerate(CONTACTS):
        Contact.objects.create(
            contest=contest, matter=matter, name=name, email=email, order=order
        )
    return contest


def _round(
    contest: Contest,
    criteria: tuple[Weighted, ...],
    *,
    starts: dt.datetime,
    ends: dt.datetime,
    order: int = 0,
) -> Round:
    round_ = Round.objects.create(
        contest=contest,
        kind=Round.Kind.FINAL if order else Round.Kind.PRELIMINARY,
        name="Vòng chung khảo" if order else "Vòng sơ khảo",
        order=order,
        starts_at=starts,
        ends_at=ends,
        quorum=2,
        blind=not order,
    )
    for number, (name, weight, guidance) in enumerate(criteria):
        Criterion.objects.create(
            round=round_, name=name, weight=weight, guidance=guidance, order=number
        )
    return round_


# --- Entries --------------------------------------------------------------------


def _fill_open(contest: Contest, world) -> None:
    """A draft, two handed in, one withdrawn, one taken out; a child that waits."""
    now = world.now - 2 * DAY
    crowd = [people.account(person) for person in _grown_up(contest, world)[:5]]
    _questions(contest)
    _team_grows(_enter(contest, crowd[0], IDEAS[0], now, files=()), world, now)
    first, second, gone, out = (
        _enter(contest, user, idea, now)
        for user, idea in zip(crowd[1:], IDEAS[1:], strict=False)
    )
    for entry in (first, second, gone, out):
        actions.submit(entry_id=entry.pk, by=entry.owner, now=now + HOUR)
    actions.withdraw(entry_id=gone.pk, by=gone.owner, now=now + 2 * HOUR)
    decisions.disqualify(
        entry_id=out.pk,
        reason="Bài trùng với một ý tưởng đã đoạt giải năm trước.",
        by=None,
        now=now + DAY,
    )
    _pupil_waits(contest, world, now)


def _questions(contest: Contest) -> None:
    where, partners = (
        "Ý tưởng đã được dùng thử ở đâu chưa?",
        "Ai sẽ cùng làm nếu ý tưởng được chọn?",
    )
    EntryQuestion.objects.create(
        contest=contest, text=where, hint="Chưa thử thì ghi “chưa”.", order=1
    )
    EntryQuestion.objects.create(
        contest=contest,
        text=partners,
        kind=EntryQuestion.Kind.SEVERAL,
        choices="Chi đoàn\nNhà trường\nTổ công nghệ số cộng đồng\nUBND xã",
        order=2,
    )


def _team_grows(entry: Entry, world, now: dt.datetime) -> None:
    """A pupil joined, whose mother signed on paper; somebody else is still asked."""
    joined, waiting = (
        joining.invite(
            entry_id=entry.pk,
            full_name=name,
            email=email,
            by=entry.owner,
            now=now + HOUR,
        )
        for name, email in INVITED
    )
    letter = Letter.objects.get(dedupe_key=f"{emails.INVITED}:{joined.pk}")
    author = joining.accept(
        token=re.search(r"/loi-moi/([\w-]+)/", letter.text)[1],
        full_name=joined.full_name,
        birth_date=local(now).date().replace(year=local(now).year - 14, day=1),
        school="Trường THCS Côn Minh",
        publish_name=True,
        user=None,
        now=now + 2 * HOUR,
    )
    signed_forms.send_in(
        entry_id=entry.pk,
        author_id=author.pk,
        upload=SimpleUploadedFile("phieu-dong-y.png", _picture(waiting.full_name)),
        guardian_name="Triệu Thị Pham",
        relation="mẹ",
        publish_name=True,
        publish_picture=False,
        by=entry.owner,
        now=world.now - 3 * HOUR,
    )


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


def _fill_judged(contest: Contest, judges: list[User], world) -> None:
    """Four entries: the second judge is through with two, the first has them all
    ahead; two have too few judges yet. Meanwhile the public votes.
    """
    entries = _handed_in(contest, world.pupils[:4], INVENTIONS)
    votes.fill(contest, entries, world)
    round_ = contest.rounds.get()
    for judge, given in ((judges[0], entries), (judges[1], entries[:2])):
        assigning.assign_judges(
            round_id=round_.pk,
            entry_ids=[entry.pk for entry in given],
            judges=[judge],
            by=None,
            now=round_.starts_at,
        )
    for number, assignment in enumerate(round_.assignments.filter(judge=judges[1])):
        _score(assignment, Decimal(8 - number))
    begun = round_.assignments.filter(judge=judges[0]).first()
    first = round_.criteria.first()
    scoring.keep_draft(
        assignment=begun,
        typed={
            f"criterion-{first.pk}": "7,5",
            "comment": "Ý tưởng gọn, cần xem thêm ảnh.",
        },
        seen=None,
        now=round_.starts_at + HOUR,
    )


def _handed_in(contest: Contest, crowd: list[Person], ideas) -> list[Entry]:
    begun = contest.closes_at - 10 * DAY
    divisions = contest.divisions.count()
    entries = []
    for number, (person, idea) in enumerate(zip(crowd, ideas, strict=True)):
        user = people.account(person)
        # Where the divisions are fields and not ages, each gets some.
        division = number % divisions if contest.slug == OVER else None
        entry = _enter(contest, user, idea, begun, division=division)
        entries.append(actions.submit(entry_id=entry.pk, by=user, now=begun + HOUR))
    return entries


def _score(assignment, value: Decimal) -> None:
    round_ = assignment.round
    scoring.score(
        assignment_id=assignment.pk,
        values={criterion.pk: value for criterion in round_.criteria.all()},
        comment="",
        by=assignment.judge,
        now=round_.starts_at + HOUR,
    )


def _fill_over(contest: Contest, judges: list[User], world) -> None:
    """Six entries, each scored by two judges; four prizes, results ten days old."""
    entries = _handed_in(contest, world.pupils[4:10], PROJECTS)
    for entry in entries[::2]:
        votes.publishes(contest, entry.owner.person, entry.submitted_at)
    round_ = contest.rounds.get()
    assigning.assign_judges(
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
        decisions.award(
            entry_id=entry.pk, title=prize, order=order, by=None, now=round_.ends_at
        )
    decisions.set_results_time(
        contest_id=contest.pk,
        moment=_results_at(world),
        by=None,
        now=round_.ends_at,
    )
    runs.fix(
        round_id=round_.pk, by=None, now=round_.ends_at, reason="Họp Ban Giám khảo"
    )
    contest.refresh_from_db()
    _appeal(entries[-1], contest)


def _appeal(entry: Entry, contest: Contest) -> None:
    """One that was sent and answered while there was time."""
    row = appeals.appeal(
        entry_id=entry.pk,
        text="Em xin Ban Tổ chức xem lại điểm tiêu chí “Tiến hành nghiên cứu”: sổ tay "
        "có đủ số liệu của mười bốn ngày đo.",
        by=entry.owner,
        now=contest.results_at + DAY,
    )
    appeals.answer(
        appeal_id=row.pk,
        accepted=False,
        text="Ban Giám khảo đã đọc lại sổ tay. Số liệu đủ, nhưng bốn ngày đo sai giờ "
        "nên điểm giữ nguyên. Cảm ơn em đã theo đuổi đề tài đến cùng.",
        by=None,
        now=contest.results_at + 3 * DAY,
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
        # Each work has a field where the contest names some.
        field=contest.fields.first(),
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
        filing.add_file(
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


def _grown_up(contest: Contest, world) -> list[Person]:
    """Youths of the last division."""
    last = contest.divisions.last()
    return [person for person in world.people if fits(last, person)]


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
    kinds = [emails.ASSIGNED, emails.INVITED, emails.FORM_READ]
    Letter.objects.filter(kind__in=kinds).delete()


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
