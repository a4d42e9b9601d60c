"""What a session asks beside who somebody is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from members.tracking import tracked
from training.models.session import TrainingSession

MOST_CHOICES = 30


@tracked()
class Question(models.Model):
    """Asked once, before the sign-up."""

    class Kind(models.TextChoices):
        TEXT = "text", _("One line of text")
        LONG = "long", _("Longer text")
        CHOICE = "choice", _("One of several answers")
        SEVERAL = "several", _("Several of several answers")
        NUMBER = "number", _("Whole number")
        YES_NO = "yes_no", _("Yes or no")
        FILE = "file", _("File")

    WITH_CHOICES = (Kind.CHOICE, Kind.SEVERAL)

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="questions",
        verbose_name=_("session"),
    )
    text = NFCCharField(
        _("question"),
        max_length=200,
        help_text=_(
            "Ask only what the session needs. Never for identity papers, ethnicity, "
            "religion or health."
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
        ordering = ["order", "id"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["session", "text"], name="question_once"),
        ]

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
