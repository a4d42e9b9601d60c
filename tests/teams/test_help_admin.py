"""The commune's desk of requests: scoped, through the actions."""

import datetime as dt

import pytest
from django.urls import reverse

from mail.models import Letter
from members.models import Role
from teams.models import HelpRequest
from tests.factories.members import AssignmentFactory
from tests.factories.teams import HelpRequestFactory, MemberFactory

pytestmark = pytest.mark.django_db
State = HelpRequest.State
CHANGELIST = reverse("admin:teams_helprequest_changelist")


@pytest.fixture
def secretary(client, tree):
    user = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree["cam-giang"]).user
    client.force_login(user)
    return user


@pytest.fixture
def asked(tree):
    """Passed on to the commune Cẩm Giàng."""
    team = MemberFactory(team__unit=tree["na-tu"], role="leader").team
    return HelpRequestFactory(
        team=team, commune=tree["cam-giang"], why_commune="passed_on"
    )


def change(request) -> str:
    return reverse("admin:teams_helprequest_change", args=[request.pk])


def test_the_commune_sees_its_own_and_calls(client, secretary, asked, tree):
    HelpRequestFactory(commune=tree["con-minh"], area="Xã bên")
    html = client.get(CHANGELIST).content.decode()
    assert str(asked) in html
    assert "Xã bên" not in html
    assert 'href="tel:+84912345678"' in client.get(change(asked)).content.decode()


def test_another_commune_s_request_is_not_there(client, secretary, tree):
    other = HelpRequestFactory(commune=tree["con-minh"])
    page = client.get(change(other), follow=True)
    assert "+84912345678" not in page.content.decode()


def test_what_came_of_the_call_is_noted(client, secretary, asked):
    client.post(change(asked), {"outcome": "helped", "team": "", "seen": 0})
    asked.refresh_from_db()
    assert (asked.state, asked.calls) == (State.HELPED, 1)


def test_it_is_given_to_another_team_of_the_commune(client, secretary, asked, tree):
    other = MemberFactory(
        team__unit=tree["cam-giang"], role="leader", person__email="to@example.com"
    ).team
    client.post(change(asked), {"outcome": "", "team": other.pk, "seen": 0})
    asked.refresh_from_db()
    assert (asked.team, asked.why_commune) == (other, "")
    assert Letter.objects.get().address == "to@example.com"


def test_a_team_that_nobody_leads_is_refused_beside_the_field(
    client, secretary, asked, tree
):
    other = MemberFactory(team__unit=tree["cam-giang"], role="member").team
    response = client.post(change(asked), {"outcome": "", "team": other.pk, "seen": 0})
    assert response.status_code == 200
    asked.refresh_from_db()
    assert asked.why_commune == "passed_on"


def test_saving_without_a_word_changes_nothing(client, secretary, asked):
    before = HelpRequest.objects.values().get()
    client.post(change(asked), {"outcome": "", "team": "", "seen": 0})
    assert HelpRequest.objects.values().get() == before


def test_both_at_once_is_asked_again(client, secretary, asked, tree):
    other = MemberFactory(team__unit=tree["cam-giang"], role="leader").team
    press = {"outcome": "helped", "team": other.pk, "seen": 0}
    assert client.post(change(asked), press).status_code == 200
    asked.refresh_from_db()
    assert asked.state == State.WAITING


def test_somebody_else_s_note_meanwhile_is_not_overwritten(client, secretary, asked):
    HelpRequest.objects.update(calls=1, state="called")
    client.post(change(asked), {"outcome": "closed", "team": "", "seen": 0})
    asked.refresh_from_db()
    assert asked.state == State.CALLED


def test_what_is_done_with_is_only_looked_at(client, secretary, asked):
    HelpRequest.objects.update(state="helped")
    html = client.get(change(asked)).content.decode()
    assert 'name="_save"' not in html
    assert "Xử lý tiếp" not in html


def test_the_admin_s_log_names_nobody(client, secretary, asked):
    from django.contrib.admin.models import LogEntry

    client.post(change(asked), {"outcome": "helped", "team": "", "seen": 0})
    entry = LogEntry.objects.get()
    assert "Sen" not in entry.object_repr + entry.change_message


def test_a_point_s_last_day_comes_after_its_first(client, secretary, tree):
    day = dt.date(2026, 11, 23)
    data = {
        "unit": tree["cam-giang"].pk,
        "name": "Điểm",
        "kind": "other",
        "place": "Nà Tu",
        "hours": "sáng",
        "opens_on": f"{day:%d/%m/%Y}",
        "closes_on": f"{day - dt.timedelta(days=1):%d/%m/%Y}",
    }
    response = client.post(reverse("admin:teams_helppoint_add"), data)
    assert response.status_code == 200
    data["closes_on"] = ""
    assert client.post(reverse("admin:teams_helppoint_add"), data).status_code == 302
