"""One style sheet out of many: written one file per component, sent as one.

`css/site.css` is tokens.css, base.css and components/*.css joined in this order and
minified. Addresses in url() are therefore relative to css/, wherever they stand. What
paper alone needs is print.css, a sheet of its own that no page waits for.
"""

import os
import tempfile
from pathlib import Path

import rcssmin
from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

SHEET = "css/site.css"
_FIRST = ("css/tokens.css", "css/base.css")
_COMPONENTS = "css/components"


class JoinedStyles(FileSystemFinder):
    """Finds what stands in STATICFILES_DIRS, with the joined sheet for its parts.

    It takes the place of FileSystemFinder. The sheet is written under `VAR/styles`
    and written anew when a part has changed, so runserver, collectstatic and the
    live server of tests all see the same file.
    """

    def list(self, ignore_patterns):
        if path := _write_sheet():
            storage = FileSystemStorage(location=path.parent.parent)
            storage.prefix = ""
            yield SHEET, storage
        for path, storage in super().list(ignore_patterns):
            if storage.prefix or not _is_part(path):
                yield path, storage

    def find(self, path, find_all=False, **kwargs):
        path = path.replace(os.sep, "/")
        if _is_part(path):
            return []
        if path != SHEET:
            return super().find(path, find_all=find_all, **kwargs)
        found = [str(sheet)] if (sheet := _write_sheet()) else []
        return found if find_all or not found else found[0]


def joined_styles() -> str:
    """Return the style sheet; "" where there are no parts."""
    return rcssmin.cssmin("\n".join(part.read_text("utf-8") for part in _parts()))


def _parts() -> list[Path]:
    roots = [
        Path(root) for root in settings.STATICFILES_DIRS if isinstance(root, str | Path)
    ]
    first = [root / name for name in _FIRST for root in roots]
    components = sorted(
        (part for root in roots for part in (root / _COMPONENTS).glob("*.css")),
        key=lambda part: part.name,
    )
    return [part for part in (*first, *components) if part.is_file()]


def _is_part(path: str) -> bool:
    path = path.replace(os.sep, "/")
    return path in _FIRST or (
        path.startswith(f"{_COMPONENTS}/") and path.endswith(".css")
    )


def _write_sheet() -> Path | None:
    """Bring the sheet on disk up to date, whole at every moment."""
    text = joined_styles()
    if not text:
        return None
    sheet = settings.VAR / "styles" / SHEET
    if not (sheet.is_file() and sheet.read_text("utf-8") == text):
        sheet.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=sheet.parent, suffix=".css")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(sheet)
    return sheet
