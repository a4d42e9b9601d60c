"""Up is not ready; and what is wrong is said without telling too much."""

import datetime as dt

import pytest
import time_machine
from django.db import OperationalError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from mail.models import Letter
from portal import health
from tests.factories.mail import LetterFactory

NOWHERE = "redis://127.0.0.1:1/0"


def letter(written, **fields) -> Letter:
    return LetterFactory(not_before=written, created_at=written, **fields)


@pytest.fixture(autouse=True)
def _forget_what_was_applied(monkeypatch):
    monkeypatch.setattr(health, "_applied", {})


def test_healthz_answers_without_a_database(client):
    """No `django_db` mark here: a query would raise."""
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def forget_last_migration(app: str) -> None:
    """As after a release whose newest migration has not run yet."""
    graph = MigrationLoader(connection).graph
    MigrationRecorder(connection).record_unapplied(*graph.leaf_nodes(app)[0])


@pytest.mark.django_db
class TestReadyz:
    def answer(self, client, status: int) -> dict:
        response = client.get("/readyz")
        assert response.status_code == status
        assert "no-store" in response["Cache-Control"]
        return response.json()["checks"]

    def test_all_is_well(self, client):
        assert set(self.answer(client, 200).values()) == {"ok"}

    def test_names_everything_it_asks(self, client):
        assert list(self.answer(client, 200)) == [
            "database",
            "migrations",
            "cache",
            "broker",
            "letters",
        ]

    def test_a_missing_migration_is_seen(self, client):
        forget_last_migration("news")
        assert self.answer(client, 503)["migrations"] == "missing migrations"

    def test_once_applied_the_migrations_are_not_read_again(self, client):
        self.answer(client, 200)
        forget_last_migration("news")
        assert self.answer(client, 200)["migrations"] == "ok"

    def test_a_dead_broker_is_seen(self, client, settings):
        settings.CELERY_BROKER_URL = NOWHERE
        checks = self.answer(client, 503)
        assert checks["broker"] == "down"
        assert checks["database"] == "ok"

    def test_a_dead_cache_is_seen(self, client, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": NOWHERE,
            }
        }
        assert self.answer(client, 503)["cache"] == "down"

    def test_the_answer_names_no_address(self, client, settings):
        settings.CELERY_BROKER_URL = NOWHERE
        assert b"127.0.0.1" not in client.get("/readyz").content

    @pytest.mark.parametrize(
        ("minutes", "state", "status"),
        [(15, "queued", 200), (16, "queued", 503), (40, "retry", 503)],
    )
    def test_a_letter_that_waits_too_long_is_seen(
        self, client, now, minutes, state, status
    ):
        letter(now - dt.timedelta(minutes=minutes), state=state)
        with time_machine.travel(now, tick=False):
            checks = self.answer(client, status)
        if status == 503:
            assert checks["letters"] == f"a letter waits for {minutes} minutes"

    def test_letters_that_are_done_or_not_due_do_not_count(self, client, now):
        long_ago = now - dt.timedelta(days=1)
        letter(long_ago, state="failed")
        letter(long_ago, state="sent", sent_at=long_ago)
        letter(now + dt.timedelta(days=1))
        with time_machine.travel(now, tick=False):
            assert self.answer(client, 200)["letters"] == "ok"


@pytest.mark.django_db
def test_readyz_says_so_when_the_database_is_gone(client, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise OperationalError("no answer from db.internal")

    monkeypatch.setattr(connections["default"], "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert checks["database"] == checks["migrations"] == checks["letters"] == "down"
    assert checks["broker"] == "ok"
    assert b"db.internal" not in response.content
    assert "db.internal" in caplog.text
