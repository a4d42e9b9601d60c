"""The team of the month: the rule, the choice, what everybody sees, the paper."""

import datetime as dt
import unicodedata

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mail.models import Letter
from teams.models import Recognition
from teams.recognition import actions, letters
from teams.recognition.actions import Refusal, Refused
from teams.recognition.ranking import LeftOut, rank
from teams.reports import access
from tests.certificates.pdf import pages
from tests.certificates.test_paper import LETTERS
from tests.factories.members import PersonFactory
from tests.factories.teams import (
    MemberFactory,
    TeamFactory,
    indicator,
    recognition,
    report,
    thirteen,
)

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _at(time_machine, now):
    time_machine.move_to(now, tick=False)
    thirteen()


def village(name, households=100, unit=None, **values):
    place = {"unit": unit} if unit else {}
    team = TeamFactory(name=name, households=households, **place)
    report(team, values=values)
    return team


def order(month=OCTOBER) -> list[tuple[int, str, int]]:
    ranking = rank(month)
    return [(one.number, one.team.name, one.points) for one in ranking.places]


def test_a_team_gets_a_point_for_each_one_with_a_smaller_figure():
    """Ten figures that are counted, two rivals: 20 points could be had."""
    village("A", I03=30, I01=10)
    village("B", I03=20, I01=20)
    village("C", I03=10)
    # A: 2 in I03, 1 in I01; B: 1 and 2; C: none.
    assert order() == [(1, "A", 15), (1, "B", 15), (3, "C", 0)]


def test_villages_are_compared_by_households():
    village("Lớn", households=200, I03=30)
    village("Nhỏ", households=50, I03=10)
    assert [name for _n, name, _p in order()] == ["Nhỏ", "Lớn"]


def test_communes_are_compared_with_communes():
    for name, number in (("Xã A", 5), ("Xã B", 4)):
        report(TeamFactory(name=name, level="commune"), values={"I03": number})
    village("Thôn A", I03=900)
    village("Thôn B", I03=1)
    found = {name: points for _n, name, points in order()}
    assert found == {"Xã A": 10, "Thôn A": 10, "Xã B": 0, "Thôn B": 0}


def test_turns_people_and_households_are_not_added_up():
    """Many turns are worth one point here, however many they are."""
    village("Lượt", I01=9000)
    village("Người", I03=1, I05=1)
    assert [name for _n, name, _p in order()] == ["Người", "Lượt"]


def test_what_tells_of_a_state_does_not_count():
    indicator("I11", is_level=True)
    village("A", I11=9, I12=True)
    village("B", I11=1)
    assert {points for _n, _name, points in order()} == {0}


def test_ties_share_a_place_and_stand_in_the_order_of_names():
    for name in ("Bản Chang", "An Thắng", "Cốc Lải"):
        village(name, I03=5)
    found = rank(OCTOBER).places
    assert [(one.number, one.team.name, one.shared) for one in found] == [
        (1, "An Thắng", True),
        (1, "Bản Chang", True),
        (1, "Cốc Lải", True),
    ]


def test_the_same_reports_give_the_same_ranking():
    for number in range(6):
        village(f"Tổ {number}", I03=number % 3, I01=number % 2)
    assert order() == order()


def test_who_is_left_out_and_why():
    late = report(TeamFactory(households=5), values={"I03": 1})
    late.first_sent_at = dt.datetime(2026, 11, 6, tzinfo=dt.UTC)
    late.save()
    unknown = report(TeamFactory(households=None), values={"I03": 1})
    recent = report(TeamFactory(households=5), values={"I03": 1})
    recognition(team=recent.team, month=dt.date(2026, 6, 1))
    rested = report(TeamFactory(households=5), values={"I03": 1})
    recognition(team=rested.team, month=dt.date(2026, 3, 1))
    report(TeamFactory(households=5), values={"I03": 1}, state="sent")
    ranking = rank(OCTOBER)
    assert [one.report for one in ranking.places] == [rested]
    assert dict(ranking.left_out) == {
        late: LeftOut.LATE,
        unknown: LeftOut.NO_HOUSEHOLDS,
        recent: LeftOut.RECENT,
    }


@pytest.mark.parametrize("number", [1, 4])
def test_the_queries_do_not_grow(number, django_assert_num_queries):
    for n in range(number):
        village(f"Tổ {n}", I03=n)
    with django_assert_num_queries(4):
        rank(OCTOBER)


# --- The choice -----------------------------------------------------------------


def choose(team, now, month=OCTOBER):
    return actions.choose(team=team, month=month, reason="Ba buổi tối.", now=now)


