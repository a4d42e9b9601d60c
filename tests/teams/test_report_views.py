"""The report on a phone: the link, the code, the figures, sent."""

import datetime as dt
import logging
import re

import pytest
from django.urls import reverse

from content import clock
from mail.models import Letter
from members.models import Role
from teams.models import Report, ReportLink
from teams.reports import access, actions
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.teams import MemberFactory, TeamFactory, indicator, report

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)
State = Report.State


@pytest.fixture(autouse=True)
def _at(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def leader(tree):
    person = PersonFactory(full_name="Giàng A Páo", email="totruong@example.com")
    team = TeamFactory(unit=tree["na-tu"])
    return MemberFactory(team=team, person=person, role="leader")


@pytest.fixture
def link(leader, now) -> ReportLink:
    return access.link_for(leader, now=now)


def address(link) -> str:
    return reverse("teams:report_link", args=[link.membership.team_id, link.key])


def page(team, month="2026-10") -> str:
    return reverse("teams:report_month", args=[team.pk, month])


def code_in_letter() -> str:
    text = Letter.objects.filter(kind="teams.report_code").latest("pk").text
    return re.search(r"\b\d{6}\b", text)[0]


def prove(client, link) -> None:
    code = access.new_code(link, now=clock.now(), lasts=access.TOLD)
    answer = client.post(address(link), {"code": code})
    assert answer.status_code == 302


def fields(**values) -> dict:
    return {f"v{indicator(code).pk}": value for code, value in values.items()}


# --- Who is it? -----------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_shows_no_address(client, link):
    answer = client.get(address(link))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "t•••@example.com" in text
    assert "totruong@" not in text
    assert not Letter.objects.exists()


def test_a_mailed_code_opens_the_month_that_is_due(client, link):
    client.post(address(link), {"mail": "1"})
    answer = client.post(address(link), {"code": f" {code_in_letter()} "})
    assert answer.url == page(link.membership.team)
    assert client.get(answer.url).status_code == 200


def test_the_letter_may_name_another_month(client, link):
    code = access.new_code(link, now=clock.now(), lasts=access.TOLD)
    answer = client.post(f"{address(link)}?thang=2026-09", {"code": code})
    assert answer.url == page(link.membership.team, "2026-09")


def test_a_proven_phone_is_not_asked_again_until_the_link_is_renewed(client, link, now):
    prove(client, link)
    assert client.get(address(link)).status_code == 302
    cookie = client.cookies[access.COOKIE]
    assert cookie["path"] == f"/to-cong-nghe-so/bao-cao/{link.membership.team_id}/"
    assert cookie["httponly"]
    old = address(link)
    access.renew(link, now=now)
    assert client.get(page(link.membership.team)).status_code == 404
    assert client.get(old).status_code == 404
    assert client.get(address(link)).status_code == 200


def test_a_proven_phone_is_asked_again_after_a_month(client, link, time_machine, now):
    prove(client, link)
    time_machine.move_to(now + access.DEVICE + dt.timedelta(hours=1))
    assert client.get(page(link.membership.team)).status_code == 404


def test_proof_is_good_for_one_team(client, link):
    prove(client, link)
    other = TeamFactory()
    client.cookies[access.COOKIE]["path"] = "/"
    assert client.get(page(other)).status_code == 404


def test_whoever_no_longer_leads_is_out(client, link, leader, now):
    prove(client, link)
    leader.ends_on = dt.date(2026, 11, 22)
    leader.save()
    assert client.get(page(leader.team)).status_code == 404
    assert client.get(address(link)).status_code == 404


def test_the_leader_of_an_ended_team_reports_its_last_month(client, link, leader):
    prove(client, link)
    leader.ends_on = leader.team.active_to = dt.date(2026, 10, 20)
    leader.save()
    leader.team.save()
    assert client.get(page(leader.team)).status_code == 200
    after = client.get(page(leader.team, "2026-11"))
    assert after.status_code == 404
    assert "ngừng hoạt động" in after.content.decode()


def test_a_wrong_code_is_refused_after_few_tries_without_a_hint(client, link, caplog):
    code = access.new_code(link, now=clock.now(), lasts=access.TOLD)
    wrong = "000000" if code != "000000" else "111111"
    with caplog.at_level(logging.WARNING):
        pages = [client.post(address(link), {"code": wrong}) for _try in range(5)]
        right = client.post(address(link), {"code": code})
    assert {answer.status_code for answer in [*pages, right]} == {200}
    told = {_sentence(answer) for answer in [*pages, right]}
    assert len(told) == 1
    assert access.COOKIE not in client.cookies
    assert len(caplog.records) == 6


def _sentence(answer) -> str:
    return re.sub(r"csrf\S+ value=\S+|value=\S+", "", answer.content.decode())


def test_codes_end(client, link, time_machine, now):
    code = access.new_code(link, now=now, lasts=access.MAILED)
    time_machine.move_to(now + access.MAILED)
    assert client.post(address(link), {"code": code}).status_code == 200
    assert access.COOKIE not in client.cookies


def test_a_used_code_works_two_minutes_longer_for_a_lost_answer(link, now):
    code = access.new_code(link, now=now, lasts=access.TOLD)
    minute = dt.timedelta(minutes=1)
    assert access.prove(link, code, now=now)
    assert access.prove(link, code, now=now + minute)
    assert not access.prove(link, code, now=now + 2 * minute)


def test_guessed_links_look_the_same_and_are_shut_off(client, link, caplog):
    guess = reverse("teams:report_link", args=[link.membership.team_id, "f" * 24])
    nobody = reverse("teams:report_link", args=[999_999, link.key])
    with caplog.at_level(logging.WARNING):
        first = _told(client.get(guess))
        assert _told(client.get(nobody)) == first
        assert _told(client.get(page(link.membership.team))) == first
        for _guess in range(9):
            client.get(guess)
        assert client.get(address(link)).status_code == 404
        elsewhere = client.get(address(link), REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 200
    ours = [one for one in caplog.records if one.name == "teams.reports.views"]
    assert len(ours) == 12


def _told(answer) -> tuple[int, str]:
    main = re.search(r"<main.*</main>", answer.content.decode(), re.S)
    return answer.status_code, main[0]


def test_letters_with_codes_are_few_and_told_alike(client, link):
    told = {
        _sentence(client.post(address(link), {"mail": "1"}, follow=True))
        for _press in range(4)
    }
    assert len(told) == 1
    assert Letter.objects.count() == 3


def test_without_an_address_the_secretary_is_named(client, link, leader):
    leader.person.email = ""
    leader.person.save()
    assert "Gọi cho bí thư" in client.get(address(link)).content.decode()
    client.post(address(link), {"mail": "1"})
    assert not Letter.objects.exists()


# --- Accounts -------------------------------------------------------------------


def test_a_signed_in_leader_goes_straight_to_the_team(client, leader):
    client.force_login(UserFactory(person=leader.person))
    answer = client.get(reverse("teams:report"))
    assert answer.url == reverse("teams:report_team", args=[leader.team_id])
    assert client.get(page(leader.team)).status_code == 200


def test_a_role_as_leader_counts_where_there_is_one_team(client, tree):
    team = TeamFactory(unit=tree["na-tu"])
    user = AssignmentFactory(role=Role.TEAM_LEADER, unit=tree["na-tu"]).user
    client.force_login(user)
    assert client.get(page(team)).status_code == 200
    above = AssignmentFactory(role=Role.TEAM_LEADER, unit=tree["cam-giang"]).user
    client.force_login(above)
    assert client.get(page(team)).status_code == 404
    TeamFactory(unit=tree["na-tu"])
    client.force_login(user)
    assert client.get(page(team)).status_code == 404


def test_the_commune_writes_for_its_teams_and_for_no_others(client, tree, leader):
    secretary = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree["cam-giang"]).user
    client.force_login(secretary)
    client.post(page(leader.team), fields(I01="3") | {"version": "0", "send": "1"})
    assert leader.team.reports.get().sent_by == "commune"
    other = TeamFactory(unit=tree["con-minh"])
    assert client.get(page(other)).status_code == 404


def test_members_and_strangers_hear_how_to_get_in(client, leader):
    assert "đường dẫn riêng" in client.get(reverse("teams:report")).content.decode()
    plain = MemberFactory(team=leader.team)
    client.force_login(UserFactory(person=plain.person))
    assert client.get(page(leader.team)).status_code == 404


# --- The figures ----------------------------------------------------------------


@pytest.fixture
def phone(client, link):
    prove(client, link)
    return client


def test_last_months_figures_stand_beside_the_fields(phone, leader):
    report(leader.team, month=dt.date(2026, 9, 1), values={"I01": 1250, "I12": True})
    text = phone.get(page(leader.team)).content.decode()
    assert "09/2026: <b>1.250</b>" in text
    assert "09/2026" in text


def test_a_report_is_kept_then_sent(phone, leader):
    url = page(leader.team)
    phone.post(url, fields(I01="12", I12="yes") | {"version": "0", "keep": "1"})
    one = leader.team.reports.get()
    assert (one.state, one.version) == (State.DRAFT, 1)
    assert 'value="12"' in phone.get(url).content.decode()
    typed = fields(I01="1.234", I12="no", I13="Sóng yếu") | {
        "version": "1",
        "send": "1",
    }
    answer = phone.post(url, typed, follow=True)
    text = answer.content.decode()
    one.refresh_from_db()
    assert (one.state, one.sent_by) == (State.SENT, "link")
    assert "1.234 lượt" in text
    assert "Sóng yếu" in text


@pytest.mark.parametrize(
    ("code", "typed", "sentence"),
    [
        ("I01", "-3", "nhỏ hơn 0"),
        ("I01", "12,5", "số nguyên"),
        ("I01", "mười", "chữ số"),
        ("I01", "5 người", "chữ số"),
        ("I01", "100001", "100.000"),
        ("I01", "9" * 19, "100.000"),
        ("I13", "Gọi cô Hoa 0912 345 678", "số điện thoại"),
        ("I13", "CCCD 006185012345", "căn cước"),
        ("I13", "hoa@example.com", "email"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_half_saved(
    phone, leader, code, typed, sentence
):
    sent = fields(I02="7") | fields(**{code: typed}) | {"version": "0", "send": "1"}
    answer = phone.post(page(leader.team), sent)
    text = answer.content.decode()
    assert answer.status_code == 200
    error = re.search(
        rf'id="id_v{indicator(code).pk}_error"[^>]*>(.*?)</p>', text, re.S
    )
    assert sentence in error[1]
    assert typed in text
    assert 'value="7"' in text
    assert not Report.objects.exists()


def test_a_month_in_the_future_gets_a_sentence(phone, leader):
    answer = phone.get(page(leader.team, "2026-12"))
    assert answer.status_code == 404
    assert "Tháng này chưa tới" in answer.content.decode()


def test_the_running_month_is_kept_but_not_sent(phone, leader):
    url = page(leader.team, "2026-11")
    assert 'name="send"' not in phone.get(url).content.decode()
    answer = phone.post(url, fields(I01="3") | {"version": "0", "send": "1"})
    assert "Tháng này chưa hết" in answer.content.decode()
    assert not Report.objects.exists()
    phone.post(url, fields(I01="3") | {"version": "0", "keep": "1"})
    assert Report.objects.get().state == State.DRAFT


def test_two_phones_see_each_others_figures_and_nothing_is_lost(phone, leader, now):
    url = page(leader.team)
    phone.post(url, fields(I01="3", I02="4") | {"version": "0", "keep": "1"})
    actions.keep(
        team=leader.team,
        month=OCTOBER,
        values={indicator("I01").pk: 8},
        version=1,
        now=now,
    )
    answer = phone.post(url, fields(I01="5", I02="4") | {"version": "1", "send": "1"})
    text = answer.content.decode()
    assert 'value="5"' in text
    assert "<b>8 lượt</b>" in text
    assert 'name="version" value="2"' in text
    assert leader.team.reports.get().state == State.DRAFT
    phone.post(url, fields(I01="5", I02="4") | {"version": "2", "send": "1"})
    assert leader.team.reports.get().state == State.SENT


def test_an_accepted_report_is_read_only(phone, leader):
    one = report(leader.team, values={"I01": 3})
    url = page(leader.team)
    assert 'name="send"' not in phone.get(f"{url}?sua=1").content.decode()
    answer = phone.post(url, fields(I01="9") | {"version": "1", "send": "1"})
    assert "Xã đã tiếp nhận báo cáo này" in answer.content.decode()
    assert one.values.get().number == 3


def test_the_remark_of_a_returned_report_stands_on_top(phone, leader):
    report(leader.team, state="returned", remark="Xem lại số hộ", values={"I02": 90})
    text = phone.get(page(leader.team)).content.decode()
    assert "Xem lại số hộ" in text
    assert 'value="90"' in text


def test_the_months_of_the_team_say_what_is_missing(phone, leader):
    report(leader.team, state="returned")
    report(leader.team, month=dt.date(2026, 7, 1))
    url = reverse("teams:report_team", args=[leader.team_id])
    text = phone.get(url).content.decode()
    assert "Trả lại để sửa" in text or "state-warn" in text
    assert text.count("Còn thiếu") == 2  # August and September, not what was before
    phone.post(reverse("teams:report_forget", args=[leader.team_id]))
    assert phone.get(url).status_code == 404


# --- What the script sends ------------------------------------------------------


def saving(team) -> str:
    return reverse("teams:report_keep", args=[team.pk, "2026-10"])


def test_the_script_saves_drafts_and_hears_the_new_version(phone, leader):
    answer = phone.post(saving(leader.team), fields(I01="3") | {"version": "0"})
    assert answer.json() == {"version": 1}
    again = phone.post(saving(leader.team), fields(I01="3") | {"version": "0"})
    assert again.json() == {"version": 1}


def test_the_script_hears_problems_by_field(phone, leader):
    sent = fields(I01="x", I02="4") | {"version": "0"}
    answer = phone.post(saving(leader.team), sent)
    assert answer.status_code == 422
    assert list(answer.json()["problems"]) == [f"v{indicator('I01').pk}"]
    assert not Report.objects.exists()


def test_the_script_hears_what_another_phone_saved(phone, leader):
    phone.post(saving(leader.team), fields(I01="3") | {"version": "0"})
    phone.post(saving(leader.team), fields(I01="4") | {"version": "1"})
    answer = phone.post(saving(leader.team), fields(I01="5") | {"version": "1"})
    assert answer.status_code == 409
    assert answer.json() == {
        "version": 2,
        "theirs": {f"v{indicator('I01').pk}": "4 lượt"},
    }


def test_the_script_of_a_stranger_hears_nothing(client, leader):
    answer = client.post(saving(leader.team), fields(I01="3") | {"version": "0"})
    assert (answer.status_code, answer.json()) == (403, {})


def test_a_report_needs_the_same_queries_with_few_lines_and_many(
    phone, leader, django_assert_max_num_queries
):
    report(leader.team, month=dt.date(2026, 9, 1), values={"I01": 3, "I02": 4})
    with django_assert_max_num_queries(14):
        phone.get(page(leader.team))
