"""Whether a film is whole, told from its outermost boxes without playing it."""

from __future__ import annotations

from typing import BinaryIO

from content.files.refusals import FileRefused, Reason

MAX_BOXES = 20_000  # a fragmented film of an hour has some 2,000


def check_film(file: BinaryIO, size: int) -> None:
    """Raise FileRefused unless the boxes fill the file and hold index and film."""
    seen = set()
    position = 0
    for _number in range(MAX_BOXES):
        if position == size:
            break
        name, length = _box(file, position, size)
        if length < 8 or position + length > size:
            raise FileRefused(Reason.BROKEN)
        seen.add(name)
        position += length
    if position != size or not {b"moov", b"mdat"} <= seen:
        raise FileRefused(Reason.BROKEN)


def _box(file: BinaryIO, position: int, size: int) -> tuple[bytes, int]:
    file.seek(position)
    header = file.read(16)
    length = int.from_bytes(header[:4])
    if length == 1:
        length = int.from_bytes(header[8:16])
    elif length == 0:  # up to the end of the file
        length = size - position
    return header[4:8], length
