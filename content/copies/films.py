"""A film whose notes (title, artist, place, camera) are turned into empty space.

Their boxes keep their length, so that the index of the film stays right.
"""

from __future__ import annotations

import shutil
from typing import BinaryIO

from content.copies.unreadable import Unreadable

_NOTES = {b"udta", b"meta", b"uuid", b"XMP_", b"skip"}
_FOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}
_CHUNK = 1024 * 1024
MAX_BOXES = 50_000


def copy(source: str, target: str) -> list[list[int]]:
    """No pages: it is played. Raises Unreadable."""
    shutil.copyfile(source, target)
    with open(target, "r+b") as file:
        size = file.seek(0, 2)
        _blank(file, 0, size, [MAX_BOXES])
    return []


def _blank(file: BinaryIO, start: int, end: int, left: list[int]) -> None:
    while start + 8 <= end:
        left[0] -= 1
        name, head, length = _box(file, start, end)
        if length < head or start + length > end or left[0] < 0:
            raise Unreadable("boxes that do not fit")
        if name in _NOTES or (name == b"trak" and _is_of_notes(file, start, length)):
            _empty(file, start, head, length)
        elif name in _FOLDERS:
            _blank(file, start + head, start + length, left)
        start += length


def _box(file: BinaryIO, start: int, end: int) -> tuple[bytes, int, int]:
    """Name, length of the head, length of all."""
    file.seek(start)
    header = file.read(16)
    length, head = int.from_bytes(header[:4]), 8
    if length == 1:
        length, head = int.from_bytes(header[8:16]), 16
    elif length == 0:
        length = end - start
    return header[4:8], head, length


def _is_of_notes(file: BinaryIO, start: int, length: int) -> bool:
    """A track of places and times, as phones record it beside the picture."""
    file.seek(start)
    track = file.read(min(length, _CHUNK))
    at = track.find(b"hdlr")
    return at > 0 and track[at + 12 : at + 16] == b"meta"


def _empty(file: BinaryIO, start: int, head: int, length: int) -> None:
    file.seek(start + 4)
    file.write(b"free")
    file.seek(start + head)
    left = length - head
    while left:
        left -= file.write(bytes(min(left, _CHUNK)))
