"""A round of judging and what is scored in it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from contests.models.contest import Contest
from members.tracking import tracked


@tracked()
class Round(models.Model):
    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="rounds",
        verbose_name=_("contest"),
    )
    name = NFCCharField(_("name"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    starts_at = models.DateTimeField(_("judging starts"))
    ends_at = models.DateTimeField(_("judging ends"))
    quorum = models.PositiveSmallIntegerField(
        _("judges an entry"), default=3, validators=[MinValueValidator(1)]
    )
    blind = models.BooleanField(
        _("blind"), default=True, help_text=_("Judges do not see who entered.")
    )

    class Meta:
        ordering = ["contest", "order", "id"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "order"], name="round_order_once"
            ),
            models.CheckConstraint(
                name="round_window", condition=Q(starts_at__lt=F("ends_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Criterion(models.Model):
    """What is scored, from 0 to `maximum`; weights of a round add up to 100."""

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="criteria",
        verbose_name=_("round"),
    )
    name = NFCCharField(_("name"), max_length=120)
    guidance = NFCTextField(_("guidance"), max_length=600, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    weight = models.PositiveSmallIntegerField(
        _("weight"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    maximum = models.PositiveSmallIntegerField(
        _("highest score"), default=10, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ["round", "order", "id"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "name"], name="criterion_name_once"
            ),
            models.CheckConstraint(
                name="criterion_positive", condition=Q(weight__gte=1, maximum__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name
