"""Whether this process lives (healthz), and whether it can do its work (readyz)."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from mail.models import Letter

logger = logging.getLogger(__name__)

# A letter that waits longer than this says that no worker delivers.
LATEST_LETTER = dt.timedelta(minutes=15)

PATIENCE = 2  # seconds, with a broker that takes a connection and says nothing


class NotReady(Exception):
    """Says what is wrong, in a word or two that may be shown to anybody."""


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing else, so nothing else can restart it."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every check passes, else 503; which one failed stands in the answer."""
    results = {
        name: _outcome(name, check, request.now) for name, check in CHECKS.items()
    }
    ready = all(result == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": results},
        status=200 if ready else 503,
    )


def _outcome(name: str, check: Callable, now: dt.datetime) -> str:
    """ "ok" or what is wrong; the details go to the log, not to the public."""
    try:
        check(now)
    except NotReady as problem:
        return str(problem)
    except (DatabaseError, RedisError, OperationalError, OSError):
        logger.exception("readyz: %s does not answer", name)
        return "down"
    return "ok"


def _database(now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations(now: dt.datetime) -> None:
    """Reading every migration is slow; once all are applied they stay applied."""
    if _applied.get(connection.alias):
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("missing migrations")
    _applied[connection.alias] = True


_applied: dict[str, bool] = {}


def _cache(now: dt.datetime) -> None:
    token = uuid.uuid4().hex
    cache.set(f"readyz:{token}", token, timeout=10)
    if cache.get(f"readyz:{token}") != token:
        raise NotReady("forgets")


def _broker(now: dt.datetime) -> None:
    """One try, and short: who asks whether we are ready does not wait for long."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"socket_timeout": PATIENCE}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:
        broker.ensure_connection(max_retries=0)


def _letters(now: dt.datetime) -> None:
    oldest = Letter.objects.pending(now).order_by("not_before").first()
    if oldest and now - oldest.not_before > LATEST_LETTER:
        minutes = int((now - oldest.not_before).total_seconds() // 60)
        raise NotReady(f"a letter waits for {minutes} minutes")


CHECKS = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
    "broker": _broker,
    "letters": _letters,
}
