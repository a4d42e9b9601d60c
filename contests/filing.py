"""Files of an entry: taken in, replaced, taken out, checked; nothing else writes them.

Locks as in `contests.locks`; looking into a file and scanning it happen before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from content import files
from content.files import FileState, private_storage
from contests import copying, emails, loading, rules, versions
from contests.falling_back import fall_out, settle
from contests.locks import entry_locked, refuse, touch
from contests.models import Entry, EntryFile, VersionFile
from contests.models.entry_file import entry_file_path
from contests.rules import EntryRefusal
from members.models import User

State = Entry.State


def add_file(
    *,
    entry_id: int,
    upload: UploadedFile,
    by: User | None,
    now: dt.datetime,
    begun_at: dt.datetime | None = None,
) -> EntryFile:
    """Take one file in: looked into, scanned, moved into the private storage.

    `begun_at` is the moment of its first byte, `now` that of its last one. The very
    same file once more changes nothing. Raises FileRefused and Refused.
    """
    return _keep(entry_id, upload, by=by, now=now, begun_at=begun_at or now)


def replace_file(
    *,
    entry_id: int,
    file_id: int,
    upload: UploadedFile,
    by: User | None,
    now: dt.datetime,
    begun_at: dt.datetime | None = None,
) -> EntryFile:
    """Put another file in the place of one, which stays with the versions it is in."""
    return _keep(
        entry_id, upload, by=by, now=now, begun_at=begun_at or now, file_id=file_id
    )


def remove_file(
    *, entry_id: int, file_id: int, by: User | None, now: dt.datetime
) -> None:
    """Take a file out; it stays with the versions it is in. Gone already: nothing."""
    with entry_locked(entry_id) as entry:
        refuse(rules.why_not_save(entry, now=now))
        delete_files(entry.files.filter(pk=file_id))
        touch(entry, now)
        settle(entry, by=by, now=now)


def file_checked(
    *, file_id: int, sha256: str, state: FileState, now: dt.datetime
) -> None:
    """Write down what the scanner said of a file that was held.

    `sha256` is of what it saw: a file replaced meanwhile is another one. A locked file
    takes a submitted entry back to a draft while it can be mended.
    """
    entry_id = EntryFile.objects.values_list("entry_id", flat=True).get(pk=file_id)
    with entry_locked(entry_id) as entry:
        row = entry.files.get(pk=file_id)
        if row.sha256 != sha256 or not files.may_move(row.state, state):
            return
        row.state = state
        row.save(update_fields=["state"])
        VersionFile.objects.filter(file=row.file.name).update(state=state)
        if row.is_readable:
            copying.wanted()
        locked = state == FileState.QUARANTINED
        if locked and entry.state == State.SUBMITTED and now < entry.contest.closes_at:
            fall_out(entry, emails.Why.FILE, now=now)


def earlier_checked(*, name: str, state: FileState) -> None:
    """The same of a file that only earlier versions have."""
    rows = VersionFile.objects.filter(file=name)
    for row in rows.select_for_update():
        if files.may_move(row.state, state):
            row.state = state
            row.save(update_fields=["state"])


def delete_files(rows: Iterable[EntryFile]) -> None:
    """Delete the rows now and the bytes when the transaction has committed."""
    for row in list(rows):
        row.delete()
        let_go(row.file.name, row.copy.name)


def delete_versions(entry: Entry) -> None:
    """All that was handed in before, words and bytes."""
    _delete_earlier(VersionFile.objects.of_entry(entry))
    entry.versions.all().delete()


def drop_earlier(entry: Entry) -> int:
    """Nobody needs the bytes of earlier versions any more; the number of files."""
    return _delete_earlier(VersionFile.objects.of_entry(entry).earlier())


def _delete_earlier(rows: QuerySet[VersionFile]) -> int:
    names = set(rows.order_by().values_list("file", flat=True))
    rows.delete()
    let_go(*names)
    return len(names)


def let_go(*names: str) -> None:
    """Delete bytes once this is committed, but for those that a row still names.

    Inside the entry's lock, which whoever makes another row of these bytes holds too.
    """
    for name in filter(None, names):
        if VersionFile.objects.filter(file=name).exists():
            continue
        if EntryFile.objects.filter(file=name).exists():
            continue
        transaction.on_commit(
            lambda name=name: private_storage().delete(name), robust=True
        )


def _keep(
    entry_id: int,
    upload: UploadedFile,
    *,
    by: User | None,
    now: dt.datetime,
    begun_at: dt.datetime,
    file_id: int | None = None,
) -> EntryFile:
    entry = loading.with_contest(entry_id).first()
    if entry is None:
        raise Entry.DoesNotExist(f"no entry {entry_id}")
    refuse(rules.why_not_take_file(entry, begun_at=begun_at, now=now))
    # Outside the lock: a film of 100 MB takes its time.
    inspected = files.inspect(
        upload,
        name=upload.name,
        max_bytes=entry.contest.max_file_bytes,
        allowed=entry.contest.allowed_kinds,
    )
    state = files.scan(upload)
    storage = private_storage()
    # Outside as well: on a disk this is a rename, into a bucket it takes its time.
    stored = storage.save(entry_file_path(EntryFile(entry=entry), ""), upload)
    try:
        with entry_locked(entry_id) as entry:
            refuse(rules.why_not_take_file(entry, begun_at=begun_at, now=now))
            same = loading.files_alike(entry_id, inspected.sha256)
            if twin := next((file for file in same if file.pk != file_id), None):
                storage.delete(stored)  # no row has it
                return twin
            row = _row(entry, file_id, begun_at=begun_at, now=now)
            refuse(_why_not_keep(entry, inspected.size))
            old = row.file.name, row.copy.name
            row.file = stored
            row.name, row.media_type = inspected.clean_name, inspected.media_type
            row.size, row.sha256 = inspected.size, inspected.sha256
            row.state, row.uploaded_by = state, by
            row.begun_at, row.uploaded_at = begun_at, now
            copying.forget(row)
            row.save()
            let_go(*old)
            if row.is_readable:
                copying.wanted()
            touch(entry, now)
            settle(entry, by=by, now=now)
    except BaseException:
        storage.delete(stored)
        raise
    return row


def _row(
    entry: Entry, file_id: int | None, *, begun_at: dt.datetime, now: dt.datetime
) -> EntryFile:
    """The row to fill: the one to replace, or a new one if there is room."""
    if file_id and (row := entry.files.filter(pk=file_id).first()):
        return row
    refuse(rules.why_not_add_file(entry, begun_at=begun_at, now=now))
    return EntryFile(entry=entry)


def _why_not_keep(entry: Entry, size: int) -> EntryRefusal | None:
    """A bound on what one entry's versions hold; those of most entries hold nothing."""
    kept = versions.kept_bytes(entry)
    over = kept and kept + size > entry.contest.max_kept_bytes
    return EntryRefusal.KEPT_FULL if over else None
