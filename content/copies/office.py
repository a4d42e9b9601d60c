"""Word, Excel and PowerPoint without their properties and the names of who wrote.

The names stand in the document's properties, beside comments and tracked changes, in
lists of people, and in paths to the author's own folders.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from content.copies import marks
from content.copies.unreadable import Unreadable

NOBODY = b"-"
DEEPEST = 2
_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
    b'metadata/core-properties"/>'
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'%s-properties"/>'
)
_EMPTIED = {
    "docprops/core.xml": _CORE,
    "docprops/app.xml": _APP % b"extended",
    "docprops/custom.xml": _APP % b"custom",
}
_VALUE = rb"""("[^"]*"|'[^']*')"""
_NAMES = re.compile(
    rb"((?:\b|:)(?:author|initials|userName|userId|providerId|lastEditor"
    rb"|lastModifiedBy)\s*=\s*)" + _VALUE
)
# A name is a person's only here: tables and shapes have names as well.
_PERSON = re.compile(rb"<(?:\w+:)?(?:cmAuthor|author|person)\b[^>]*>")
_PERSON_NAME = re.compile(rb"(\b(?:name|displayName)\s*=\s*)" + _VALUE)
_OWN_PATH = re.compile(rb"(<(?:\w+:)?absPath\b[^>]*\burl\s*=\s*)" + _VALUE)
_AUTHOR = re.compile(rb"(<(?:\w+:)?author>)[^<]*(</(?:\w+:)?author>)")
_FOLDER = re.compile(rb"""(\bTarget\s*=\s*)(["'])file:[^"']*(["'])""", re.IGNORECASE)
_UTF16 = (b"\xfe\xff", b"\xff\xfe")
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError),
    *(RuntimeError, ValueError),
)


def copy(source: str, target: str) -> list[list[int]]:
    """No pages: it is read in the judge's own program. Raises Unreadable."""
    try:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
            _clean(old, new, depth=0)
    except _DAMAGE as error:
        raise Unreadable(str(error)) from error
    return []


def _clean(old: zipfile.ZipFile, new: zipfile.ZipFile, *, depth: int) -> None:
    for part in old.infolist():
        name = part.filename
        bare = zipfile.ZipInfo(name)  # without its date and who packed it
        bare.compress_type = zipfile.ZIP_DEFLATED
        new.writestr(bare, _content(name.lower(), old.read(part), depth))


def _content(name: str, data: bytes, depth: int) -> bytes:
    if name in _EMPTIED:
        return _EMPTIED[name]
    if name.endswith((".xml", ".rels", ".vml")):
        return _xml(data)
    if data.startswith(b"PK\x03\x04"):
        return _within(data, depth)
    if name.endswith(".bin"):
        return b""  # an object of an old program: nobody knows what stands in it
    return marks.without(data)


def _xml(data: bytes) -> bytes:
    if data.startswith(_UTF16):
        raise Unreadable("a part in UTF-16")
    for pattern in (_NAMES, _OWN_PATH):
        data = pattern.sub(rb'\1"%s"' % NOBODY, data)
    data = _PERSON.sub(lambda tag: _PERSON_NAME.sub(rb'\1"%s"' % NOBODY, tag[0]), data)
    data = _AUTHOR.sub(rb"\1%s\2" % NOBODY, data)
    return _FOLDER.sub(rb"\1\2file:///-\3", data)


def _within(data: bytes, depth: int) -> bytes:
    """A table within a text, a text within slides."""
    if depth >= DEEPEST:
        raise Unreadable("documents within documents within documents")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        _clean(old, new, depth=depth + 1)
    return out.getvalue()
