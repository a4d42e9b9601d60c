"""The questions of a session as fields of a form, and the answers as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.fields import NFCCharFormField, NFCTextFormField
from content.files import size_text
from training import files
from training.files import Taken
from training.models import Answer, Question, Registration, RemotePoint
from training.models.answer import NO, YES

Kind = Question.Kind
PREFIX = "q"
POINT = "point"
MOST_RADIOS = 8
MOST = 1_000_000_000


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


def name_of(question: Question) -> str:
    """What the question is called in the form."""
    return f"{PREFIX}{question.pk}"


def is_name(name: str) -> bool:
    """Whether a field of this name asks a question or for the room."""
    return name == POINT or (name.startswith(PREFIX) and name[1:].isdecimal())


def field_for(question: Question) -> forms.Field:
    said = {
        "label": question.text,
        # The component marks help texts as safe; these words come from a form.
        "help_text": conditional_escape(question.hint),
        "required": question.required,
    }
    match question.kind:
        case Kind.LONG:
            area = forms.Textarea(attrs={"rows": 4})
            return NFCTextFormField(**said, max_length=3000, widget=area)
        case Kind.CHOICE:
            return _choice(question, said)
        case Kind.SEVERAL:
            pairs = [(choice, choice) for choice in question.choice_list]
            boxes = forms.CheckboxSelectMultiple()
            return forms.MultipleChoiceField(**said, choices=pairs, widget=boxes)
        case Kind.NUMBER:
            box = forms.TextInput(attrs={"inputmode": "numeric"})
            return forms.IntegerField(**said, min_value=0, max_value=MOST, widget=box)
        case Kind.YES_NO:
            pairs = [(YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))]
            return forms.ChoiceField(**said, choices=pairs, widget=forms.RadioSelect())
        case Kind.FILE:
            limit = _("PDF, Word, Excel, PowerPoint or a picture, at most %(size)s.")
            limit %= {"size": size_text(files.MAX_ANSWER)}
            said["help_text"] = f"{said['help_text']} {limit}".strip()
            return AnswerFileField(**said)
    return NFCCharFormField(**said, max_length=300)


def _choice(question: Question, said: dict[str, Any]) -> forms.ChoiceField:
    pairs = [(choice, choice) for choice in question.choice_list]
    if not question.required:
        pairs = [("", _("No answer")), *pairs]
    if len(pairs) <= MOST_RADIOS:
        return forms.ChoiceField(**said, choices=pairs, widget=forms.RadioSelect())
    if question.required:
        pairs = [("", _("Choose one")), *pairs]
    return forms.ChoiceField(**said, choices=pairs)


def read(
    questions: Iterable[Question], cleaned: dict[str, Any]
) -> list[tuple[Question, str | Taken]]:
    """The answers in a form's cleaned data; what was left empty is left out."""
    found = []
    for question in questions:
        value = cleaned.get(name_of(question))
        if isinstance(value, list):
            value = "\n".join(value)
        if value not in (None, ""):
            found.append((question, value if isinstance(value, Taken) else str(value)))
    return found


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
