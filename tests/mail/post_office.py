"""A mail server that takes letters, or answers what a test wants it to."""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
import time
from collections import Counter, deque
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

HANG_UP = "hang up"
"""Close the connection instead of answering."""
TAKE_AND_HANG_UP = "take and hang up"
"""Keep the letter, then close the connection before saying so."""


logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's own


class PostOffice:
    """Handler and controller in one; a context manager.

    `answers` are given to the next letters' DATA, `recipients` to RCPT by address,
    `senders` to MAIL in turn; without one everything is taken. `delay` is the time
    one letter takes. `protocol` speaks with one client. `extensions` are
    what it says it can do beside what aiosmtpd says.
    """

    protocol = SMTP

    def __init__(self, port: int = 0) -> None:
        self.raw: list[tuple[str, bytes]] = []
        self.mail_from: list[str] = []
        self.answers: deque[str] = deque()
        self.senders: deque[str] = deque()
        self.recipients: dict[str, str] = {}
        self.delay = 0.0
        self.extensions: list[str] = []
        self.together = 0
        """How often RCPT had come before MAIL was answered."""
        self._closed = False
        self.connections = 0
        self.controller = _Controller(self, hostname="127.0.0.1", port=port)

    def __enter__(self) -> PostOffice:
        self.controller.start()
        return self

    def __exit__(self, *args) -> None:
        self.close()

    def close(self) -> None:
        """Answer no more."""
        if not self._closed:
            self._closed = True
            self.controller.stop()

    @property
    def port(self) -> int:
        return self.controller.server.sockets[0].getsockname()[1]

    @property
    def letters(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(raw, policy=email.policy.default)
            for _, raw in self.raw
        ]

    @property
    def addresses(self) -> Counter[str]:
        return Counter(address for address, _ in self.raw)

    @property
    def message_ids(self) -> Counter[str]:
        return Counter(letter["Message-ID"] for letter in self.letters)

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Return when so many letters are here; fail if they do not come."""
        until = time.monotonic() + seconds
        while len(self.raw) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{len(self.raw)} of {count} letters came")
            time.sleep(0.02)

    # What aiosmtpd calls, all on its own thread.

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        name, *rest = responses
        return [name, *(f"250-{extension}" for extension in self.extensions), *rest]

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.together += b"RCPT" in server._reader._buffer
        if self.senders and (answer := self.senders.popleft()) != "250":
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.recipients.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.delay:
            await asyncio.sleep(self.delay)
        answer = self.answers.popleft() if self.answers else "250 taken"
        if answer.startswith("250") or answer == TAKE_AND_HANG_UP:
            self.raw.extend((to, envelope.content) for to in envelope.rcpt_tos)
            self.mail_from.append(envelope.mail_from)
        if answer in {HANG_UP, TAKE_AND_HANG_UP}:
            server.transport.abort()
            return "421 never seen"
        return answer


class _Hooks:
    """What aiosmtpd calls, and nothing else of the office.

    It looks at every attribute of its handler at each connection, properties too: all
    letters so far would be parsed before each greeting.
    """

    def __init__(self, office: PostOffice) -> None:
        self.handle_EHLO = office.handle_EHLO
        self.handle_MAIL = office.handle_MAIL
        self.handle_RCPT = office.handle_RCPT
        self.handle_DATA = office.handle_DATA


class _Controller(Controller):
    def factory(self):
        self.handler.connections += 1
        hooks = _Hooks(self.handler)
        return self.handler.protocol(hooks, enable_SMTPUTF8=True, ident="test")

    def _trigger_server(self):
        # The stock one connects to `self.port`, which is 0 here.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
