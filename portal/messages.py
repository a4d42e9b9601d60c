"""Message catalogues without GNU gettext: extract, check and compile with Babel.

python -m portal.messages            bring locale/ up to date with the code
python -m portal.messages --check    fail when a text lacks its Vietnamese
python -m portal.messages --compile  write the .mo files
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, extract, mofile, pofile

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
OURS = LOCALE / "vi" / "LC_MESSAGES" / "django.po"
PACKAGES = (
    "portal",
    "news",
    "training",
    "teams",
    "contests",
    "certificates",
    "members",
    "mail",
    "content",
    "vietnam",
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\([^)]+\)[sd]|%[sd]|\{[a-z_]*\}")


def _sources() -> Iterator[tuple[Path, str]]:
    """Each file that may hold texts, as Python source that Babel can read."""
    from django.utils.translation.template import templatize

    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, path.read_text("utf-8")
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            source = templatize(path.read_text("utf-8"), origin=str(path))
            # Indentation means nothing in a template and everything to Babel.
            yield path, "\n".join(line.strip() for line in source.splitlines())


def extracted() -> Catalog:
    """All texts of our code and templates; raises nothing for unreadable ones."""
    catalog = Catalog(locale="vi", project="portal", charset="utf-8")
    for path, source in _sources():
        for _line, message, comments, context in extract.extract(
            "python", io.BytesIO(source.encode()), KEYWORDS, ("Translators:",)
        ):
            catalog.add(
                message,
                locations=[(str(path.relative_to(ROOT)), 0)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def read(path: Path = OURS) -> Catalog:
    if not path.exists():
        return Catalog(locale="vi", charset="utf-8")
    with path.open("rb") as file:
        return pofile.read_po(file, locale="vi")


def update() -> None:
    """Write OURS anew: the texts of today, the translations of before."""
    known, fresh = read(), extracted()
    for message in fresh:
        if message.id and (old := known.get(message.id, message.context)):
            message.string = old.string
    fresh.fuzzy = False
    # Two runs without a new text leave the file as it is.
    fresh.creation_date = known.creation_date
    OURS.parent.mkdir(parents=True, exist_ok=True)
    with OURS.open("wb") as file:
        pofile.write_po(
            file,
            fresh,
            width=79,
            sort_output=True,
            omit_header=False,
            # Where a text stands the extraction knows; here it would be a third of it.
            no_location=True,
            ignore_obsolete=True,
        )


def faults() -> list[str]:
    """What is wrong with our catalogue, one sentence each."""
    known, wrong = read(), []
    for message in extracted():
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        answer = known.get(message.id, message.context)
        texts = answer.string if answer else ""
        texts = texts if isinstance(texts, (tuple, list)) else (texts,)
        if not any(texts):
            wrong.append(f"no Vietnamese for {name!r} ({message.locations[0][0]})")
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        wanted = {p for text in ids for p in PLACEHOLDER.findall(text)}
        found = {p for text in texts for p in PLACEHOLDER.findall(text)}
        if extra := found - wanted:
            wrong.append(f"{name!r}: unknown placeholder {sorted(extra)}")
    return wrong


def compile_all(*, force: bool = False) -> int:
    """Write a .mo beside each .po that is newer than it; how many were written."""
    written = 0
    for source in LOCALE.rglob("*.po"):
        target = source.with_suffix(".mo")
        if (
            not force
            and target.exists()
            and target.stat().st_mtime >= source.stat().st_mtime
        ):
            continue
        with source.open("rb") as file:
            catalog = pofile.read_po(file, locale=source.parts[-3])
        part = target.with_suffix(".part")
        with part.open("wb") as file:
            mofile.write_mo(file, catalog)
        part.replace(target)
        written += 1
    return written


def main(arguments: list[str]) -> int:
    if "--compile" in arguments:
        compile_all(force=True)
        return 0
    if "--check" in arguments:
        wrong = faults()
        sys.stderr.writelines(f"{line}\n" for line in wrong)
        return 1 if wrong else 0
    update()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
