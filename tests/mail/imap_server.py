"""A small IMAP server for one mailbox: as much as reading returned letters takes."""

from __future__ import annotations

import re
import socketserver
import threading


class ImapServer:
    """A context manager; `letters` are unread until somebody stores \\Seen."""

    def __init__(self, letters: list[bytes], *, password: str = "mat-khau") -> None:  # noqa: S107
        self.letters = letters
        self.seen: set[int] = set()
        self.commands: list[str] = []
        self.password = password
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> ImapServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        host, port = self._server.server_address
        return f"imap://tra-ve%40x.vn:mat-khau@{host}:{port}/INBOX"

    def _talk(self, line) -> None:
        line.wfile.write(b"* OK ready\r\n")
        while raw := line.rfile.readline():
            tag, _, command = raw.decode().strip().partition(" ")
            word = command.split()[0].upper()
            self.commands.append(word)
            answer, end = b"", f"{tag} OK done"
            if word == "CAPABILITY":
                answer = b"* CAPABILITY IMAP4rev1\r\n"
            elif word == "LOGIN" and f'"{self.password}"' not in command:
                end = f"{tag} NO wrong password"
            elif word == "SELECT":
                answer = b"* %d EXISTS\r\n" % len(self.letters)
            elif "SEARCH" in command:
                unread = set(range(1, len(self.letters) + 1)) - self.seen
                numbers = " ".join(str(number) for number in sorted(unread))
                answer = f"* SEARCH {numbers}\r\n".encode()
            elif "FETCH" in command:
                number = int(re.search(r"FETCH (\d+)", command)[1])
                body = self.letters[number - 1]
                head = f"* {number} FETCH (UID {number} BODY[] {{{len(body)}}}\r\n"
                answer = head.encode() + body + b")\r\n"
            elif "STORE" in command:
                self.seen.add(int(re.search(r"STORE (\d+)", command)[1]))
            line.wfile.write(answer + end.encode() + b"\r\n")
            if word == "LOGOUT":
                return
