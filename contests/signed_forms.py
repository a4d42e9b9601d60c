"""A guardian's consent on paper: sent in as a photo or scan, read by an organiser.

The picture alone opens nothing (rule 9): it becomes a consent, whose method is the
signed form, when somebody who may has read it. Then the scan stays as the proof.
"""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from content import files
from content.files import FileState, private_storage
from content.files.kinds import MEGABYTE, PICTURES, Kind
from contests import emails, rules
from contests.locks import entry_locked, guarded, refuse
from contests.models import Author, SignedForm
from contests.models.signed_form import FOLDER
from contests.rules import EntryRefusal
from members import consent_texts, consents, guardians
from members.models import Consent, Guardian, User
from vietnam.dates import local_day
from vietnam.fold import fold

ALLOWED = frozenset({Kind.PDF}) | PICTURES
MAX_BYTES = 10 * MEGABYTE
ORPHAN_AFTER = dt.timedelta(days=1)

State = SignedForm.State


def latest(author: Author) -> SignedForm | None:
    """The last form of this child for this contest."""
    rows = author.person.signed_forms.filter(contest=author.entry.contest_id)
    return rows.order_by("uploaded_at", "pk").last()


def send_in(
    *,
    entry_id: int,
    author_id: int,
    upload: UploadedFile,
    guardian_name: str,
    relation: str,
    publish_name: bool,
    publish_picture: bool,
    by: User,
    now: dt.datetime,
) -> SignedForm:
    """Keep the picture of the form; one that still waits is replaced.

    Raises Refused, Busy and FileRefused.
    """
    inspected = files.inspect(
        upload, name=upload.name, max_bytes=MAX_BYTES, allowed=ALLOWED
    )
    scanned = files.scan(upload)
    stored = ""
    try:
        with entry_locked(entry_id, with_children=True) as entry:
            refuse(rules.why_not_save(entry, now=now))
            author = entry.authors.select_related("person").get(pk=author_id)
            if not rules.needs_guardian_answer(entry, author.person, on=local_day(now)):
                refuse(EntryRefusal.NOT_A_CHILD)
            waiting = SignedForm.objects.filter(
                contest=entry.contest, child=author.person, state=State.WAITING
            )
            drop(waiting)
            row = SignedForm(
                contest=entry.contest,
                child=author.person,
                guardian_name=guardian_name,
                relation=relation,
                publish_name=publish_name,
                publish_picture=publish_picture,
                name=inspected.clean_name,
                media_type=inspected.media_type,
                size=inspected.size,
                file_state=scanned,
                uploaded_at=now,
                uploaded_by=by,
            )
            row.file.save(inspected.clean_name, upload, save=False)
            stored = row.file.name
            row.save()
    except BaseException:
        if stored:
            private_storage().delete(stored)
        raise
    return row


def accept(*, form_id: int, by: User, now: dt.datetime) -> SignedForm:
    """The organiser has read it: consents to what the paper says. Twice is once."""
    with guarded():
        row = _locked(form_id)
        if row.state != State.WAITING:
            return row
        guardian = _guardian(row)
        for purpose in _purposes(row):
            consents.give(
                person=row.child,
                guardian=guardian,
                purpose=purpose,
                about=rules.consent_about(row.contest_id),
                text_version=consent_texts.stamp("contests.paper"),
                method=Consent.Method.SIGNED_FORM,
                recorded_by=by,
                now=now,
            )
        _decide(row, State.ACCEPTED, by=by, now=now)
    return row


def decline(*, form_id: int, reason: str, by: User, now: dt.datetime) -> SignedForm:
    """Unreadable, unsigned, somebody else's: whoever sent it reads why."""
    with guarded():
        row = _locked(form_id)
        if row.state != State.WAITING:
            return row
        row.reason = reason
        _decide(row, State.REFUSED, by=by, now=now)
    return row


def readable(row: SignedForm) -> bool:
    """Whether the picture may be opened; one that was held is asked about anew."""
    if row.file_state == FileState.SCANNING:
        with row.file.open("rb") as file:
            row.file_state = files.scan(file)
        row.save(update_fields=["file_state"])
    return row.is_readable


def drop(rows) -> None:
    """Delete the rows now and their pictures once that is certain."""
    for row in rows:
        name = row.file.name
        transaction.on_commit(
            lambda name=name: private_storage().delete(name), robust=True
        )
        row.delete()


def drop_orphans(*, now: dt.datetime) -> int:
    """Delete pictures that are old and belong to no row."""
    storage, dropped = private_storage(), 0
    known = set(SignedForm.objects.values_list("file", flat=True))
    for name, written in storage.listed(FOLDER):
        if name not in known and written < now - ORPHAN_AFTER:
            storage.delete(name)
            dropped += 1
    return dropped


def _locked(form_id: int) -> SignedForm:
    """The child first, as everything about its guardians does, then the row."""
    child = SignedForm.objects.values_list("child", flat=True).get(pk=form_id)
    guardians.lock_child(child)
    rows = SignedForm.objects.select_related("contest", "child", "uploaded_by__person")
    return rows.select_for_update(of=("self",)).get(pk=form_id)


def _decide(row: SignedForm, state: State, *, by: User, now: dt.datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by, now
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    emails.form_read(row, now=now)


def _purposes(row: SignedForm) -> list[Consent.Purpose]:
    ticked = {
        Consent.Purpose.CONTEST: True,
        Consent.Purpose.PUBLISH_NAME: row.publish_name,
        Consent.Purpose.PUBLISH_PICTURE: row.publish_picture,
    }
    return [purpose for purpose, yes in ticked.items() if yes]


def _guardian(row: SignedForm) -> Guardian:
    """Known by name already, perhaps from a letter; else put down from the paper."""
    for guardian in row.child.guardians.all():
        if fold(guardian.full_name) == fold(row.guardian_name):
            return guardian
    return Guardian.objects.create(
        child=row.child, full_name=row.guardian_name, relation=row.relation
    )
