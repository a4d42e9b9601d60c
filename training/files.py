"""Files of sessions: papers of the organisers, answers of people who sign up.

How they come in and are kept, who may have them, and what the scanner says later.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from content.files import (
    DEFAULT,
    FileState,
    Inspected,
    download,
    inspect,
    private_storage,
    scan,
    scanner_is_away,
)
from content.files.kinds import MEGABYTE, VIDEOS
from training.models import Answer, KeptFile, Material
from training.models.kept_file import FOLDER

log = logging.getLogger(__name__)

ALLOWED = DEFAULT - VIDEOS
MAX_ANSWER = 10 * MEGABYTE
MAX_MATERIAL = 50 * MEGABYTE
AT_ONCE = 50
ORPHAN_AFTER = dt.timedelta(days=1)
"""A file has its row within the same request; a day is far beyond that."""


@dataclass(frozen=True)
class Taken:
    """An upload that was looked at and may be kept."""

    upload: UploadedFile
    found: Inspected
    state: FileState


def take(upload: UploadedFile, *, max_bytes: int) -> Taken:
    """Look into an upload and ask the scanner, outside of any lock.

    Raises ValidationError (FileRefused) with a sentence for its sender.
    """
    found = inspect(upload, name=upload.name, max_bytes=max_bytes, allowed=ALLOWED)
    state = scan(upload)
    if state == FileState.QUARANTINED:
        raise ValidationError(_("The virus scanner refuses this file."))
    return Taken(upload, found, state)


def put(row: KeptFile, taken: Taken) -> None:
    """Keep the bytes and note what they are; the caller saves the row.

    Should the transaction fail, the nightly sweep finds the bytes.
    """
    row.file.save(taken.found.clean_name, taken.upload, save=False)
    row.name, row.size = taken.found.clean_name, taken.found.size
    row.media_type, row.state = taken.found.media_type, taken.state


def forget(name: str) -> None:
    """Delete the bytes once it is certain that no row names them."""
    if name:
        transaction.on_commit(lambda: private_storage().delete(name), robust=True)


def hand_out(row: KeptFile, *, by: int | None) -> HttpResponseBase:
    """The file as an attachment; the caller has checked who asks."""
    if not row.is_readable:
        raise Http404("held or locked")
    return download(row.file, name=row.name, media_type=row.media_type, by=by)


def check_held(*, now: dt.datetime) -> int:
    """Scan what was held because the scanner was away; the number that got an answer.

    In any order: fifty that never get an answer must not be the first each time.
    """
    answered = 0
    for model in (Material, Answer):
        held = model.objects.filter(state=KeptFile.FileState.SCANNING)
        for row in held.order_by("?")[:AT_ONCE]:
            state = _scanned(row)
            if state == FileState.SCANNING:
                if scanner_is_away():
                    return answered
                continue
            row.state = state
            row.save(update_fields=["state"])
            answered += 1
    return answered


def drop_orphans(*, now: dt.datetime) -> int:
    """Delete old bytes that no row knows, left by requests that broke off."""
    storage, dropped = private_storage(), 0
    known = set(_known())
    for name, written in storage.listed(FOLDER):
        if name not in known and written < now - ORPHAN_AFTER:
            storage.delete(name)
            dropped += 1
    return dropped


def _scanned(row: KeptFile) -> FileState:
    try:
        with row.file.open("rb") as file:
            return scan(file)
    except FileNotFoundError:
        log.error("file of %s %s is missing on the disk", row._meta.label, row.pk)
        return FileState.SCANNING


def _known() -> Iterator[str]:
    for model in (Material, Answer):
        yield from model.objects.exclude(file="").values_list("file", flat=True)
