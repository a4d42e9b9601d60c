"""Signing in through an OpenID Connect provider, a real one in its own process."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from mail.models import Letter
from members.models import User
from tests.factories.members import UserFactory
from tests.openid import named, running
from tests.ports import free_port

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("elsewhere"),  # started once, not once a process
]

LOGIN = "/tai-khoan/oidc/oidc/login/"
BACK = "/tai-khoan/oidc/oidc/login/callback/"


@pytest.fixture(scope="module")
def server():
    """The provider's address."""
    with running() as address:
        yield address


@pytest.fixture
def provider(settings, server):
    named(settings, server)
    return server


def prove(user: User) -> None:
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def come_back(client: Client, sub: str, **asked) -> str:
    """Go there, say who one is, and come back; the address one comes to."""
    away = client.post(LOGIN, asked)
    assert away.status_code == 302
    answer = requests.post(
        away.url, data={"sub": sub}, allow_redirects=False, timeout=10
    )
    back = urlsplit(answer.headers["Location"])
    assert back.path == BACK
    return client.get(f"{back.path}?{back.query}", follow=True)


def test_the_sign_in_page_shows_the_way_only_where_there_is_one(client):
    page = client.get("/tai-khoan/login/")
    assert LOGIN not in page.content.decode()


def test_the_sign_in_page_may_lead_there(client, provider):
    page = client.get("/tai-khoan/login/")
    assert "Đăng nhập bằng Định danh tỉnh" in page.content.decode()
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {provider};" in f"{policy};"


def test_a_proved_address_makes_an_account_at_once(client, provider):
    page = come_back(client, "anh", next="/tap-huan/")
    assert page.redirect_chain[-1][0] == "/tap-huan/"
    user = User.objects.get(email="anh@example.com")
    assert EmailAddress.objects.get(user=user).verified
    assert not user.has_usable_password()
    kept = SocialAccount.objects.get(user=user)
    assert kept.extra_data == {"name": "Ánh", "email": "anh@example.com"}


def test_the_same_person_comes_back_to_the_same_account(client, provider):
    come_back(client, "anh")
    come_back(Client(), "anh")
    assert User.objects.filter(email="anh@example.com").count() == 1


def test_an_address_that_was_not_proved_there_is_proved_here(client, provider):
    page = come_back(client, "binh")
    assert page.redirect_chain[-1][0] == reverse("account_email_verification_sent")
    assert Letter.objects.get().address == "binh@example.com"
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_somebody_without_an_address_is_asked_for_one(client, provider):
    page = come_back(client, "chi")
    assert page.redirect_chain[-1][0] == reverse("socialaccount_signup")
    assert "Định danh tỉnh" in page.content.decode()
    sent = client.post(reverse("socialaccount_signup"), {"email": "chi@example.com"})
    assert sent.url == reverse("account_email_verification_sent")
    account = SocialAccount.objects.get()
    assert account.extra_data == {"name": "Chi"}


def test_the_account_of_an_address_is_not_opened_by_somebody_elses_word(
    client, provider
):
    """OIDC_TRUST_EMAIL is off: the owner signs in first and connects the two."""
    user = UserFactory(email="anh@example.com")
    come_back(client, "anh")
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.filter(user=user).exists()


def test_a_trusted_provider_opens_it(client, provider, settings):
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    user = UserFactory(email="anh@example.com")
    prove(user)
    come_back(client, "anh")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_owner_connects_and_disconnects_it(client, provider):
    user = UserFactory(email="anh@example.com")
    prove(user)
    client.force_login(user)
    page = client.get(reverse("socialaccount_connections"))
    assert "?process=connect" in page.content.decode()
    away = client.post(f"{LOGIN}?process=connect")
    answer = requests.post(
        away.url, data={"sub": "chi"}, allow_redirects=False, timeout=10
    )
    back = urlsplit(answer.headers["Location"])
    client.get(f"{back.path}?{back.query}")
    account = SocialAccount.objects.get(user=user)
    shown = client.get(reverse("socialaccount_connections")).content.decode()
    assert "Chi" in shown
    client.post(reverse("socialaccount_connections"), {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_whoever_turns_back_there_is_told_that_nothing_happened(client, provider):
    away = client.post(LOGIN)
    answer = requests.post(
        away.url, data={"action": "deny"}, allow_redirects=False, timeout=10
    )
    back = urlsplit(answer.headers["Location"])
    # This provider forgets to send the state back, which RFC 6749 (4.1.2.1) asks for.
    state = parse_qs(urlsplit(away.url).query)["state"][0]
    page = client.get(f"{back.path}?{back.query}&state={state}", follow=True)
    assert "Đăng nhập đã bị hủy" in page.content.decode()
    assert not User.objects.exists()


def test_an_answer_that_nobody_asked_for_is_refused(client, provider):
    page = client.get(f"{BACK}?code=abc&state=xyz")
    assert page.status_code in {200, 401}
    assert "Đăng nhập không thành công" in page.content.decode()


def test_a_provider_that_is_down_is_no_error_of_ours(client, settings):
    named(settings, f"http://127.0.0.1:{free_port()}")
    page = client.post(LOGIN)
    assert page.status_code == 503
    assert "không trả lời" in page.content.decode()


def test_without_a_provider_there_is_no_such_page(client):
    assert client.post(LOGIN).status_code == 404
