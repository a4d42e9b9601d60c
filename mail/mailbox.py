"""The letters of the embedded run, in the browser. Exists in debug only.

`manage.py mailbox` writes each letter it gets into `settings.MAILBOX` as an .eml file.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.views.decorators.clickjacking import xframe_options_sameorigin

NEWEST = 50
# A letter's own styles act and its links open a new tab; no script, no other host.
LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " style-src 'unsafe-inline'; img-src data:"
)


@dataclass(frozen=True)
class Opened:
    """One .eml file, read."""

    name: str
    received: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def excerpt(self) -> str:
        """The first words, for the list."""
        return Truncator(" ".join(self.text.split())).chars(160)

    @property
    def attachments(self) -> list[EmailMessage]:
        return list(self.message.iter_attachments())

    @property
    def attachment_names(self) -> list[str]:
        return [part.get_filename() or "" for part in self.attachments]

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            return part.get_content()
        except LookupError:  # a character set that nobody knows
            return part.get_payload(decode=True).decode("utf-8", "replace")


def letters(request: HttpRequest) -> HttpResponse:
    """The newest letters first."""
    newest = sorted(_folder().glob("*.eml"), key=_time, reverse=True)[:NEWEST]
    context = {"letters": [_open(file) for file in newest], "newest": NEWEST}
    return render(request, "mail/mailbox/list.html", context)


def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter: what it says and what hangs on it."""
    return render(request, "mail/mailbox/letter.html", {"letter": _find(name)})


@xframe_options_sameorigin
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, shut into a sandbox, for the frame on the letter's page."""
    page = _find(name).html.replace("<head>", '<head><base target="_blank">', 1)
    response = HttpResponse(page)
    response["Content-Security-Policy"] = LETTER_POLICY
    return response


def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One attached file, to be saved."""
    parts = _find(name).attachments
    if number >= len(parts):
        raise Http404
    part = parts[number]
    return FileResponse(
        BytesIO(part.get_payload(decode=True)),
        as_attachment=True,
        filename=part.get_filename() or "attachment",
        content_type="application/octet-stream",
    )


def _folder() -> Path:
    return Path(settings.MAILBOX)


def _time(file: Path) -> float:
    return file.stat().st_mtime


def _find(name: str) -> Opened:
    # Compared with what is there, so no name can lead out of the folder.
    for file in _folder().glob("*.eml"):
        if file.name == name:
            return _open(file)
    raise Http404


def _open(file: Path) -> Opened:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return Opened(file.name, datetime.fromtimestamp(_time(file), UTC), message)
