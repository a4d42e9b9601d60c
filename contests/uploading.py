"""Uploads in pieces that become files of an entry (content.uploads)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files import File
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from content import uploads
from content.files import FileRefused, Reason, size_text
from content.files.kinds import kind_of_suffix
from content.uploads import actions
from content.uploads.models import Upload
from content.uploads.protocol import metadata
from contests import filing, locks, rules, versions
from contests.models import Entry
from contests.rules import EntryRefusal
from members.models import User

PURPOSE = "contests.entry_file"


@dataclass(frozen=True)
class Unfinished:
    """What the page tells of an upload under way, or of one that was not taken."""

    key: str
    name: str
    percent: int
    sent: str
    size: str
    sentence: str
    fingerprint: str
    replaces: str
    instead_of: str
    """The name of the file that it is to replace."""


def about(entry: Entry, file_id: int | None = None) -> str:
    return f"{entry.pk}:{file_id or ''}"


def of(entry: Entry) -> QuerySet[Upload]:
    """The owner's uploads for this entry that are not files of it yet."""
    ours = Upload.objects.of(entry.owner_id).filter(
        purpose=PURPOSE, about__startswith=f"{entry.pk}:"
    )
    return ours.exclude(outcome=Upload.Outcome.TAKEN)


def why_not_begin(
    entry: Entry, *, replaces: int | None, now: dt.datetime
) -> EntryRefusal | None:
    """Those under way hold a place: nobody sends 100 MB to hear that it was full."""
    if refusal := rules.why_not_save(entry, now=now):
        return refusal
    if versions.kept_bytes(entry) >= entry.contest.max_kept_bytes:
        return EntryRefusal.KEPT_FULL
    if replaces:
        return None
    under_way = of(entry).open().filter(about=about(entry)).count()
    if entry.files.count() + under_way >= entry.contest.max_files:
        return EntryRefusal.FILES_FULL
    return None


def why_not_kind(entry: Entry, told: str) -> str:
    """Why a file of that name will not be taken, before its first byte; "" if it may.

    `told` is the client's Upload-Metadata. The name is only a hint: what the file holds
    is looked at when it is there.
    """
    name = metadata(told).get("filename", "")
    kind = kind_of_suffix(PurePath(name).suffix.lower())
    if kind is None or kind in entry.contest.allowed_kinds:
        return ""
    refused = FileRefused(Reason.TYPE, allowed=entry.contest.kinds_in_words)
    return f"{name}: {refused.sentence}"


def on_page(entry: Entry, *, now: dt.datetime) -> list[Unfinished]:
    """What is unfinished and can still go on, and what was refused."""
    names = {str(file.pk): file.name for file in entry.files.all()}
    shown = []
    for upload in of(entry):
        if not upload.outcome and _why_not(entry, upload, now=now):
            continue
        told = metadata(upload.metadata)
        replaces = upload.about.partition(":")[2]
        shown.append(
            Unfinished(
                key=upload.key,
                name=upload.name,
                percent=upload.percent,
                sent=size_text(upload.offset),
                size=size_text(upload.length),
                sentence=upload.sentence,
                fingerprint=told.get("fingerprint", ""),
                replaces=replaces,
                instead_of=names.get(replaces, ""),
            )
        )
    return shown


def forget(entry: Entry) -> None:
    """The person is erased: what was on its way goes too. Raises uploads' Busy."""
    for key in of(entry).values_list("key", flat=True):
        actions.drop(key=key)


class EntryUploads:
    """The purpose as content.uploads asks it."""

    def why_not_go_on(self, upload: Upload, *, now: dt.datetime) -> str:
        entry = _entry(upload)
        if entry is None:
            return _gone()
        refusal = _why_not(entry, upload, now=now)
        return refusal.sentence(entry.contest) if refusal else ""

    def receive(self, upload: Upload, file: File, *, now: dt.datetime) -> None:
        entry = _entry(upload)
        if entry is None:
            raise uploads.Refused(_gone())
        common = {
            "entry_id": entry.pk,
            "upload": file,
            "by": User.objects.filter(pk=upload.owner).first(),
            "begun_at": upload.begun_at,
            "now": now,
        }
        replaces = upload.about.partition(":")[2]
        try:
            if replaces:
                filing.replace_file(file_id=int(replaces), **common)
            else:
                filing.add_file(**common)
        except locks.Busy as busy:
            raise actions.Busy from busy
        except FileRefused as refused:
            raise uploads.Refused(refused.sentence) from refused
        except locks.Refused as refused:
            sentence = refused.refusal.sentence(entry.contest)
            raise uploads.Refused(sentence) from refused


def _why_not(entry: Entry, upload: Upload, *, now: dt.datetime) -> EntryRefusal | None:
    return rules.why_not_take_file(entry, begun_at=upload.begun_at or now, now=now)


def _entry(upload: Upload) -> Entry | None:
    """As long as it still belongs to whoever began the upload."""
    key = int(upload.about.partition(":")[0])
    entries = Entry.objects.select_related("contest").filter(owner=upload.owner)
    return entries.filter(pk=key).first()


def _gone() -> str:
    return _("This entry is not there any more.")


def register() -> None:
    uploads.purposes.register(PURPOSE, EntryUploads())
