"""The link in the letter that hands out the PDF to whoever has no account."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing
from django.urls import reverse

from certificates.models import Certificate

LIFETIME = dt.timedelta(days=60)
_SALT = "certificates.download"


def download_url(certificate: Certificate) -> str:
    path = reverse("certificates:letter_download", args=[token_of(certificate)])
    return settings.SITE_URL + path


def token_of(certificate: Certificate) -> str:
    """Names one version and proves that we wrote it; good for this file only."""
    return signing.TimestampSigner(salt=_SALT).sign(certificate.code)


def code_of(token: str) -> str | None:
    """The code that the link is for; None for one too old or not ours."""
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(token, max_age=LIFETIME)
    except signing.BadSignature:
        return None
