"""What each table tells of people: what for, who sees it, how long it stays.

One declaration for three readers: the person on their own page, the dry run of an
erasure, and docs/data-map.md. Features declare theirs in `<feature>/personal.py`. A
test compares with the models: a new column that tells of somebody needs its words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from content.registry import Registry

Words = Any
"""A lazy text."""

# --- Said of many tables ----------------------------------------------------------

CONSENT = _("Your consent (Law 91/2025/QH15, articles 9 and 24 for children)")
DUTY = _("The Union's duty to keep records of its work")
SECURITY = _("Security of accounts and of the portal")

SELF_AND_UNIT = _("You, the staff of your unit and of the units above it")
ORGANISERS = _("You and the organisers")
ONLY_YOU = _("Only you")
PROVINCE = _("The province's administration")

WITH_THE_PERSON = _("Until you ask us to delete it")
WITH_ITS_ROW = _("As long as what it belongs to")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with rows about people.

    `fields` and `plain` are names of columns, a space between: those that tell of
    somebody, and those that look as if they did and do not. `stays` says what is left
    after an erasure, without a name, and why; empty where nothing is.
    """

    what: Words
    why: Words
    seen_by: Words
    kept: Words
    fields: str
    stays: Words = ""
    plain: str = ""


registry: Registry[Table] = Registry("members.datamap")

# Columns by which rows name the account that did something, or give a contact of an
# office: "app.model: columns". Declared by `marks` and `offices`.
MARKS: dict[str, set[str]] = {}
OFFICES: dict[str, set[str]] = {}


def marks(label: str, columns: str) -> None:
    """These columns say which account of the staff did it; the account goes, or is
    left without a name, and the work stays."""
    MARKS.setdefault(label, set()).update(columns.split())


def offices(label: str, columns: str) -> None:
    """These columns are how an organisation is reached, published by itself."""
    OFFICES.setdefault(label, set()).update(columns.split())


def personal_columns(label: str) -> set[str]:
    """The columns of a table that tell of somebody, in whatever role."""
    table = registry.get(label)
    fields = set(table.fields.split()) if table else set()
    return fields | MARKS.get(label, set())
