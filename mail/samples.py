"""Each letter with made-up readers, for whoever wants to see it before it is sent.

A feature registers, for each of its kinds, how a sample is written; staff look at them
in the admin, and tests read them all. Nothing is read from the database or written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation

from content.registry import Registry
from mail.models import Letter
from mail.rendering import Content, render
from vietnam.dates import VIETNAM

READER = "mai@example.com"
NAME = "Hoàng Thị Mai"
WRITTEN = datetime(2026, 12, 1, 9, 30, tzinfo=VIETNAM)

Write = Callable[[str], Content]

registry: Registry[Write] = Registry("mail.samples")
"""By kind: `(language) -> Content`, called in that language."""


@dataclass(frozen=True, slots=True)
class FromTemplate:
    """A sample of a letter that is one template and what it sees.

    `seen` may be a function, where it reads texts that are translated.
    """

    template: str
    seen: Mapping[str, Any] | Callable[[], Mapping[str, Any]]

    def __call__(self, language: str) -> Content:
        seen = self.seen() if callable(self.seen) else self.seen
        return render(self.template, seen, language=language)


def register(kind: str, template: str, seen: Any) -> None:
    registry.register(kind, FromTemplate(template, seen))


def letter_of(kind: str, language: str) -> Letter:
    """A letter of this kind that was never written down; KeyError without a sample."""
    with translation.override(language):
        content = registry[kind](language)
    return Letter(
        kind=kind,
        address=READER,
        address_key=READER,
        language=language,
        subject=content.subject,
        text=content.text,
        html=content.html,
        not_before=WRITTEN,
        created_at=WRITTEN,
        message_id="<0f3a…@example.com>",
    )
