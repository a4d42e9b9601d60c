"""Where an account is signed in, and the letter about a device not seen before."""

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from content import clock
from mail.models import Letter
from members import devices
from members.models import Role
from tests.factories.members import AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/tai-khoan/sessions/"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0 Mobile Safari/537.36"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/144.0"


def sign_in(user, agent: str = PHONE, client: Client | None = None) -> Client:
    client = client or Client()
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if not user.has_usable_password():
        user.set_password("mot-mat-khau-dai")
        user.save()
    sent = client.post(
        "/tai-khoan/login/?password=1",
        {"login": user.email, "password": "mot-mat-khau-dai"},
        headers={"User-Agent": agent},
    )
    assert sent.status_code == 302, sent.content.decode()
    return client


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Chrome, Android"),
        (DESK, "Firefox, Windows"),
        (PHONE + " Zalo android/1230", "Zalo, Android"),
        (PHONE + " EdgA/141.0", "Edge, Android"),
        (PHONE + " SamsungBrowser/28.0", "Samsung Internet, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 "
            "Mobile/15E148 Safari/604.1",
            "Safari, iOS",
        ),
        ("", "thiết bị không rõ"),
        ("\x00<script>", "thiết bị không rõ"),
    ],
)
def test_a_device_is_named_in_words(agent, words):
    assert devices.in_words(agent) == words


def test_the_owner_sees_where_the_account_is_signed_in():
    user = UserFactory()
    here, _there = sign_in(user), sign_in(user, DESK)
    page = here.get(PAGE).content.decode()
    assert "Chrome, Android" in page
    assert "Firefox, Windows" in page
    assert page.count("Thiết bị này") == 1


def test_the_owner_signs_one_device_out():
    user = UserFactory()
    here, there = sign_in(user), sign_in(user, DESK)
    row = UserSession.objects.get(session_key=there.session.session_key)
    here.post(PAGE, {"device": row.pk})
    assert there.get("/ca-nhan/").status_code == 302
    assert here.get("/ca-nhan/").status_code == 200


def test_the_owner_signs_out_everywhere_else():
    user = UserFactory()
    here, *others = [sign_in(user) for _number in range(3)]
    here.post(PAGE)
    assert [one.get("/ca-nhan/").status_code for one in others] == [302, 302]
    assert here.get("/ca-nhan/").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 40, "٣"])
def test_a_number_of_nothing_ends_nothing(number):
    here = sign_in(UserFactory())
    assert here.post(PAGE, {"device": number}).status_code == 302
    assert here.get("/ca-nhan/").status_code == 200


def test_somebody_elses_device_stays():
    mine, theirs = sign_in(UserFactory()), sign_in(UserFactory())
    row = UserSession.objects.get(session_key=theirs.session.session_key)
    mine.post(PAGE, {"device": row.pk})
    assert theirs.get("/ca-nhan/").status_code == 200


def test_staff_are_told_of_a_device_not_seen_before_and_once():
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN).user
    here = sign_in(user)
    (letter,) = Letter.objects.all()
    assert "Chrome, Android" in letter.text
    here.post("/tai-khoan/logout/")
    sign_in(user, client=here)
    assert Letter.objects.count() == 1
    sign_in(user, DESK)
    assert Letter.objects.count() == 2


def test_the_mark_of_another_browser_cannot_be_made_up():
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN).user
    client = Client()
    client.cookies[devices.COOKIE] = f"[{user.pk}]:abc:def"
    sign_in(user, client=client)
    assert Letter.objects.count() == 1


def test_others_get_no_such_letter():
    sign_in(UserFactory())
    assert not Letter.objects.exists()


def test_what_has_run_out_is_forgotten(settings):
    now = clock.now()
    client = sign_in(UserFactory())
    assert devices.forget_ended(now=now) == 0
    later = now + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)
    with time_machine.travel(later):
        assert devices.forget_ended(now=later) == 1
    assert client.get("/ca-nhan/").status_code == 302
