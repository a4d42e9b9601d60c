"""The Celery application; what runs when is CELERY_BEAT_SCHEDULE in the settings.

Celery knows what goes round a task only by its own signals (they are not Django's): a
task carries the number of the request that asked for it, and is counted and timed.
"""

import os
import time

from celery import Celery, signals

from content import figures, logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_began: dict[str, float] = {}


@signals.before_task_publish.connect
def _hand_on_number(headers: dict, **kwargs) -> None:
    if number := logs.request_id.get():
        headers["request_number"] = number


@signals.task_prerun.connect
def _begin(task_id: str, task, **kwargs) -> None:
    _began[task_id] = time.perf_counter()
    logs.request_id.set(task.request.get("request_number") or task_id[:16])


@signals.task_postrun.connect
def _end(task_id: str, task, **kwargs) -> None:
    began = _began.pop(task_id, None)
    if began is not None:
        figures.observe("tasks", time.perf_counter() - began, task.name)
    logs.request_id.set("")


@signals.task_failure.connect
def _failed(sender, **kwargs) -> None:
    figures.count("task_failures", sender.name)
