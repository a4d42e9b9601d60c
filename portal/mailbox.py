"""A mailbox for development: takes every letter over SMTP and writes it to a folder."""

import asyncio
import itertools
import logging
import re
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 35 * 1024 * 1024
"""Bytes of one letter; mail providers draw the line near here."""

_numbers = itertools.count(1)


class Folder:
    """Writes each letter as it came, named so that the newest sorts last."""

    def __init__(self, folder: Path) -> None:
        """Letters go to `folder`, which is created."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter; a file appears whole or not at all."""
        second, rest = divmod(time.time_ns(), 10**9)
        moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(second))
        first = envelope.rcpt_tos[0] if envelope.rcpt_tos else "nobody"
        person = re.sub(r"[^A-Za-z0-9.@+-]", "_", first)[:80]
        name = f"{moment}-{rest:09d}-{next(_numbers):04d}-{person}"
        part = self.folder / f"{name}.part"
        part.write_bytes(bytes(envelope.content or b""))
        part.replace(self.folder / f"{name}.eml")
        return "250 Kept"


async def serve(folder: Path, *, port: int) -> None:
    """Take mail on the loopback address until SIGTERM or SIGINT."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    # aiosmtpd logs each line of each conversation under this name.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    keeper = Folder(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, data_size_limit=LARGEST),
        host="127.0.0.1",
        port=port,
    )
    await over.wait()
    server.close()
