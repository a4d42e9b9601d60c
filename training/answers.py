"""The questions of a session as fields of a form, and the answers as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _

from content import questions
from content.files import size_text
from content.questions import name_of, read
from training import files
from training.files import Taken
from training.models import Answer, Question, Registration, RemotePoint

__all__ = ["Told", "field_for", "is_name", "keep", "name_of", "of", "read", "remove"]

Kind = Question.Kind
POINT = "point"


@dataclass(frozen=True)
class Told:
    """What somebody said when signing up, beside who they are."""

    point: RemotePoint | None = None
    answers: Sequence[tuple[Question, str | Taken]] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.point or self.answers)


class AnswerFileField(forms.FileField):
    """Cleans to a `Taken`."""

    def clean(self, data, initial=None) -> Taken | None:
        upload = super().clean(data, initial)
        return files.take(upload, max_bytes=files.MAX_ANSWER) if upload else None


def is_name(name: str) -> bool:
    """Whether a field of this name asks a question or for the room."""
    return name == POINT or questions.is_name(name)


def field_for(question: Question) -> forms.Field:
    if question.kind != Kind.FILE:
        return questions.field_for(question)
    limit = _("PDF, Word, Excel, PowerPoint or a picture, at most %(size)s.")
    said = questions.said_of(question)
    limit %= {"size": size_text(files.MAX_ANSWER)}
    said["help_text"] = f"{said['help_text']} {limit}".strip()
    return AnswerFileField(**said)


def keep(registration: Registration, told: Told) -> None:
    """Write the answers of a new sign-up, in the transaction that makes it."""
    for question, value in told.answers:
        row = Answer(registration=registration, question=question)
        if isinstance(value, Taken):
            files.put(row, value)
        else:
            row.value = value
        row.save(force_insert=True)


def keep_all(pairs: Iterable[tuple[Registration, Told]]) -> None:
    """`keep` for many without files, in one statement."""
    Answer.objects.bulk_create(
        Answer(registration=registration, question=question, value=value)
        for registration, told in pairs
        for question, value in told.answers
    )


def of(registration: Registration) -> list[Answer]:
    """What was answered, in the order of the questions."""
    rows = registration.answers.select_related("question")
    return list(rows.order_by("question__order", "question"))


def remove(rows: Iterable[Answer]) -> None:
    """Delete answers now and their files once that is certain."""
    for row in rows:
        files.forget(row.file.name)
        row.delete()
