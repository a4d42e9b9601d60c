"""What may come in: by what a file holds, never by what it is called."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from django.utils.translation import gettext as _

from content.files import kinds, office
from content.files.films import check_film, check_webm
from content.files.kinds import Kind
from content.files.pictures import MAX_BYTES as MAX_PICTURE_BYTES
from content.files.pictures import check_picture
from content.files.refusals import FileRefused, Reason, size_text
from vietnam.fold import nfc

MAX_NAME = 150
HEAD = 4096
_CHUNK = kinds.MEGABYTE
_PDF_END = b"%%EOF"
# What a browser or a server would run, hidden behind the header of something else.
_SCRIPTS = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<?php")
# Not allowed in a file's name by Windows, where judges and staff save it.
_UNSAFE = str.maketrans(dict.fromkeys('<>:"|?*', "-"))


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may come in: what it is and under which name it is kept."""

    kind: Kind
    media_type: str
    size: int
    sha256: str
    clean_name: str


def inspect(
    file: BinaryIO,
    *,
    name: str,
    max_bytes: int,
    allowed: Collection[Kind] = kinds.DEFAULT,
) -> Inspected:
    """Look into an upload; `name` is what its sender calls it.

    Reads in pieces and leaves the file at its beginning. Raises FileRefused.
    """
    size = _size(file)
    _check_size(file, size, max_bytes)
    file.seek(0)
    head = file.read(HEAD)
    kind = kinds.kind_of_head(head)
    if kind is None and head.startswith(kinds.ZIP):
        kind = office.kind_of_package(file, size)
    if kind is None or kind not in allowed:
        _refuse_kind(head, name, kind, allowed)
    _check_content(file, kind, size, head)
    return Inspected(
        kind=kind,
        media_type=kind.media_type,
        size=size,
        sha256=_sha256(file),
        clean_name=clean_name(name, kind),
    )


def clean_name(name: str, kind: Kind) -> str:
    """The name to show and to save under: NFC, no folder, at most 150 letters.

    Its ending is one of the kind's; a wrong one gives way, a missing one is added.
    """
    stem, suffix = _split(name)
    if suffix.lower() not in kind.suffixes:
        known = kinds.kind_of_suffix(suffix.lower())
        stem, suffix = (stem if known else stem + suffix), kind.suffix
    stem = stem.strip(" .")[: MAX_NAME - len(suffix)].rstrip(" .")
    return (stem or _("file")) + suffix


def _split(name: str) -> tuple[str, str]:
    """The name's stem and ending, without folders and unprintable characters."""
    base = nfc(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(
        char if unicodedata.category(char)[0] != "C" else " " for char in base
    )
    shown = " ".join(shown.translate(_UNSAFE).split())
    stem, dot, ending = shown.rpartition(".")
    return (stem, dot + ending) if dot else (shown, "")


def _size(file: BinaryIO) -> int:
    # An upload that was cut off knows how large it would have been.
    size = getattr(file, "size", None)
    return file.seek(0, os.SEEK_END) if size is None else size


def _check_size(file: BinaryIO, size: int, max_bytes: int) -> None:
    if not size:
        raise FileRefused(Reason.EMPTY)
    if size > max_bytes:
        raise _too_large(size, max_bytes)
    if not getattr(file, "whole", True):
        raise FileRefused(Reason.TOGETHER)


def _too_large(size: int, limit: int) -> FileRefused:
    return FileRefused(Reason.TOO_LARGE, size=size_text(size), limit=size_text(limit))


def _refuse_kind(
    head: bytes, name: str, kind: Kind | None, allowed: Collection[Kind]
) -> NoReturn:
    """Say as exactly as possible why the file is none of the allowed kinds."""
    suffix = _split(name)[1].lower()
    if kind is None:
        if suffix in kinds.OLD_OFFICE_SUFFIXES:
            better = kinds.OLD_OFFICE_SUFFIXES[suffix]
            raise FileRefused(Reason.OLD_OFFICE, suffix=better)
        promised = kinds.kind_of_suffix(suffix)
        if promised in kinds.OFFICE and head.startswith(kinds.OLE):
            raise FileRefused(Reason.ENCRYPTED)
        if promised in allowed:
            raise FileRefused(Reason.LYING, suffix=suffix)
    labels = ", ".join(each.label for each in Kind if each in allowed)
    raise FileRefused(Reason.TYPE, allowed=labels)


def _check_content(file: BinaryIO, kind: Kind, size: int, head: bytes) -> None:
    if kind in kinds.OFFICE:
        return  # looked into already
    if any(script in head.lower() for script in _SCRIPTS):
        raise FileRefused(Reason.TWO_FACED)
    if office.ends_as_zip(file, size):
        raise FileRefused(Reason.TWO_FACED)
    if kind in kinds.WEB_PICTURES:
        if size > MAX_PICTURE_BYTES:
            raise _too_large(size, MAX_PICTURE_BYTES)
        check_picture(file, kind)
    elif kind == Kind.WEBM:
        check_webm(file, size)
    elif kind in kinds.VIDEOS:
        check_film(file, size)
    else:
        _check_pdf(file, size)


def _check_pdf(file: BinaryIO, size: int) -> None:
    """A PDF ends with its mark (ISO 32000-1, 7.5.5); without, it was cut short.

    One with a password comes in: telling a password for opening from one that only
    forbids printing takes a PDF engine.
    """
    file.seek(max(size - HEAD, 0))
    if _PDF_END not in file.read(HEAD):
        raise FileRefused(Reason.BROKEN)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
