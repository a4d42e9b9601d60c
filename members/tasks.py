"""What the clock starts."""

import logging

from celery import shared_task

from content import clock
from members import actions, inviting, ledger
from members.models import Unit
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
def settle_ledger() -> int:
    """Write what a process that died after an erasure did not write any more."""
    return ledger.settle()


@shared_task
def settle_roles() -> int:
    """Nightly: roles that have run out open no admin; old invitations are forgotten."""
    now = clock.now()
    inviting.forget(now=now)
    return actions.settle_staff(now=now)
