"""The ways to a copy, in the process of its own: no Django, no settings."""

from __future__ import annotations

from collections.abc import Callable

from content.copies import films, office, paper, pictures
from content.copies.unreadable import Unreadable as Unreadable

WAYS: dict[str, Callable[[str, str], list[list[int]]]] = {
    "pdf": paper.copy,
    "picture": pictures.copy,
    "office": office.copy,
    "film": films.copy,
}
