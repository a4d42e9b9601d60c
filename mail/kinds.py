"""The kinds of letters, and the question each may be asked just before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
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


class Wait(Enum):
    """What the letters of a kind wait for before they leave."""

    NOTHING = "nothing"
    """The reader needs it now, or has just asked for it."""
    MORNING = "morning"
    """Not between 21:00 and 07:00."""
    TET = "tet"
    """Nor from 23 tháng Chạp to mùng 7 Tết."""


KEEP = Keep()
Verdict = Keep | Drop | Renew


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKind:
    """What all letters of one kind share.

    `waits`: what they can wait for, see `mail.pauses`. `optional` kinds may be opted
    out of: they carry List-Unsubscribe and obey `Preference`; one that is not
    `by_default` goes only to who asked for it, which its source finds out with
    `preferences.wants`. `readers(user)` says to which accounts the page of wishes
    offers an optional kind; None: to all. `recheck(letter, now)` is asked when the
    letter is claimed, right before it leaves; it reads and answers, it writes nothing.
    """

    label: Any
    waits: Wait = Wait.NOTHING
    optional: bool = False
    by_default: bool = True
    readers: Callable[[Any], bool] | None = None
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
