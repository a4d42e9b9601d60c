"""The uploaded list between its preview and its confirmation: private, and not long."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid

from django.core import signing
from django.core.files import File

from content.files import private_storage
from members.models import User

FOLDER = "rosters"
KEPT = dt.timedelta(hours=24)
_SALT = "teams.roster"


class NotParked(Exception):
    """No such list: carried out, given up, too old, or somebody else's."""


def park(file: File, *, user: User) -> str:
    """Keep the file and return the token by which this account finds it again."""
    name = private_storage().save(f"{FOLDER}/{uuid.uuid4().hex}.xlsx", file)
    return signing.dumps({"file": name, "user": user.pk}, salt=_SALT)


def fetch(token: str, *, user: User) -> File:
    """The parked file, open for reading. Raises NotParked."""
    try:
        return private_storage().open(_name(token, user), "rb")
    except FileNotFoundError as error:
        raise NotParked from error


def drop(token: str, *, user: User) -> None:
    """Remove the file; done twice is done once."""
    with contextlib.suppress(NotParked):
        private_storage().delete(_name(token, user))


def drop_abandoned(*, now: dt.datetime) -> int:
    """Remove lists that nobody came back for; the number removed."""
    storage, removed = private_storage(), 0
    try:
        _folders, names = storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    for name in names:
        path = f"{FOLDER}/{name}"
        with contextlib.suppress(FileNotFoundError):
            if storage.get_modified_time(path) < now - KEPT:
                storage.delete(path)
                removed += 1
    return removed


def _name(token: str, user: User) -> str:
    try:
        kept = signing.loads(token, salt=_SALT, max_age=KEPT)
    except signing.BadSignature as error:
        raise NotParked from error
    if kept["user"] != user.pk:
        raise NotParked
    return kept["file"]
