"""What uploads are for: the feature says what may come and takes what has come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from django.core.files import File

from content.registry import Registry

if TYPE_CHECKING:
    from content.uploads.models import Upload


class Refused(Exception):
    """The feature does not want it; `sentence` tells its sender why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Purpose(Protocol):
    def why_not_go_on(self, upload: Upload, *, now: dt.datetime) -> str:
        """A sentence when nothing more is taken, empty when the piece may come.

        Asked before each piece. With the first one `begun_at` is still empty.
        """

    def receive(self, upload: Upload, file: File, *, now: dt.datetime) -> None:
        """Take the whole file, which came in at `now`; inside a transaction.

        Raises Refused when it is not taken for good, anything else to be asked again.
        """


purposes: Registry[Purpose] = Registry("content.uploads.purposes")
