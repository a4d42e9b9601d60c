"""A mail server that stops at a point of its talk until the test lets it go on."""

from __future__ import annotations

import asyncio
import email
import threading
from enum import Enum

from aiosmtpd.smtp import SMTP

from tests.mail.post_office import PostOffice


class Stop(Enum):
    """Where the server stops: each right before it says its next word."""

    GREETING = "the client has rung, nobody has said hello"
    SENDER = "MAIL has come"
    RECIPIENT = "RCPT has come"
    TEXT = "the letter has come and is kept"


class TrappedOffice(PostOffice):
    """`arm` it, wait for `reached`, do what is to be done, and say `go_on`.

    `spoken`: the word it held back is on the line.
    """

    def __init__(self) -> None:
        self.reached, self.spoken = threading.Event(), threading.Event()
        self._go_on = threading.Event()
        self._stop: Stop | None = None
        self._left = 0
        self.held = ""
        """The Message-ID of the letter that it stopped at, once there is one."""
        super().__init__()
        self.protocol = self._protocol

    def arm(self, stop: Stop, *, after: int = 0) -> None:
        """Stop there once `after` letters have gone through."""
        for event in (self.reached, self.spoken, self._go_on):
            event.clear()
        self.held = ""
        self._stop, self._left = stop, len(self.raw) + after

    def go_on(self) -> None:
        self._go_on.set()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        """Every other client is told that it may send commands together."""
        self.extensions = [] if self.extensions else ["PIPELINING"]
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_MAIL(self, server, session, envelope, address, options):
        await self._pass(Stop.SENDER)
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(self, server, session, envelope, address, options):
        await self._pass(Stop.RECIPIENT)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        number = email.message_from_bytes(envelope.content)["Message-ID"]
        await self._pass(Stop.TEXT, number)
        return answer

    async def _pass(self, stop: Stop, number: str = "") -> bool:
        if self._stop is not stop or len(self.raw) < self._left:
            return False
        self._stop, self.held = None, number
        self.reached.set()
        await asyncio.to_thread(self._go_on.wait, 30)
        return True

    def _protocol(self, *args, **kwargs) -> SMTP:
        office = self

        class Talk(SMTP):
            async def _handle_client(self):
                try:
                    await office._pass(Stop.GREETING)
                    await super()._handle_client()
                finally:
                    # A client that died half-way leaves the line open.
                    if self.transport is not None:
                        self.transport.close()

            async def push(self, status):
                await super().push(status)
                if office._go_on.is_set():
                    office.spoken.set()

        return Talk(*args, **kwargs)
