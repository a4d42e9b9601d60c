"""Looking into .docx, .xlsx and .pptx without unpacking them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from content.files.kinds import MEGABYTE, Kind
from content.files.refusals import FileRefused, Reason

# Real documents stay far below: the largest presentations have some 2,000 parts.
MAX_PARTS = 5000
MAX_DIRECTORY = 2 * MEGABYTE
MAX_UNPACKED = 500 * MEGABYTE
# Text packs up to about fifty times; a bomb packs a thousand times.
MAX_RATIO = 200
RATIO_COUNTS_FROM = 20 * MEGABYTE

_CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"spreadsheetml.sheet.main+xml": Kind.XLSX,
    b"presentationml.presentation.main+xml": Kind.PPTX,
}
_PROGRAMS = (
    *(".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar"),
    *(".class", ".hta", ".msi", ".lnk", ".html", ".htm"),
)
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_SIZE = 20
# All that zipfile raises on bytes that only look like a ZIP.
_DAMAGE = (
    *(zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError),
    *(RuntimeError, struct.error, zlib.error),
)
_ENCRYPTED = 0x1


def kind_of_package(file: BinaryIO, size: int) -> Kind | None:
    """Which of the three it is, None for another ZIP.

    Raises FileRefused for what is locked, damaged, a bomb or holds program code.
    """
    _check_end(file, size)
    try:
        with zipfile.ZipFile(file) as package:
            return _kind(package, size)
    except _DAMAGE as error:
        raise FileRefused(Reason.BROKEN) from error


def ends_as_zip(file: BinaryIO, size: int) -> bool:
    """Whether the file ends as a ZIP does, whatever it begins with."""
    return _end(file, size) is not None


def _end(file: BinaryIO, size: int) -> tuple[int, int] | None:
    """Where the closing record stands and how long the list of contents is."""
    tail_size = min(size, _END.size + 0xFFFF)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    start = tail.rfind(_END_SIGNATURE)
    if start < 0 or len(tail) - start < _END.size:
        return None
    record = _END.unpack_from(tail, start)
    if start + _END.size + record[7] != len(tail):
        return None
    return size - tail_size + start, record[5]


def _check_end(file: BinaryIO, size: int) -> None:
    """Refuse a list of contents that would fill the memory by being read."""
    end = _end(file, size)
    if end is None:
        raise FileRefused(Reason.BROKEN)
    position, directory = end
    if directory > MAX_DIRECTORY:
        raise FileRefused(Reason.PACKED)
    # A ZIP64 record could name a longer list; no document of this size has one.
    file.seek(max(position - _ZIP64_LOCATOR_SIZE, 0))
    if file.read(len(_ZIP64_LOCATOR)) == _ZIP64_LOCATOR:
        raise FileRefused(Reason.BROKEN)


def _kind(package: zipfile.ZipFile, size: int) -> Kind | None:
    parts = package.infolist()
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise FileRefused(Reason.ENCRYPTED)
    _check_unpacked(parts, size)
    if _CONTENT_TYPES not in package.namelist():
        return None
    content_types = _content_types(package)
    _check_programs(parts, content_types)
    kinds = {kind for mark, kind in _MAIN_PARTS.items() if mark in content_types}
    return kinds.pop() if len(kinds) == 1 else None


def _content_types(package: zipfile.ZipFile) -> bytes:
    """The part that names the types; bounded, whatever size it claims to have."""
    part = package.getinfo(_CONTENT_TYPES)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused(Reason.BROKEN)
    with package.open(part) as stream:
        content = stream.read(MEGABYTE + 1)
    if len(content) > MEGABYTE:
        raise FileRefused(Reason.PACKED)
    return content


def _check_unpacked(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    bomb = unpacked > RATIO_COUNTS_FROM and unpacked > size * MAX_RATIO
    if bomb or unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise FileRefused(Reason.PACKED)


def _check_programs(parts: list[zipfile.ZipInfo], content_types: bytes) -> None:
    names = [part.filename.lower() for part in parts]
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise FileRefused(Reason.BROKEN)
    macros = any(name.endswith("vbaproject.bin") for name in names)
    if macros or b"macroenabled" in content_types.lower():
        raise FileRefused(Reason.MACROS, suffix=_suffix_without_macros(names))
    if any(name.endswith(_PROGRAMS) for name in names):
        raise FileRefused(Reason.TWO_FACED)


def _suffix_without_macros(names: list[str]) -> str:
    folders = {name.partition("/")[0] for name in names}
    for folder, kind in (("xl", Kind.XLSX), ("ppt", Kind.PPTX)):
        if folder in folders:
            return kind.suffix
    return Kind.DOCX.suffix
