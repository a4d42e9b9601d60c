"""What beat starts."""

from celery import shared_task

from training import audit


@shared_task
def audit_seats() -> int:
    """Nightly: do the counters say what the rows say? Returns the faults found."""
    return len(audit.seats())
