import datetime as dt
import smtplib

import pytest

from mail import channels, outcomes
from mail.models import Letter
from mail.outcomes import Trouble
from tests.factories.mail import LetterFactory

State, Reason = Letter.State, Letter.Reason


def recipient(code, reply):
    return smtplib.SMTPRecipientsRefused({"lan@example.com": (code, reply)})


def sender(code, reply):
    return smtplib.SMTPSenderRefused(code, reply, "portal@example.com")


@pytest.mark.parametrize(
    ("error", "state", "reason", "line_broken", "stop"),
    [
        (recipient(450, b"busy"), State.RETRY, Reason.PUT_OFF, False, False),
        (recipient(421, b"bye"), State.RETRY, Reason.PUT_OFF, True, False),
        (recipient(550, b"5.1.1 who?"), State.FAILED, Reason.BOUNCED, False, False),
        (recipient(553, b"bad name"), State.FAILED, Reason.BOUNCED, False, False),
        (recipient(550, b"5.7.1 policy"), State.FAILED, Reason.REFUSED, False, False),
        (sender(451, b"later"), State.RETRY, Reason.PUT_OFF, False, False),
        (sender(421, b"bye"), State.RETRY, Reason.PUT_OFF, True, False),
        (sender(530, b"sign in"), State.RETRY, Reason.PUT_OFF, False, True),
        (sender(552, b"too big"), State.FAILED, Reason.REFUSED, False, False),
        (
            smtplib.SMTPDataError(451, b"later"),
            *(State.RETRY, Reason.PUT_OFF, False, False),
        ),
        (
            smtplib.SMTPDataError(554, b"spam"),
            *(State.FAILED, Reason.REFUSED, False, False),
        ),
        (
            smtplib.SMTPServerDisconnected("gone"),
            *(State.RETRY, Reason.PUT_OFF, True, False),
        ),
        (recipient(452, b"4.2.2 full"), State.RETRY, Reason.FULL, False, False),
        (recipient(552, b"5.2.2 full"), State.RETRY, Reason.FULL, False, False),
        (
            smtplib.SMTPDataError(535, b"5.7.8 sign in anew"),
            *(State.RETRY, Reason.PUT_OFF, False, True),
        ),
        (channels.Busy("later"), State.RETRY, Reason.PUT_OFF, False, False),
        (channels.Refused("no"), State.FAILED, Reason.REFUSED, False, False),
        (
            channels.Refused("who?", no_such_reader=True),
            *(State.FAILED, Reason.BOUNCED, False, False),
        ),
        (TimeoutError("timed out"), State.RETRY, Reason.PUT_OFF, True, False),
        (ConnectionResetError(), State.RETRY, Reason.PUT_OFF, True, False),
    ],
)
def test_what_an_answer_means(error, state, reason, line_broken, stop):
    outcome = outcomes.of_error(LetterFactory.build(attempts=1), error)
    assert (outcome.state, outcome.reason) == (state, reason)
    assert (outcome.line_broken, outcome.stop) == (line_broken, stop)


@pytest.mark.parametrize(
    ("secret", "first", "total"),
    [
        (False, dt.timedelta(minutes=1), dt.timedelta(days=2)),
        (True, dt.timedelta(seconds=15), dt.timedelta(hours=1)),
    ],
)
def test_waits_grow_and_add_up_to_what_is_promised(secret, first, total):
    delays = outcomes.SECRET_DELAYS if secret else outcomes.DELAYS
    assert delays[0] == first
    assert list(delays) == sorted(delays)
    assert total * 0.8 < sum(delays, dt.timedelta()) <= total
    last = LetterFactory.build(secret=secret, attempts=len(delays))
    assert outcomes.put_off(last).wait == delays[-1]
    over = LetterFactory.build(secret=secret, attempts=len(delays) + 1)
    assert outcomes.put_off(over).state == State.FAILED


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (TimeoutError(), Trouble.LINE),
        (smtplib.SMTPServerDisconnected("gone"), Trouble.LINE),
        (recipient(421, b"4.7.0 try again later"), Trouble.BUSY),
        (recipient(451, b"4.7.1 Greylisting in action"), Trouble.GREYLIST),
        (recipient(450, b"4.2.0 <a@b.vn>: Recipient: Greylisted"), Trouble.GREYLIST),
        (recipient(450, b"4.2.1 busy"), Trouble.OTHER),
        (recipient(451, b"4.7.500 Server busy"), Trouble.OTHER),
        (recipient(452, b"4.2.2 over quota"), Trouble.FULL),
        (recipient(552, b"5.2.2 mailbox full"), Trouble.FULL),
        (smtplib.SMTPDataError(451, b"local error"), Trouble.OTHER),
    ],
)
def test_each_class_of_trouble_has_waits_of_its_own(error, trouble):
    for attempts, wait in enumerate(outcomes.WAITS[trouble], start=1):
        outcome = outcomes.of_error(LetterFactory.build(attempts=attempts), error)
        assert (outcome.state, outcome.wait) == (State.RETRY, wait)
    last = LetterFactory.build(attempts=len(outcomes.DELAYS) + 1)
    assert outcomes.of_error(last, error).reason == Reason.GAVE_UP


@pytest.mark.parametrize("trouble", Trouble)
def test_waits_of_every_class_never_shrink_and_are_as_many(trouble):
    waits = outcomes.WAITS[trouble]
    assert list(waits) == sorted(waits)
    assert len(waits) == len(outcomes.DELAYS), "recover counts by these"
    assert sum(waits, dt.timedelta()) < dt.timedelta(days=4)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"5.1.1 no such user", "550 5.1.1 no such user"),
        (b"two\r\nlines", "550 two lines"),
        ("hộp thư đầy".encode(), "550 hộp thư đầy"),
        (b"\xff\xfe", "550 \ufffd\ufffd"),
        (b"x" * 9000, "550 " + "x" * 496),
    ],
)
def test_servers_words_become_one_clean_line(reply, words):
    assert outcomes.in_words(550, reply, secret=False) == words


def test_of_a_secret_letter_only_numbers_are_kept():
    reply = b"5.7.1 your code 482913 looks odd"
    assert outcomes.in_words(554, reply, secret=True) == "554 5.7.1"
    letter = LetterFactory.build(secret=True)
    assert outcomes.broken(letter, ValueError("code 482913")).error == "ValueError"