def test_choosing_keeps_the_place_and_thanks_the_leader(now):
    team = village("A", I03=30)
    village("B", I03=20)
    MemberFactory(team=team, role="leader", person=PersonFactory(email="a@example.com"))
    chosen = choose(team, now)
    assert (chosen.place, chosen.points) == (1, 10)
    assert Letter.objects.get().kind == letters.KIND
    assert choose(team, now).pk == chosen.pk
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("month", "ranked", "reason"),
    [
        (dt.date(2026, 11, 1), True, Refusal.NOT_OVER),
        (OCTOBER, False, Refusal.NOT_RANKED),
    ],
)
def test_what_cannot_be_chosen(now, month, ranked, reason):
    team = village("A", I03=3) if ranked else TeamFactory()
    with pytest.raises(Refused) as info:
        choose(team, now, month)
    assert info.value.reason == reason


def test_a_month_has_one_team(now):
    first, second = village("A", I03=3), village("B", I03=2)
    chosen = choose(first, now)
    with pytest.raises(Refused) as info:
        choose(second, now)
    assert info.value.reason == Refusal.TAKEN
    actions.take_back(recognition=chosen)
    assert choose(second, now).team == second
    with pytest.raises(IntegrityError), transaction.atomic():
        recognition(month=OCTOBER)


# --- In the admin ---------------------------------------------------------------


def test_a_person_chooses_from_the_ranking(client, coordinator, tree):
    client.force_login(coordinator)
    team = village("Tổ thôn Nà Tu", I03=30, unit=tree["na-tu"])
    url = f"{reverse('admin:teams_recognition_ranking')}?thang=2026-10"
    assert team.name in client.get(url).content.decode()
    bad = client.post(url, {"team": team.pk, "reason": "Gọi 0912 345 678"})
    assert "số điện thoại" in bad.content.decode()
    assert "Gọi 0912 345 678" in bad.content.decode()
    client.post(url, {"team": team.pk, "reason": "Ba buổi tối mỗi tuần."})
    assert Recognition.objects.get().team == team


def test_one_commune_does_not_choose_for_the_province(client, local_coordinator):
    client.force_login(local_coordinator)
    url = reverse("admin:teams_recognition_ranking")
    assert client.get(url).status_code == 403


# --- What everybody sees --------------------------------------------------------


def test_everybody_sees_the_newest_and_how_it_came_about(client):
    recognition(month=dt.date(2026, 9, 1))
    newest = recognition(month=OCTOBER)
    text = client.get(reverse("teams:list")).content.decode()
    assert "Tổ tiêu biểu tháng 10/2026" in text
    assert newest.reason in text
    assert "tháng 09/2026" not in text
    page = client.get(newest.team.get_absolute_url()).content.decode()
    assert "Tổ tiêu biểu tháng 10/2026" in page


def test_teams_that_hide_and_months_long_past_are_not_shown(client):
    recognition(month=OCTOBER, team=TeamFactory(is_public=False))
    recognition(month=dt.date(2026, 7, 1))
    text = client.get(reverse("teams:list")).content.decode()
    assert "Tổ tiêu biểu" not in text


# --- The paper ------------------------------------------------------------------


@pytest.mark.parametrize("start", range(0, 134, 20))
def test_the_letter_has_every_vietnamese_letter(start):
    assert len(LETTERS) == 134
    wanted = "".join(LETTERS[start : start + 20])
    team = TeamFactory(name=f"Tổ {wanted}")
    row = recognition(team=team, reason=wanted, unit_name=wanted)
    (text,) = pages(letters.paper(row))
    assert "\ufffd" not in text
    # Bold, upright and italic: each has its own file of letters.
    assert unicodedata.normalize("NFC", text).count(wanted) == 3


def test_words_that_look_like_code_print_as_they_are():
    row = recognition(reason="#panic() $x$ *đậm* [a] <b>")
    (text,) = pages(letters.paper(row))
    assert "#panic() $x$ *đậm* [a] <b>" in text


def test_the_same_row_gives_the_same_paper():
    row = recognition()
    assert letters.paper(row) == letters.paper(row)


def test_the_leader_takes_the_paper_along_and_nobody_else(client, now):
    row = recognition(month=OCTOBER)
    leader = MemberFactory(team=row.team, role="leader")
    url = reverse("teams:report_thanks", args=[row.team_id, "2026-10"])
    assert client.get(url).status_code == 404
    link = access.link_for(leader, now=now)
    code = access.new_code(link, now=now, lasts=access.TOLD)
    door = reverse("teams:report_link", args=[row.team_id, link.key])
    client.post(door, {"code": code})
    answer = client.get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"
    assert "thu-cam-on-2026-10.pdf" in answer["Content-Disposition"]
