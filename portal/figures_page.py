"""Figures in Prometheus's format, for those who may see them."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from kombu import Connection
from kombu.exceptions import OperationalError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from redis.exceptions import RedisError

from content import figures, networks
from content.pagecache.valkey import Away
from mail.models import Letter
from portal import backups
from portal.health import PATIENCE

logger = logging.getLogger(__name__)

CLOCK_TOLERANCE = 30
"""Seconds; codes of authenticator apps bear no more."""


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """404 to everybody else: there is nothing to find here."""
    if not _may_see(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(request.now))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_see(request: HttpRequest) -> bool:
    """By the token, or from a network that needs none."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.FIGURES_TOKEN
    if token and kind.lower() == "bearer":
        return secrets.compare_digest(given.strip().encode(), token.encode())
    return networks.is_within(request, settings.FIGURES_NETWORKS)


class _Figures:
    """Everything that is told; a service that is away takes only its own part away."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(
            "portal_source_up", "Whether a source of figures answered.", labels=["name"]
        )
        sources = {
            "counts": lambda: list(figures.families()),
            "database": lambda: [*_letters(self.now), _clock()],
            "broker": lambda: [_waiting_tasks()],
        }
        yield from _backups(self.now)
        for name, ask in sources.items():
            try:
                yield from ask()
            except (Away, DatabaseError, RedisError, OperationalError, OSError):
                up.add_metric([name], 0)
            else:
                up.add_metric([name], 1)
        yield up


def _letters(now: dt.datetime) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "portal_letters", "Letters that wait or failed, by state.", labels=["state"]
    )
    for state, count in _counted().items():
        states.add_metric([state], count)
    yield states
    ages = GaugeMetricFamily(
        "portal_letters_oldest_seconds",
        "How long the oldest letter that is due has been waiting.",
        labels=["queue"],
    )
    due = Letter.objects.pending(now).order_by().values_list("secret")
    oldest = dict(due.annotate(Min("not_before")))
    for secret, queue in ((False, "letters"), (True, "secret")):
        since = oldest.get(secret, now)
        ages.add_metric([queue], (now - since).total_seconds())
    yield ages


def _counted() -> dict[str, int]:
    """Of the states that have a partial index each. Those that are over and well are
    millions, and nobody counts them: `portal_letters_settled` tells how they grow."""
    waiting = Letter.objects.filter(state__in=Letter.PENDING).order_by()
    by_state = dict(waiting.values_list("state").annotate(Count("pk")))
    return {state.value: by_state.get(state, 0) for state in Letter.PENDING} | {
        Letter.State.SENDING.value: Letter.objects.in_flight().count(),
        Letter.State.FAILED.value: Letter.objects.failed().count(),
    }


def _clock() -> Metric:
    """Seconds by which this machine is ahead of the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        difference = (timezone.now() - cursor.fetchone()[0]).total_seconds()
    if abs(difference) > CLOCK_TOLERANCE:
        logger.warning(
            "the clock of this machine is %.0f s off the database's", difference
        )
    ahead = GaugeMetricFamily(
        "portal_clock_ahead_seconds", "This machine's clock before the database's."
    )
    ahead.add_metric([], difference)
    return ahead


def _backups(now: dt.datetime) -> Iterator[Metric]:
    """Nothing on a machine that keeps none."""
    if made := backups.newest(settings.BACKUP_FOLDER):
        age = GaugeMetricFamily(
            "portal_backup_age_seconds", "How old the newest backup is."
        )
        age.add_metric([], (now - made).total_seconds())
        yield age


def _waiting_tasks() -> Metric:
    waiting = GaugeMetricFamily(
        "portal_tasks_waiting", "Tasks in the broker, by queue.", labels=["queue"]
    )
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"socket_timeout": PATIENCE}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:
        broker.ensure_connection(max_retries=0)
        client = broker.default_channel.client
        for queue in settings.QUEUES:
            waiting.add_metric([queue], client.llen(queue))
    return waiting
