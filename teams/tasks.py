"""What beat starts."""

from celery import shared_task

from content import clock
from teams.help import actions as help_actions
from teams.roster import parked, runs


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


@shared_task
def bring_in_list(run_id: int) -> str:
    """Right after somebody agreed to a long list."""
    return runs.carry_on(pk=run_id, now=clock.now())


@shared_task
def wake_lost_lists() -> int:
    """Each minute: lists that no worker took, or that one left behind."""
    return runs.wake_lost(now=clock.now())


@shared_task
def drop_old_runs() -> int:
    """Nightly."""
    return runs.drop_old(now=clock.now())
