"""Certificates as PDF: one A4 page each, with a QR code that leads to their check.

The press of content/papers.py sets the pages from `paper.typ`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse

from certificates.models import Certificate
from content.papers import Press
from vietnam.dates import official_date
from vietnam.fold import nfc
from vietnam.slug import slugify

TEMPLATE = Path(__file__).with_name("paper.typ")
VOLUME = 50
"""Pages of one PDF: typst holds a whole document in memory, about 0.4 MB a page."""

_PRESS = Press(TEMPLATE)


def render(certificates: Sequence[Certificate]) -> bytes:
    """One PDF, a page for each in this order; at most VOLUME at a time.

    The same certificates give the same bytes.
    """
    if not 0 < len(certificates) <= VOLUME:
        raise ValueError(f"from 1 to {VOLUME} certificates, not {len(certificates)}")
    words = [_words(one) for one in certificates]
    return _PRESS.pdf(words, at=certificates[0].issued_at)


def file_name(certificate: Certificate) -> str:
    """In the register's order and readable anywhere: "2026-0012-nong-thi-anh.pdf"."""
    name = slugify(certificate.name, max_length=60, fallback="chung-nhan")
    return f"{certificate.year}-{certificate.number:04}-{name}.pdf"


def _words(certificate: Certificate) -> dict[str, str]:
    url = settings.SITE_URL + certificate.get_absolute_url()
    dated = official_date(certificate.issued_on, "vi")
    words = {
        "above": certificate.above,
        "issuer": certificate.issuer,
        "kind": certificate.kind,
        "name": certificate.name,
        "of_unit": certificate.of_unit,
        "course": certificate.course,
        "merit": certificate.merit,
        "starts": f"{certificate.starts_on:%d/%m/%Y}",
        "ends": f"{certificate.ends_on:%d/%m/%Y}",
        "extent": certificate.extent,
        "venue": certificate.venue,
        "number": certificate.number_text,
        "code": certificate.spaced_code,
        "site": urlsplit(settings.SITE_URL).netloc + reverse("certificates:type"),
        "url": url,
        "qr": _qr(url),
        "dated": f"{certificate.place}, {dated}"
        if certificate.place
        else dated.capitalize(),
        "signer_title": certificate.signer_title,
        "signer_name": certificate.signer_name,
    }
    return {key: nfc(text) for key, text in words.items()}


def _qr(url: str) -> str:
    drawn = io.BytesIO()
    # Every reader reads every mask; trying all eight is most of the work.
    code = segno.make(url, error="m", mask=2, micro=False)
    code.save(drawn, kind="svg", border=0, dark="#1b2733", xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()
