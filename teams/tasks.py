"""What beat starts."""

from celery import shared_task

from content import clock
from teams.roster import parked


@shared_task
def drop_abandoned_lists() -> int:
    """Nightly: lists that were sent and neither carried out nor given up."""
    return parked.drop_abandoned(now=clock.now())
