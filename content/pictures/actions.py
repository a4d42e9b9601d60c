"""What happens to pictures: taken in, prepared, removed."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from pathlib import PurePosixPath
from typing import BinaryIO

from celery import current_app
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from PIL import Image

from content.models import FOLDER, Picture, folder_of
from content.pictures import making, reading

log = logging.getLogger(__name__)

State = Picture.State
TASK = "content.tasks.prepare_picture"
LOST_AFTER = dt.timedelta(minutes=1)
"""A task that has not begun by then never will; the sweep does its work."""
ATTEMPTS = 5
"""Then it is the picture and not the weather: staff are told."""
AT_ONCE = 20
ORPHAN_AFTER = dt.timedelta(days=1)


def add(*, file: BinaryIO, name: str, **fields: object) -> tuple[Picture, bool]:
    """Keep an upload and have it prepared; whether only its first frame was kept.

    `name` is what its sender calls it, `fields` what the row says besides. Raises
    FileRefused.
    """
    found = reading.read(file, name=name)
    picture = Picture(**{"title": found.title} | fields)
    return keep(picture=picture, found=found), found.was_animated


def keep(*, picture: Picture, found: reading.Reading) -> Picture:
    """Write row and file of a new picture; of the upload nothing but its pixels."""
    data = making.original(found.image, sharp=found.sharp)
    picture.width, picture.height = found.image.size
    storage = picture.file.storage
    picture.file = _put(storage, f"{folder_of(picture.key)}/{making.ORIGINAL}", data)
    try:
        with transaction.atomic():
            picture.save(force_insert=True)
    except BaseException:
        _delete_folder(picture)
        raise
    transaction.on_commit(lambda: ask_worker(picture.pk), robust=True)
    return picture


def prepare(*, picture_id: int) -> bool:
    """Make the smaller copies, once; whether this call made them.

    Two calls at once do the work once. A damaged file ends as `failed`; whatever else
    goes wrong is raised, and the sweep tries again.
    """
    waiting = Picture.objects.filter(pk=picture_id, state=State.PENDING)
    # Counted before the work, so that a picture that kills the worker counts as well.
    waiting.update(attempts=F("attempts") + 1)
    with transaction.atomic():
        picture = waiting.select_for_update(skip_locked=True).first()
        if picture is None:
            return False
        try:
            picture.renditions = _make_copies(picture)
            picture.state = State.READY
        except (OSError, SyntaxError, ValueError) as error:
            log.error("picture %s cannot be prepared: %s", picture.pk, error)
            picture.state = State.FAILED
        picture.save(update_fields=["state", "renditions"])
        return picture.state == State.READY


def catch_up(*, now: dt.datetime) -> int:
    """Prepare pictures whose task got lost; the number that is ready now."""
    left = Picture.objects.left_behind(now - LOST_AFTER)
    left.filter(attempts__gte=ATTEMPTS).update(state=State.FAILED)
    keys = list(left.values_list("pk", flat=True)[:AT_ONCE])
    return sum(prepare(picture_id=key) for key in keys)


def try_again(*, pictures) -> int:
    """Have pictures prepared that could not be; the number that is tried."""
    failed = list(pictures.filter(state=State.FAILED).values_list("pk", flat=True))
    Picture.objects.filter(pk__in=failed).update(state=State.PENDING, attempts=0)
    for key in failed:
        transaction.on_commit(lambda key=key: ask_worker(key), robust=True)
    return len(failed)


@transaction.atomic
def remove(*, picture: Picture) -> None:
    """Delete a picture with its files. Raises ProtectedError while something shows it.

    Ask `uses.of` first: texts hold addresses, which no foreign key protects.
    """
    copy = Picture(key=picture.key, file=picture.file.name)
    picture.delete()
    transaction.on_commit(lambda: _delete_folder(copy), robust=True)


def drop_orphans(*, now: dt.datetime) -> int:
    """Delete files that are old and belong to no row: uploads that broke off."""
    storage = Picture._meta.get_field("file").storage
    try:
        folders, _files = storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    known = set(Picture.objects.values_list("key", flat=True))
    dropped = 0
    for key in folders:
        if key not in known:
            dropped += _delete_old(storage, folder_of(key), now - ORPHAN_AFTER)
    return dropped


def ask_worker(picture_id: int) -> None:
    """Tell the worker, on a thread: a silent broker must not hold up who uploads."""

    def send() -> None:
        try:
            current_app.send_task(TASK, [picture_id], retry=False, ignore_result=True)
        except Exception as error:  # whatever the client of the broker raises
            log.warning("broker not reached, beat will find the picture: %s", error)

    threading.Thread(target=send, name="prepare-picture", daemon=True).start()


def _make_copies(picture: Picture) -> list[dict]:
    storage = picture.file.storage
    made = []
    with storage.open(picture.file.name) as file:
        image = Image.open(file, formats=["JPEG"])
        for rendition, files in making.copies(image):
            for ending, data in files.items():
                _put(storage, picture.name_of(rendition.width, ending), data)
            made.append(rendition.as_dict())
    return made


def _put(storage, name: str, data: bytes) -> str:
    """Write a file under exactly this name, over what an earlier try left there."""
    storage.delete(name)
    return storage.save(name, ContentFile(data))


def _delete_folder(picture: Picture) -> None:
    storage, folder = picture.file.storage, folder_of(picture.key)
    with contextlib.suppress(FileNotFoundError):
        for name in storage.listdir(folder)[1]:
            storage.delete(f"{folder}/{name}")
        storage.delete(folder)  # an empty folder; a bucket has none


def _delete_old(storage, folder: str, before: dt.datetime) -> int:
    """Another machine may be at the same folder at this moment."""
    dropped = 0
    with contextlib.suppress(FileNotFoundError):
        for name in storage.listdir(folder)[1]:
            path = str(PurePosixPath(folder, name))
            with contextlib.suppress(FileNotFoundError):
                if storage.get_modified_time(path) < before:
                    storage.delete(path)
                    dropped += 1
        if not storage.listdir(folder)[1]:
            storage.delete(folder)
    return dropped
