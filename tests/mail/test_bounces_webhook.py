import json

import pytest
from django.test import Client

from content import clock
from mail.bounces import webhook
from mail.models import Letter, Suppression
from tests.factories.mail import LetterFactory

pytestmark = pytest.mark.django_db
URL = "/thu-tin/tra-ve/"


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.MAIL_WEBHOOK_SECRET = "mot-khoa-bi-mat"


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(sent=True, address="lan@example.com")


def event(letter, kind="hard", **fields) -> dict:
    about = {"message_id": letter.message_id, "address": letter.address}
    return {"type": kind, "detail": "550 5.1.1 who?", **about, **fields}


def send(body, *, at: float, **headers):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    signed = {
        "X-Timestamp": str(int(at)),
        "X-Signature": webhook.signature(str(int(at)), body),
    }
    client = Client(enforce_csrf_checks=True)
    return client.post(
        URL, body, content_type="application/json", headers={**signed, **headers}
    )


@pytest.fixture
def at() -> float:
    return clock.now().timestamp()


def test_events_are_taken_and_counted(letter, at):
    other = {**event(letter), "message_id": "<x@y>"}
    answer = send({"events": [event(letter), event(letter), other]}, at=at)
    assert (answer.status_code, answer.json()) == (
        200,
        {"taken": 1, "known": 1, "unknown": 1},
    )
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("failed", "bounced")


def test_soft_and_complaint(letter, at):
    assert send({"events": [event(letter, "complaint")]}, at=at).status_code == 200
    assert Suppression.objects.get().reason == "complained"
    send({"events": [event(letter, "soft")]}, at=at)
    letter.refresh_from_db()
    assert letter.reason == "returned"


@pytest.mark.parametrize("off", [-301, 301])
def test_an_old_or_early_request_is_refused(letter, at, off):
    assert send({"events": [event(letter)]}, at=at + off).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Signature": "sha256=" + "0" * 64},
        {"X-Signature": ""},
        {"X-Timestamp": ""},
        {"X-Timestamp": "gestern"},
        {"X-Timestamp": "1"},
        {"X-Timestamp": "٣"},
    ],
)
def test_who_does_not_know_the_secret_changes_nothing(letter, at, headers):
    answer = send({"events": [event(letter)]}, at=at, **headers)
    assert answer.status_code == 401
    assert answer.json()["error"]
    letter.refresh_from_db()
    assert letter.state == "sent"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 5000,
        b"\xff",
        {},
        {"events": {}},
        {"events": [1]},
        {"events": [{"type": "hard"}]},
        {"events": [{"type": "odd", "message_id": "a", "address": "b"}]},
        {"events": [{"type": "hard", "message_id": 7, "address": "b"}]},
        {"events": [{}] * 1001},
    ],
)
def test_a_body_that_is_none_is_a_400_with_words(at, body):
    answer = send(body, at=at)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_too_long_a_body_is_not_read(at):
    assert send(b"x" * (webhook.LONGEST + 1), at=at).status_code == 413


def test_the_same_request_again_changes_nothing_more(letter, at):
    body = {"events": [event(letter)]}
    assert send(body, at=at).json() == {"taken": 1}
    assert send(body, at=at).json() == {"known": 1}


def test_get_is_no_way_and_without_a_secret_there_is_no_page(client, at, settings):
    assert client.get(URL).status_code == 405
    settings.MAIL_WEBHOOK_SECRET = ""
    assert send({"events": []}, at=at).status_code == 404
