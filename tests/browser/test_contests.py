"""Entering, scoring and results in a real browser, at both widths, light and dark."""

import datetime as dt

import pytest
from django.urls import reverse

from content import clock
from contests.models import Contest, Entry
from members.models import Role
from tests.factories import files as samples
from tests.factories.contests import (
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    child,
    submitted,
)
from tests.factories.members import AssignmentFactory, UserFactory

DAY = dt.timedelta(days=1)
LOOKS = [
    pytest.param(width, scheme, id=f"{width}-{scheme}")
    for width in (360, 1280)
    for scheme in ("light", "dark")
]


@pytest.fixture(autouse=True)
def _private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"


def a_contest(now, **fields) -> Contest:
    contest = ContestFactory(
        title="Ý tưởng chuyển đổi số trong thanh, thiếu niên",
        summary="Bạn thấy việc gì ở quê mình có thể làm gọn hơn bằng công nghệ?",
        rules="<h3>Hồ sơ dự thi</h3><ul><li>Bản thuyết minh 5 trang.</li></ul>",
        contact="cuocthi@example.com",
        **fields,
    )
    for name, youngest, oldest in (("Bảng A", 11, 15), ("Bảng C", 19, 30)):
        DivisionFactory(contest=contest, name=name, min_age=youngest, max_age=oldest)
    round_ = RoundFactory(contest=contest)
    for name, weight in (("Vấn đề thực tế", 20), ("Tính mới", 25), ("Khả thi", 55)):
        CriterionFactory(round=round_, name=name, weight=weight)
    return contest


@pytest.fixture
def contest() -> Contest:
    now = clock.now()
    return a_contest(now, opens_at=now - DAY, closes_at=now + 10 * DAY)


@pytest.fixture
def closed() -> Contest:
    now = clock.now()
    return a_contest(
        now,
        opens_at=now - 30 * DAY,
        closes_at=now - 2 * DAY,
        results_at=now - DAY / 2,
    )


def test_entering_works_without_scripts(visit, contest, tmp_path):
    user = UserFactory()
    page = visit(width=360, script=False, user=user).to(contest.get_absolute_url())
    page.click(f'aside a[href="{reverse("contests:start", args=[contest.slug])}"]')
    page.check('[name="agreed"]')
    page.click('main button[type="submit"]')
    page.fill('[name="title"]', "Chợ phiên trong túi áo")
    page.fill('[name="summary"]', "Ảnh và giá hàng được chụp từ tối hôm trước.")
    page.check(f'[name="division"][value="{contest.divisions.last().pk}"]')
    page.click(".buttons button:not([name])")
    page.fill('[name="authors-0-full_name"]', "Nông Thị Lan")
    page.fill('[name="authors-0-birth_date"]', "04/03/2003")
    page.click(".buttons button:not([name])")
    files = []
    for name, content in (
        ("thuyết minh.pdf", samples.pdf()),
        ("ảnh.png", samples.picture("PNG")),
        ("hỏng.pdf", samples.EXE),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        files.append(path)
    page.set_input_files('[name="files"]', files)
    page.click(".buttons button:not([name])")
    assert "hỏng.pdf" in page.inner_text(".form-errors")
    entry = Entry.objects.get()
    assert entry.files.count() == 2
    page.click(f'main .buttons a[href="{entry.get_absolute_url()}"]')
    page.click('button[name="submit"]')
    assert entry.code in page.inner_text(".notice-good")
    entry.refresh_from_db()
    assert entry.state == State.SUBMITTED
    with page.expect_download() as download:
        page.click("a.file")
    assert download.value.suggested_filename in {"thuyết minh.pdf", "ảnh.png"}


def test_scoring_works_without_scripts(visit, closed):
    Contest.objects.update(results_at=None)
    entry = submitted(closed, division=closed.divisions.last())
    judge = a_judge()
    row = JudgeAssignmentFactory(round=closed.rounds.get(), entry=entry, judge=judge)
    page = visit(width=360, script=False, user=judge).to("/cham-thi/")
    page.click(f'a[href="/cham-thi/{row.pk}/"]')
    for field in page.query_selector_all('[name^="criterion-"]'):
        field.fill("8,5")
    page.click('aside button[type="submit"]')
    row.refresh_from_db()
    assert row.scored_at
    assert row.scores.count() == 3


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_public_pages_look_right(visit, contest, closed, width, scheme):
    winner = EntryFactory(
        contest=closed,
        division=closed.divisions.last(),
        in_contest=True,
        state=State.AWARDED,
        title="Bản đồ sóng yếu",
    )
    AwardFactory(entry=winner)
    AuthorFactory(entry=winner)
    window = visit(width=width, scheme=scheme)
    for path in (
        "/",
        "/cuoc-thi/",
        contest.get_absolute_url(),
        closed.get_absolute_url(),
        reverse("contests:results", args=[closed.slug]),
    ):
        window.to(path)
        window.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_entrants_pages_look_right(visit, contest, width, scheme):
    user = UserFactory(person=child(13, full_name="Triệu Mùi Say"))
    entry = EntryFactory(
        contest=contest, owner=user, division=contest.divisions.first()
    )
    AuthorFactory(entry=entry, person=user.person)
    AuthorFactory(entry=entry)
    EntryFileFactory(entry=entry, name="Một tên tệp rất dài " * 5 + ".pdf")
    done = submitted(contest, owner=user, division=contest.divisions.last())
    window = visit(width=width, scheme=scheme, user=user)
    author = entry.authors.first()
    for path in (
        reverse("contests:start", args=[contest.slug]),
        entry.get_absolute_url(),
        reverse("contests:about", args=[entry.code]),
        reverse("contests:authors", args=[entry.code]),
        reverse("contests:guardian", args=[entry.code, author.pk]),
        reverse("contests:files", args=[entry.code]),
        reverse("contests:withdraw", args=[entry.code]),
        done.get_absolute_url(),
        "/ca-nhan/",
    ):
        window.to(path)
        window.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_judges_pages_look_right(visit, closed, width, scheme):
    Contest.objects.update(results_at=None)
    judge = a_judge()
    rows = [
        JudgeAssignmentFactory(
            round=closed.rounds.get(),
            entry=submitted(closed, division=closed.divisions.last()),
            judge=judge,
            conflict=conflict,
        )
        for conflict in ("", "Học trò cũ")
    ]
    window = visit(width=width, scheme=scheme, user=judge)
    for path in (
        "/cham-thi/",
        f"/cham-thi/{rows[0].pk}/",
        f"/cham-thi/{rows[0].pk}/xung-dot/",
        f"/cham-thi/{rows[1].pk}/",
    ):
        window.to(path)
        window.nothing_is_wrong()


def test_the_organisers_pages_complain_of_nothing(visit, closed):
    Contest.objects.update(results_at=None)
    entry = submitted(closed, division=closed.divisions.last())
    JudgeAssignmentFactory(round=closed.rounds.get(), entry=entry)
    organiser = AssignmentFactory(role=Role.CONTEST_ORGANISER, unit=closed.unit).user
    window = visit(width=1280, user=organiser)
    for path in (
        reverse("admin:contests_entry_changelist"),
        reverse("admin:contests_entry_change", args=[entry.pk]),
        reverse("admin:contests_contest_change", args=[closed.pk]),
        reverse("admin:contests_contest_ranking", args=[closed.pk]),
    ):
        window.to(path)
        window.picture()
    assert not window.complaints
    assert not window.strangers
