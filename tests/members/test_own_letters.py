import re

import pytest
from django.urls import reverse

from mail import kinds
from mail.models import Preference, Suppression
from mail.preferences import wants
from members import own_letters
from tests.factories.mail import PreferenceFactory, SuppressionFactory
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = reverse("members:letters")
AGAIN = reverse("members:letters_again")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(kinds.registry, "_items", {})
    kinds.register("a.must", kinds.LetterKind(label="Phải gửi"))
    kinds.register("a.usual", kinds.LetterKind(label="Nhắc lịch", optional=True))
    kinds.register(
        "a.asked", kinds.LetterKind(label="Hằng ngày", optional=True, by_default=False)
    )
    kinds.register(
        "a.few",
        kinds.LetterKind(label="Của ít", optional=True, readers=lambda user: False),
    )


@pytest.fixture
def user(client):
    user = UserFactory(email="lan@example.com")
    user.person.email = "Rieng+x@example.com"
    user.person.save()
    client.force_login(user)
    return user


def test_only_what_one_may_stop_and_what_concerns_one_is_offered(client, user):
    html = client.get(URL).content.decode()
    assert "Nhắc lịch" in html
    assert "Hằng ngày" in html
    assert "Phải gửi" not in html
    assert "Của ít" not in html


def test_ticks_show_what_holds(client, user):
    assert own_letters.wanted(user) == {"a.usual"}
    assert ticked(client) == ["a.usual"]
    PreferenceFactory(address_key="rieng@example.com", kind="a.usual", wanted=False)
    PreferenceFactory(address_key="lan@example.com", kind="a.asked", wanted=True)
    assert own_letters.wanted(user) == {"a.asked"}
    assert ticked(client) == ["a.asked"]


def ticked(client) -> list[str]:
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", client.get(URL).content.decode())
    return [re.search(r'value="(\S+)"', box)[1] for box in boxes if "checked" in box]


def test_choice_holds_for_each_address(client, user):
    assert client.post(URL, {"kinds": ["a.asked"]}).status_code == 302
    for address in ("lan@example.com", "rieng@example.com"):
        assert wants(address, "a.asked")
        assert not wants(address, "a.usual")


@pytest.mark.parametrize("chosen", ["a.must", "a.few", "a.unknown"])
def test_what_was_not_offered_cannot_be_chosen(client, user, chosen):
    assert client.post(URL, {"kinds": [chosen]}).status_code == 200
    assert not Preference.objects.exists()


def test_an_address_that_letters_come_back_from_is_told_and_tried_again(client, user):
    SuppressionFactory(address_key="lan@example.com")
    html = client.get(URL).content.decode()
    assert "lan@example.com" in html
    assert reverse("account_email") in html
    assert AGAIN in html
    client.post(AGAIN)
    assert not Suppression.objects.in_force().exists()
    assert AGAIN not in client.get(URL).content.decode()


def test_another_persons_address_is_neither_told_nor_tried(client, user):
    SuppressionFactory(address_key="hoa@example.com")
    assert "hoa@example.com" not in client.get(URL).content.decode()
    client.post(AGAIN)
    assert Suppression.objects.in_force().exists()


@pytest.mark.parametrize("reason", ["asked", "complained"])
def test_who_asked_for_no_letters_asks_the_union(client, user, reason):
    SuppressionFactory(address_key="lan@example.com", reason=reason)
    assert AGAIN not in client.get(URL).content.decode()
    client.post(AGAIN)
    assert Suppression.objects.in_force().exists()


def test_opening_the_link_changes_nothing(client, user):
    SuppressionFactory(address_key="lan@example.com")
    assert client.get(AGAIN).status_code == 405
    assert Suppression.objects.in_force().exists()


@pytest.mark.parametrize("url", [URL, AGAIN])
def test_a_visitor_is_led_to_the_door(client, url):
    answer = client.get(url) if url == URL else client.post(url)
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_an_account_without_address_is_led_to_give_one(client):
    user = UserFactory(email=None, person__email="", verified=False)
    client.force_login(user)
    assert reverse("account_email") in client.get(URL).content.decode()


def test_sign_in_says_that_letters_come_back(client):
    user = UserFactory(email="thu.ve@example.com")
    user.set_password("mot-mat-khau-dai")
    user.save()
    SuppressionFactory(address_key="thu.ve@example.com")
    page = client.post(
        reverse("account_login"),
        {"login": user.email, "password": "mot-mat-khau-dai"},
        follow=True,
    )
    assert "bị trả lại" in page.content.decode()
    assert str(own_letters.NOTICE) in [str(m) for m in page.context["messages"]]


@pytest.mark.parametrize("role", ["editor", "unit_secretary"])
def test_real_kinds_know_their_readers(client, role, monkeypatch):
    from members import digest

    monkeypatch.undo()
    user = UserFactory()
    AssignmentFactory(user=user, role=role, unit=UnitFactory(parent=None))
    keys = {key for key, _ in own_letters.offered(user)}
    assert (digest.WEEKLY in keys) == (role == "editor")
    assert "training.reminder" in keys
    assert "teams.report_reminder" not in keys
