import time
from smtplib import quoteaddr

import pytest
from django.core.exceptions import ImproperlyConfigured

from mail import channels
from mail.actions import queue
from mail.channels import Busy, Notebook, Refused
from mail.delivery import deliver
from mail.models import Letter
from tests.factories.mail import LetterFactory

pytestmark = pytest.mark.django_db
State, Reason = Letter.State, Letter.Reason
PHONE = "+84912345678"


@pytest.fixture(autouse=True)
def _second_channel(settings, monkeypatch):
    settings.MAIL_CHANNELS = {
        "notebook": "mail.channels.Notebook",
        "email": "mail.channels.Email",
    }
    monkeypatch.setattr(Notebook, "sent", [])
    monkeypatch.setattr(Notebook, "answers", [])


def write(content, now, **fields):
    defaults = {"kind": "tests.plain", "address": PHONE, "channel": "notebook"}
    return queue(**{**defaults, "content": content, "now": now, **fields})


def test_email_comes_first_and_all_are_named():
    assert channels.names() == ["email", "notebook"]


def test_letter_travels_by_the_channel_it_was_written_for(post_office, content, now):
    text, mail = write(content, now), LetterFactory()
    assert deliver(now=now, channel="notebook") == 1
    assert Notebook.sent == [(PHONE, "Hẹn gặp bạn.\n")]
    assert not post_office.raw
    assert deliver(now=now) == 1
    assert post_office.addresses == {mail.address: 1}
    text.refresh_from_db()
    assert (text.state, text.domain) == (State.SENT, "notebook")


def test_a_mail_server_that_is_away_does_not_hold_up_the_other(
    post_office, content, now
):
    post_office.close()
    LetterFactory()
    write(content, now)
    assert deliver(now=now) == 0
    assert deliver(now=now, channel="notebook") == 1


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (Busy("later"), State.RETRY, Reason.PUT_OFF),
        (Refused("no"), State.FAILED, Reason.REFUSED),
        (Refused("who?", no_such_reader=True), State.FAILED, Reason.BOUNCED),
    ],
)
def test_answers_of_a_channel_count_like_those_of_a_mail_server(
    content, now, answer, state, reason
):
    letter = write(content, now)
    Notebook.answers.append(answer)
    deliver(now=now, channel="notebook")
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == (state, reason)


@pytest.mark.parametrize("address", ["0912345678", "lan@example.com", "+84 912", ""])
def test_address_must_be_one_of_the_channel(content, now, address):
    letter = write(content, now, address=address)
    assert (letter.state, letter.reason) == (State.FAILED, Reason.INVALID)
    assert letter.error


def test_unknown_channel_is_an_error(content, now):
    with pytest.raises(ImproperlyConfigured, match="'zalo'"):
        write(content, now, channel="zalo")


@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]])
def test_a_letter_announced_and_not_sent_does_not_arrive(
    post_office, settings, extensions
):
    """And no goodbye is said, which the server would take for its text."""
    settings.EMAIL_TIMEOUT = 5
    post_office.extensions.extend(extensions)
    line = channels.Email()
    line.open()
    line.announce(LetterFactory())
    began = time.monotonic()
    line.close()
    assert time.monotonic() - began < settings.EMAIL_TIMEOUT
    line.open()
    letter = LetterFactory()
    line.announce(letter)
    line.send(letter)
    line.close()
    assert post_office.addresses == {letter.address: 1}


@pytest.mark.parametrize(
    "address",
    [
        "lan@example.com",
        "lan+tap.huan_1@sub-1.example.com",
        "o'neil@example.com",
        "Lan <lan@example.com>",
        "lan@xn--vit-nam-jh8b.example.com",
        "a> RCPT TO:<b@example.com",
        "a@example.com\n",
        "",
    ],
)
def test_an_address_stands_in_brackets_as_ever(address):
    assert channels._bracketed(address) == quoteaddr(address)
