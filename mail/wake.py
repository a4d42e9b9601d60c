"""Telling the worker that letters wait, without ever troubling the one who wrote them.

The outbox is the truth and beat looks into it every few seconds; this only makes the
first letter leave at once. A rush of sign-ups sends one message a second from each
process: a deliverer goes on looking for longer than that (`delivery.LINGER`), so the
letters in between are found without a message of their own.
"""

from __future__ import annotations

import logging
import threading
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
    """Send the message unless one was sent just now.

    On a thread of its own: a broker that is away makes its client wait and try again
    for seconds, and a person sits before the page.
    """
    began = time.monotonic()
    if began < _silent_until[secret]:
        return
    _silent_until[secret] = began + BROKER_REST

    def publish() -> None:
        if send_now(secret=secret):
            _silent_until[secret] = began + PAUSE

    threading.Thread(target=publish, name="wake", daemon=True).start()


def send_now(*, secret: bool) -> bool:
    """Send the message and wait for it; a silent broker is logged, nothing more."""
    try:
        current_app.send_task(TASKS[secret], retry=False, ignore_result=True)
    except Exception as error:  # whatever the client of the broker raises
        logger.warning("broker not reached, beat will find the letters: %s", error)
        return False
    return True
