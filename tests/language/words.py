"""How to tell English from Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import allauth
import django
import import_export
from babel.messages import pofile
from django.conf import settings

_PACKAGES = [Path(package.__file__).parent for package in (django, allauth)]
_PACKAGES.append(Path(import_export.__file__).parent)
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|%%")
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z]{3,}")
# Names of files, addresses and what stands in them belong to no language.
_ADDRESS = re.compile(
    r"\S+@\S+|\S+://\S+|\S*/\S+/\S*|(?<!\w)/\S+|[\w-]+\.[a-z]{2,4}\b|&\w+;"
)
_MARKED = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]",
    re.IGNORECASE,
)

FREQUENT = {
    *("account", "added", "address", "and", "are", "back", "been", "can't"),
    *("cancel", "cannot", "change", "changed", "close", "delete"),
    *("field", "fields", "first", "from", "have", "home", "invalid", "last"),
    *("login", "logout", "must", "next", "none", "not", "open", "page", "pages"),
    *("password", "please", "previous", "required", "save", "search", "select"),
    *("should", "sign", "submit", "successfully", "that", "the", "this"),
    *("unknown", "users", "valid", "view", "was", "welcome", "were", "will"),
    *("with", "yes", "you", "your"),
}
"""Words that no Vietnamese sentence and no name here has."""

NAMES = {
    *("admin", "atom", "bluetooth", "chrome", "csv", "docx", "email", "emails"),
    *("excel", "facebook", "google", "html", "http", "https", "jpeg", "jpg"),
    *("json", "messenger", "microsoft", "mov", "mp4", "online", "passkey", "pdf"),
    *("png", "pptx", "rss", "sms", "smtp", "totp", "url", "vneid", "webauthn"),
    *("wifi", "word", "xlsx", "youtube", "zalo", "zoom"),
}
"""Words that Vietnamese readers know and that stay as they are."""


def catalogues() -> Iterator[Path]:
    """Every Vietnamese catalogue a reader's page may take its words from."""
    for package in _PACKAGES:
        yield from sorted(package.rglob("locale/vi/LC_MESSAGES/*.po"))
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).rglob("vi/LC_MESSAGES/*.po"))


@cache
def messages() -> dict[str, str]:
    """Each English text (singular and plural) with its Vietnamese, ours on top."""
    found: dict[str, str] = {}
    for path in catalogues():
        with path.open("rb") as file:
            for message in pofile.read_po(file, ignore_obsolete=True):
                answers = _texts(message.string)
                if message.id and any(answers):
                    found |= dict.fromkeys(_texts(message.id), answers[-1])
    return found


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@cache
def _english() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """English texts as a page shows them, and those with something put in."""
    plain, patterns = set(), []
    answers = {_shown(answer) for answer in messages().values()}
    for text in messages():
        for piece in _TAG.split(text):
            shown = _shown(piece)
            if not _LATIN.search(_PLACEHOLDER.sub("", shown.lower())):
                continue
            if shown in answers or shown.lower() in NAMES:
                continue
            parts = [part.strip() for part in _PLACEHOLDER.split(shown)]
            if len(parts) == 1:
                plain.add(shown)
            elif max(len(part.split()) for part in parts) >= 3:
                patterns.append(
                    re.compile(".+?".join(map(re.escape, _PLACEHOLDER.split(shown))))
                )
    return frozenset(plain), tuple(patterns)


def _shown(text: str) -> str:
    return " ".join(text.replace("%%", "%").split())


@cache
def vocabulary() -> frozenset[str]:
    """Words of the English texts that no Vietnamese text uses."""
    english = {word for text in messages() for word in _latin(_bare(text))}
    used = {word for text in messages().values() for word in _latin(_bare(text))}
    return frozenset((english - used - NAMES) | FREQUENT)


def _bare(text: str) -> str:
    return _TAG.sub(" ", _PLACEHOLDER.sub(" ", text))


def _latin(text: str) -> Iterator[str]:
    for word in _WORD.findall(_ADDRESS.sub(" ", text)):
        if _LATIN.fullmatch(word.lower()):
            yield word.lower()


def english_in(text: str, *, known: frozenset[str] = frozenset()) -> set[str]:
    """What of a Vietnamese text is English; `known` words come from content."""
    plain, patterns = _english()
    if text in plain and not set(_latin(text)) <= known | NAMES:
        return {text}
    if whole := {p.pattern for p in patterns if p.fullmatch(text)}:
        return whole
    return {
        word
        for word in _latin(_PLACEHOLDER.sub(" ", text))
        if word in vocabulary() and (word in FREQUENT or word not in known)
    }


def vietnamese_in(text: str) -> bool:
    """Whether an English text has a letter that only Vietnamese has."""
    return _MARKED.search(text) is not None


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The plain Latin words in content, to be told from those of the page."""
    return frozenset(word for text in texts for word in _latin(text))
