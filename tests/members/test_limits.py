"""Tight for an address typed, loose for a network, a challenge above, never a flood."""

import threading

import pytest
import redis.exceptions
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from mail.models import Letter
from members import limits
from tests.factories.members import UserFactory
from tests.members.challenges import question, solve
from tests.members.test_accounts import code_of

pytestmark = pytest.mark.django_db

DOORS = [
    pytest.param("account_login", "login", id="sign-in"),
    pytest.param("account_request_login_code", "email", id="sign-in by code"),
    pytest.param("account_signup", "email", id="sign-up"),
    pytest.param("account_reset_password", "email", id="reset"),
]


def post(page, field, address, *, ip="192.0.2.1", altcha=None, **more):
    """One visitor with a new browser each time."""
    data = {field: address} | more | ({"altcha": altcha} if altcha else {})
    return Client().post(reverse(page), data, REMOTE_ADDR=ip)


def letters(address) -> int:
    return Letter.objects.filter(address=address).count()


def until_asked(page="account_login", field="login", address="an@example.com", **more):
    """Use up what an address may have in a minute; the page that asks for more."""
    for _ in range(4):
        assert post(page, field, address, **more).status_code == 302
    response = post(page, field, address, **more)
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("page", "field"), DOORS)
def test_the_fifth_letter_in_a_minute_asks_for_the_challenge_first(page, field, known):
    if known:
        UserFactory(email="an@example.com")
    response = until_asked(page, field)
    assert letters("an@example.com") == 4
    assert response.context["form"].errors.as_data()["__all__"][0].code == "challenge"
    assert f'value="{"an@example.com"}"' in response.content.decode()
    altcha = solve(response)
    assert post(page, field, "an@example.com", altcha=altcha).status_code == 302
    assert letters("an@example.com") == 5


def test_all_doors_and_spellings_share_one_allowance():
    post("account_login", "login", "an@example.com")
    post("account_signup", "email", "An@Example.com")
    post("account_reset_password", "email", "an+1@example.com")
    post("account_request_login_code", "email", " AN+2@example.com ")
    response = post("account_login", "login", "an@example.com", ip="198.51.100.7")
    assert question(response)


def test_adding_an_address_counts_like_any_other_letter(client):
    """Else whoever is signed in floods a mailbox, one spelling after the other."""
    client.post(reverse("account_signup"), {"email": "ai-do@example.com"})
    digits = code_of(Letter.objects.get())
    client.post(reverse("account_email_verification_sent"), {"code": digits})
    page = reverse("account_email")
    for number in range(6):
        data = {"email": f"an+{number}@example.com", "action_add": ""}
        response = client.post(page, data)
        assert (response.status_code == 302) == (number < 4)
    errors = response.context["form"].errors.as_data()["__all__"]
    assert [error.code for error in errors] == ["refused"]
    assert Letter.objects.filter(address__startswith="an+").count() == 4


def test_a_new_code_counts_like_the_first(client):
    """Else one page would send letter after letter to somebody's mailbox."""
    client.post(reverse("account_login"), {"login": "an@example.com"})
    page = reverse("account_confirm_login_code")
    UserFactory(email="an@example.com")
    for _ in range(3):
        assert client.post(page, {"action": "resend"}).status_code == 302
    response = client.post(page, {"action": "resend"})
    assert response.context["resend_form"].asks
    assert "an@example.com" in response.content.decode()
    again = {"action": "resend", "altcha": solve(response)}
    assert client.post(page, again).status_code == 302


def test_a_stranger_who_used_up_an_address_does_not_shut_its_owner_out():
    """One network, with the challenge solved each time, for a whole hour."""
    stranger, owner = {"ip": "203.0.113.9"}, {"ip": "192.0.2.1"}
    door = ("account_login", "login", "an@example.com")
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for _ in range(59):
            response = post(*door, **stranger)
            while response.status_code == 200 and response.context["form"].asks:
                response = post(*door, altcha=solve(response), **stranger)
            clock.shift(60)
        assert response.context["form"].has_error("__all__", "refused")
        asked = post(*door, **owner)
        assert post(*door, altcha=solve(asked), **owner).status_code == 302


def test_nobodys_mailbox_is_flooded_from_many_networks_with_solved_challenges():
    door = ("account_login", "login", "an@example.com")
    refused = 0
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for number in range(120):
            ip = f"198.51.100.{number}"
            response = post(*door, ip=ip)
            if response.status_code == 200 and response.context["form"].asks:
                response = post(*door, altcha=solve(response), ip=ip)
            refused += response.status_code == 200
            clock.shift(25)
    assert letters("an@example.com") == 40  # 10 without and 30 with the challenge
    assert refused == 80


