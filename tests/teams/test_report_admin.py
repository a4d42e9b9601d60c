"""The commune's desk: deciding, who is late, the link, the figures to take out."""

import csv
import datetime as dt
import io
import re

import pytest
from django.urls import reverse

from mail.models import Letter
from members import history
from members.models import Role
from teams.models import Indicator, Report, ReportLink
from teams.reports import access, actions
from tests.factories.members import AssignmentFactory, PersonFactory
from tests.factories.teams import (
    MemberFactory,
    TeamFactory,
    indicator,
    report,
    thirteen,
)

pytestmark = pytest.mark.django_db
State = Report.State
LIST = reverse("admin:teams_report_changelist")


@pytest.fixture(autouse=True)
def _at(time_machine, now):
    time_machine.move_to(now, tick=False)
    thirteen()


@pytest.fixture
def leader(tree):
    person = PersonFactory(email="totruong@example.com", phone="+84912345678")
    return MemberFactory(
        team=TeamFactory(unit=tree["na-tu"]), person=person, role="leader"
    )


@pytest.fixture
def secretary(client, tree):
    """Of Cẩm Giàng, signed in."""
    user = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree["cam-giang"]).user
    client.force_login(user)
    return client


def decide(client, one, verb, **more):
    url = reverse("admin:teams_report_decide", args=[one.pk])
    sent = {"verb": verb, "version": one.version, "remark": ""} | more
    answer = client.post(url, sent, follow=True)
    one.refresh_from_db()
    return answer.content.decode()


def test_a_report_shows_its_figures_beside_last_months(secretary, leader):
    report(leader.team, month=dt.date(2026, 9, 1), values={"I01": 1200})
    one = report(leader.team, state="sent", values={"I01": 1300, "I13": "Sóng yếu"})
    url = reverse("admin:teams_report_change", args=[one.pk])
    text = secretary.get(url).content.decode()
    assert "1.300 lượt" in text
    assert "1.200 lượt" in text
    assert "Sóng yếu" in text


def test_a_draft_is_its_teams_own(secretary, leader):
    one = report(leader.team, state="draft", values={"I01": 1300})
    url = reverse("admin:teams_report_change", args=[one.pk])
    assert "1.300" not in secretary.get(url).content.decode()


def test_accepting_tells_the_leader(secretary, leader):
    one = report(leader.team, state="sent")
    decide(secretary, one, "accept")
    assert one.state == State.ACCEPTED
    assert Letter.objects.get().kind == "teams.report_accepted"


def test_returning_needs_a_remark_which_the_leader_reads(secretary, leader):
    one = report(leader.team, state="sent")
    text = decide(secretary, one, "return")
    assert one.state == State.SENT
    assert "Ghi ngắn gọn cần sửa gì" in text
    decide(secretary, one, "return", remark="Số hộ cao bất thường")
    assert one.state == State.RETURNED
    letter = Letter.objects.get(kind="teams.report_returned")
    assert "Số hộ cao bất thường" in letter.text
    assert "?thang=2026-10" in letter.text


def test_figures_corrected_meanwhile_are_looked_at_again(secretary, leader, now):
    one = report(leader.team, state="sent", values={"I01": 3})
    actions.send(
        team=leader.team,
        month=one.month,
        values={indicator("I01").pk: 30},
        version=1,
        sent_by="link",
        now=now,
    )
    text = decide(secretary, one, "accept", version=1)
    assert one.state == State.SENT
    assert "Số liệu đã thay đổi" in text


def test_opening_again_is_logged_with_who_did_it(secretary, leader):
    one = report(leader.team)
    decide(secretary, one, "reopen", remark="Nhầm số người")
    assert one.state == State.RETURNED
    event = history.events_of(Report).objects.filter(pgh_obj=one).latest("pgh_id")
    assert event.pgh_context["url"].endswith("/quyet-dinh/")
    page = reverse("admin:teams_report_history", args=[one.pk])
    assert "Đã mở lại" in secretary.get(page).content.decode()


def test_another_communes_reports_are_out_of_reach(secretary, tree):
    one = report(TeamFactory(unit=tree["con-minh"]), state="sent")
    decide(secretary, one, "accept")
    assert one.state == State.SENT
    for name in ("change", "history"):
        url = reverse(f"admin:teams_report_{name}", args=[one.pk])
        assert secretary.get(url).status_code == 302
    link = reverse("admin:teams_report_link", args=[one.team_id])
    assert secretary.get(link).status_code == 404


