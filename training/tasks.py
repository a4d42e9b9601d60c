"""What beat starts."""

from celery import shared_task

from content import clock
from training import actions, audit, files


@shared_task
def audit_seats() -> int:
    """Nightly: do the counters say what the rows say? Returns the faults found."""
    return len(audit.seats())


@shared_task
def check_held_files() -> int:
    """Each minute: ask the scanner again about what it could not look at."""
    return files.check_held(now=clock.now())


@shared_task
def drop_orphan_files() -> int:
    return files.drop_orphans(now=clock.now())


@shared_task
def tend_seats() -> int:
    """Each minute: offers that ran out, and places that became free by the clock."""
    return actions.tend_seats(now=clock.now())
