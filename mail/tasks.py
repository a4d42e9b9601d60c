"""The worker's side: each task loads nothing and calls one function."""

from __future__ import annotations

from celery import shared_task

from content.clock import now
from mail import channels, delivery, reminders, wake
from mail.bounces import intake

SECONDS = 4
"""How long one task goes on taking letters; short, so that a worker stops quickly."""
LINGER = 2 * wake.PAUSE
"""How long it looks for more: longer than writers keep silent after a message."""


@shared_task
def deliver() -> None:
    """Send the letters that are due."""
    _deliver(secret=False)


@shared_task
def deliver_secret() -> None:
    """Send codes and personal links, on a queue of their own."""
    _deliver(secret=True)


@shared_task
def queue_reminders() -> None:
    """Write the reminders that are due."""
    reminders.queue_due(now())


@shared_task
def recover() -> None:
    """Take back what a killed worker left in flight."""
    if delivery.recover(now=now()):
        wake.send_now(secret=False)
        wake.send_now(secret=True)


@shared_task
def collect_returned() -> None:
    """Look for letters that came back."""
    intake.collect(now=now())


def _deliver(*, secret: bool) -> None:
    sent = delivery.deliver(now=now(), secret=secret, seconds=SECONDS, linger=LINGER)
    for channel in channels.names()[1:]:
        sent += delivery.deliver(
            now=now(), secret=secret, seconds=SECONDS, channel=channel
        )
    if sent:
        wake.send_now(secret=secret)
