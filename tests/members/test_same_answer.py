"""Nobody learns from these pages whether an address has an account."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mail.models import Letter
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN, UNPROVED = "an@example.com", "ma@example.com", "am@example.com"
"""Of the same length, so that even the length of a page may be compared."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
DOORS = [
    pytest.param("account_login", "login", id="sign-in"),
    pytest.param("account_request_login_code", "email", id="sign-in by code"),
    pytest.param("account_signup", "email", id="sign-up"),
    pytest.param("account_reset_password", "email", id="reset"),
]


@pytest.fixture(autouse=True)
def _accounts():
    UserFactory(email=KNOWN, password="mat-khau-rieng-82")
    UserFactory(email=UNPROVED, verified=False)


def bare(response, address: str) -> tuple:
    """All that a visitor sees, without the token and what they typed themselves."""
    text = TOKEN.sub("", response.content.decode()).replace(address, "ADDRESS")
    kept = {"Content-Type", "Location", "Cache-Control", "Content-Security-Policy"}
    headers = {name: response[name] for name in kept if name in response}
    cookies = {name: len(one.value) for name, one in response.cookies.items()}
    cookies.pop("messages", None)
    return response.status_code, text, headers, cookies


def walk(page: str, field: str, address: str) -> tuple[list, int]:
    """Ask, look at the next page, type a wrong code until it is spent, ask again."""
    client, seen = Client(), []
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.post(reverse(page), {field: address})
    seen.append(bare(answer, address))
    assert answer.status_code == 302
    next_page = answer.url
    seen.append(bare(client.get(next_page), address))
    wrong = [client.post(next_page, {"code": "0000007"}) for _try in range(6)]
    seen += [bare(answer, address) for answer in wrong]
    for _try in range(4):
        again = client.post(next_page, {"action": "resend"})
        seen.append(bare(again, address))
        seen.append(bare(client.get(next_page), address))
    return [_without_challenge(one) for one in seen], len(queries)


def _without_challenge(one: tuple) -> tuple:
    text = re.sub(r'challengejson="[^"]+"', "", one[1])
    return (one[0], re.sub(r"\d\d:\d\d, Th[^<]+", "", text), *one[2:])


@pytest.mark.parametrize(("page", "field"), DOORS)
def test_known_and_unknown_addresses_see_the_same_to_the_byte(page, field):
    known, known_queries = walk(page, field, KNOWN)
    unknown, unknown_queries = walk(page, field, UNKNOWN)
    unproved, unproved_queries = walk(page, field, UNPROVED)
    for one, other, third in zip(known, unknown, unproved, strict=True):
        assert one == other
        assert one == third
    # Roughly the same work: the page's time tells no more than its words.
    most = max(known_queries, unknown_queries, unproved_queries)
    assert most - min(known_queries, unknown_queries, unproved_queries) <= 8


@pytest.mark.parametrize(("page", "field"), DOORS)
def test_each_address_gets_exactly_one_letter(page, field):
    for address in (KNOWN, UNKNOWN, UNPROVED):
        Client().post(reverse(page), {field: address})
        assert Letter.objects.filter(address=address).count() == 1


def test_a_wrong_password_and_an_unknown_address_are_one_answer():
    page, shown = reverse("account_login"), []
    for address in (KNOWN, UNKNOWN, UNPROVED):
        typed = {"login": address, "password": "sai-hoàn-toàn-1"}
        shown.append(bare(Client().post(page, typed), address))
    assert shown[0] == shown[1] == shown[2]


def test_the_negative_control_sees_a_difference():
    page = reverse("account_login")
    empty = bare(Client().post(page, {"login": ""}), KNOWN)
    assert empty != bare(Client().post(page, {"login": KNOWN}), KNOWN)
