"""Asking for a helper, looking by a code, and the team's list."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.stamped import SOONEST, new_stamp
from mail.models import Letter
from members.desk import counted
from members.models import Person, Role
from members.succession import registry as heirs
from teams.help import limits
from teams.help.people import HelpTasks
from teams.models import HelpPoint, HelpRequest
from teams.reports import access
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.teams import (
    HelpPointFactory,
    HelpRequestFactory,
    HelpTopicFactory,
    MemberFactory,
    TeamFactory,
)
from vietnam.dates import local_day

pytestmark = pytest.mark.django_db
PAGE = "/to-cong-nghe-so/de-nghi-ho-tro/"
LOOK = f"{PAGE}tra-cuu/"
LIST = f"{PAGE}cua-to/"
State = HelpRequest.State


@pytest.fixture(autouse=True)
def _clock(monkeypatch, now):
    """Requests happen at `now`."""
    monkeypatch.setattr("content.clock.now", lambda: now)


@pytest.fixture
def leader(tree):
    return UserFactory(person=PersonFactory())


@pytest.fixture
def team(tree, leader):
    team = TeamFactory(unit=tree["na-tu"], area="thôn Nà Tu")
    MemberFactory(team=team, person=leader.person, role="leader")
    return team


@pytest.fixture
def topic():
    return HelpTopicFactory(name="Cài đặt VNeID")


def post(client, tree, about, now, **more):
    data = {
        "name": "Cô Sen",
        "phone": "0912 345 678",
        "commune": tree["cam-giang"].pk,
        "area": "Nà Tu",
        "topic": about.pk,
        "agreed": "on",
        "stamp": new_stamp(now - SOONEST),
    }
    return client.post(PAGE, data | more)


# --- Asking ---------------------------------------------------------------------


def test_anybody_asks_and_sees_the_code(client, tree, team, topic, now):
    response = post(client, tree, topic, now, phone="01684 345 678")
    request = HelpRequest.objects.get()
    assert response["Location"] == f"{LOOK}{request.code}/"
    assert request.phone == "+84384345678"
    page = client.get(response["Location"]).content.decode()
    assert request.spaced_code in page
    assert team.name in page


def test_the_page_of_a_request_tells_neither_name_nor_number(
    client, tree, team, topic, now
):
    page = client.get(post(client, tree, topic, now)["Location"])
    assert "Cô Sen" not in page.content.decode()
    assert "345" not in page.content.decode().replace("sha", "")
    assert "no-store" in page["Cache-Control"]
    assert 'content="noindex"' in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "http://nha-cai.example"),
        ("name", "12345"),
        ("phone", ""),
        ("phone", "0912"),
        ("phone", "không có"),
        ("commune", ""),
        ("commune", "999999"),
        ("topic", ""),
        ("topic", "999999"),
        ("prefers", "bao giờ cũng được"),
        ("agreed", ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_all_comes_back(
    client, tree, team, topic, now, field, value
):
    response = post(client, tree, topic, now, **{field: value})
    html = response.content.decode()
    assert response.status_code == 200
    assert not HelpRequest.objects.exists()
    assert f'id="id_{field}_error"' in html
    assert "Nà Tu" in html


def test_schools_and_the_province_are_no_communes(client, tree, team, topic, now):
    for key in ("school", "root", "na-tu"):
        post(client, tree, topic, now, commune=tree[key].pk)
    assert not HelpRequest.objects.exists()


def test_a_topic_that_is_not_offered_cannot_be_chosen(client, tree, team, now):
    gone = HelpTopicFactory(is_offered=False)
    post(client, tree, gone, now)
    assert not HelpRequest.objects.exists()


def test_programs_fall_into_the_trap_or_are_too_quick(client, tree, team, topic, now):
    for more in ({"homepage": "x"}, {"stamp": new_stamp(now)}, {"stamp": "falsch"}):
        response = post(client, tree, topic, now, **more)
        assert "Cô Sen" in response.content.decode()
    assert not HelpRequest.objects.exists()


def test_a_second_press_leads_to_the_same_request(client, tree, team, topic, now):
    stamp = new_stamp(now - SOONEST)
    first, second = (post(client, tree, topic, now, stamp=stamp) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert HelpRequest.objects.count() == 1


def test_nobody_has_a_stranger_called_all_day(client, tree, team, topic, now):
    for _ in range(3):
        assert post(client, tree, topic, now).status_code == 302
    response = post(client, tree, topic, now)
    assert response.status_code == 200
    assert HelpRequest.objects.count() == 3
    # What is refused tells nothing about the number.
    assert "Cô Sen" in response.content.decode()


def test_above_the_limit_the_device_does_a_little_work(
    client, tree, team, topic, now, monkeypatch
):
    monkeypatch.setitem(limits.LIMITS, "ask", "1/h/ip")
    post(client, tree, topic, now)
    response = post(client, tree, topic, now, phone="0912 345 679")
    assert "altcha" in response.content.decode()
    assert "blob:" in response["Content-Security-Policy"]
    assert HelpRequest.objects.count() == 1


def test_the_commune_is_known_from_the_directory(client, tree, team, topic):
    html = client.get(f"{PAGE}?xa=cam-giang").content.decode()
    assert re.search(rf'value="{tree["cam-giang"].pk}"\s+selected', html)
    assert '<option value="thôn Nà Tu">' in html


@pytest.mark.parametrize("slug", ["khong-co", "a" * 5000, "tinh-doan"])
def test_a_bad_commune_in_the_address_is_no_error(client, tree, team, topic, slug):
    assert client.get(f"{PAGE}?xa={slug}").status_code == 200


def test_three_communes_or_thirty_take_the_same_queries(client, tree, team, topic):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            assert client.get(PAGE).status_code == 200
        return len(taken)

    client.get(PAGE)
    before = queries()
    for _ in range(30):
        MemberFactory(
            team=TeamFactory(
                unit__parent=tree["root"], unit__kind=team.unit.parent.kind
            )
        )
        HelpTopicFactory()
    assert queries() == before


# --- Looking by a code ----------------------------------------------------------


def test_the_code_is_read_however_it_is_typed(client):
    request = HelpRequestFactory(code="4K7M92PX3HT8")
    response = client.post(LOOK, {"code": " 4k7m 92px-3ht8 "})
    assert response["Location"] == f"{LOOK}{request.code}/"


def test_wrong_codes_all_get_the_same_answer(client, now):
    HelpRequestFactory(code="4K7M92PX3HT8")
    answers = set()
    for code in ("4K7M92PX3HT9", "4K7M", "không phải mã", "4K7M92PX3HT8X"):
        response = client.post(LOOK, {"code": code})
        answers.add((response.status_code, _error(response)))
    assert len(answers) == 1


def test_after_twenty_wrong_codes_a_right_one_is_refused_too(client, monkeypatch):
    request = HelpRequestFactory(code="4K7M92PX3HT8")
    for number in range(20):
        path = f"{LOOK}4K7M92PX3H{number // 10 + 2}{number % 8 + 2}/"
        assert client.get(path).status_code == 404
    for response in (
        client.get(f"{LOOK}{request.code}/"),
        client.post(LOOK, {"code": request.code}),
        client.post(f"{LOOK}{request.code}/"),
    ):
        assert response.status_code == 429
    request.refresh_from_db()
    assert request.state == State.WAITING


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("why", ["", "silent"])
def test_each_state_has_its_words(client, state, why):
    request = HelpRequestFactory(state=state, why_commune=why)
    html = client.get(f"{LOOK}{request.code}/").content.decode()
    assert str(State(state).label) in html
    assert ("Rút đề nghị" in html) is request.is_open


def test_whoever_asked_takes_it_back(client):
    request = HelpRequestFactory()
    assert client.post(f"{LOOK}{request.code}/").status_code == 302
    request.refresh_from_db()
    assert (request.state, request.phone) == (State.WITHDRAWN, "")


def test_what_is_done_with_cannot_be_taken_back(client):
    request = HelpRequestFactory(state=State.HELPED)
    assert client.post(f"{LOOK}{request.code}/").status_code == 409


def test_a_team_that_does_not_show_itself_stays_unnamed(client):
    request = HelpRequestFactory(team__is_public=False, team__name="Tổ kín")
    assert "Tổ kín" not in client.get(f"{LOOK}{request.code}/").content.decode()


# --- The team's list ------------------------------------------------------------


def test_the_leader_calls_and_notes_what_came_of_it(client, leader, team):
    request = HelpRequestFactory(team=team)
    client.force_login(leader)
    html = client.get(LIST).content.decode()
    assert 'href="tel:+84912345678"' in html
    press = {"request": request.pk, "seen": 0, "outcome": "helped"}
    assert client.post(LIST, press).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.calls) == (State.HELPED, 1)


def test_the_list_passes_on_to_the_commune(client, leader, team):
    request = HelpRequestFactory(team=team)
    client.force_login(leader)
    client.post(LIST, {"request": request.pk, "seen": 0, "outcome": "to_commune"})
    request.refresh_from_db()
    assert request.why_commune == "passed_on"
    assert "Cô Sen" not in client.get(LIST).content.decode()


def test_an_old_page_is_told_so(client, leader, team):
    request = HelpRequestFactory(team=team, calls=2, state=State.MISSED)
    client.force_login(leader)
    press = {"request": request.pk, "seen": 0, "outcome": "helped"}
    assert client.post(LIST, press).status_code == 409


def test_requests_of_another_team_are_not_there(client, leader, team):
    other = HelpRequestFactory(name="Bà Mến")
    client.force_login(leader)
    assert "Bà Mến" not in client.get(LIST).content.decode()
    press = {"request": other.pk, "seen": 0, "outcome": "helped"}
    assert client.post(LIST, press).status_code == 404
    other.refresh_from_db()
    assert other.state == State.WAITING


@pytest.mark.parametrize(
    "press",
    [
        {},
        {"request": "x", "seen": "0", "outcome": "helped"},
        {"request": "1" * 30, "seen": "0", "outcome": "helped"},
        {"request": "1", "seen": "-1", "outcome": "helped"},
    ],
)
def test_a_forged_press_is_never_our_error(client, leader, team, press):
    HelpRequestFactory(team=team)
    client.force_login(leader)
    assert client.post(LIST, press).status_code == 404


@pytest.mark.parametrize("outcome", ["", "withdrawn", "closed", "waiting", "x"])
def test_a_team_notes_only_what_teams_note(client, leader, team, outcome):
    request = HelpRequestFactory(team=team)
    client.force_login(leader)
    press = {"request": request.pk, "seen": 0, "outcome": outcome}
    assert client.post(LIST, press).status_code == 404


def test_a_member_without_a_say_sees_no_list(client, tree):
    member = MemberFactory(team__unit=tree["na-tu"], role="member")
    client.force_login(UserFactory(person=member.person))
    assert client.get(LIST).status_code == 404


def test_who_is_not_signed_in_signs_in_first(client):
    assert client.get(LIST).status_code == 302


def test_three_requests_or_thirty_take_the_same_queries(client, leader, team):
    client.force_login(leader)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get(LIST)
        return len(taken)

    HelpRequestFactory.create_batch(3, team=team)
    HelpRequestFactory(team=team, state=State.HELPED)
    queries()
    before = queries()
    HelpRequestFactory.create_batch(30, team=team)
    HelpRequestFactory.create_batch(9, team=team, state=State.HELPED)
    assert queries() == before


@pytest.fixture
def proved(client, team, now):
    """A phone whose leader, without an account, has proved the personal link."""
    link = access.link_for(team.memberships.get(role="leader"), now=now)
    code = access.new_code(link, now=now, lasts=access.TOLD)
    response = client.post(f"{access.url(link)}?den=de-nghi", {"code": code})
    return response["Location"]


def test_a_leader_without_an_account_comes_in_by_the_personal_link(
    client, team, proved
):
    request = HelpRequestFactory(team=team)
    HelpRequestFactory(name="Bà Mến")
    html = client.get(proved).content.decode()
    assert "Cô Sen" in html
    assert "Bà Mến" not in html
    press = {"request": request.pk, "seen": 0, "outcome": "called"}
    assert client.post(proved, press)["Location"] == proved
    request.refresh_from_db()
    assert request.state == State.CALLED


def test_the_letter_leads_the_leader_through_the_link(client, tree, team, topic, now):
    team.memberships.get().person.user.delete()
    Person.objects.update(email="to-truong@example.com")
    post(client, tree, topic, now)
    [path] = re.findall(r"(/to-cong-nghe-so/bao-cao/\S+)", Letter.objects.get().text)
    assert path.endswith("?den=de-nghi")
    assert "Cô Sen" not in client.get(path).content.decode()


def test_another_team_s_proof_opens_nothing(client, team, proved):
    other = HelpRequestFactory(team=TeamFactory(unit=team.unit))
    page = client.get(proved.replace(f"/{team.pk}/", f"/{other.team_id}/"))
    assert page.status_code == 404
    assert "Cô Sen" not in page.content.decode()


def test_nobody_else_s_phone_shows_the_list(client, team):
    HelpRequestFactory(team=team)
    page = client.get(f"/to-cong-nghe-so/bao-cao/{team.pk}/de-nghi/")
    assert page.status_code == 404
    assert "Cô Sen" not in page.content.decode()


def test_when_somebody_else_leads_the_proof_is_over(client, team, proved, now):
    HelpRequestFactory(team=team)
    team.memberships.update(ends_on="2026-11-22")
    assert client.get(proved).status_code == 404


# --- Desks, units that are no more, points --------------------------------------


def test_the_leader_and_the_commune_find_it_on_their_desks(tree, leader, team, now):
    secretary = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree["cam-giang"]).user
    elsewhere = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree["con-minh"]).user
    HelpRequestFactory(team=team, commune=tree["cam-giang"])
    HelpRequestFactory(team=team, commune=tree["cam-giang"], why_commune="silent")

    def counts(user):
        return [task.count for task in counted([*HelpTasks().tasks(user, now)])]

    assert counts(leader) == [1]
    assert counts(secretary) == [1]
    assert counts(elsewhere) == []


def test_requests_and_points_follow_a_merged_commune(tree, team, now):
    waiting = HelpRequestFactory(team=team, commune=tree["cam-giang"])
    done = HelpRequestFactory(team=team, commune=tree["cam-giang"], state=State.HELPED)
    point = HelpPointFactory(unit=tree["cam-giang"])
    heirs["teams.help"].succeed(
        old=tree["cam-giang"],
        new=tree["con-minh"],
        kind="merge",
        date=local_day(now),
        now=now,
    )
    for row, unit in ((waiting, "con-minh"), (done, "cam-giang")):
        row.refresh_from_db()
        assert row.commune == tree[unit]
    point.refresh_from_db()
    assert point.unit == tree["con-minh"]


def test_the_commune_s_page_shows_its_points_on_their_days(client, tree, team):
    HelpPointFactory(unit=tree["cam-giang"], name="Điểm một cửa", phone="+842093870000")
    HelpPointFactory(unit=tree["cam-giang"], name="Điểm cũ", closes_on="2026-11-22")
    HelpPointFactory(unit=tree["con-minh"], name="Điểm xã bên")
    html = client.get("/to-cong-nghe-so/?xa=cam-giang").content.decode()
    assert "Điểm một cửa" in html
    assert 'href="tel:+842093870000"' in html
    assert "openstreetmap.org/search?query=" in html
    assert "Điểm cũ" not in html
    assert "Điểm xã bên" not in html
    assert f"{PAGE}?xa=cam-giang" in html
    assert HelpPoint.objects.count() == 3


def _error(response) -> str:
    text = response.content.decode().partition('id="id_code_error"')[2]
    return text.partition("</div>")[0]
