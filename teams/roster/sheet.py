"""A list of teams, as it stands in the file."""

from __future__ import annotations

from typing import BinaryIO

from members.lists import sheet
from members.lists.sheet import Sheet
from teams.roster.columns import LAYOUT


def read(file: BinaryIO) -> Sheet:
    """Raises SheetRefused."""
    return sheet.read(file, LAYOUT)
