"""A mail server that takes everything and keeps nothing, as fast as Python can.

Run as a process of its own, `python -m benchmarks.sink PORT`.
"""

from __future__ import annotations

import asyncio
import sys

END = b"\r\n.\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Talk(asyncio.Protocol):
    def connection_made(self, transport) -> None:
        self.transport, self.seen, self.in_text = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.seen += data
        while (end := END if self.in_text else b"\r\n") in self.seen:
            word, _, self.seen = self.seen.partition(end)
            if self.in_text:
                self.in_text = False
                self.transport.write(b"250 taken\r\n")
                continue
            verb = word[:4].upper()
            self.in_text = verb == b"DATA"
            self.transport.write(ANSWERS.get(verb, b"250 fine\r\n"))
            if verb == b"QUIT":
                self.transport.close()


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Talk, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
