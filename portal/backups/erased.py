"""Whoever was erased after the backup was made is erased again before it opens."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection


def ledger_files() -> tuple[Path, ...]:
    """The file of the ledger, which no backup may bring back in an older state."""
    erasures = _erasures()
    return (erasures.ledger_path(),) if erasures else ()


def known() -> list[Any]:
    """Every erasure that the ledger's file and, if there is one, the database know.

    To be asked before the database is replaced: its rows may be newer than the file.
    """
    erasures = _erasures()
    if erasures is None:
        return []
    try:
        return erasures.read_ledger()
    except DatabaseError:
        # An empty database knows of nobody; the file is read again after restoring.
        return []
    finally:
        connection.close()


def erase_again(before: list[Any], *, now: dt.datetime) -> tuple[int, int]:
    """How many people were erased again, and how many erasures there are in all."""
    erasures = _erasures()
    if erasures is None:
        return 0, 0
    entries = {entry.digest: entry for entry in [*erasures.read_ledger(), *before]}
    report = erasures.replay(entries.values(), now)
    return len(report.erased), len(entries)


def _erasures() -> Any:
    if find_spec("members.erasures") is None:
        return None
    return import_module("members.erasures")
