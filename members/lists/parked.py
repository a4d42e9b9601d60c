"""An uploaded list between its preview and its confirmation: private, and not long."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing
from django.core.files import File

from content.files import private_storage
from members.models import User


class NotParked(Exception):
    """No such list: carried out, given up, too old, or somebody else's."""


@dataclass(frozen=True)
class Parking:
    """Where the lists of one sort wait; `salt` keeps their tokens apart."""

    folder: str
    salt: str
    kept: dt.timedelta = dt.timedelta(hours=24)

    def park(self, file: File, *, user: User, suffix: str = ".xlsx") -> str:
        """Keep the file; the token by which this account finds it again."""
        path = f"{self.folder}/{uuid.uuid4().hex}{suffix}"
        name = private_storage().save(path, file)
        return signing.dumps({"file": name, "user": user.pk}, salt=self.salt)

    def fetch(self, token: str, *, user: User) -> File:
        """The parked file, open for reading. Raises NotParked."""
        try:
            return private_storage().open(self._name(token, user), "rb")
        except FileNotFoundError as error:
            raise NotParked from error

    def drop(self, token: str, *, user: User) -> None:
        """Remove the file; done twice is done once."""
        with contextlib.suppress(NotParked):
            private_storage().delete(self._name(token, user))

    def drop_abandoned(self, *, now: dt.datetime) -> int:
        """Remove lists that nobody came back for; the number removed."""
        storage, removed = private_storage(), 0
        try:
            _folders, names = storage.listdir(self.folder)
        except FileNotFoundError:
            return 0
        for name in names:
            path = f"{self.folder}/{name}"
            with contextlib.suppress(FileNotFoundError):
                if storage.get_modified_time(path) < now - self.kept:
                    storage.delete(path)
                    removed += 1
        return removed

    def _name(self, token: str, user: User) -> str:
        try:
            kept = signing.loads(token, salt=self.salt, max_age=self.kept)
        except signing.BadSignature as error:
            raise NotParked from error
        if kept["user"] != user.pk:
            raise NotParked
        return kept["file"]
