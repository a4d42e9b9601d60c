"""Telling the worker that letters wait, without ever troubling the one who wrote them.

The outbox is the truth and beat looks into it every few seconds; this only makes the
first letter leave at once. A rush of sign-ups sends one message a second from each
process: a deliverer goes on looking for longer than that (`delivery.LINGER`), so the
letters in between are found without a message of their own.
"""

from __future__ import annotations

import logging
import time

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds in which one process sends one message per queue."""
BROKER_REST = 15.0
"""Seconds for which a broker that did not answer is left alone."""
TASKS = {False: "mail.tasks.deliver", True: "mail.tasks.deliver_secret"}

_silent_until = {False: 0.0, True: 0.0}


def wake(*, secret: bool) -> None:
    """Wake the deliverer once the current transaction is committed."""
    transaction.on_commit(lambda: send(secret=secret), robust=True)


def send(*, secret: bool) -> None:
    """Send the message unless one was sent just now; a silent broker is logged."""
    if time.monotonic() >= _silent_until[secret]:
        send_again(secret=secret)


def send_again(*, secret: bool) -> None:
    """Send the message, however short ago the last one was."""
    _silent_until[secret] = time.monotonic() + PAUSE
    try:
        current_app.send_task(TASKS[secret], retry=False, ignore_result=True)
    except Exception as error:  # whatever the client of the broker raises
        _silent_until[secret] = time.monotonic() + BROKER_REST
        logger.warning("broker not reached, beat will find the letters: %s", error)
