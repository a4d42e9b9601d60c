"""What people answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content import questions
from content.fields import NFCTextField
from training.models.kept_file import KeptFile
from training.models.question import Question
from training.models.registration import Registration


class Answer(KeptFile):
    """One answer of one sign-up; several chosen ones stand one a line.

    No answer, no row. Choices are kept as the words that were chosen: an organiser who
    rewrites a choice later does not rewrite what people said.
    """

    registration = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="answers",
        verbose_name=_("sign-up"),
        db_index=False,  # answer_once begins with it
    )
    question = models.ForeignKey(
        Question,
        on_delete=models.PROTECT,
        related_name="answers",
        verbose_name=_("question"),
    )
    value = NFCTextField(_("answer"), max_length=6000, blank=True)

    class Meta:
        ordering = ["registration", "question__order", "question"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "question"], name="answer_once"
            ),
            models.CheckConstraint(
                name="answer_text_or_file",
                condition=(Q(file="") & ~Q(value="")) | (~Q(file="") & Q(value="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.words}"

    @property
    def words(self) -> str:
        """For people to read: a file by its name, several answers with semicolons."""
        if self.file:
            return self.name
        return questions.in_words(self.question, self.value)
