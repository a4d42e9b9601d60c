"""`make run`: prepare everything in order, then run it together until Ctrl-C."""

import contextlib
import hashlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import Error, connection, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils.translation.reloader import translation_file_changed

from content import clock
from content.models import Picture
from content.pictures import actions as pictures
from portal import demo, embedded, messages, serve
from portal.embedded import EmbeddedError, leftovers, reach, together
from portal.embedded.places import Say

DEMO_LOADED = "the demo was loaded"
"""Comment on the table of migrations: it goes where the data goes, dumps included."""

DEBUG_ONLY = (
    "`up` is for trying the portal out and runs in debug only; in production start "
    "the processes that docs/operate.md names."
)


def up(*, say: Say) -> None:
    """Start what is missing, bring it up to date and become the running portal.

    Ends with one sentence and exit code 1 when something stands in the way: outside
    debug everything does, because this loads the demo and prints its passwords.
    """
    if not settings.DEBUG:
        sys.stderr.write(f"{DEBUG_ONLY}\n")
        sys.exit(1)
    # A shell script that starts us in the background has us ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    began, mark = time.time(), None
    # When `become` works nothing below it runs: the new program cleans up after itself.
    try:
        port = reach.port(os.environ.get("PORT") or "8000")
        mark = leftovers.take_over(settings.VAR, say=say)
        reach.free(port)
        if not os.environ.get("SITE_URL"):
            # The demo's letters are written here and hold links.
            settings.SITE_URL = _site(port)
        _engines(say)
        _messages(say)
        _migrate(say)
        _static(say)
        _demo(say)
        together.become(_plan(port, mark, began))
    except (EmbeddedError, CommandError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        connections.close_all()
        if mark:
            leftovers.give_back(settings.VAR, mark)
            embedded.stop(settings.VAR, say=say)


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


@contextlib.contextmanager
def _step(say: Say, name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    say(f"{name} ({time.monotonic() - began:.1f} s)")


def _needs(environ: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether an embedded PostgreSQL and an embedded Valkey are wanted."""
    return (
        not environ.get("DATABASE_URL"),
        not (environ.get("REDIS_URL") and environ.get("CACHE_URL")),
    )


def _engines(say: Say) -> None:
    database, broker = _needs(os.environ)
    if not database:
        reach.database(connection.get_connection_params())
    for variable in ("REDIS_URL", "CACHE_URL"):
        if os.environ.get(variable):
            reach.redis(variable, os.environ[variable])
    if database or broker:
        embedded.start(settings.VAR, say=say, database=database, broker=broker)


def _migrate(say: Say) -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        with _step(say, f"database brought up to date with {len(plan)} migrations"):
            try:
                call_command("migrate", interactive=False, verbosity=0)
            except (Error, InconsistentMigrationHistory) as error:
                raise EmbeddedError(
                    "The database does not fit this version of the code "
                    f"({' '.join(str(error).split())}): restore a backup that does, or "
                    "begin anew with make reset (the embedded database only)."
                ) from error


def _messages(say: Say) -> None:
    began = time.monotonic()
    if written := messages.compile_all():
        # Whatever asked for a text before has an empty catalogue in its memory, and the
        # demo would write its first letters and histories in English.
        translation_file_changed(None, messages.OURS.with_suffix(".mo"))
        say(f"{written} message catalogues compiled ({time.monotonic() - began:.1f} s)")


def _static(say: Say) -> None:
    stamp, now = settings.STATIC_ROOT / ".sources", _static_sources()
    if stamp.exists() and stamp.read_text(encoding="ascii") == now:
        return
    with _step(say, "static files collected"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now, encoding="ascii")


def _static_sources() -> str:
    """A hash that changes whenever a file that collectstatic would read changes."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _demo(say: Say) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('django_migrations'::regclass)")
        if cursor.fetchone()[0] == DEMO_LOADED:
            return
        with _step(say, "demo content loaded"), open(os.devnull, "w") as nowhere:
            call_command("demo", stdout=nowhere)
            # The worker starts later: the first visitor would get the large originals.
            for picture in Picture.objects.filter(state=Picture.State.PENDING):
                pictures.prepare(picture_id=picture.pk)
        with contextlib.suppress(Error):
            cursor.execute(f"COMMENT ON TABLE django_migrations IS '{DEMO_LOADED}'")


def _site(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _plan(port: int, mark: str, began: float) -> together.Plan:
    database, broker = _needs(os.environ)
    site = _site(port)
    environment = {
        leftovers.VARIABLE: mark,
        "SITE_URL": os.environ.get("SITE_URL") or site,
        "PYTHONUNBUFFERED": "1",
        # Ours is "command".
        "PORTAL_PROCESS": "worker",
    }
    commands = _commands(port)
    letters = [f"Letters go out through {settings.EMAIL_HOST}."]
    if not os.environ.get("EMAIL_URL"):
        smtp = reach.any_free_port()
        environment["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp}"
        commands["mailbox"] = _python("manage.py", "mailbox", "--port", str(smtp))
        letters = [f"Letters land on {site}/thu/ and in {settings.MAILBOX}."]
    words = [*_sign_ins(), *_card(site), *letters]
    return together.Plan(
        var=str(settings.VAR),
        mark=mark,
        commands=commands,
        environment=environment,
        port=port,
        words=["", f"The portal: {site}/", *words, "Ctrl-C stops it."],
        database=database,
        broker=broker,
        began=began,
    )


def _commands(port: int) -> dict[str, list[str]]:
    celery = _python("-m", "celery", "--quiet", "-A", "portal")
    schedule = settings.VAR / "run" / "beat"
    return {
        # Not `portal.serve` itself: reading Python and Celery once less starts sooner.
        "web": [
            *("env", "PORTAL_PROCESS=web"),
            *serve.command("web", port=port, workers=2, quiet=True),
        ],
        "worker": [
            *_python("-W", "ignore:You're running the worker with superuser"),
            *celery[1:],
            *("worker", "--queues", ",".join(settings.QUEUES), "--concurrency", "2"),
            *("--loglevel", "WARNING"),
        ],
        "beat": [
            *celery,
            *("beat", "--schedule", str(schedule), "--pidfile", ""),
            *("--loglevel", "WARNING"),
        ],
    }


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _card(site: str) -> list[str]:
    """Where the demo's youth without e-mail signs in; another code at each start."""
    code = demo.card_code(now=clock.now())
    if code is None:
        return []
    path = reverse("cards:enter", args=[code])
    return [f"Or with a card from the secretary, once: {site}{path}"]


def _sign_ins() -> list[str]:
    accounts = demo.accounts()
    widths = [max(len(row[column]) for row in accounts) for column in (0, 1)]
    rows = [
        f"  {role:<{widths[0]}}  {email:<{widths[1]}}  {password}"
        for role, email, password in accounts
    ]
    return ["Sign in as", *rows]
