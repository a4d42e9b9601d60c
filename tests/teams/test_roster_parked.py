"""The list between its preview and its confirmation."""

import datetime as dt
import os

import pytest
import time_machine

from content.files import private_storage
from teams.roster import parked
from teams.tasks import drop_abandoned_lists
from tests.factories.members import UserFactory
from tests.factories.teams import sheet_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def user():
    return UserFactory()


def kept(tmp_path) -> list:
    return list((tmp_path / parked.FOLDER).iterdir())


def test_it_is_found_again_by_whoever_sent_it_and_nobody_else(user, tmp_path):
    token = parked.park(sheet_file(), user=user)
    with parked.fetch(token, user=user) as file:
        assert file.read(2) == b"PK"
    with pytest.raises(parked.NotParked):
        parked.fetch(token, user=UserFactory())
    (path,) = kept(tmp_path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="address"):
        private_storage().url(f"rosters/{path.name}")


def test_it_is_gone_once_dropped(user, tmp_path):
    token = parked.park(sheet_file(), user=user)
    for _twice in range(2):
        parked.drop(token, user=user)
        assert kept(tmp_path) == []
    with pytest.raises(parked.NotParked):
        parked.fetch(token, user=user)


def test_nobody_else_can_drop_it(user, tmp_path):
    token = parked.park(sheet_file(), user=user)
    parked.drop(token, user=UserFactory())
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "a:b:c"])
def test_a_made_up_token_finds_nothing(user, token):
    with pytest.raises(parked.NotParked):
        parked.fetch(token, user=user)


def test_a_token_is_good_for_a_day(user):
    with time_machine.travel("2026-11-23 02:00Z", tick=False):
        token = parked.park(sheet_file(), user=user)
    with time_machine.travel("2026-11-24 01:59Z", tick=False):
        parked.fetch(token, user=user).close()
    with (
        time_machine.travel("2026-11-24 02:01Z", tick=False),
        pytest.raises(parked.NotParked),
    ):
        parked.fetch(token, user=user)


def test_what_nobody_comes_back_for_is_removed(user, tmp_path):
    assert drop_abandoned_lists() == 0
    parked.park(sheet_file(), user=user)
    (old,) = kept(tmp_path)
    token = parked.park(sheet_file(), user=user)
    yesterday = dt.datetime.now(dt.UTC) - parked.KEPT - dt.timedelta(minutes=1)
    os.utime(old, (yesterday.timestamp(),) * 2)
    assert drop_abandoned_lists() == 1
    parked.fetch(token, user=user).close()
    assert len(kept(tmp_path)) == 1