def test_many_are_accepted_after_a_look(secretary, leader, tree):
    report(leader.team, month=dt.date(2026, 9, 1), values={"I03": 12})
    one = report(leader.team, state="sent", values={"I03": 120, "I01": 7})
    changed = report(TeamFactory(unit=tree["cam-giang"]), state="sent")
    draft = report(TeamFactory(unit=tree["na-tu"]), state="draft")
    chosen = {
        "action": "accept_chosen",
        "_selected_action": [one.pk, changed.pk, draft.pk],
    }
    text = secretary.post(LIST, chosen).content.decode()
    assert "I03: 120 người" in text
    assert "Người được hỗ trợ VNeID" in text  # ten times last month's: look twice
    assert f"{draft} (Nháp)" in text or str(draft) in text
    confirm = chosen | {
        "confirmed": "1",
        f"version-{one.pk}": "1",
        f"version-{changed.pk}": "0",
    }
    secretary.post(LIST, confirm)
    states = dict(Report.objects.values_list("pk", "state"))
    assert (states[one.pk], states[changed.pk], states[draft.pk]) == (
        "accepted",
        "sent",
        "draft",
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12/2026", "Tháng này chưa tới"),
        ("tháng mười", "Đây không phải là tháng"),
        ("13/2026", "Đây không phải là tháng"),
        ("10/2026", "Tổ đã có báo cáo của tháng này"),
        ("08/2025", "Tháng này tổ chưa thành lập"),
        ("11/2026", "Tháng này tổ đã ngừng hoạt động"),
    ],
)
def test_a_report_that_cannot_be_begun_gets_a_sentence(
    secretary, tree, typed, sentence
):
    team = TeamFactory(
        unit=tree["na-tu"],
        active_from=dt.date(2025, 9, 1),
        active_to=dt.date(2026, 10, 20),
    )
    report(team)
    url = reverse("admin:teams_report_add")
    answer = secretary.post(url, {"team": team.pk, "month": typed})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in text
    assert f'value="{typed}"' in text
    assert Report.objects.count() == 1


def test_the_commune_begins_a_report_and_goes_on_to_its_figures(secretary, leader):
    url = reverse("admin:teams_report_add")
    answer = secretary.post(url, {"team": leader.team_id, "month": "09/2024"})
    assert answer.url == f"/to-cong-nghe-so/bao-cao/{leader.team_id}/2024-09/"
    assert secretary.get(answer.url).status_code == 200


def test_no_report_is_begun_for_a_team_of_another_commune(secretary, tree):
    other = TeamFactory(unit=tree["con-minh"])
    url = reverse("admin:teams_report_add")
    answer = secretary.post(url, {"team": other.pk, "month": "10/2026"})
    assert answer.status_code == 200
    assert not Report.objects.exists()


def test_the_list_of_who_is_late_names_whom_to_call(secretary, leader, tree):
    report(leader.team, state="returned")
    silent = TeamFactory(unit=tree["na-tu"], name="Tổ im lặng")
    done = report(TeamFactory(unit=tree["na-tu"], name="Tổ đã xong")).team
    elsewhere = TeamFactory(unit=tree["con-minh"], name="Tổ xã bên")
    url = reverse("admin:teams_report_late")
    text = secretary.get(f"{url}?thang=2026-10").content.decode()
    assert leader.person.full_name in text
    assert "0912 345 678" in text
    assert silent.name in text
    assert "Danh sách tổ chưa có tổ trưởng" in text
    assert done.name not in text
    assert elsewhere.name not in text


@pytest.mark.parametrize("number", [1, 4])
def test_the_queries_of_that_list_do_not_grow(
    secretary, tree, number, django_assert_max_num_queries
):
    for _n in range(number):
        MemberFactory(team=TeamFactory(unit=tree["na-tu"]), role="leader")
    with django_assert_max_num_queries(12):
        secretary.get(reverse("admin:teams_report_late"))


def test_the_figures_of_a_month_are_taken_out(secretary, leader, tree):
    report(leader.team, values={"I01": 1300, "I12": True, "I13": "=1+1"})
    other = TeamFactory(unit=tree["na-tu"], name="Tổ B")
    draft = report(TeamFactory(unit=tree["na-tu"], name="Tổ C"), state="draft")
    draft.values.create(indicator=indicator("I01"), number=99)
    report(TeamFactory(unit=tree["con-minh"], name="Tổ xã bên"), values={"I01": 5})
    url = reverse("admin:teams_report_export", args=["csv"])
    data = secretary.get(f"{url}?thang=2026-10").content.decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(data))
    assert len(head) == 5 + 13
    assert head[5] == "I01 Lượt tuyên truyền trực tiếp (lượt)"
    by_team = {line[1]: line for line in lines}
    assert set(by_team) == {leader.team.name, other.name, "Tổ C"}
    mine = by_team[leader.team.name]
    assert (mine[0], mine[3], mine[5]) == ("Đoàn xã Cẩm Giàng", "Đã tiếp nhận", "1300")
    assert mine[-1] == "'=1+1"
    assert by_team["Tổ B"][3] == "Còn thiếu"
    assert by_team["Tổ C"][5] == ""
    excel = secretary.get(reverse("admin:teams_report_export", args=["xlsx"]))
    assert excel.content[:2] == b"PK"


