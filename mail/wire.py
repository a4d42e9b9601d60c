"""The bytes of an ordinary letter, without a tree of objects in between.

`messages.message_for` says what a letter is; to build its message and to flatten it
takes longer than all the rest of its delivery. Here the same bytes, but for the
boundaries, are joined from parts. What is alike in many letters is made once, by the
same classes; names and subjects are encoded by the same functions, which refuse line
breaks. Whatever is out of the ordinary goes the long way. `tests/mail/test_wire.py`
holds the two against each other.
"""

from __future__ import annotations

import base64
import re
import secrets
from email.policy import compat32
from functools import cache, lru_cache

from django.conf import settings
from django.core.mail.message import (
    RFC5322_EMAIL_LINE_LENGTH_LIMIT,
    SafeMIMEText,
    forbid_multi_line_headers,
)

from content import identity
from mail import messages
from mail.models import Letter

HEADER_LINE = 78
"""Longer headers are folded."""
MIXED = b'Content-Type: multipart/mixed; boundary="%s"\r\nMIME-Version: 1.0\r\n'
ALTERNATIVE = (
    b'Content-Type: multipart/alternative;\r\n boundary="%s"\r\nMIME-Version: 1.0\r\n'
)
_CRLF = compat32.clone(linesep="\r\n")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def bytes_of(letter: Letter) -> bytes:
    """The message as it goes over the wire.

    Raises ValueError where a header would have a line break or an address is none.
    """
    text, html = _in_lines(letter.text), _in_lines(letter.html)
    if not text or letter.headers or _has_long_line(text) or _has_long_line(html):
        return messages.message_for(letter).message().as_bytes(linesep="\r\n")
    headers = _headers(letter)
    head, body = _head_of_text("plain", text.isascii()), text
    if html:
        parts = [
            b"%b\r\n%b" % (head, body),
            b"%b\r\n%b" % (_head_of_text("html", html.isascii()), html),
        ]
        head, body = _joined(ALTERNATIVE, parts)
    if letter.attachments:
        parts = [b"%b\r\n%b" % (head, body), *map(_attached, letter.attachments)]
        head, body = _joined(MIXED, parts)
    return b"%b%b\r\n%b" % (head, headers, body)


def _headers(letter: Letter) -> bytes:
    """Those of the letter as a whole, in the order that Django gives them."""
    contact = identity.current().contact_email
    # Codes stand in the subjects of secret letters: those are kept nowhere.
    subject = _header if letter.secret else _header_of_many
    return b"".join(
        [
            subject("Subject", letter.subject),
            _header_of_many("From", messages.senders(settings.DEFAULT_FROM_EMAIL)[1]),
            _header("To", letter.address),
            _header_of_many("Reply-To", contact) if contact else b"",
            *(_header(*header) for header in messages.headers_of(letter).items()),
        ]
    )


def _header(name: str, value: str) -> bytes:
    fits = len(name) + len(": ") + len(value) <= HEADER_LINE
    if fits and value.isascii() and value.isprintable() and value == value.strip():
        return f"{name}: {value}\r\n".encode()
    return _CRLF.fold_binary(*forbid_multi_line_headers(name, value, "utf-8"))


_header_of_many = lru_cache(maxsize=64)(_header)


def _in_lines(text: str) -> bytes:
    """As mail wants its lines to end."""
    data = text.encode()
    if b"\r" in data:
        return _LINE_END.sub(b"\r\n", data)
    return data.replace(b"\n", b"\r\n")


def _has_long_line(text: bytes) -> bool:
    """It would have to be encoded."""
    longest = max(map(len, text.split(b"\r\n")))
    return longest > RFC5322_EMAIL_LINE_LENGTH_LIMIT


@cache
def _head_of_text(subtype: str, is_ascii: bool) -> bytes:
    sample = SafeMIMEText("a" if is_ascii else "ă", subtype, "utf-8")
    return b"".join(_CRLF.fold_binary(*header) for header in sample.raw_items())


def _attached(attachment: dict[str, str]) -> bytes:
    head = _head_of_attachment(attachment["content_type"], attachment["filename"])
    data = base64.encodebytes(attachment["content"].encode())
    return b"%b\r\n%b" % (head, data.replace(b"\n", b"\r\n"))


@lru_cache(maxsize=64)
def _head_of_attachment(content_type: str, filename: str) -> bytes:
    empty = {"content_type": content_type, "filename": filename, "content": ""}
    headers = messages.part_of(empty).raw_items()
    return b"".join(_CRLF.fold_binary(*header) for header in headers)


def _joined(head: bytes, parts: list[bytes]) -> tuple[bytes, bytes]:
    """Parts between boundaries: the head that names the boundary, and the body."""
    # So long as those of the standard library, and too random to occur in a part.
    boundary = b"=" * 15 + secrets.token_hex(10)[1:].encode() + b"=="
    between = b"\r\n--%b\r\n" % boundary
    body = b"--%b\r\n%b\r\n--%b--\r\n" % (boundary, between.join(parts), boundary)
    return head % boundary, body
