"""How uploads reach the disk: never through memory, never without a bound."""

from __future__ import annotations

import tempfile
from contextlib import suppress

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    TemporaryFileUploadHandler,
)

from content.files.storage import incoming_folder, make_private_folder


class PrivateUpload(TemporaryUploadedFile):
    """An upload on the file system of the private files: keeping it is a rename.

    `whole` is False when the request was too large and the bytes were thrown away.
    """

    whole = True

    def __init__(self, name, content_type, charset, content_type_extra) -> None:
        folder = make_private_folder(incoming_folder())
        # Not Django's own, which takes the folder from a setting that has to exist
        # before anything starts.
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115  closed by the request
            suffix=".upload", dir=folder
        )
        UploadedFile.__init__(
            self, file, name, content_type, 0, charset, content_type_extra
        )


class PrivateUploadHandler(TemporaryFileUploadHandler):
    """Streams each file of a form into the private folder for uploads.

    A request may write settings.UPLOAD_MAX_BYTES. What comes beyond is counted and
    thrown away: the form still gets every field and the true size of the file, and
    can say that it is too large; `inspect` refuses a file that is not whole.
    """

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.left = settings.UPLOAD_MAX_BYTES

    def new_file(self, *args, **kwargs) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = PrivateUpload(
            self.file_name, self.content_type, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.file.whole:
            return
        if len(raw_data) > self.left:
            self._give_up(written=start)
            return
        self.left -= len(raw_data)
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            # A full disk: nobody closes what never became a file of the form.
            with suppress(OSError):
                self.upload_interrupted()
            raise

    def _give_up(self, *, written: int) -> None:
        self.file.whole = False
        self.file.seek(0)
        self.file.truncate()
        self.left += written
