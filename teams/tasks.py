"""What beat starts."""

from celery import shared_task

from content import clock
from teams.help import actions as help_actions
from teams.roster import parked


@shared_task
def drop_abandoned_lists() -> int:
    """Nightly: lists that were sent and neither carried out nor given up."""
    return parked.drop_abandoned(now=clock.now())


@shared_task
def pass_on_silent() -> int:
    """Each ten minutes: requests for help that a team has been silent about."""
    return help_actions.pass_on_silent(now=clock.now())


@shared_task
def purge_help_requests() -> int:
    """Nightly: requests for help of more than 90 days ago."""
    return help_actions.purge(now=clock.now())
