"""What came of one attempt to hand a letter to the mail server."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta

from content.fields import clean_line
from mail.models import Letter

State, Reason = Letter.State, Letter.Reason

DELAYS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)
)
"""Waits between the attempts; given up after the last, about two days in all."""
SECRET_DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600, 1800)
)
"""The same where somebody sits before the page and waits for a code."""
TOO_BIG = 552
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a claimed letter goes on.

    `wait` is the time to the next attempt of a letter in state retry. `line_broken`
    says that the connection is not to be used again, `stop` that the next letter
    would fare the same.
    """

    letter: Letter
    state: Letter.State
    reason: Letter.Reason | str = ""
    error: str = ""
    wait: timedelta | None = None
    line_broken: bool = False
    stop: bool = False

    @property
    def forgets(self) -> bool:
        """Whether the letter's text is dropped now."""
        return self.letter.secret and self.state in Letter.OVER


def sent(letter: Letter) -> Outcome:
    """The server took the letter."""
    return Outcome(letter, State.SENT)


def suppressed(letter: Letter, reason: Letter.Reason, why: str = "") -> Outcome:
    """Nobody is to get this letter."""
    return Outcome(letter, State.SUPPRESSED, reason, clean_line(why))


def broken(letter: Letter, error: Exception) -> Outcome:
    """No message can be made of the letter; a secret one is not quoted."""
    words = type(error).__name__
    if not letter.secret:
        words = clean_line(f"{words}: {error}")[:500]
    return Outcome(letter, State.FAILED, Reason.BROKEN, words)


def put_off(letter: Letter, error: str = "", **line: bool) -> Outcome:
    """Try again later, or give up when that was the last attempt."""
    delays = SECRET_DELAYS if letter.secret else DELAYS
    if letter.attempts > len(delays):
        return Outcome(letter, State.FAILED, Reason.GAVE_UP, error, **line)
    wait = delays[letter.attempts - 1]
    return Outcome(letter, State.RETRY, Reason.PUT_OFF, error, wait, **line)


def of_error(letter: Letter, error: OSError) -> Outcome:
    """Judge what the server, or the line to it, answered to one letter.

    4xx puts off, 5xx refuses for good. A sender refused for good is our own mistake,
    not the reader's, and would hit every letter: it is put off and delivery stops.
    A broken line may have lost the answer to a letter that was taken; sending it
    again is the price for losing none.
    """
    code, reply = _answer(error)
    words = in_words(code, reply, secret=letter.secret)
    if code == 421 or code < 400:
        return put_off(letter, words or type(error).__name__, line_broken=True)
    if code < 500:
        return put_off(letter, words)
    if isinstance(error, smtplib.SMTPSenderRefused) and code != TOO_BIG:
        return put_off(letter, words, stop=True)
    # 5.7.x speaks of policy, mostly of us and not of the mailbox.
    at_recipient = isinstance(error, smtplib.SMTPRecipientsRefused)
    bounced = at_recipient and not reply.lstrip().startswith(b"5.7.")
    reason = Reason.BOUNCED if bounced else Reason.REFUSED
    return Outcome(letter, State.FAILED, reason, words)


def in_words(code: int, reply: bytes, *, secret: bool) -> str:
    """The server's answer for staff; of a secret letter the numbers only."""
    text = clean_line(reply.decode("utf-8", "replace"))
    if secret:
        numbers = _ENHANCED.search(text)
        text = numbers[0] if numbers else ""
    if not code:
        return text[:500]
    return f"{code} {text}".strip()[:500]


def of_line(error: OSError) -> str:
    """Why the server cannot be reached, in words that name the cause."""
    code, reply = _answer(error)
    return f"{type(error).__name__}: {in_words(code, reply, secret=False)}"


def _answer(error: OSError) -> tuple[int, bytes]:
    """The reply code and text of an error; code 0 where the server said nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return error.smtp_code, reply if isinstance(reply, bytes) else reply.encode()
    return 0, str(error).encode("utf-8", "replace")
