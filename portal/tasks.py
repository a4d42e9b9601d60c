"""What the clock starts."""

from celery import shared_task

from content import clock
from portal import scanning


@shared_task(time_limit=3600)
def scan_content() -> int:
    """Nightly: look through all stored texts. Returns how many findings are new."""
    return len(scanning.scan(now=clock.now()))
