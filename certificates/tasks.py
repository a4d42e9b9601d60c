"""What a batch leaves to the worker, and what the clock starts."""

from celery import shared_task

from certificates import batches
from content import clock


@shared_task
def work_on_batch(batch_id: int) -> None:
    """Right after somebody asked: issue the certificates and file them."""
    batches.work_on(batch_id=batch_id, now=clock.now())


@shared_task
def wake_stuck_batches() -> int:
    return batches.wake_stuck(now=clock.now())


@shared_task
def drop_old_files() -> int:
    return batches.drop_old_files(now=clock.now())
