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


_SEGMENT = bytes.fromhex("18538067")


def check_webm(file: BinaryIO, size: int) -> None:
    """Raise FileRefused unless a header and one segment fill the file (RFC 8794)."""
    file.seek(4)
    length, width = _ebml_number(file.read(8))
    start = 4 + width + length
    file.seek(start)
    segment = file.read(12)
    length, width = _ebml_number(segment[4:])
    begin = start + 4 + width
    # A live recording leaves its length open: all ones.
    is_open = length == 2 ** (7 * width) - 1
    fits = begin < size and (is_open or begin + length <= size)
    if segment[:4] != _SEGMENT or not width or not fits:
        raise FileRefused(Reason.BROKEN)


def _ebml_number(data: bytes) -> tuple[int, int]:
    """A number and how many bytes it takes; (0, 0) where there is none."""
    width = 9 - data[0].bit_length() if data and data[0] else 0
    if not width or len(data) < width:
        return 0, 0
    return int.from_bytes(data[:width]) & (2 ** (7 * width) - 1), width
