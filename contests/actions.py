"""What entrants do with their entries; nothing else writes their state.

Each verb is one transaction with the locks of `contests.locks`: the rule is asked
again inside, the rows are written, letters are queued. Done twice is done once.
What organisers and judges do is in `decisions`, `publishing` and `judging`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from content import files
from content.files import FileState, private_storage
from contests import emails, rules
from contests.locks import (
    Refused,
    entry_locked,
    guarded,
    move,
    refuse,
    share_contest,
    touch,
)
from contests.models import Author, Division, Entry, EntryFile
from contests.people import person_of
from contests.rules import EntryRefusal
from members import guardians
from members.models import Consent, Guardian, Person, User
from vietnam.dates import local_day

State = Entry.State
TEXTS = ("title", "summary", "division_id")


class Conflict(Exception):
    """The entry was saved elsewhere since; `entry` is what is stored now."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"version {entry.version} is stored")
        self.entry = entry


@dataclass(frozen=True)
class TypedAuthor:
    """One line of the form; `author` is the row it came from, None for a new line.

    `person` is set for the entrant who is an author too: name and date of birth
    then stand in their own profile.
    """

    full_name: str = ""
    birth_date: dt.date | None = None
    school: str = ""
    author: int | None = None
    person: Person | None = None


# --- The entrant ----------------------------------------------------------------


def begin(*, contest_id: int, user: User, now: dt.datetime) -> Entry:
    """Begin an entry; an untouched draft of the same account is given back instead.

    The entrant is put down as the first author; the next step asks. Raises Refused.
    """
    with guarded():
        contest = share_contest(contest_id)
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        untouched = Entry.objects.of(user).filter(
            contest=contest, state=State.DRAFT, title="", summary="", version=1
        )
        if draft := untouched.filter(files__isnull=True).first():
            return draft
        if refusal := rules.why_not_enter(contest, user, now=now):
            raise Refused(refusal)
        if user.person is None:
            raise Refused(EntryRefusal.LOCKED)
        entry = Entry.objects.create(
            contest=contest, owner=user, created_at=now, saved_at=now
        )
        Author.objects.create(
            entry=entry,
            person=user.person,
            school=user.person.unit.name if user.person.unit else "",
        )
    return entry


def save(
    *,
    entry_id: int,
    version: int,
    title: str,
    summary: str,
    division: Division | None,
    by: User | None,
    now: dt.datetime,
) -> Entry:
    """Keep title, summary and division.

    `version` is the one that the page showed. When another was saved since and the
    texts differ, raises Conflict and changes nothing: the page shows both. Raises
    Refused and Busy. A submitted entry stays so only if it is still complete.
    """
    division_id = division.pk if division else None
    typed = {"title": title, "summary": summary, "division_id": division_id}
    with entry_locked(entry_id) as entry:
        refuse(rules.why_not_save(entry, now=now))
        if division and division.contest_id != entry.contest_id:
            raise ValueError("a division of another contest")
        if all(getattr(entry, name) == typed[name] for name in TEXTS):
            return entry
        if entry.version != version:
            raise Conflict(entry)
        entry.title, entry.summary, entry.division = title, summary, division
        entry.version += 1
        touch(entry, now, "title", "folded_title", "summary", "division", "version")
        _settle(entry, now=now)
    return entry


def set_authors(
    *,
    entry_id: int,
    version: int,
    authors: Sequence[TypedAuthor],
    by: User,
    now: dt.datetime,
) -> Entry:
    """Put down who made the work, in this order. Raises as `save` does.

    Lines name their rows by id: who is not named is taken out. A name or date of
    birth is corrected in place only for people whom this entry brought in; a child
    about whom a guardian was asked gets a new record, because the answer was about
    the old name.
    """
    with entry_locked(entry_id) as entry:
        refuse(rules.why_not_save(entry, now=now))
        if entry.version != version:
            raise Conflict(entry)
        rows = {author.pk: author for author in entry.authors.select_related("person")}
        kept: list[Author] = []
        for order, typed in enumerate(authors):
            row = rows.get(typed.author) or Author(entry=entry)
            person = typed.person or person_of(
                row if row.pk else None,
                full_name=typed.full_name,
                birth_date=typed.birth_date,
                owner=entry.owner,
            )
            if any(other.person_id == person.pk for other in kept):
                continue
            row.person, row.school, row.order = person, typed.school, order
            kept.append(row)
        dropped = [row for row in rows.values() if row not in kept]
        Author.objects.filter(pk__in=[row.pk for row in dropped]).delete()
        for row in kept:
            row.save()
        entry.version += 1
        touch(entry, now, "version")
        _settle(entry, now=now)
    return entry


