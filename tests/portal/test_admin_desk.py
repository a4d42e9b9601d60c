"""The admin's start page: what waits for this person, and only for this one."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contests.models import Entry
from members import desk
from members.models import Consent, GuardianRequest, Role
from news import actions as news_actions
from portal import admin_desk, admin_menu
from tests.factories.contests import (
    AuthorFactory,
    ContestFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    child,
)
from tests.factories.mail import LetterFactory
from tests.factories.members import (
    AssignmentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
)
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.teams import MemberFactory, TeamFactory
from tests.factories.training import RegistrationFactory, SessionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
START = "/quan-tri/"


@pytest.fixture(autouse=True)
def _this_monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def root():
    return UnitFactory(name="Tỉnh đoàn")


@pytest.fixture
def commune(root):
    return UnitFactory(parent=root, name="Đoàn xã Ta")


@pytest.fixture
def works(client, commune):
    """`works(Role.EDITOR)` signs somebody in who has this role in the commune."""

    def sign_in(*roles, unit=None):
        user = AssignmentFactory(role=roles[0], unit=unit or commune).user
        for role in roles[1:]:
            AssignmentFactory(user=user, role=role, unit=unit or commune)
        client.force_login(user)
        return user

    return sign_in


def labels(user, now) -> dict[str, int]:
    return {task.label: task.count for task in desk.tasks(user, now)}


def session(now, **fields):
    times = {
        "opens_at": now - DAY,
        "closes_at": now + 2 * DAY,
        "starts_at": now + 3 * DAY,
        "ends_at": now + 3 * DAY + 4 * HOUR,
    }
    return SessionFactory(**times | fields)


# --- What waits -----------------------------------------------------------------


def test_a_publisher_sees_what_was_handed_in_and_what_has_no_time(works, commune, now):
    user = works(Role.PUBLISHER)
    for state in ("in_review", "in_review", "approved"):
        ArticleFactory(unit=commune, state=state)
        ArticleFactory(unit=UnitFactory(), state=state)
    assert labels(user, now) == {
        "Bài chờ duyệt": 2,
        "Bài đã duyệt, chưa hẹn giờ đăng": 1,
    }


def test_a_writer_sees_the_own_drafts_and_what_came_back(works, commune, client, now):
    user = works(Role.EDITOR)
    back = ArticleFactory(unit=commune, created_by=user, title="Bài trả lại")
    ArticleFactory(unit=commune, created_by=user, title="Bài mới viết")
    ArticleFactory(unit=commune, title="Bài của người khác")
    publisher = AssignmentFactory(role=Role.PUBLISHER, unit=commune).user
    news_actions.submit(article=back, by=user, now=now)
    news_actions.send_back(article=back, by=publisher, now=now, remark="Thiếu nguồn.")
    tasks = {task.label: task for task in desk.tasks(user, now)}
    assert set(tasks) == {"Bài được trả lại cho bạn", "Bản nháp của bạn"}
    listed = client.get(tasks["Bài được trả lại cho bạn"].url).content.decode()
    assert "Bài trả lại" in listed
    assert "Bài mới viết" not in listed
    assert "Bài của người khác" not in listed


def test_an_organiser_sees_which_sessions_need_a_hand(works, commune, now):
    user = works(Role.TRAINING_ORGANISER)
    fields = {"unit": commune}
    session(now, title="Còn chỗ", **fields)
    session(now, title="Gần đầy", capacity=10, confirmed=8, **fields)
    later = {"closes_at": now + 9 * DAY, "starts_at": now + 10 * DAY}
    later["ends_at"] = now + 10 * DAY + HOUR
    session(now, title="Còn lâu", **later, **fields)
    session(now, title="Đông", capacity=2, confirmed=2, line_length=3, **later | fields)
    session(now, title="Quên", state="draft", **fields)
    session(now, title="Xã bên", unit=UnitFactory())
    row = session(now, title="Duyệt", needs_approval=True, **later | fields)
    RegistrationFactory(session=row, state="pending")
    assert labels(user, now) == {
        "Sắp hết hạn đăng ký mà còn nhiều chỗ: Còn chỗ": 30,
        "Danh sách chờ đã dài, nên mở thêm lớp: Đông": 3,
        "Sắp diễn ra mà chưa công khai: Quên": 1,
        "Đăng ký chờ duyệt: Duyệt": 1,
    }


def test_on_the_day_the_list_is_at_hand(works, commune, client, now):
    user = works(Role.TRAINING_ORGANISER)
    today = {"closes_at": now - HOUR, "starts_at": now + HOUR, "ends_at": now + DAY}
    row = session(now, title="Hôm nay", unit=commune, **today)
    RegistrationFactory(session=row, person__full_name="Bàn Thị Ước")
    (task,) = desk.tasks(user, now)
    assert (task.label, task.count) == ("Danh sách hôm nay: Hôm nay", 1)
    assert "Bàn Thị Ước" in client.get(task.url).content.decode()


def test_contests_ask_for_consents_judges_and_results(works, commune, now):
    user = works(Role.CONTEST_ORGANISER)
    closing = ContestFactory(unit=commune, title="Sắp đóng", closes_at=now + DAY)
    AuthorFactory(entry=EntryFactory(contest=closing), person=child())
    judged = ContestFactory(unit=commune, title="Đang chấm", closes_at=now - DAY / 2)
    round_ = RoundFactory(contest=judged, ends_at=now + DAY, quorum=1)
    JudgeAssignmentFactory(round=round_)
    over = ContestFactory(
        unit=commune, title="Chấm xong", opens_at=now - 9 * DAY, closes_at=now - 8 * DAY
    )
    RoundFactory(contest=over, ends_at=now - DAY)
    assert labels(user, now) == {
        "Bài thi chờ phụ huynh đồng ý: Sắp đóng": 1,
        "Bài thi chưa được chấm xong: Đang chấm": 1,
        "Đã chấm xong, cần định ngày công bố kết quả: Chấm xong": 1,
    }
    assert Entry.objects.awaiting_scores(now).count() == 1


def ask_guardian(kid, now, **fields):
    return GuardianRequest.objects.create(
        child=kid,
        guardian=GuardianFactory(child=kid),
        purpose=Consent.Purpose.TRAINING,
        matter="Lớp",
        text_version="1",
        token_hash=f"{kid.pk}",
        asked_at=now - 9 * DAY,
        expires_at=now - DAY,
        **fields,
    )


def test_a_secretary_telephones_guardians_who_let_the_link_run_out(
    works, commune, client, now
):
    user = works(Role.UNIT_SECRETARY)
    silent = PersonFactory(unit=commune, full_name="Con Chờ")
    ask_guardian(silent, now)
    answered = PersonFactory(unit=commune, full_name="Con Xong")
    ask_guardian(answered, now, answered_at=now - 2 * DAY, answer="given")
    ask_guardian(PersonFactory(unit=UnitFactory()), now)
    (task,) = desk.tasks(user, now)
    assert task.count == 1
    html = client.get(task.url).content.decode()
    assert "Con Chờ" in html
    assert "Con Xong" not in html


def test_failed_letters_are_shown_to_those_who_may_read_the_outbox(works, root, now):
    LetterFactory(failed=True)
    province = works(Role.PROVINCE_ADMIN, unit=root)
    assert labels(province, now) == {"Thư không gửi được": 1}
    UnitFactory()  # a second root: nobody but a superuser has everything any more
    assert labels(works(Role.UNIT_SECRETARY), now) == {}


# --- What comes next ------------------------------------------------------------


def test_the_week_ahead_in_ones_units(works, commune, now):
    user = works(Role.PUBLISHER, Role.TRAINING_ORGANISER, Role.CONTEST_ORGANISER)
    for unit, mark in ((commune, ""), (UnitFactory(), "Xã bên")):
        PublishedFactory(unit=unit, title=f"Bài{mark}", publish_at=now + DAY)
        PublishedFactory(unit=unit, publish_at=now + 8 * DAY)
        session(now, unit=unit, title=f"Lớp{mark}")
        contest = ContestFactory(unit=unit, title=f"Thi{mark}", closes_at=now + 4 * DAY)
        RoundFactory(contest=contest, name="Vòng 1", ends_at=now + 6 * DAY)
    agenda = admin_desk.gather(user, now).agenda
    assert [(one.what, one.title) for one in agenda] == [
        ("Bài lên trang", "Bài"),
        ("Hết hạn đăng ký", "Lớp"),
        ("Buổi học bắt đầu", "Lớp"),
        ("Hạn nộp bài", "Thi"),
        ("Hết hạn chấm: Vòng 1", "Thi"),
    ]


# --- The page -------------------------------------------------------------------


def work_everywhere(commune, user, now, times: int) -> None:
    for _number in range(times):
        ArticleFactory(unit=commune, state="in_review")
        ArticleFactory(unit=commune, created_by=user)
        PublishedFactory(unit=commune, publish_at=now + DAY)
        RegistrationFactory(session=session(now, unit=commune), state="pending")
        contest = ContestFactory(unit=commune, closes_at=now - DAY / 2)
        round_ = RoundFactory(contest=contest, ends_at=now + DAY)
        JudgeAssignmentFactory(round=round_)
        closing = ContestFactory(unit=commune, closes_at=now + DAY)
        AuthorFactory(entry=EntryFactory(contest=closing), person=child())
        MemberFactory(team=TeamFactory(unit=commune))
        LetterFactory(failed=True)


def test_one_thing_or_three_take_the_same_queries(works, root, commune, client, now):
    user = works(Role.PROVINCE_ADMIN, unit=root)
    work_everywhere(commune, user, now, 1)
    client.get(START)
    with CaptureQueriesContext(connection) as one:
        html = client.get(START).content.decode()
    assert html.count("desk-due") >= 3
    work_everywhere(commune, user, now, 2)
    with CaptureQueriesContext(connection) as three:
        client.get(START)
    assert len(three) == len(one)
    assert len(one) <= 28


def test_every_task_leads_to_a_list_that_shows_as_many(
    works, root, commune, now, client
):
    user = works(Role.PROVINCE_ADMIN, unit=root)
    work_everywhere(commune, user, now, 2)
    for task in desk.tasks(user, now):
        response = client.get(task.url)
        assert response.status_code == 200, task
        lists = response.context.get("cl")
        if lists is not None:
            assert lists.result_count == task.count, task


def test_a_free_desk_says_so_kindly(works, client):
    works(Role.UNIT_SECRETARY)
    html = client.get(START).content.decode()
    assert "Không có việc nào đang chờ bạn." in html
    assert "desk-due" not in html


YEAR = "Xem ai đã tập huấn trong năm"


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.EDITOR, {"Viết bài"}),
        (
            Role.TRAINING_ORGANISER,
            {"Mở lớp tập huấn", "Đăng ký cho đoàn viên", YEAR},
        ),
        (Role.TEAM_COORDINATOR, {"Thêm tổ", "Nhập danh sách tổ công nghệ số"}),
        (Role.CONTEST_ORGANISER, {"Mở cuộc thi"}),
        (
            Role.UNIT_SECRETARY,
            {
                *("Đăng ký cho đoàn viên", YEAR, "Thêm người"),
                "Nhập danh sách đoàn viên",
            },
        ),
    ],
)
def test_buttons_are_those_of_the_role_and_work(works, client, now, role, offered):
    user = works(role)
    shortcuts = admin_desk.gather(user, now).shortcuts
    assert {str(one.label) for one in shortcuts} == offered
    for one in shortcuts:
        assert client.get(one.url).status_code == 200, one


def test_lists_stand_in_groups_that_people_have_words_for(works, root, client):
    works(Role.PROVINCE_ADMIN, unit=root)
    groups = client.get(START).context["app_list"]
    names = [str(group["name"]) for group in groups]
    assert names == [
        "Tin tức",
        "Tập huấn",
        "Tổ công nghệ số",
        "Cuộc thi",
        "Chứng nhận",
        "Con người",
        "Thư",
        "Trang và thông tin chung",
    ]
    first = [str(group["models"][0]["object_name"]) for group in groups]
    assert first[:5] == [
        "Article",
        "TrainingSession",
        "DigitalTeam",
        "Contest",
        "Certificate",
    ]


DAILY = {
    Role.EDITOR: "Article Contribution FrontPageSlot Unit Picture",
    Role.PUBLISHER: "Article Contribution FrontPageSlot Unit Picture",
    Role.TRAINING_ORGANISER: (
        "TrainingSession Registration Certificate Person Consent Unit Picture"
    ),
    Role.TEAM_COORDINATOR: (
        "DigitalTeam TeamMember Nomination Report HelpRequest HelpPoint Person Unit"
    ),
    Role.CONTEST_ORGANISER: (
        "Contest Entry Appeal SignedForm Certificate Person Consent Unit Picture"
    ),
    Role.UNIT_SECRETARY: (
        "TrainingSession Registration DigitalTeam TeamMember Nomination Report"
        " HelpRequest HelpPoint Certificate Person Guardian Consent DataRequest Unit"
        " User Assignment SignInCard"
    ),
}


def names(groups) -> list[str]:
    return [model["object_name"] for group in groups for model in group["models"]]


@pytest.mark.parametrize("role", DAILY)
def test_the_lists_of_the_start_page_are_those_of_the_role_s_days(works, client, role):
    works(role)
    page = client.get(START).context
    assert names(page["app_list"]) == DAILY[role].split()
    # What one may only look at is set up by somebody else, who finds it.
    assert not {"UnitKind", "UnitSuccession"} & {*names(page["set_up"])}


def test_whoever_runs_the_province_finds_every_list_on_the_start_page(
    works, root, client
):
    works(Role.PROVINCE_ADMIN, unit=root)
    page = client.get(START).context
    shown = {*names(page["app_list"]), *names(page["set_up"])}
    everything = {*names(page["available_apps"])}
    assert shown == everything


def test_a_row_that_was_changed_three_times_stands_once(works, root, client, now):
    user = works(Role.PROVINCE_ADMIN, unit=root)
    for unit in (root, root, UnitFactory(parent=root, name="Đoàn xã Khác"), root):
        LogEntry.objects.log_actions(
            user.pk, [unit], CHANGE, change_message="", single_object=True
        )
    done = admin_desk.gather(user, now).done
    assert [row.object_repr for row in done] == ["Tỉnh đoàn", "Đoàn xã Khác"]


def test_a_phone_shows_four_buttons_and_folds_the_others(works, root, now):
    desk = admin_desk.gather(works(Role.PROVINCE_ADMIN, unit=root), now)
    assert len(desk.first_shortcuts) == 4
    assert desk.first_shortcuts + desk.more_shortcuts == desk.shortcuts


def test_an_app_of_no_group_still_has_its_place():
    model = {"object_name": "X", "name": "x"}
    apps = [
        {"app_label": "new", "name": "New", "models": [model]},
        {"app_label": "news", "name": "news", "models": [model]},
    ]
    found = admin_menu.grouped(apps)
    assert [group["app_label"] for group in found] == ["news", "new"]


def test_the_same_desk_stands_on_my_page(works, commune, client, now):
    works(Role.PUBLISHER)
    ArticleFactory(unit=commune, state="in_review")
    html = client.get("/ca-nhan/").content.decode()
    assert "Bài chờ duyệt" in html
    assert reverse("admin:news_article_changelist") in html
