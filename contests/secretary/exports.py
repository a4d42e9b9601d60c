"""The list of entries, for Excel and as CSV."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contests.models import Author, Entry, EntryQuestion
from vietnam.dates import local

WIDTHS = {1: 12, 2: 28, 3: 20, 4: 14, 5: 36, 6: 20}


def table(rows: QuerySet[Entry]) -> list[list[Any]]:
    """The head and a line for each entry, authors in one cell, one a line.

    Answers to the organisers' questions follow, a column each. Few queries, however
    many rows.
    """
    rows = rows.select_related(
        "contest", "division", "field", "owner"
    ).prefetch_related(None)
    rows = list(rows.prefetch_related("authors__person", "files", "answers"))
    contests = {entry.contest_id for entry in rows}
    questions = list(EntryQuestion.objects.filter(contest__in=contests))
    head = [
        _("Receipt code"),
        _("Contest"),
        _("Division"),
        _("State"),
        _("Title of the work"),
        _("Field of work"),
        _("Authors"),
        _("School or unit"),
        _("Mentor"),
        _("Files"),
        _("Handed in at"),
        _("Entered by"),
        *(question.text for question in questions),
    ]
    return [head, *(_line(entry, questions) for entry in rows)]


def _line(entry: Entry, questions: list[EntryQuestion]) -> list[Any]:
    authors = list(entry.authors.all())
    schools = dict.fromkeys(author.school for author in authors if author.school)
    mentor = ", ".join(filter(None, [entry.mentor, entry.mentor_school]))
    known = {question.pk: question for question in questions}
    said = {}
    for answer in entry.answers.all():
        answer.question = known[answer.question_id]
        said[answer.question_id] = answer.words
    return [
        entry.code,
        entry.contest.title,
        entry.division.name if entry.division else "",
        entry.get_state_display(),
        entry.title,
        entry.field.name if entry.field else "",
        "\n".join(map(_author, authors)),
        "\n".join(schools),
        mentor,
        len(entry.files.all()),
        f"{local(entry.submitted_at):%d/%m/%Y %H:%M}" if entry.submitted_at else "",
        (entry.owner and entry.owner.email) or "",
        *(said.get(question.pk, "") for question in questions),
    ]


def _author(author: Author) -> str:
    born = author.person.birth_date
    parts = [author.person.full_name, f"{born:%d/%m/%Y}" if born else ""]
    if author.share:
        parts.append(f"{author.share} %")
    return ", ".join(filter(None, parts))
