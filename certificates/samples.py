"""The letter about a certificate with a made-up reader, for the admin."""

from __future__ import annotations

from django.utils.translation import gettext as _

from certificates import letters
from certificates.models import Certificate
from mail import samples


def register() -> None:
    samples.register(letters.ISSUED, "certificates/issued", _issued)


def _issued() -> dict:
    return {
        "certificate": Certificate(
            name=samples.NAME,
            course=_("Skills for members of digital teams"),
            issuer="Tỉnh đoàn",
            number=12,
            year=2026,
            suffix="CN",
        ),
        "child": False,
        "corrected": False,
        "check_url": "https://example.com/chung-nhan/7K4M/",
        "download_url": "https://example.com/chung-nhan/tai/",
        "days": 30,
    }
