"""Looking into the mailbox for letters that came back."""

from __future__ import annotations

import imaplib
import logging
from collections import Counter
from datetime import datetime

from django.conf import settings

from mail.bounces.actions import Taken, take
from mail.bounces.mailboxes import messages
from mail.bounces.reading import read

logger = logging.getLogger(__name__)


def collect(*, now: datetime) -> Counter[str]:
    """Take every report in the mailbox; how many were taken, known, unknown, none.

    A mailbox that is away is logged and looked into at the next turn. What cannot be
    read is marked as read all the same, so that one message never stops the others.
    """
    counts: Counter[str] = Counter()
    if not settings.MAIL_BOUNCE_MAILBOX:
        return counts
    try:
        for raw in messages(settings.MAIL_BOUNCE_MAILBOX):
            counts.update(_taken(raw, now) or ["none"])
    except (OSError, imaplib.IMAP4.error) as error:
        # The address holds a password and is not logged.
        logger.warning("mailbox of returned letters: %s", type(error).__name__)
    if counts:
        logger.info("returned letters: %s", dict(counts))
    return counts


def _taken(raw: bytes, now: datetime) -> list[Taken]:
    try:
        found = read(raw)
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        logger.warning("a returned letter cannot be read", exc_info=True)
        return []
    return [take(bounce, now=now) for bounce in found]
