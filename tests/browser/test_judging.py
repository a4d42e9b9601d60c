"""Judging on a tablet, and the desks of the organisers, in a real browser."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from content import clock
from contests.models import JudgeAssignment
from contests.ranking import runs
from tests.browser.conftest import eventually
from tests.factories.contests import (
    AppealFactory,
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    JudgeAssignmentFactory,
    PrizeFactory,
    RoundFactory,
    a_judge,
    an_organiser,
    scored,
    submitted,
)

DAY = dt.timedelta(days=1)
TABLET = 820


@pytest.fixture(autouse=True)
def _private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def round_():
    """Entries closed, scoring on; two criteria with words that guide."""
    now = clock.now()
    contest = ContestFactory(opens_at=now - 30 * DAY, closes_at=now - 2 * DAY)
    DivisionFactory(contest=contest, name="Bảng A")
    PrizeFactory(contest=contest, number=2, worth="3.000.000 đồng")
    contest.fields.create(name="Phần mềm tin học")
    contest.contacts.create(
        matter="Hồ sơ dự thi", name="Ban Thư ký", email="a@example.com"
    )
    round_ = RoundFactory(contest=contest, quorum=2)
    for name, weight in (("Tính mới", 60), ("Trình bày", 40)):
        CriterionFactory(
            round=round_, name=name, weight=weight, guidance="Đọc là hiểu."
        )
    return round_


def work(round_, **fields):
    return submitted(round_.contest, division=round_.contest.divisions.get(), **fields)


def test_what_is_typed_on_a_tablet_is_kept_without_a_press(visit, round_):
    """Typed, left, come back to, through a lost connection, and given at last."""
    judge = a_judge()
    row = JudgeAssignmentFactory(round=round_, entry=work(round_), judge=judge)
    window = visit(width=TABLET, user=judge)
    page = window.to(f"/cham-thi/{row.pk}/")
    window.nothing_is_wrong()
    first, second = page.query_selector_all('[name^="criterion-"]')
    first.fill("7,5")
    page.fill('[name="comment"]', "Ý tưởng gọn")
    state = page.locator("[data-draft-state]")
    expect(state).not_to_be_empty()

    def draft():
        row.refresh_from_db()
        return set(row.draft.values())

    eventually(page, lambda: draft() >= {"7,5", "Ý tưởng gọn"}, draft)
    assert row.scored_at is None

    page = window.to(f"/cham-thi/{row.pk}/")
    first, second = page.query_selector_all('[name^="criterion-"]')
    assert first.input_value() == "7,5"
    assert page.input_value('[name="comment"]') == "Ý tưởng gọn"
    page.context.set_offline(True)
    second.fill("9")
    lost = page.get_attribute("[data-draft-state]", "data-lost")
    expect(page.locator("[data-draft-state]")).to_have_text(lost)
    page.context.set_offline(False)
    # What was typed goes out by itself now, and not behind the scores.
    expect(page.locator("[data-draft-state]")).not_to_have_text(lost)
    page.click('aside form button[type="submit"]')
    page.wait_for_url("**/cham-thi/")
    row.refresh_from_db()
    assert sorted(float(score.value) for score in row.scores.all()) == [7.5, 9]
    assert row.draft == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_judges_and_entrants_look_right(visit, round_, scheme):
    judge = a_judge()
    round_.others_seen = True
    round_.save()
    given = JudgeAssignmentFactory(round=round_, entry=work(round_), judge=judge)
    scored(given, 8, 7)
    other = JudgeAssignmentFactory(round=round_, entry=given.entry)
    scored(other, 6, 7)
    soft = JudgeAssignmentFactory(
        round=round_,
        entry=work(round_),
        judge=judge,
        aside=JudgeAssignment.Aside.SOFT,
        conflict="Cùng quê",
        draft={"comment": "Đang đọc"},
        drafted_at=clock.now(),
    )
    window = visit(width=TABLET, scheme=scheme, user=judge)
    for path in (
        "/cham-thi/",
        f"/cham-thi/{given.pk}/",
        f"/cham-thi/{soft.pk}/",
        f"/cham-thi/{soft.pk}/xung-dot/",
        round_.contest.get_absolute_url(),
    ):
        window.to(path)
        window.nothing_is_wrong()
    owner = given.entry.owner
    contest = round_.contest
    round_.ends_at = round_.starts_at + DAY / 2
    round_.save()
    contest.results_at = clock.now() - DAY
    contest.save()
    phone = visit(width=360, scheme=scheme, user=owner)
    for path in (
        contest.get_absolute_url(),
        reverse("contests:appeal", args=[given.entry.code]),
    ):
        phone.to(path)
        phone.nothing_is_wrong()


def test_the_desks_of_the_organisers_complain_of_nothing(visit, round_):
    for number in range(3):
        entry = work(round_)
        for more in (0, 3):
            row = JudgeAssignmentFactory(round=round_, entry=entry)
            scored(row, number + more, number)
    JudgeAssignmentFactory(
        round=round_, entry=work(round_), aside="soft", conflict="Cùng quê"
    )
    appeal = AppealFactory(entry=entry)
    runs.fix(round_id=round_.pk, by=None, now=clock.now())
    window = visit(width=1280, user=an_organiser(round_.contest))
    for name in ("change", "judging", "ranking", "certificates", "copy"):
        window.to(reverse(f"admin:contests_contest_{name}", args=[round_.contest_id]))
        window.picture()
    for name, pk in (("round_weights", round_.pk), ("round_change", round_.pk)):
        window.to(reverse(f"admin:contests_{name}", args=[pk]))
        window.picture()
    window.to(reverse("admin:contests_appeal_answer", args=[appeal.pk]))
    window.picture()
    assert not window.complaints
    assert not window.strangers
