"""What beat starts."""

from celery import shared_task

from content import clock
from news import files, rumours, stories
from news.importing import looking


@shared_task
def purge_rumours() -> int:
    """Nightly: forget rumours that were reported 90 days ago. Returns how many."""
    return rumours.purge(now=clock.now())


@shared_task
def drop_left_behind() -> int:
    """Nightly: drafts of stories that nobody sent, files that nothing names."""
    now = clock.now()
    return stories.drop_left_behind(now=now) + files.drop_abandoned(now=now)


@shared_task
def look_again() -> int:
    """Each hour: imported articles that were mended leave the list of the editors."""
    return looking.look_again()
