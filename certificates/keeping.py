"""How long files of certificates are kept; the register itself is for good."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from certificates import batches
from members import retention
from members.retention import Rule


def register() -> None:
    retention.registry.register(
        "certificates.files",
        Rule(
            what=_("Files of many certificates, to print"),
            keeps=_("30 days"),
            why=_("They can be made again"),
            purge=lambda now: batches.drop_old_files(now=now),
        ),
    )
