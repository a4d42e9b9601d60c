"""The kinds of letters, and the question each may be asked just before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from content.registry import Registry
from mail.rendering import Content

if TYPE_CHECKING:
    from mail.models import Letter


@dataclass(frozen=True, slots=True)
class Keep:
    """The letter is still right: send it."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The letter is no longer true; `reason` is one sentence for staff."""

    reason: str


@dataclass(frozen=True, slots=True)
class Renew:
    """What the letter tells has changed: send this instead."""

    content: Content
    attachments: Sequence[dict[str, str]] = ()
    fingerprint: str = ""


KEEP = Keep()
Verdict = Keep | Drop | Renew


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKind:
    """What all letters of one kind share.

    `optional` kinds may be opted out of: they carry List-Unsubscribe and obey
    `Preference`. `recheck(letter, now)` is asked when the letter is claimed, right
    before it leaves; it reads and answers, it writes nothing.
    """

    label: Any
    optional: bool = False
    recheck: Callable[[Letter, datetime], Verdict] | None = None


registry: Registry[LetterKind] = Registry("mail.kinds")
register = registry.register


def is_optional(key: str) -> bool:
    """Whether people may opt out of this kind; nobody may of one that is unknown."""
    kind = registry.get(key)
    return kind is not None and kind.optional


def label_of(kind: str) -> str:
    """What people call a kind; its key if the feature behind it is gone."""
    known = registry.get(kind)
    return str(known.label) if known else kind
