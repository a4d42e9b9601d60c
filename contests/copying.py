"""The copies that judges read: made by the worker, one at a time."""

from __future__ import annotations

from contests.models import EntryFile

State = EntryFile.CopyState


def forget(row: EntryFile) -> None:
    """Another file stands in the row now; its copy is still to be made. Not saved."""
    row.copy, row.copy_state, row.copy_attempts = "", State.PENDING, 0
    row.copy_media_type, row.copy_size, row.copy_pages = "", 0, []


def wanted() -> None:
    """Wake the worker once this transaction has committed."""
