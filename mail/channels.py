"""How letters travel: e-mail, and whatever settings.MAIL_CHANNELS names beside it.

A channel is a class that a setting names, so that SMS or Zalo is added by settings and
one class, without a change to the outbox; docs/mail.md says how.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from smtplib import (
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    quoteaddr,
)
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from mail import addresses
from mail.models import Letter

EMAIL = "email"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]*@[A-Za-z0-9][A-Za-z0-9.-]*")


class Busy(OSError):
    """What a channel raises when the letter should be tried again later."""


class Refused(OSError):
    """What a channel raises when the letter will never get there.

    `no_such_reader`: because nobody is there; three of these end letters to them.
    """

    def __init__(self, words: str, *, no_such_reader: bool = False) -> None:
        super().__init__(words)
        self.no_such_reader = no_such_reader


class Channel(Protocol):
    """One deliverer's way to the readers; made anew for each run.

    Each letter is announced, which must not make it arrive and must not wait for
    anybody, because rows are locked meanwhile; and then sent. All but
    `close` raise OSError: Busy and Refused are what they say, any other is a line that
    broke. `count` is the number of letters announced since `open`.
    """

    is_open: bool
    count: int

    @staticmethod
    def why_not(address: str) -> Any:
        """One sentence on why nothing can be sent to this address, or nothing."""
        ...

    def open(self) -> None: ...

    def announce(self, letter: Letter) -> None: ...

    def send(self, letter: Letter) -> None: ...

    def close(self) -> None: ...


class Email:
    """One connection to the mail server, opened and secured by Django's backend."""

    why_not = staticmethod(addresses.why_not)

    def __init__(self) -> None:
        self.backend = get_connection(fail_silently=False)
        self.is_open = False
        self.count = 0
        self._announced: Any = None

    def open(self) -> None:
        self.backend.open()
        if isinstance(self.backend, EmailBackend):
            self.backend.connection.ehlo_or_helo_if_needed()
        self.is_open, self.count = True, 0

    def announce(self, letter: Letter) -> None:
        """Put the letter together and tell the server from whom and to whom it is.

        What it says to that is read in `send`. Where it takes commands so (RFC 2920),
        all go at once: with a server far away letters are as fast as their ways there
        and back. DATA is among them, for without the text that follows it nothing is
        delivered.
        """
        # Not above: `mail.messages` asks the models of the portal who runs the site.
        from mail.messages import ascii_address, envelope_sender, message_for
        from mail.wire import bytes_of

        self.count += 1
        if not isinstance(self.backend, EmailBackend):
            self._announced = message_for(letter)
            return
        text = bytes_of(letter)
        reader, sender = ascii_address(letter.address), envelope_sender(letter)
        line = self.backend.connection
        size = f" size={len(text)}" if line.has_extn("size") else ""
        commands = [f"MAIL FROM:{_bracketed(sender)}{size}"]
        if line.has_extn("pipelining"):
            commands += [f"RCPT TO:{_bracketed(reader)}", "DATA"]
        if any("\r" in command or "\n" in command for command in commands):
            raise ValueError("an address is one line")
        self._announced = sender, reader, text
        # In one piece, or the second would wait for the network to confirm the first.
        line.send("".join(f"{command}\r\n" for command in commands))

    def send(self, letter: Letter) -> None:
        """Hand over what was announced; raises OSError with the server's answer."""
        announced, self._announced = self._announced, None
        if not isinstance(self.backend, EmailBackend):
            self.backend.send_messages([announced])
            return
        sender, reader, text = announced
        line = self.backend.connection
        pipelined = line.has_extn("pipelining")
        code, words = line.getreply()
        if code != 250:
            self._take_back(code, unread=2 if pipelined else 0)
            raise SMTPSenderRefused(code, words, sender)
        code, words = line.getreply() if pipelined else line.rcpt(reader)
        if code not in (250, 251):
            self._take_back(code, unread=1 if pipelined else 0)
            raise SMTPRecipientsRefused({reader: (code, words)})
        code, words = line.getreply() if pipelined else line.docmd("DATA")
        if code == 354:
            line.send(_dotted(text))
            code, words = line.getreply()
        if code != 250:
            self._take_back(code)
            raise SMTPDataError(code, words)

    def close(self) -> None:
        self.is_open = False
        if self._announced and isinstance(self.backend, EmailBackend):
            with suppress(OSError):
                # It waits for a text, and would take a goodbye for one.
                self.backend.connection.close()
        with suppress(OSError):
            self.backend.close()
        self._announced = None

    def _take_back(self, code: int, *, unread: int = 0) -> None:
        """After a refusal the server waits for the next letter, or has hung up."""
        line = self.backend.connection
        if code == 421:
            line.close()
            return
        for _ in range(unread):
            code, _words = line.getreply()
        if unread and code == 354:
            # It refused the reader and waits for a text all the same.
            line.send(b".\r\n")
            line.getreply()
        with suppress(SMTPServerDisconnected):
            line.rset()


def _bracketed(address: str) -> str:
    # The parser of the standard library takes as long as all other commands together.
    return f"<{address}>" if _PLAIN.fullmatch(address) else quoteaddr(address)


def _dotted(text: bytes) -> bytes:
    """As DATA wants it: its end is a full stop alone, so no line begins with one."""
    end = b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n"
    return text.replace(b"\r\n.", b"\r\n..") + end


class Notebook:
    """Writes down instead of sending: for tests, and to try a second channel out.

    Addresses are telephone numbers, "+84912345678".
    """

    sent: list[tuple[str, str]] = []
    answers: list[OSError] = []

    def __init__(self) -> None:
        self.is_open, self.count = False, 0

    @staticmethod
    def why_not(address: str) -> Any:
        return "" if addresses.is_phone(address) else addresses.NO_PHONE

    def open(self) -> None:
        self.is_open, self.count = True, 0

    def announce(self, letter: Letter) -> None:
        self.count += 1

    def send(self, letter: Letter) -> None:
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append((letter.address, letter.text))

    def close(self) -> None:
        self.is_open = False


def names() -> list[str]:
    """Every channel of the settings, e-mail first."""
    return sorted(settings.MAIL_CHANNELS, key=lambda name: (name != EMAIL, name))


def of(name: str) -> type[Channel]:
    """The class behind a name; raises ImproperlyConfigured for an unknown one."""
    try:
        return _load(settings.MAIL_CHANNELS[name])
    except KeyError:
        raise ImproperlyConfigured(f"MAIL_CHANNELS: there is no {name!r}") from None


@cache
def _load(path: str) -> type[Channel]:
    return import_string(path)
