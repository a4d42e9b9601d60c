"""What the clock starts."""

from celery import shared_task

from content import clock
from content.files import storage


@shared_task
def drop_abandoned_uploads() -> int:
    return storage.drop_abandoned_uploads(now=clock.now())
