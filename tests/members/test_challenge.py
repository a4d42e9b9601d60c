"""The challenge counts once, for a while, and only when it is ours."""

import json
import threading

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from members.challenge import ChallengeField
from tests.members.challenges import solve
from tests.members.test_limits import post, until_asked

pytestmark = pytest.mark.django_db
DOOR = ("account_login", "login", "an@example.com")


def test_a_solution_counts_once():
    altcha = solve(until_asked())
    assert post(*DOOR, altcha=altcha).status_code == 302
    again = post(*DOOR, altcha=altcha)
    assert again.status_code == 200
    assert again.context["form"].has_error("__all__", "replay")
    assert post(*DOOR, altcha=solve(again)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_solution_sent_many_times_at_once_counts_once():
    altcha, passed = solve(until_asked()), []

    def send():
        try:
            ChallengeField().clean(altcha)
        except ValidationError:
            return
        finally:
            connection.close()
        passed.append(True)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed == [True]


def test_a_solution_grows_old():
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        altcha = solve(until_asked())
        clock.shift(11 * 60)
        with pytest.raises(ValidationError) as refused:
            ChallengeField().clean(altcha)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": -1},
        {"signature": "0" * 64},
        {"challenge": "0" * 64},
        {"salt": "00?expires=99999999999&"},
        {"algorithm": "SHA-1"},
        {"algorithm": None},
        {"number": ["1"]},
    ],
)
def test_an_answer_that_is_none_is_refused(wrong):
    altcha = solve(until_asked(), **wrong)
    response = post(*DOOR, altcha=altcha)
    assert response.status_code == 200
    assert response.context["form"].asks


@pytest.mark.parametrize("text", ["x", "[]", "e30=", "bnVsbA==", "W10=", "\u1ee7", " "])
def test_junk_is_refused(text):
    until_asked()
    assert post(*DOOR, altcha=text).status_code == 200


def test_an_answer_without_need_is_not_used_up():
    altcha = solve(until_asked())
    other = ("account_login", "login", "binh@example.com")
    assert post(*other, altcha=altcha).status_code == 302
    assert post(*DOOR, altcha=altcha).status_code == 302


def test_only_the_page_that_asks_loads_the_script_and_has_the_wider_policy(client):
    calm = client.get(reverse("account_login"))
    assert b"altcha" not in calm.content
    assert "blob:" not in calm["Content-Security-Policy"]
    asked = until_asked()
    assert b"altcha.min.js" in asked.content
    policy = asked["Content-Security-Policy"]
    assert "worker-src 'self' blob:" in policy
    assert "script-src" not in policy  # as strict as everywhere: default-src 'self'


def test_the_challenge_speaks_vietnamese():
    page = until_asked().content.decode()
    strings = page.partition('strings="')[2].partition('"')[0].replace("&quot;", '"')
    words = json.loads(strings)
    assert words["label"] == "Tôi không phải người máy"
    assert 'language="vi"' in page


def test_the_key_is_not_the_key_of_the_sessions(settings):
    assert settings.ALTCHA_HMAC_KEY not in {"", None, settings.SECRET_KEY}
