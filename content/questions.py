"""Questions that staff put into a form, beside who somebody is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import conditional_escape
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from content.fields import (
    NFCCharField,
    NFCCharFormField,
    NFCTextField,
    NFCTextFormField,
)

MOST_CHOICES = 30
MOST_RADIOS = 8
MOST = 1_000_000_000
YES, NO = "yes", "no"
PREFIX = "q"


class Kind(models.TextChoices):
    TEXT = "text", _("One line of text")
    LONG = "long", _("Longer text")
    CHOICE = "choice", _("One of several answers")
    SEVERAL = "several", _("Several of several answers")
    NUMBER = "number", _("Whole number")
    YES_NO = "yes_no", _("Yes or no")
    FILE = "file", _("File")


WITH_CHOICES = (Kind.CHOICE, Kind.SEVERAL)


class AskedQuestion(models.Model):
    """One question of a form; the model below says whose form."""

    Kind = Kind
    WITH_CHOICES = WITH_CHOICES

    text = NFCCharField(
        _("question"),
        max_length=200,
        help_text=_(
            "Ask only what is needed. Never for identity papers, ethnicity, religion "
            "or health."
        ),
    )
    hint = NFCCharField(_("hint"), max_length=300, blank=True)
    kind = models.CharField(
        _("kind of answer"), max_length=8, choices=Kind, default=Kind.TEXT
    )
    choices = NFCTextField(
        _("answers to choose from"),
        max_length=3000,
        blank=True,
        help_text=_("One in each line."),
    )
    required = models.BooleanField(_("must be answered"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        count = len(self.choice_list)
        if self.kind not in self.WITH_CHOICES:
            self.choices = ""
        elif not 2 <= count <= MOST_CHOICES:
            text = _("Write at least two answers and at most %(most)s, one a line.")
            problem = ValidationError(text, params={"most": MOST_CHOICES})
            raise ValidationError({"choices": problem})

    @property
    def choice_list(self) -> list[str]:
        """The answers in their order, each once."""
        lines = (line.strip() for line in self.choices.splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class QuestionForm(forms.ModelForm):
    """An answered question stays as it was put: the answers would make no sense.

    Choices may change, because answers keep the words that were chosen.
    """

    class Meta:
        widgets = {"choices": forms.Textarea(attrs={"rows": 3, "cols": 24})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = format_lazy(
            "{} {}",
            self.fields["text"].help_text,
            _("Once somebody has answered, its words and kind stay as they are."),
        )

    def clean_text(self) -> str:
        return self._as_answered("text")

    def clean_kind(self) -> str:
        return self._as_answered("kind")

    def _as_answered(self, name: str) -> str:
        changed = self.instance.pk and name in self.changed_data
        if changed and self.instance.answers.exists():
            raise ValidationError(
                _("People answered this already. Add another question instead.")
            )
        return self.cleaned_data[name]


def name_of(question: AskedQuestion) -> str:
    """What the question is called in the form."""
    return f"{PREFIX}{question.pk}"


def is_name(name: str) -> bool:
    """Whether a field of this name asks a question."""
    return name.startswith(PREFIX) and name[1:].isdecimal()


def said_of(question: AskedQuestion) -> dict[str, Any]:
    """What every field is told of its question."""
    return {
        "label": question.text,
        # The component marks help texts as safe; these words come from a form.
        "help_text": conditional_escape(question.hint),
        "required": question.required,
    }


def field_for(question: AskedQuestion, **changes: Any) -> forms.Field:
    """The form field for a question of any kind but a file."""
    said = said_of(question) | changes
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
            pairs = [(YES, _("Yes")), (NO, _("No"))]
            return forms.ChoiceField(**said, choices=pairs, widget=forms.RadioSelect())
    return NFCCharFormField(**said, max_length=300)


def _choice(question: AskedQuestion, said: dict[str, Any]) -> forms.ChoiceField:
    pairs = [(choice, choice) for choice in question.choice_list]
    if not said["required"]:
        pairs = [("", _now("No answer")), *pairs]
    if len(pairs) <= MOST_RADIOS:
        return forms.ChoiceField(**said, choices=pairs, widget=forms.RadioSelect())
    if said["required"]:
        pairs = [("", _now("Choose one")), *pairs]
    return forms.ChoiceField(**said, choices=pairs)


def read(
    questions: Iterable[AskedQuestion], cleaned: dict[str, Any]
) -> list[tuple[AskedQuestion, Any]]:
    """The answers in a form's cleaned data; what was left empty is left out.

    Several chosen ones come one a line, numbers as text, anything else as it is.
    """
    found = []
    for question in questions:
        value = cleaned.get(name_of(question))
        if isinstance(value, list):
            value = "\n".join(value)
        if value not in (None, ""):
            found.append((question, str(value) if isinstance(value, int) else value))
    return found


def in_words(question: AskedQuestion, value: str) -> str:
    """An answer for people to read: several ones with semicolons."""
    if question.kind == Kind.YES_NO:
        return _now("Yes") if value == YES else _now("No")
    return "; ".join(value.splitlines()) if question.kind == Kind.SEVERAL else value
