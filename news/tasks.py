"""What beat starts."""

from celery import shared_task

from content import clock
from news import rumours


@shared_task
def purge_rumours() -> int:
    """Nightly: forget rumours that were reported 90 days ago. Returns how many."""
    return rumours.purge(now=clock.now())