def test_a_refusal_says_when_and_keeps_what_was_typed():
    with time_machine.travel(1_800_000_000, tick=False):
        asked = until_asked(ip="198.51.100.7")
        for _ in range(3):
            post("account_login", "login", "an@example.com", altcha=solve(asked))
            asked = post("account_login", "login", "an@example.com")
        page = asked.content.decode()
    assert asked.context["form"].has_error("__all__", "refused")
    assert 'value="an@example.com"' in page
    assert "15:01" in page  # 15:00 in Việt Nam, and a minute


def test_without_javascript_the_page_says_when_to_try_again():
    with time_machine.travel(1_800_000_000, tick=False):
        page = until_asked().content.decode()
    assert "15:01" in page.partition("<noscript>")[2].partition("</noscript>")[0]


# --- Networks -------------------------------------------------------------------


def test_a_network_beyond_its_wide_limit_is_asked_and_goes_on(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "letter_network": "3/m/ip"
    }
    for number in range(3):
        post("account_login", "login", f"ban{number}@example.com")
    response = post("account_login", "login", "ban9@example.com")
    altcha = solve(response)
    assert letters("ban9@example.com") == 0
    door = ("account_login", "login", "ban9@example.com")
    assert post(*door, altcha=altcha).status_code == 302
    # Elsewhere nobody is asked.
    other = post("account_login", "login", "ban8@example.com", ip="198.51.100.7")
    assert other.status_code == 302


def test_the_last_line_is_a_page_of_ours(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    post("account_login", "login", "an@example.com")
    response = post("account_login", "login", "an@example.com")
    assert response.status_code == 429
    assert "Quá nhiều yêu cầu" in response.content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "same"),
    [
        # No proxy: the header is the visitor's own invention.
        (0, ["203.0.113.{}"], True),
        # One: it adds the true address at the end.
        (1, ["203.0.113.{}, 192.0.2.1"], True),
        (1, ["192.0.2.{}"], False),
        # Two: the true address stands before that of the outer proxy.
        (2, ["203.0.113.{}, 192.0.2.1, 10.0.0.1"], True),
        (2, ["203.0.113.9, 192.0.2.{}, 10.0.0.1"], False),
        # More trusted than there are: the first that anybody has seen, and no 500.
        (3, ["192.0.2.1, 10.0.0.{}"], True),
        (3, ["192.0.2.{}, 10.0.0.1"], False),
        (3, ["nobody.{}, 10.0.0.1"], True),
    ],
)
def test_a_forged_header_does_not_dodge_the_limit_of_a_network(
    settings, proxies, forwarded, same
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "letter_network": "2/m/ip"
    }
    for number in range(3):
        response = Client().post(
            reverse("account_login"),
            {"login": f"ban{number}@example.com"},
            headers={"x-forwarded-for": forwarded[0].format(number)},
        )
    assert (response.status_code == 200) is same


# --- Passwords ------------------------------------------------------------------


def test_the_sixth_wrong_password_asks_and_the_right_one_then_goes_on():
    UserFactory(email="an@example.com", password="mat-khau-rieng-82")
    door = ("account_login", "login", "an@example.com")
    for _ in range(5):
        response = post(*door, password="sai")
        assert not response.context["form"].asks
    response = post(*door, password="mat-khau-rieng-82")
    assert response.context["form"].asks
    right = post(*door, password="mat-khau-rieng-82", altcha=solve(response))
    assert right.url == reverse("portal:me")


def test_passwords_are_not_guessed_by_solving_challenges():
    UserFactory(email="an@example.com", password="mat-khau-rieng-82")
    door = ("account_login", "login", "an@example.com")
    tried, response = 0, post("account_login", "login", "an@example.com", password="x")
    for _ in range(60):
        if response.context["form"].has_error("__all__", "refused"):
            break
        altcha = solve(response) if response.context["form"].asks else None
        response = post(*door, password="sai", altcha=altcha)
        tried += not response.context["form"].asks
    assert tried <= 25
    assert response.context["form"].has_error("__all__", "refused")


# --- The store of the counters ----------------------------------------------------


@pytest.mark.parametrize(("page", "field"), DOORS)
def test_without_the_counters_nobody_gets_in_and_the_page_is_friendly(
    page, field, settings
):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
    }
    response = post(page, field, "an@example.com")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert letters("an@example.com") == 0


@pytest.mark.django_db(transaction=True)
def test_a_code_has_five_tries_however_many_arrive_at_once(rf):
    results = []

    def try_it():
        results.append(limits.try_code(rf.post("/"), "one code"))
        connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == 5


def test_the_dead_store_of_the_test_above_is_really_dead(settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
    }
    with pytest.raises(redis.exceptions.ConnectionError):
        cache.get("x")
