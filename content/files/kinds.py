"""The kinds of files that are taken, and how the first bytes tell them apart.

Not taken, on purpose: SVG and HTML (they run scripts), plain ZIP (nobody can look
into it on a phone, and anything may lie in it), the old Office formats (their macros
cannot be told apart cheaply) and HEIC (phones send JPEG when the form asks for it).
WebP and GIF only where a picture is decoded and written anew (content.pictures): many
office computers, where judges and staff sit, cannot open the first. WebM only where
a browser plays it (news).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MEGABYTE = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class _Traits:
    label: str
    media_type: str
    suffixes: tuple[str, ...]


class Kind(Enum):
    """What a file holds; the first suffix is the one its name gets."""

    PDF = _Traits("PDF", "application/pdf", (".pdf",))
    JPEG = _Traits("JPEG", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
    PNG = _Traits("PNG", "image/png", (".png",))
    WEBP = _Traits("WebP", "image/webp", (".webp",))
    GIF = _Traits("GIF", "image/gif", (".gif",))
    DOCX = _Traits("Word", _OFFICE + "wordprocessingml.document", (".docx",))
    XLSX = _Traits("Excel", _OFFICE + "spreadsheetml.sheet", (".xlsx",))
    PPTX = _Traits("PowerPoint", _OFFICE + "presentationml.presentation", (".pptx",))
    MP4 = _Traits("MP4", "video/mp4", (".mp4", ".m4v"))
    MOV = _Traits("MOV", "video/quicktime", (".mov", ".qt"))
    WEBM = _Traits("WebM", "video/webm", (".webm",))

    @property
    def label(self) -> str:
        return self.value.label

    @property
    def media_type(self) -> str:
        return self.value.media_type

    @property
    def suffixes(self) -> tuple[str, ...]:
        return self.value.suffixes

    @property
    def suffix(self) -> str:
        return self.value.suffixes[0]


PICTURES = frozenset({Kind.JPEG, Kind.PNG})
WEB_PICTURES = PICTURES | {Kind.WEBP, Kind.GIF}
DEFAULT = frozenset(Kind) - {Kind.WEBP, Kind.GIF, Kind.WEBM}
OFFICE = frozenset({Kind.DOCX, Kind.XLSX, Kind.PPTX})
VIDEOS = frozenset({Kind.MP4, Kind.MOV})
WEB_FILMS = frozenset({Kind.MP4, Kind.WEBM})

ZIP = b"PK\x03\x04"
EBML = bytes.fromhex("1A45DFA3")  # Matroska and its child WebM, told by its DocType
OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # .doc, .xls, .ppt; also locked .docx
OLD_OFFICE_SUFFIXES = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx"}
MACRO_SUFFIXES = {".docm": ".docx", ".xlsm": ".xlsx", ".pptm": ".pptx"}

_SIGNATURES = {
    b"%PDF-": Kind.PDF,
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"GIF87a": Kind.GIF,
    b"GIF89a": Kind.GIF,
}
# ISO base media brands that are films; others are HEIC, AVIF, JPEG 2000, sound.
_FILM_BRANDS = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso8", b"avc1"),
    *(b"mp41", b"mp42", b"mmp4", b"M4V ", b"MSNV", b"dash", b"3gp4", b"3gp5", b"3gp6"),
}


def kind_of_suffix(suffix: str) -> Kind | None:
    """What a name with this ending (lower case, with the dot) promises."""
    return next((kind for kind in Kind if suffix in kind.suffixes), None)


def kind_of_head(head: bytes) -> Kind | None:
    """What a file that begins like this is; None for what has to be looked into.

    Only byte 0 counts: readers that search further are what polyglots live from.
    """
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith(EBML):
        return Kind.WEBM if b"\x42\x82\x84webm" in head[:64] else None
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand == b"qt  ":
            return Kind.MOV
        return Kind.MP4 if brand in _FILM_BRANDS else None
    return None
