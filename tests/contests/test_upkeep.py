"""Files that were held, and bytes without a row."""

import datetime as dt
import io
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from content.files import FileState
from contests import filing, upkeep
from contests.models import EntryFile
from tests.clamd import StandIn, real_clamd
from tests.factories import files as samples
from tests.factories.contests import DAY, EntryFactory, EntryFileFactory

pytestmark = pytest.mark.django_db
Held = EntryFile.State.SCANNING


def test_what_was_held_is_asked_about_again(now, monkeypatch):
    rows = [EntryFileFactory(state=Held) for _ in range(2)]
    EntryFileFactory()
    answers = iter([FileState.CLEAN, FileState.QUARANTINED])
    monkeypatch.setattr(upkeep, "scan", lambda file: next(answers))
    assert upkeep.check_held_files(now=now) == 2
    states = [EntryFile.objects.get(pk=row.pk).state for row in rows]
    # Held files are asked about in any order.
    assert set(states) == {EntryFile.State.CLEAN, EntryFile.State.QUARANTINED}


def test_a_scanner_that_is_still_away_is_asked_once(now, settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody-listens")
    for _ in range(3):
        EntryFileFactory(state=Held)
    assert upkeep.check_held_files(now=now) == 0
    assert EntryFile.objects.filter(state=Held).count() == 3


def test_a_file_the_scanner_stumbles_over_does_not_stop_the_others(
    now, settings, tmp_path
):
    settings.CLAMD_SOCKET = str(tmp_path / "clamd.sock")
    bad = EntryFileFactory(state=Held, file=ContentFile(b"odd", name="odd.pdf"))
    others = [EntryFileFactory(state=Held) for _ in range(3)]
    with StandIn.serving(settings.CLAMD_SOCKET) as scanner:
        scanner.answer, scanner.about = b"stream: Can't allocate memory ERROR\0", b"odd"
        assert upkeep.check_held_files(now=now) == 3
    states = {EntryFile.objects.get(pk=row.pk).state for row in others}
    assert states == {EntryFile.State.CLEAN}
    bad.refresh_from_db()
    assert bad.state == Held


@pytest.mark.slow
@pytest.mark.fault
def test_a_real_scanner_that_comes_back_settles_what_was_held(now, settings):
    """The whole way of rule 6: held while it is away, then clean or locked."""
    with real_clamd() as scanner:
        settings.CLAMD_SOCKET = scanner.socket
        scanner.stop()
        entry = EntryFactory()
        good, bad = (
            filing.add_file(
                entry_id=entry.pk,
                upload=SimpleUploadedFile("bai.pdf", content),
                by=None,
                now=now,
            )
            for content in (samples.pdf(), samples.pdf(500) + samples.EICAR + b"%%EOF")
        )
        assert {good.state, bad.state} == {Held}
        assert upkeep.check_held_files(now=now) == 0
        scanner.start()
        assert upkeep.check_held_files(now=now) == 2
        for row in (good, bad):
            row.refresh_from_db()
        assert good.state == EntryFile.State.CLEAN
        assert bad.state == EntryFile.State.QUARANTINED


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
    said = upkeep.drop_orphan_files(now=now, dry_run=True)
    assert orphan.file.name in said[0]
    assert len(stored()) == 3
    assert upkeep.drop_orphan_files(now=now) == said
    assert [str(path) for path in stored()] == sorted([kept.file.path, fresh.file.path])


def test_without_any_file_there_is_nothing_to_do(now):
    assert upkeep.drop_orphan_files(now=now) == []


def test_copies_without_a_row_go_too(now):
    row = EntryFileFactory()
    path = Path(row.copy.path)
    EntryFile.objects.filter(pk=row.pk).update(copy="")
    old = (now - 2 * DAY).timestamp()
    os.utime(path, (old, old))
    assert row.copy.name in upkeep.drop_orphan_files(now=now)[0]
    assert not path.exists()


def test_the_command_says_first_what_it_would_do(now, private_root):
    stray = private_root / "entries" / "7" / "stray"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    old = (now - 2 * DAY).timestamp()
    os.utime(stray, (old, old))
    said = io.StringIO()
    call_command("tidy_files", "--dry-run", stdout=said)
    assert "entries/7/stray: no entry knows it" in said.getvalue()
    assert "1 would go" in said.getvalue()
    assert stray.exists()
    call_command("tidy_files", stdout=said)
    assert not stray.exists()
