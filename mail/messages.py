"""From a letter's row to the MIME message that goes over the wire."""

from __future__ import annotations

import re
from email.encoders import encode_base64
from email.message import Message
from email.mime.base import MIMEBase
from email.utils import format_datetime, parseaddr
from functools import cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.utils.crypto import constant_time_compare, salted_hmac

from content import identity
from mail import kinds
from mail.models import Letter
from mail.preferences import unsubscribe_url
from vietnam.dates import local

_RETURN_PATH = re.compile(r"\+([0-9a-f]{1,16})\.([0-9a-f]{16})@")


def message_for(letter: Letter) -> EmailMultiAlternatives:
    """Build the message of a claimed letter: text, then HTML, then what is attached.

    The Message-ID is the letter's own, so a letter sent again after a crash is still
    one letter for programs that sort by it.
    """
    contact = identity.current().contact_email
    sender, from_header = senders(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=sender,
        to=[letter.address],
        reply_to=[contact] if contact else None,
        headers={**headers_of(letter), "From": from_header},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for attachment in letter.attachments:
        message.attach(part_of(attachment))
    return message


def ascii_address(address: str) -> str:
    """The address as SMTP takes it: a domain with marks in its ASCII form."""
    return address if address.isascii() else sanitize_address(address, "utf-8")


def envelope_sender(letter: Letter) -> str:
    """To whom the letter comes back: the return path, or whoever writes it."""
    return return_path(letter) or senders(settings.DEFAULT_FROM_EMAIL)[0]


def return_path(letter: Letter) -> str:
    """The envelope's sender, to which letters come back, or "" for the usual one.

    Each letter has one of its own ("tra-ve+1f.4b2c…@example.com"), so a letter that
    comes back names itself, however little of it comes back.
    """
    address = settings.MAIL_BOUNCE_ADDRESS
    if not address:
        return ""
    local, _at, domain = address.partition("@")
    return f"{local}+{letter.pk:x}.{_signature(letter.pk)}@{domain}"


def letter_of(return_path: str) -> int | None:
    """The number of the letter behind an address of `return_path`, if it is ours."""
    found = _RETURN_PATH.search(return_path.lower())
    if found is None:
        return None
    number = int(found[1], 16)
    # Bigger is no number of the database's.
    if number >= 2**63 or not constant_time_compare(found[2], _signature(number)):
        return None
    return number


def _signature(number: int) -> str:
    return salted_hmac("mail.return_path", str(number), algorithm="sha256").hexdigest()[
        :16
    ]


@cache
def senders(address: str) -> tuple[str, str]:
    """The bare address for the envelope and the encoded one for the header."""
    # A long name comes folded, and Django takes no header of several lines.
    encoded = sanitize_address(address, "utf-8").replace("\n", "")
    return parseaddr(address)[1], encoded


def headers_of(letter: Letter) -> dict[str, str]:
    """All headers but who writes to whom about what."""
    headers = {
        **letter.headers,
        "Message-ID": letter.message_id,
        "Date": format_datetime(local(letter.claimed_at or letter.created_at)),
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
    }
    if kinds.is_optional(letter.kind):
        # RFC 8058: the mail program posts to the address without asking the reader.
        url = unsubscribe_url(letter.address, letter.kind)
        headers["List-Unsubscribe"] = f"<{url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def part_of(attachment: dict[str, str]) -> MIMEBase:
    """One attachment with exactly the content type it was given.

    Django's own `attach` adds a second charset to text types, and calendars then
    refuse the invitation.
    """
    header = Message()
    header["Content-Type"] = attachment["content_type"]
    part = MIMEBase(
        header.get_content_maintype(),
        header.get_content_subtype(),
        **dict(header.get_params()[1:]),
    )
    part.set_payload(attachment["content"].encode())
    encode_base64(part)
    part.add_header(
        "Content-Disposition", "attachment", filename=attachment["filename"]
    )
    return part
