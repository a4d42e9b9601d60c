"""Where returned letters lie: a mailbox over IMAP, or a Maildir folder."""

from __future__ import annotations

import imaplib
import mailbox
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

AT_ONCE = 500
"""So many are read in one go; the next go takes the rest."""
TIMEOUT = 20
_HERE = re.compile(r"127\.0\.0\.1|localhost|::1")


def messages(where: str) -> Iterator[bytes]:
    """What has not been read yet, each marked as read once it has been dealt with.

    `where` is "imaps://name:password@host/INBOX", "imap://…" (with STARTTLS) or
    "maildir:/path". Raises OSError or imaplib.IMAP4.error when it cannot be reached.
    """
    scheme = where.partition(":")[0]
    if scheme == "maildir":
        yield from _of_folder(Path(where.partition(":")[2]))
    elif scheme in ("imap", "imaps"):
        yield from _of_server(where)
    else:
        raise ImproperlyConfigured(
            "MAIL_BOUNCE_MAILBOX begins with imaps:, imap: or maildir:"
        )


def _of_folder(path: Path) -> Iterator[bytes]:
    if not path.is_dir():
        raise FileNotFoundError(f"no such folder: {path}")
    box = mailbox.Maildir(path, create=False)
    unread = [key for key, note in box.iteritems() if note.get_subdir() == "new"]
    for key in unread[:AT_ONCE]:
        yield box.get_bytes(key)
        note = box[key]
        note.set_subdir("cur")
        note.add_flag("S")
        box[key] = note


def _of_server(where: str) -> Iterator[bytes]:
    with _signed_in(where) as server:
        _, found = server.uid("SEARCH", "UNSEEN")
        for number in (found[0] or b"").split()[:AT_ONCE]:
            uid = number.decode()
            # PEEK leaves it unread until we are done with it.
            _, answer = server.uid("FETCH", uid, "(BODY.PEEK[])")
            body = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if body is not None:
                yield body
            server.uid("STORE", uid, "+FLAGS", r"(\Seen)")


@contextmanager
def _signed_in(where: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(where)
    context = ssl.create_default_context()
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        server = imaplib.IMAP4_SSL(
            host, parts.port or 993, ssl_context=context, timeout=TIMEOUT
        )
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    try:
        if parts.scheme != "imaps" and not _HERE.fullmatch(host):
            server.starttls(context)
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        answer, words = server.select(f'"{folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"no such folder: {words}")
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
        # Whoever cannot say goodbye any more keeps the line otherwise.
        with suppress(OSError):
            server.shutdown()