def ask_guardian(
    *,
    entry_id: int,
    author_id: int,
    guardian_name: str,
    relation: str,
    email: str,
    by: User,
    now: dt.datetime,
) -> Guardian:
    """Write to the parent of a child author; see `members.guardians.ask`.

    Raises Refused, and guardians.Refused with a reason of its own.
    """
    entry = Entry.objects.select_related("contest").get(pk=entry_id)
    refuse(rules.why_not_save(entry, now=now))
    author = entry.authors.select_related("person").get(pk=author_id)
    return guardians.ask(
        child=author.person,
        guardian_name=guardian_name,
        relation=relation,
        email=email,
        purpose=Consent.Purpose.CONTEST,
        about=rules.consent_about(entry.contest_id),
        matter=entry.contest.title,
        asked_by=by,
        now=now,
    )


def add_file(
    *, entry_id: int, upload: UploadedFile, by: User | None, now: dt.datetime
) -> EntryFile:
    """Take one file in: looked into, scanned, then moved into the private storage.

    The very same file once more changes nothing. Raises FileRefused and Refused.
    """
    return _keep(entry_id, upload, by=by, now=now)


def replace_file(
    *,
    entry_id: int,
    file_id: int,
    upload: UploadedFile,
    by: User | None,
    now: dt.datetime,
) -> EntryFile:
    """Put a new version in the place of a file; the old one is deleted for good."""
    return _keep(entry_id, upload, by=by, now=now, file_id=file_id)


def remove_file(
    *, entry_id: int, file_id: int, by: User | None, now: dt.datetime
) -> None:
    """Take a file out and delete it. Gone already: nothing happens."""
    with entry_locked(entry_id) as entry:
        refuse(rules.why_not_save(entry, now=now))
        delete_files(entry.files.filter(pk=file_id))
        touch(entry, now)
        _settle(entry, now=now)


