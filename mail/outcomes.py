"""What came of one attempt to hand a letter to the mail server."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from content.fields import clean_line
from mail.channels import Busy, Refused
from mail.models import Letter

State, Reason = Letter.State, Letter.Reason


def _minutes(*minutes: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=number) for number in minutes)


class Trouble(Enum):
    """Why a letter has to wait: each class has waits of its own (docs/mail.md)."""

    LINE = "line"
    """The connection broke, or no answer came in time."""
    BUSY = "busy"
    """421: the server hangs up, because it has too much to do or we come too often."""
    GREYLIST = "greylist"
    """A server that wants to see us come again: soon, but after its few minutes."""
    FULL = "full"
    """A full mailbox takes days until its reader makes room."""
    OTHER = "other"
    """Every other answer 4xx."""


DELAYS = _minutes(1, 5, 15, 60, 180, 360, 720, 1440)
"""Waits between the attempts; given up after the last, about two days in all."""
WAITS = {
    Trouble.LINE: DELAYS,
    Trouble.BUSY: _minutes(2, 5, 10, 30, 120, 360, 720, 1440),
    Trouble.GREYLIST: _minutes(6, 10, 20, 60, 180, 360, 720, 1440),
    Trouble.FULL: _minutes(120, 240, 360, 720, 720, 720, 720, 720),
    Trouble.OTHER: DELAYS,
}
SECRET_DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600, 1800)
)
"""The same where somebody sits before the page and waits for a code."""
TOO_BIG = 552
OUR_FAULT = frozenset({530, 535, 538})
"""The server wants us to sign in, or in another way: no letter's fault."""
_GREY = re.compile(rb"\b4\.7\.[01]\b|gr[ea]y.?list", re.IGNORECASE)
_FULL = re.compile(
    rb"\b[45]\.2\.2\b|over.?quota|quota exceeded|mailbox (is )?full", re.IGNORECASE
)
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


def put_off(
    letter: Letter,
    error: str = "",
    trouble: Trouble = Trouble.OTHER,
    **line: bool,
) -> Outcome:
    """Try again later, or give up when that was the last attempt."""
    delays = SECRET_DELAYS if letter.secret else WAITS[trouble]
    if letter.attempts > len(delays):
        return Outcome(letter, State.FAILED, Reason.GAVE_UP, error, **line)
    wait = delays[letter.attempts - 1]
    reason = Reason.FULL if trouble is Trouble.FULL else Reason.PUT_OFF
    return Outcome(letter, State.RETRY, reason, error, wait, **line)


def held_back(letter: Letter, reason: Letter.Reason, wait: timedelta) -> Outcome:
    """Put back untried: it is not its hour yet, or not its turn."""
    return Outcome(letter, State.QUEUED, reason, "", wait)


def of_error(letter: Letter, error: OSError) -> Outcome:
    """Judge what the server, or the line to it, answered to one letter.

    4xx puts off, 5xx refuses for good. A sender refused for good, or a server that
    wants us to sign in, is our own mistake, not the reader's, and would hit every
    letter: it is put off and delivery stops. A broken line may have lost the answer to
    a letter that was taken; sending it again is the price for losing none.
    """
    if isinstance(error, Refused | Busy):
        return _of_channel(letter, error)
    code, reply = _answer(error)
    words = in_words(code, reply, secret=letter.secret)
    if code == 421:
        return put_off(letter, words, Trouble.BUSY, line_broken=True)
    if code < 400:
        words = words or type(error).__name__
        return put_off(letter, words, Trouble.LINE, line_broken=True)
    if code < 500 or _FULL.search(reply):
        return put_off(letter, words, _trouble(code, reply))
    at_sender = isinstance(error, smtplib.SMTPSenderRefused) and code != TOO_BIG
    if at_sender or code in OUR_FAULT:
        return put_off(letter, words, stop=True)
    # 5.7.x speaks of policy, mostly of us and not of the mailbox.
    at_recipient = isinstance(error, smtplib.SMTPRecipientsRefused)
    bounced = at_recipient and not reply.lstrip().startswith(b"5.7.")
    reason = Reason.BOUNCED if bounced else Reason.REFUSED
    return Outcome(letter, State.FAILED, reason, words)


def is_full(words: bytes) -> bool:
    """Whether a server speaks of a mailbox without room."""
    return bool(_FULL.search(words))


def _trouble(code: int, reply: bytes) -> Trouble:
    if code == 452 or _FULL.search(reply):
        return Trouble.FULL
    if code in (450, 451) and _GREY.search(reply):
        return Trouble.GREYLIST
    return Trouble.OTHER


def _of_channel(letter: Letter, error: Refused | Busy) -> Outcome:
    words = "" if letter.secret else clean_line(str(error))[:500]
    if isinstance(error, Busy):
        return put_off(letter, words)
    reason = Reason.BOUNCED if error.no_such_reader else Reason.REFUSED
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
