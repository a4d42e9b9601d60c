"""What a contest asks beside the work itself, and what was answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from content import questions
from content.fields import NFCTextField
from content.questions import AskedQuestion
from contests.models.contest import Contest
from contests.models.entry import Entry
from members.tracking import tracked

# Files have a step of their own.
KINDS = [kind for kind in questions.Kind if kind != questions.Kind.FILE]


@tracked()
class EntryQuestion(AskedQuestion):
    """Asked of every entry; organisers read the answers, judges never do."""

    kind = models.CharField(
        _("kind of answer"),
        max_length=8,
        choices=[(kind.value, kind.label) for kind in KINDS],
        default=questions.Kind.TEXT,
    )
    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="questions",
        verbose_name=_("contest"),
    )

    class Meta(AskedQuestion.Meta):
        abstract = False
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "text"], name="entry_question_once"
            ),
        ]


class EntryAnswer(models.Model):
    """One answer; none, no row. Chosen answers are kept as the words chosen."""

    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="answers",
        verbose_name=_("entry"),
        db_index=False,  # entry_answer_once begins with it
    )
    question = models.ForeignKey(
        EntryQuestion,
        on_delete=models.PROTECT,
        related_name="answers",
        verbose_name=_("question"),
    )
    value = NFCTextField(_("answer"), max_length=6000)

    class Meta:
        ordering = ["entry", "question__order", "question"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "question"], name="entry_answer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.words}"

    @property
    def words(self) -> str:
        return questions.in_words(self.question, self.value)
