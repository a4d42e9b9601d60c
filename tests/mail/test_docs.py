"""The table of kinds in docs/mail.md is the registry's."""

import re
from pathlib import Path

from django.utils import translation

from mail import kinds

DOCS = Path(__file__).resolve().parents[2] / "docs" / "mail.md"
WAITS = {
    kinds.Wait.NOTHING: "nothing",
    kinds.Wait.MORNING: "the morning",
    kinds.Wait.TET: "the morning, the end of Tết",
}


def test_every_kind_stands_in_the_table_as_it_is():
    written = set(re.findall(r"^\| `\w+\.\w+` \|.*$", DOCS.read_text(), re.MULTILINE))
    with translation.override("en"):
        registered = {
            f"| `{key}` | {kind.label} | {WAITS[kind.waits]} | {_optional(kind)} |"
            for key, kind in kinds.registry.items()
            if not key.startswith("tests.")
        }
    assert written == registered


def _optional(kind: kinds.LetterKind) -> str:
    if not kind.optional:
        return "no"
    return "yes" if kind.by_default else "on request"
