"""A copy of everything held about somebody: one archive to take along.

`du-lieu.json` for programs (Law 91/2025/QH15, article 4: to be given one's data),
`du-lieu.html` to read in any browser, and the person's own files.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files import File
from django.template.loader import render_to_string

from content import identity
from members.models import Person
from members.mydata import holdings
from members.privacy import export_person, registry
from vietnam.slug import slugify

MEDIA_TYPE = "application/zip"


class OwnFile(NamedTuple):
    """A private file of the person, under the name they gave it."""

    name: str
    file: File


def files_of(person: Person) -> Iterator[OwnFile]:
    """Every file the person handed in, feature by feature."""
    for holder in registry:
        find = getattr(holder, "files", None)
        if find is not None:
            yield from (OwnFile(*each) for each in find(person))


def name_of(person: Person, made_at: dt.datetime) -> str:
    """How the archive is called when it is saved."""
    return f"du-lieu-{slugify(person.full_name) or 'cua-toi'}-{made_at:%Y%m%d}.zip"


def archive(person: Person, *, now: dt.datetime) -> tuple[str, Any]:
    """A fresh name in the storage, and the open archive; the caller closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("du-lieu.json", _json(person, now))
        made.writestr("du-lieu.html", page(person, now=now))
        for path, own in numbered(files_of(person)):
            try:
                with own.file.open("rb") as source, made.open(path, "w") as target:
                    shutil.copyfileobj(source, target)
            except FileNotFoundError:
                made.writestr(f"{path}.txt", "The file is missing in the storage.\n")
    file.seek(0)
    return f"data-copies/{secrets.token_urlsafe(24)}.zip", file


def page(person: Person, *, now: dt.datetime) -> str:
    """The page to read: one file, no script, nothing fetched from elsewhere."""
    return render_to_string(
        "members/mydata/copy.html",
        {
            "person": person,
            "holdings": holdings.of(person),
            "files": [path for path, _own in numbered(files_of(person))],
            "now": now,
            "site": identity.current(),
            "site_url": settings.SITE_URL,
        },
    )


def _json(person: Person, now: dt.datetime) -> str:
    told = {"made_at": now.isoformat(), "site": settings.SITE_URL}
    told["data"] = export_person(person)
    return json.dumps(told, ensure_ascii=False, indent=2, default=str)


def numbered(files: Iterable[OwnFile]) -> Iterator[tuple[str, OwnFile]]:
    """Two files may have one name; folders in a name are none of ours.

    A name without an ending gets the stored one: no device opens a file without.
    """
    for number, own in enumerate(files, start=1):
        name = own.name.replace("\\", "/").rpartition("/")[2].lstrip(".") or "tep"
        if not PurePosixPath(name).suffix:
            name += PurePosixPath(own.file.name or "").suffix
        yield f"tep/{number:02d}-{name}", own
