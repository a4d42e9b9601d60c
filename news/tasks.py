"""What beat starts."""

from celery import shared_task

from content import clock
from news import rumours, stories


@shared_task
def purge_rumours() -> int:
    """Nightly: forget rumours that were reported 90 days ago. Returns how many."""
    return rumours.purge(now=clock.now())


@shared_task
def drop_left_behind() -> int:
    """Nightly: drafts of stories that nobody sent, files that no row knows."""
    return stories.drop_left_behind(now=clock.now())