def submit(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Hand the entry in: the receipt letter goes out in the same transaction.

    Pressed twice it is one submission and one letter. Raises Refused and Busy.
    """
    with entry_locked(entry_id, with_children=True) as entry:
        if entry.state in Entry.IN_CONTEST:
            return entry
        refuse(rules.why_not_submit(entry, now=now))
        move(entry, State.SUBMITTED, submitted_at=now)
        emails.receipt(entry, now=now)
    return entry


def withdraw(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Take the entry back; judges lose it at once. Twice is once."""
    with entry_locked(entry_id) as entry:
        refusal = rules.why_not_withdraw(entry, now=now)
        if refusal is EntryRefusal.GONE:
            return entry
        refuse(refusal)
        was_draft = entry.state == State.DRAFT
        move(entry, State.WITHDRAWN)
        if not was_draft:
            emails.withdrawn(entry, now=now)
    return entry


def reopen(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Make a withdrawn entry a draft again, until the deadline."""
    with entry_locked(entry_id) as entry:
        if entry.state == State.DRAFT:
            return entry
        refuse(rules.why_not_reopen(entry, now=now))
        move(entry, State.DRAFT, submitted_at=None)
    return entry


# --- Consent and checks that come later -----------------------------------------


def consent_changed(consent: Consent, now: dt.datetime) -> None:
    """Told of each consent given or withdrawn: without it a child takes no part.

    Before the deadline the entry becomes a draft again, so that it can be mended;
    afterwards it is withdrawn. Called inside the consent's own transaction.
    """
    if consent.withdrawn_at is None or consent.purpose != Consent.Purpose.CONTEST:
        return
    authorships = Author.objects.filter(
        person=consent.person_id, entry__state__in=Entry.IN_CONTEST
    )
    for entry_id in authorships.values_list("entry_id", flat=True):
        with entry_locked(entry_id) as entry:
            about = {"", rules.consent_about(entry.contest_id)}
            on = local_day(now)
            if consent.about in about and rules.needs_guardian_answer(
                entry, consent.person, on=on
            ):
                _fall_out(entry, emails.Why.CONSENT, now=now)


def file_checked(*, file_id: int, state: FileState, now: dt.datetime) -> None:
    """Write down what the scanner said of a file that was held.

    A locked file takes a submitted entry back to a draft while it can be mended.
    """
    entry_id = EntryFile.objects.values_list("entry_id", flat=True).get(pk=file_id)
    with entry_locked(entry_id) as entry:
        row = entry.files.get(pk=file_id)
        if not files.may_move(row.state, state):
            return
        row.state = state
        row.save(update_fields=["state"])
        locked = state == FileState.QUARANTINED
        if locked and entry.state == State.SUBMITTED and now < entry.contest.closes_at:
            _fall_out(entry, emails.Why.FILE, now=now)


def _fall_out(entry: Entry, why: emails.Why, *, now: dt.datetime) -> None:
    if entry.state not in Entry.IN_CONTEST:
        return
    if entry.state == State.SUBMITTED and now < entry.contest.closes_at:
        move(entry, State.DRAFT, submitted_at=None)
    else:
        move(entry, State.WITHDRAWN)
    emails.fell_out(entry, why, now=now)


# --- Files on the disk ----------------------------------------------------------


def delete_files(rows: Iterable[EntryFile]) -> None:
    """Delete the rows now and the bytes when the transaction has committed."""
    for row in list(rows):
        _delete_from_disk(row.file.name)
        row.delete()


def _delete_from_disk(name: str) -> None:
    transaction.on_commit(lambda: private_storage().delete(name), robust=True)


def _keep(
    entry_id: int,
    upload: UploadedFile,
    *,
    by: User | None,
    now: dt.datetime,
    file_id: int | None = None,
) -> EntryFile:
    entry = Entry.objects.select_related("contest").get(pk=entry_id)
    refuse(rules.why_not_save(entry, now=now))
    # Outside the lock: a film of 100 MB takes its time.
    inspected = files.inspect(
        upload, name=upload.name, max_bytes=entry.contest.max_file_bytes
    )
    state = files.scan(upload)
    stored = ""
    try:
        with entry_locked(entry_id) as entry:
            refuse(rules.why_not_save(entry, now=now))
            same = entry.files.filter(sha256=inspected.sha256).exclude(pk=file_id)
            if twin := same.first():
                return twin
            row = _row(entry, file_id, now=now)
            old = row.file.name
            row.file.save(inspected.clean_name, upload, save=False)
            stored = row.file.name
            row.name, row.media_type = inspected.clean_name, inspected.media_type
            row.size, row.sha256 = inspected.size, inspected.sha256
            row.state, row.uploaded_by, row.uploaded_at = state, by, now
            row.save()
            if old:
                _delete_from_disk(old)
            touch(entry, now)
            _settle(entry, now=now)
    except BaseException:
        if stored:
            private_storage().delete(stored)
        raise
    return row


def _row(entry: Entry, file_id: int | None, *, now: dt.datetime) -> EntryFile:
    """The row to fill: the one to replace, or a new one if there is room."""
    if file_id and (row := entry.files.filter(pk=file_id).first()):
        return row
    refuse(rules.why_not_add_file(entry, now=now))
    return EntryFile(entry=entry)


# --- Complete or not -------------------------------------------------------------


def _settle(entry: Entry, *, now: dt.datetime) -> None:
    """A submitted entry that lacks something is a draft again; the page says so.

    A new file that the scanner still holds is no reason: nobody could mend it.
    """
    if entry.state != State.SUBMITTED:
        return
    fresh = Entry.objects.for_page().get(pk=entry.pk)
    lacks = {one.lack for one in rules.missing(fresh, now=now)}
    if lacks - {rules.Lack.FILE_CHECKING}:
        move(entry, State.DRAFT, submitted_at=None)
