"""How uploads reach the disk: never through memory, never without a bound."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from content.files.storage import make_private_folder


class PrivateUploadHandler(TemporaryFileUploadHandler):
    """Streams each file of a form into the private folder for uploads.

    That folder is on the file system of the private files, so saving one is a rename.
    A request may write settings.UPLOAD_MAX_BYTES. What comes beyond is counted and
    thrown away: the form still gets every field and the true size of the file, and
    can say that it is too large; `inspect` refuses a file that is not whole.
    """

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.left = settings.UPLOAD_MAX_BYTES

    def new_file(self, *args, **kwargs) -> None:
        make_private_folder(Path(settings.FILE_UPLOAD_TEMP_DIR))
        super().new_file(*args, **kwargs)
        self.file.whole = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.file.whole:
            return
        if len(raw_data) > self.left:
            self._give_up(written=start)
            return
        self.left -= len(raw_data)
        super().receive_data_chunk(raw_data, start)

    def _give_up(self, *, written: int) -> None:
        self.file.whole = False
        self.file.seek(0)
        self.file.truncate()
        self.left += written
