"""What a session asks beside who somebody is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.questions import AskedQuestion
from members.tracking import tracked
from training.models.session import TrainingSession


@tracked()
class Question(AskedQuestion):
    """Asked once, before the sign-up."""

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="questions",
        verbose_name=_("session"),
    )

    class Meta(AskedQuestion.Meta):
        abstract = False
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["session", "text"], name="question_once"),
        ]
