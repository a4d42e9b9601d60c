"""From a letter's row to the MIME message that goes over the wire."""

from __future__ import annotations

from email.encoders import encode_base64
from email.message import Message
from email.mime.base import MIMEBase
from email.utils import format_datetime, parseaddr
from functools import cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from content import identity
from mail import kinds
from mail.models import Letter
from mail.preferences import unsubscribe_url
from vietnam.dates import local


def message_for(letter: Letter) -> EmailMultiAlternatives:
    """Build the message of a claimed letter: text, then HTML, then what is attached.

    The Message-ID is the letter's own, so a letter sent again after a crash is still
    one letter for programs that sort by it.
    """
    contact = identity.current().contact_email
    sender, from_header = _sender(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=sender,
        to=[letter.address],
        reply_to=[contact] if contact else None,
        headers={**_headers(letter), "From": from_header},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for attachment in letter.attachments:
        message.attach(_part(attachment))
    return message


def ascii_address(address: str) -> str:
    """The address as SMTP takes it: a domain with marks in its ASCII form."""
    return address if address.isascii() else sanitize_address(address, "utf-8")


@cache
def _sender(address: str) -> tuple[str, str]:
    """The bare address for the envelope and the encoded one for the header."""
    return parseaddr(address)[1], sanitize_address(address, "utf-8")


def _headers(letter: Letter) -> dict[str, str]:
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


def _part(attachment: dict[str, str]) -> MIMEBase:
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
