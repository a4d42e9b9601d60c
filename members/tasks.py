"""What the clock starts."""

import logging

from celery import shared_task

from content import clock
from members import actions, devices, inviting, ledger, retention
from members.breaches import notices
from members.listing import runs
from members.models import Unit
from members.mydata import actions as data
from members.units.actions import carry_out_due

logger = logging.getLogger(__name__)


@shared_task
def audit_units() -> int:
    """Count the units that no root leads to; each is a bug, said loudly."""
    lost = list(Unit.objects.unreachable().values_list("pk", flat=True))
    if lost:
        logger.error("units that no root leads to: %s", lost)
    return len(lost)


@shared_task
def carry_out_unit_changes() -> int:
    """Mergers, splits, new names and ends whose day has come."""
    return carry_out_due(now=clock.now())


@shared_task
def remove_unproved_accounts() -> int:
    return actions.remove_unproved_accounts(now=clock.now())


@shared_task
def forget_ended_sessions() -> int:
    return devices.forget_ended(now=clock.now())


@shared_task
def settle_ledger() -> int:
    """Write what a process that died after an erasure did not write any more."""
    return ledger.settle()


@shared_task
def settle_roles() -> int:
    """Nightly: roles that have run out open no admin; old invitations are forgotten."""
    now = clock.now()
    inviting.forget(now=now)
    return actions.settle_staff(now=now)


@shared_task
def purge() -> int:
    """Nightly: what was kept long enough goes; the admin shows what went."""
    return retention.purge(now=clock.now())


@shared_task
def make_data_copy(request_id: int) -> str:
    """Right after somebody asked for a copy of their data."""
    return data.make_copy(request_id=request_id, now=clock.now()).state


@shared_task
def tend_data_requests() -> int:
    """Each ten minutes: copies that a lost worker left, deletions that are due."""
    now = clock.now()
    return data.make_waiting(now=now) + data.erase_due(now=now)


@shared_task
def carry_member_list_on(run_id: int) -> str:
    """Right after somebody sent a member list, or agreed to what it would do."""
    return runs.carry_on(pk=run_id, now=clock.now())


@shared_task
def wake_lost_member_lists() -> int:
    """Each minute: lists that no worker took, or that one left behind."""
    return runs.wake_lost(now=clock.now())


@shared_task
def write_breach_letters(notice_id: int) -> str:
    """Right after somebody sent a notice of a breach, and until all are written."""
    return notices.carry_on(pk=notice_id, now=clock.now())


@shared_task
def wake_lost_notices() -> int:
    """Each minute: notices that no worker took, or that one left behind."""
    return notices.wake_lost(now=clock.now())


@shared_task
def drop_old_member_lists() -> int:
    """Nightly."""
    return runs.drop_old(now=clock.now())
