"""What a returned letter says: which letter, whom, and whether for good.

Reads delivery status notifications (RFC 3464, as Postfix, Exchange, Gmail and newer
Exim send them) and the plain ones of older Exim. Anything else is none: receipts,
warnings of a delay, out-of-office replies.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from content.fields import clean_line
from mail import outcomes
from mail.addresses import fold

LONGEST = 2 * 1024 * 1024
"""A returned letter may carry the whole letter; more than this is not read."""
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"\b5\d\d[ -]")
# Where the address stands that this came to; the first is what a mailbox adds.
_ARRIVED = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")


@dataclass(frozen=True, slots=True)
class Bounce:
    """One letter that did not get to one reader."""

    hard: bool
    address_key: str = ""
    message_id: str = ""
    arrived_at: tuple[str, ...] = ()
    """The addresses it came to: one of them may be the letter's own return path."""
    words: str = ""


def read(raw: bytes) -> list[Bounce]:
    """Every failure that a message reports; none for any other message."""
    if len(raw) > LONGEST:
        return []
    # The old policy: it takes broken headers as they are and never raises on them.
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    report = _part(message, "message/delivery-status")
    if report is not None:
        return list(_of_report(message, report))
    return list(_of_old_exim(message))


def is_hard(status: str, words: str = "") -> bool:
    """Whether a mailbox is gone for good, rather than full or unwilling."""
    found = _STATUS.search(status) or _STATUS.search(words)
    if found is None:
        return False
    kind, subject, _detail = found.groups()
    if kind != "5" or subject in ("3", "7"):
        return False
    return found[0] != "5.2.2" and not outcomes.is_full(words.encode())


def _of_report(message: Message, report: Message) -> Iterator[Bounce]:
    message_id = _message_id(message)
    for block in report.get_payload() if report.is_multipart() else []:
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue
        # Whom we wrote to, before anything was forwarded.
        reader = block.get("Original-Recipient") or block.get("Final-Recipient") or ""
        words = _clean(block.get("Diagnostic-Code"))
        status = _clean(block.get("Status"))
        yield Bounce(
            hard=is_hard(status, words),
            address_key=_address(_clean(reader)),
            message_id=message_id,
            arrived_at=_arrived(message),
            words=clean_line(f"{status} {words}")[:500],
        )


def _of_old_exim(message: Message) -> Iterator[Bounce]:
    """No report in parts: a header names who failed, the rest is prose."""
    failed = _clean(message.get("X-Failed-Recipients"))
    if not failed or _is_reply(message):
        return
    text = _text(message)
    code = _CODE.search(text)
    words = text[code.start() :].split("\n\n")[0] if code else ""
    for reader in failed.split(","):
        yield Bounce(
            # Without an enhanced status a bare 550 speaks of the mailbox.
            hard=is_hard("", words)
            or (words.startswith("550") and not _STATUS.search(words)),
            address_key=fold(reader),
            message_id=_message_id(message),
            arrived_at=_arrived(message),
            words=clean_line(words)[:500],
        )


def _is_reply(message: Message) -> bool:
    return "auto-replied" in _clean(message.get("Auto-Submitted")).lower() and not (
        _clean(message.get("From")).lower().startswith("mail delivery system")
    )


def _part(message: Message, content_type: str) -> Message | None:
    parts = (part for part in message.walk() if part.get_content_type() == content_type)
    return next(parts, None)


def _message_id(message: Message) -> str:
    """That of the letter which came back, not of the message that says so."""
    for content_type in _RETURNED:
        part = _part(message, content_type)
        if part is None:
            continue
        inner = part.get_payload(0) if part.is_multipart() else None
        if inner is not None and inner.get("Message-ID"):
            return _clean(inner.get("Message-ID"))
        if found := _MESSAGE_ID.search(_text(part)):
            return found[1]
    found = _MESSAGE_ID.search(_text(message))
    return found[1] if found else ""


def _text(message: Message) -> str:
    if message.is_multipart():
        return "\n".join(_text(part) for part in message.get_payload())
    payload = message.get_payload(decode=True)
    return payload.decode("utf-8", "replace").replace("\r\n", "\n") if payload else ""


def _arrived(message: Message) -> tuple[str, ...]:
    return tuple(
        _clean(value) for name in _ARRIVED for value in message.get_all(name, [])
    )


def _address(field: str) -> str:
    """From "rfc822; Lan@example.com" to its key."""
    return fold(field.rpartition(";")[2].strip().strip("<>"))


def _clean(value: object) -> str:
    return clean_line(str(value or ""))