# --- The link -------------------------------------------------------------------


def test_the_page_of_the_link_shows_it_three_ways(secretary, leader, now):
    url = reverse("admin:teams_report_link", args=[leader.team_id])
    text = secretary.get(url).content.decode()
    link = ReportLink.objects.get()
    assert access.url(link) in text
    assert "data:image/svg+xml" in text
    assert leader.person.full_name in text


def test_a_fresh_code_is_shown_once_and_opens_the_report(secretary, leader, client):
    url = reverse("admin:teams_report_link", args=[leader.team_id])
    text = secretary.post(url, {"code": "1"}).content.decode()
    code = re.search(r"<strong>(\d{3} \d{3})</strong>", text)[1]
    assert code not in secretary.get(url).content.decode()
    link = ReportLink.objects.get()
    assert code.replace(" ", "") not in link.code_digest
    client.logout()
    door = reverse("teams:report_link", args=[leader.team_id, link.key])
    assert client.post(door, {"code": code}).status_code == 302


def test_the_link_is_mailed_once_an_hour_and_can_be_renewed(secretary, leader):
    url = reverse("admin:teams_report_link", args=[leader.team_id])
    secretary.post(url, {"mail": "1"})
    secretary.post(url, {"mail": "1"})
    letter = Letter.objects.get()
    link = ReportLink.objects.get()
    assert link.key in letter.text
    secretary.post(url, {"renew": "1"})
    assert ReportLink.objects.get().key != link.key
    page = reverse("admin:teams_digitalteam_history", args=[leader.team_id])
    text = secretary.get(page).content.decode()
    assert "Đã đổi đường dẫn báo cáo" in text


def test_a_team_without_a_leader_has_no_link(secretary, tree):
    team = TeamFactory(unit=tree["na-tu"])
    url = reverse("admin:teams_report_link", args=[team.pk])
    assert "chưa có tổ trưởng" in secretary.get(url).content.decode()
    secretary.post(url, {"code": "1"})
    assert not ReportLink.objects.exists()


# --- Indicators -----------------------------------------------------------------


@pytest.fixture
def everywhere(client, coordinator):
    client.force_login(coordinator)
    return client


def indicator_data(one: Indicator, **changes) -> dict:
    row = {
        "code": one.code,
        "name": one.name,
        "hint": one.hint,
        "measure": one.measure,
        "order": one.order,
        "active_from": "",
        "active_to": "",
    }
    return row | changes


def test_a_unit_of_measure_stays_once_it_was_used(everywhere, tree):
    one = indicator("I03")
    url = reverse("admin:teams_indicator_change", args=[one.pk])
    everywhere.post(url, indicator_data(one, measure="turns"))
    one.refresh_from_db()
    assert one.measure == "turns"
    report(TeamFactory(unit=tree["na-tu"]), values={"I03": 5})
    text = everywhere.post(url, indicator_data(one, measure="people"))
    assert "Đã có số liệu báo cáo" in text.content.decode()
    one.refresh_from_db()
    assert one.measure == "turns"


def test_months_of_an_indicator_are_typed_as_people_say_them(everywhere):
    one = indicator("I03")
    url = reverse("admin:teams_indicator_change", args=[one.pk])
    data = indicator_data(one, active_from="15/01/2026", active_to="6/2026")
    everywhere.post(url, data)
    one.refresh_from_db()
    assert (one.active_from, one.active_to) == (
        dt.date(2026, 1, 1),
        dt.date(2026, 6, 1),
    )
    wrong = everywhere.post(url, data | {"active_to": "12/2025"})
    assert "Tháng cuối đứng trước tháng đầu" in wrong.content.decode()


def test_a_secretary_sees_the_indicators_and_changes_none(secretary):
    url = reverse("admin:teams_indicator_change", args=[indicator().pk])
    text = secretary.get(url).content.decode()
    assert 'name="_save"' not in text


# --- The desk -------------------------------------------------------------------


def test_desks_say_what_waits(secretary, leader, client):
    from members import desk
    from members.models import User

    report(TeamFactory(unit=leader.team.unit), state="sent")
    now = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
    user = User.objects.get(assignments__role=Role.UNIT_SECRETARY)
    labels = {task.label: task.count for task in desk.tasks(user, now)}
    assert labels["Báo cáo tháng của các tổ chờ tiếp nhận"] == 1
    assert labels["Báo cáo còn thiếu tháng 10/2026"] == 1
