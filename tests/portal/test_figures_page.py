"""/metrics: everything for those who watch, nothing for anybody else."""

import datetime as dt
import os

import pytest
import time_machine

from content import figures
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
    assert found['portal_letters{state="sent"}'] == 0
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
    with django_assert_num_queries(3):
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
