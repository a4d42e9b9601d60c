"""A task in a worker of its own: numbered by the request, counted, timed."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.cache import cache

from content import figures, logs
from portal.celery import app

CODE = """
import logging, sys
from celery import shared_task
from portal.celery import app
@shared_task(name="tests.fine")
def fine(): logging.getLogger("tests").info("it runs")
@shared_task(name="tests.broken")
def broken(): raise ValueError("of dao@example.com")
app.worker_main(["worker", "--pool=solo", "--queues=tests", "--loglevel=info",
                 "--without-gossip", "--without-mingle", "--without-heartbeat"])
"""


def told() -> dict[tuple, float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in figures.families()
        for sample in family.samples
    }


@pytest.mark.slow
@pytest.mark.fault
def test_a_task_carries_the_number_of_its_request_and_is_counted():
    figures.flush()
    cache.clear()
    token = logs.request_id.set("request-of-this-test")
    try:
        for name in ("tests.fine", "tests.broken"):
            app.send_task(name, queue="tests", ignore_result=True)
    finally:
        logs.request_id.reset(token)
    worker = subprocess.Popen(
        [sys.executable, "-c", CODE],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    failed = ("portal_task_failures_total", "tests.broken")
    until = time.monotonic() + 60
    while failed not in told() and time.monotonic() < until:
        time.sleep(0.2)
    worker.terminate()
    said, _ = worker.communicate(timeout=30)
    found = told()
    assert found[failed] == 1, said
    assert found["portal_task_seconds_count", "tests.fine"] == 1
    line = next(line for line in said.splitlines() if "it runs" in line)
    assert line.endswith("[request-of-this-test]")
    assert "of [email]" in said
    assert "dao@" not in said
