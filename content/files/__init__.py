"""Private files: how they come in, what is let in, where they lie, how they leave.

A form hands the upload to `inspect` and refuses with what `FileRefused` says. The
model's FileField has `storage=private_storage`. `scan` gives the state that the row
keeps, and a view that has checked who asks answers with `download`.
"""

from content.files.download import download
from content.files.inspection import Inspected, clean_name, inspect
from content.files.kinds import DEFAULT, Kind
from content.files.refusals import FileRefused, Reason, size_text
from content.files.scanner import FileState, may_move, scan, scanner_is_away
from content.files.storage import PrivateStorage, private_storage

__all__ = [
    "DEFAULT",
    "FileRefused",
    "FileState",
    "Inspected",
    "Kind",
    "PrivateStorage",
    "Reason",
    "clean_name",
    "download",
    "inspect",
    "may_move",
    "private_storage",
    "scan",
    "scanner_is_away",
    "size_text",
]
