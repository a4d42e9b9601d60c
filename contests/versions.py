"""Copies of what was handed in: one for each time, with texts, authors and files.

The bytes of files stay, too, until `KEPT` after the results (or, where none came out,
`KEPT_UNDECIDED` after entries closed): `upkeep.drop_old_versions`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from contests import loading
from contests.models import Entry, EntryVersion, VersionFile
from members.models import Person, User
from members.privacy import NAMELESS

KEPT = dt.timedelta(days=365)
"""DOMAIN: files of contests, twelve months after the results were announced."""
KEPT_UNDECIDED = 2 * KEPT


def keep(entry: Entry, *, by: User | None, now: dt.datetime) -> None:
    """Copy the entry as it stands, unless the last copy says the same.

    Inside the entry's lock: that is what makes the numbers follow one another.
    """
    content = content_of(entry)
    last = loading.versions_of(entry.pk, limit=1).first()
    if last and last.content == content:
        return
    number = last.number + 1 if last else 1
    version = EntryVersion.objects.create(
        entry=entry, number=number, made_at=now, made_by=by, content=content
    )
    VersionFile.objects.bulk_create(
        VersionFile(
            version=version,
            file=row.file.name,
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            state=row.state,
        )
        for row in entry.files.all()
    )


def kept_bytes(entry: Entry) -> int:
    """What earlier versions hold beside the entry's own files; shared bytes once."""
    return sum(dict(loading.kept_files(entry.pk)).values())


def content_of(entry: Entry) -> dict[str, Any]:
    """The parts as they are now: in the verb that changes them, too."""
    loading.fill(entry, "authors", "answers", "files")
    return {
        "title": entry.title,
        "summary": entry.summary,
        "division": entry.division.name if entry.division else "",
        "field": entry.field.name if entry.field else "",
        "mentor": entry.mentor,
        "mentor_school": entry.mentor_school,
        "answers": [[one.question.text, one.words] for one in entry.answers.all()],
        "authors": [
            {
                "person": author.person_id,
                "name": author.person.full_name,
                "school": author.school,
                "share": author.share,
            }
            for author in entry.authors.all()
        ],
        "files": [
            {"name": file.name, "size": file.size, "sha256": file.sha256}
            for file in entry.files.all()
        ],
    }


def _naming(person: Person):
    named = {"authors": [{"person": person.pk}]}
    return EntryVersion.objects.filter(content__contains=named)


def forget(person: Person) -> None:
    """Take an author's name and school out of every copy."""
    for version in _naming(person).select_for_update():
        for author in version.content["authors"]:
            if author["person"] == person.pk:
                author.update(person=None, name=NAMELESS, school="")
        version.save(update_fields=["content"])


def repoint(*, keep: Person, drop: Person) -> None:
    """Two records of one author became one."""
    for version in _naming(drop).select_for_update():
        for author in version.content["authors"]:
            if author["person"] == drop.pk:
                author["person"] = keep.pk
        version.save(update_fields=["content"])
