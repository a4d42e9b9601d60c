"""Who scores what, and the scores."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextField
from content.marks import MarkBelow, own_mark
from contests.models.code import new_code
from contests.models.entry import Entry
from contests.models.round import Criterion, Round
from contests.querysets import AssignmentQuerySet
from members.tracking import tracked


@tracked(without=["draft", "drafted_at", "scores_mark"], personal=["conflict"])
class JudgeAssignment(models.Model):
    """This judge scores this entry in this round, under a blind code."""

    class Aside(models.TextChoices):
        """Why scores do not count; nothing is ever deleted."""

        HARD = "hard", _("Conflict: does not score")
        SOFT = "soft", _("Disclosed: counts once the organisers agree")
        REMOVED = "removed", _("Taken off by the organisers")

    # Closed to the judge; a soft conflict leaves the work open.
    CLOSED = (Aside.HARD, Aside.REMOVED)

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_("round"),
    )
    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="judge_assignments",
        verbose_name=_("entry"),
    )
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="judge_assignments",
        verbose_name=_("judge"),
    )
    blind_code = models.CharField(_("blind code"), max_length=12, default=new_code)
    aside = models.CharField(
        _("set aside"), max_length=8, choices=Aside, blank=True, default=""
    )
    conflict = NFCTextField(
        _("conflict of interest"),
        max_length=300,
        blank=True,
        help_text=_("Why the scores of this judge do not count."),
    )
    # The organisers looked at a soft conflict and let the scores count.
    admitted_at = models.DateTimeField(_("let count at"), null=True, blank=True)
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("let count by"),
    )
    comment = NFCTextField(_("remark of the judge"), max_length=2000, blank=True)
    assigned_at = models.DateTimeField(_("assigned at"))
    scored_at = models.DateTimeField(_("scored at"), null=True, blank=True)
    # Typed and not given yet, field by field as it stood in the form.
    draft = models.JSONField(default=dict, blank=True, editable=False)
    drafted_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of all its scores, kept by their table (migration 0011); and of all that counts.
    scores_mark = MarkBelow()
    mark = own_mark(
        *("id", "entry", "judge", "aside", "admitted_at", "scored_at", "scores_mark")
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["round", "judge", "blind_code"]
        verbose_name = _("judge's assignment")
        verbose_name_plural = _("judges' assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "entry", "judge"], name="judge_once"
            ),
            models.UniqueConstraint(
                fields=["round", "judge", "blind_code"], name="blind_code_once"
            ),
            models.CheckConstraint(
                name="assignment_aside_has_reason",
                condition=Q(aside="", conflict="") | (~Q(aside="") & ~Q(conflict="")),
            ),
            models.CheckConstraint(
                name="assignment_admits_soft_only",
                condition=Q(admitted_at__isnull=True) | Q(aside="soft"),
            ),
        ]

    def __str__(self) -> str:
        return self.blind_code

    @property
    def counts(self) -> bool:
        """Whether scores of this judge enter the mark; querysets ask `counting`."""
        return not self.aside or self.admitted_at is not None


@tracked()
class Score(models.Model):
    assignment = models.ForeignKey(
        JudgeAssignment,
        on_delete=models.CASCADE,
        related_name="scores",
        verbose_name=_("assignment"),
    )
    criterion = models.ForeignKey(
        Criterion,
        on_delete=models.PROTECT,
        related_name="scores",
        verbose_name=_("criterion"),
    )
    value = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    scored_at = models.DateTimeField(_("scored at"))

    class Meta:
        ordering = ["assignment", "criterion"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "criterion"], name="score_once"
            ),
            models.CheckConstraint(
                name="score_not_negative", condition=Q(value__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
