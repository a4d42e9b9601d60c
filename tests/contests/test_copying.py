"""The copies that judges read: when they are made, and what happens when not."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from content import session_locks
from content.files import FileState
from contests import copying, filing
from contests.models import EntryFile
from tests.factories import files as samples
from tests.factories.contests import EntryFactory, EntryFileFactory, an_organiser

pytestmark = pytest.mark.django_db
State = EntryFile.CopyState


def a_file(content=None, name="bai.pdf", **fields):
    """As it stands right after an upload: no copy yet."""
    content = samples.paper() if content is None else content
    fresh = {"copy": "", "copy_state": State.PENDING, "copy_media_type": ""}
    fresh |= {"file": ContentFile(content, name=name), "copy_size": 0}
    return EntryFileFactory(**fresh | fields)


@pytest.fixture
def copies(private_root):
    return lambda: [p for p in private_root.glob("copies/**/*") if p.is_file()]


def test_a_file_gets_its_copy_once(copies):
    row = a_file(samples.paper(2))
    assert copying.make_waiting() == 1
    assert copying.make_waiting() == 0
    row.refresh_from_db()
    assert (row.copy_state, row.copy_media_type) == (State.READY, "application/pdf")
    assert len(row.copy_pages) == 2
    [path] = copies()
    assert path.stat().st_size == row.copy_size
    assert path.stat().st_mode & 0o777 == 0o600
    assert row.copy.name.endswith(path.name)


@pytest.mark.parametrize("state", [FileState.SCANNING, FileState.QUARANTINED])
def test_what_nobody_may_open_is_not_even_read(state):
    a_file(state=state)
    assert copying.make_waiting() == 0


def test_a_locked_file_fails_at_once_and_the_others_go_on(copies, caplog):
    broken, good = a_file(samples.pdf()), a_file()
    assert copying.make_waiting() == 1
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.copy_state, good.copy_state) == (State.FAILED, State.READY)
    assert len(copies()) == 1


def test_what_fails_for_other_reasons_is_tried_three_times(monkeypatch, caplog):
    from content.copies import making

    row = a_file()
    monkeypatch.setattr(making, "SECONDS", 0.001)
    assert copying.make_waiting() == 0
    row.refresh_from_db()
    assert (row.copy_attempts, row.copy_state) == (copying.ATTEMPTS, State.FAILED)
    monkeypatch.undo()
    assert copying.try_again(EntryFile.objects.all()) == 1
    assert copying.make_waiting() == 1


def test_a_file_replaced_meanwhile_does_not_get_the_old_copy(monkeypatch, copies):
    row = a_file()
    real = copying.make

    def replaced_meanwhile(*args):
        EntryFile.objects.filter(pk=row.pk).update(sha256="e" * 64)
        monkeypatch.setattr(copying, "make", real)
        return real(*args)

    monkeypatch.setattr(copying, "make", replaced_meanwhile)
    copying.make_waiting()
    row.refresh_from_db()
    # The new file's own copy, and no other on the disk.
    assert row.copy_state == State.READY
    assert len(copies()) == 1


def test_replacing_and_taking_out_drop_the_copy(
    now, copies, django_capture_on_commit_callbacks
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    row = a_file()
    copying.make_waiting()
    with django_capture_on_commit_callbacks(execute=True):
        filing.replace_file(
            entry_id=row.entry_id,
            file_id=row.pk,
            upload=SimpleUploadedFile("anh.png", samples.picture()),
            by=None,
            now=now,
        )
    row.refresh_from_db()
    assert (row.copy.name, row.copy_state) == ("", State.PENDING)
    assert copies() == []
    copying.make_waiting()
    with django_capture_on_commit_callbacks(execute=True):
        filing.remove_file(entry_id=row.entry_id, file_id=row.pk, by=None, now=now)
    assert copies() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_make_copies_side_by_side():
    import threading

    from django.db import connection

    a_file()
    seen = []

    def second():
        seen.append(copying.make_waiting())
        connection.close()

    with session_locks.hold(*copying._LOCK) as alone:
        assert alone
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert seen == [0]
    assert copying.make_waiting() == 1


def test_an_entry_of_the_demo_has_nothing_to_wait_for(now):
    """`wanted` may be called with no worker about: beat finds the file."""
    entry = EntryFactory()
    assert entry.files.awaiting_copy().count() == 0
    row = a_file(entry=entry, uploaded_at=now - dt.timedelta(days=1))
    assert list(entry.files.awaiting_copy()) == [row]


def test_organisers_have_what_failed_made_again(client):
    row = a_file(copy_state=State.FAILED, copy_attempts=3)
    client.force_login(an_organiser(row.entry.contest))
    client.post(
        reverse("admin:contests_entry_changelist"),
        {"action": "copy_again", "_selected_action": [row.entry_id]},
    )
    row.refresh_from_db()
    assert (row.copy_state, row.copy_attempts) == (State.PENDING, 0)
