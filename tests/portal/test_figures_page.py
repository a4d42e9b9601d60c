"""/metrics: everything for those who watch, nothing for anybody else."""

import datetime as dt
import os

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import figures
from mail import actions
from mail.delivery import deliver
from tests.factories.mail import LetterFactory

ADDRESS = "/metrics"


@pytest.fixture(autouse=True)
def _closed(settings):
    settings.FIGURES_NETWORKS = ["127.0.0.0/8"]
    settings.FIGURES_TOKEN = "a-token-of-these-tests"
    figures.flush()


def told(response) -> dict[str, float]:
    assert response.status_code == 200
    lines = response.content.decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


@pytest.mark.django_db
class TestWhoSeesThem:
    @pytest.mark.parametrize(
        ("address", "authorization", "status"),
        [
            ("127.0.0.1", "", 200),
            ("203.0.113.9", "", 404),
            ("203.0.113.9", "Bearer a-token-of-these-tests", 200),
            ("203.0.113.9", "Bearer another", 404),
            ("203.0.113.9", "Bearer ", 404),
            ("203.0.113.9", "Bearer số", 404),
            ("203.0.113.9", "Basic a-token-of-these-tests", 404),
            ("127.0.0.1", "Bearer another", 404),
        ],
    )
    def test_by_network_or_token(self, client, address, authorization, status):
        response = client.get(
            ADDRESS, REMOTE_ADDR=address, headers={"authorization": authorization}
        )
        assert response.status_code == status

    def test_a_proxy_of_ours_is_not_everybody(self, client, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        outside = {"x-forwarded-for": "203.0.113.9"}
        assert client.get(ADDRESS, headers=outside).status_code == 404

    def test_without_a_token_none_opens(self, client, settings):
        settings.FIGURES_TOKEN = ""
        response = client.get(
            ADDRESS, REMOTE_ADDR="203.0.113.9", headers={"authorization": "Bearer "}
        )
        assert response.status_code == 404

    def test_they_are_kept_nowhere(self, client):
        assert "no-store" in client.get(ADDRESS)["Cache-Control"]


@pytest.mark.django_db
def test_letters_by_state_and_how_long_the_oldest_waits(client, now):
    LetterFactory(not_before=now - dt.timedelta(minutes=7), created_at=now)
    LetterFactory(not_before=now + dt.timedelta(days=1), created_at=now)
    LetterFactory(not_before=now, created_at=now, state="failed")
    with time_machine.travel(now, tick=False):
        found = told(client.get(ADDRESS))
    assert found['portal_letters{state="queued"}'] == 2
    assert found['portal_letters{state="failed"}'] == 1
    assert 'portal_letters{state="sent"}' not in found, "nobody counts millions"
    assert found['portal_letters_oldest_seconds{queue="letters"}'] == 420
    assert found['portal_letters_oldest_seconds{queue="secret"}'] == 0
    assert found['portal_tasks_waiting{queue="letters"}'] >= 0
    assert found['portal_source_up{name="database"}'] == 1


@pytest.mark.django_db
def test_a_broker_that_is_away_takes_only_its_own_figures_away(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    found = told(client.get(ADDRESS))
    assert found['portal_source_up{name="broker"}'] == 0
    assert found['portal_source_up{name="counts"}'] == 1
    assert 'portal_letters{state="queued"}' in found


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(client, now, django_assert_num_queries):
    for _ in range(3):
        LetterFactory(not_before=now, created_at=now)
    with django_assert_num_queries(5):
        client.get(ADDRESS)


@pytest.mark.django_db
def test_how_old_the_newest_backup_is(client, now, settings, tmp_path):
    settings.BACKUP_FOLDER = tmp_path / "none-yet"
    assert "portal_backup_age_seconds" not in told(client.get(ADDRESS))

    settings.BACKUP_FOLDER = tmp_path
    for name, hours in [
        ("portal-20261121-013000.tar", 27),
        ("portal-20261122-013000.tar.sealed", 3),
        ("portal-20261123-013000.tar.sealed.part", 0),
        ("notes.txt", 0),
    ]:
        written = (now - dt.timedelta(hours=hours)).timestamp()
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (written, written))
    with time_machine.travel(now, tick=False):
        found = told(client.get(ADDRESS))
    assert found["portal_backup_age_seconds"] == 3 * 3600


MANY = """
    INSERT INTO mail_letter SELECT (jsonb_populate_record(letter, jsonb_build_object(
        'id', letter.id + number, 'dedupe_key', NULL, 'sent_at', letter.created_at,
        'state', CASE WHEN number > 60 THEN 'sent' ELSE 'failed' END))).*
    FROM mail_letter AS letter, generate_series(1, 8000) AS number
    WHERE letter.id = %s
"""


@pytest.mark.django_db
def test_letters_that_were_sent_are_never_gone_through(client, now):
    """Among thousands here as among millions there: each count has an index."""
    letter = LetterFactory(not_before=now, created_at=now)
    with connection.cursor() as cursor:
        cursor.execute(MANY, [letter.pk])
        cursor.execute("ANALYZE mail_letter")
        with CaptureQueriesContext(connection) as asked:
            found = told(client.get(ADDRESS))
        plans = []
        for query in asked:
            if "mail_letter" in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
    assert found['portal_letters{state="failed"}'] == 60
    assert found['portal_letters{state="queued"}'] == 1
    assert len(plans) == 4
    for plan in plans:
        assert "Seq Scan" not in plan, plan


@pytest.mark.django_db
def test_letters_are_counted_as_they_are_settled(
    client, now, django_capture_on_commit_callbacks
):
    def settled() -> list[float]:
        figures.flush()
        found = told(client.get(ADDRESS))
        name = 'portal_letters_settled_total{state="%s"}'
        return [found.get(name % state, 0) for state in ("sent", "suppressed")]

    before = settled()
    LetterFactory.create_batch(2, not_before=now, created_at=now)
    deliver(now=now)
    waiting = LetterFactory(not_before=now, created_at=now)
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel(letter_id=waiting.pk)
    after = settled()
    assert [late - early for late, early in zip(after, before, strict=True)] == [2, 1]
