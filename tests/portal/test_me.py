"""My page: what I signed up for, who I am, how to leave."""

import datetime as dt

import pytest
from django.urls import reverse

from members import timeline
from members.models import Role
from tests.factories.mail import SuppressionFactory
from tests.factories.members import AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/ca-nhan/"
DAY = dt.timedelta(days=1)


class Shelf:
    """A feature in which everybody took part once and will once more."""

    def entries(self, person, now):
        for days, title in ((-7, "Lớp đã qua"), (7, "Lớp sắp tới")):
            yield timeline.Entry(
                at=now + days * DAY,
                title=f"{title} của {person}",
                url=f"/tap-huan/lop{days}/",
                state="waiting",
                state_text="Chờ, còn 3 người trước bạn",
                note="Nhà văn hóa",
            )


@pytest.fixture
def _shelf(monkeypatch):
    monkeypatch.setattr(timeline.registry, "_items", {"shelf": Shelf()})


def test_a_visitor_is_led_to_the_door_and_back(client):
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={URL}"


@pytest.mark.parametrize("whose", ["account", "person"])
def test_whoever_letters_do_not_reach_is_told_here(client, now, whose):
    user = UserFactory(email="thu.ve@example.com")
    user.person.email = "rieng@example.com"
    user.person.save()
    client.force_login(user)
    assert "thư gửi cho bạn bị trả lại" not in client.get(URL).content.decode()

    address = user.email if whose == "account" else user.person.email
    SuppressionFactory(address_key=address)

    html = client.get(URL).content.decode()
    assert "thư gửi cho bạn bị trả lại" in html
    assert reverse("account_email") in html


@pytest.mark.usefixtures("_shelf")
def test_shows_what_is_ahead_and_what_was(client):
    user = UserFactory()
    client.force_login(user)
    response = client.get(URL)
    assert [e.title for e in response.context["ahead"]] == [
        f"Lớp sắp tới của {user.person}"
    ]
    assert [e.title for e in response.context["past"]] == [
        f"Lớp đã qua của {user.person}"
    ]
    html = response.content.decode()
    assert "Chờ, còn 3 người trước bạn" in html
    assert 'href="/tap-huan/lop7/"' in html


def test_what_has_no_hour_shows_none(client, monkeypatch):
    class Calendar:
        def entries(self, person, now):
            yield timeline.Entry(
                at=dt.datetime(2026, 12, 1, 0, 59, tzinfo=dt.UTC),
                title="Nhận chứng nhận",
                url="/",
                kind="Chứng nhận",
                all_day=True,
            )

    monkeypatch.setattr(timeline.registry, "_items", {"calendar": Calendar()})
    client.force_login(UserFactory())
    html = client.get(URL).content.decode()
    assert "Nhận chứng nhận" in html
    assert "07:59" not in html


def test_who_is_signed_up_for_nothing_is_shown_the_way(client):
    client.force_login(UserFactory())
    html = client.get(URL).content.decode()
    assert reverse("training:list") in html


def test_an_account_without_a_person_is_asked_for_its_name(client):
    user = UserFactory(person=None, email="moi@example.com")
    client.force_login(user)
    html = client.get(URL).content.decode()
    assert "moi@example.com" in html
    assert reverse("members:profile") in html


def test_shows_the_details_and_the_ways_to_change_them(client):
    user = UserFactory(
        person__full_name="Bàn Thị Ước",
        person__phone="+84912345678",
        person__birth_date=dt.date(2005, 3, 5),
    )
    client.force_login(user)
    html = client.get(URL).content.decode()
    for text in ("Bàn Thị Ước", "0912 345 678", "05/03/2005", user.email):
        assert text in html
    for name in (
        "members:profile",
        "account_email",
        "account_change_password",
        "mfa_index",
        "account_logout",
    ):
        assert reverse(name) in html


@pytest.mark.parametrize(
    ("role", "enters"), [(Role.EDITOR, True), (Role.JUDGE, False), (None, False)]
)
def test_the_way_to_the_admin_is_shown_to_those_who_enter_it(client, role, enters):
    user = AssignmentFactory(role=role).user if role else UserFactory()
    client.force_login(user)
    html = client.get(URL).content.decode()
    assert (reverse("admin:index") in html) is enters


def test_is_never_kept_by_anybody(client):
    client.force_login(UserFactory())
    response = client.get(URL)
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert 'name="robots" content="noindex"' in response.content.decode()
