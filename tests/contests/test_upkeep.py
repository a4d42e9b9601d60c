"""Files that were held, and bytes without a row."""

import datetime as dt
import os

import pytest

from content.files import FileState
from contests import upkeep
from contests.models import EntryFile
from tests.factories.contests import DAY, EntryFileFactory

pytestmark = pytest.mark.django_db
Held = EntryFile.State.SCANNING


def test_what_was_held_is_asked_about_again(now, monkeypatch):
    rows = [EntryFileFactory(state=Held) for _ in range(2)]
    EntryFileFactory()
    answers = iter([FileState.CLEAN, FileState.QUARANTINED])
    monkeypatch.setattr(upkeep, "scan", lambda file: next(answers))
    assert upkeep.check_held_files(now=now) == 2
    states = [EntryFile.objects.get(pk=row.pk).state for row in rows]
    assert states == [EntryFile.State.CLEAN, EntryFile.State.QUARANTINED]


def test_a_scanner_that_is_still_away_is_asked_once(now, settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody-listens")
    for _ in range(3):
        EntryFileFactory(state=Held)
    assert upkeep.check_held_files(now=now) == 0
    assert EntryFile.objects.filter(state=Held).count() == 3


def test_a_file_that_is_gone_does_not_stop_the_others(now):
    gone, there = EntryFileFactory(state=Held), EntryFileFactory(state=Held)
    os.unlink(gone.file.path)
    assert upkeep.check_held_files(now=now) == 1
    there.refresh_from_db()
    assert there.state == EntryFile.State.UNSCANNED


def test_old_bytes_without_a_row_go_and_the_others_stay(now, stored):
    kept = EntryFileFactory()
    orphan, fresh = EntryFileFactory(), EntryFileFactory()
    for row in (orphan, fresh):
        EntryFile.objects.filter(pk=row.pk).delete()
    old = (now - 2 * DAY).timestamp()
    for row in (kept, orphan):
        os.utime(row.file.path, (old, old))
    young = (now - dt.timedelta(hours=1)).timestamp()
    os.utime(fresh.file.path, (young, young))
    assert upkeep.drop_orphan_files(now=now) == 1
    assert [str(path) for path in stored()] == sorted([kept.file.path, fresh.file.path])


def test_without_any_file_there_is_nothing_to_do(now):
    assert upkeep.drop_orphan_files(now=now) == 0
