"""A round of judging, what is scored in it, and who goes on from it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from contests.models.contest import Contest
from contests.querysets import RoundQuerySet
from members.tracking import tracked


@tracked()
class Round(models.Model):
    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="rounds",
        verbose_name=_("contest"),
    )

    class Kind(models.TextChoices):
        PRELIMINARY = "preliminary", _("Preliminary")
        FINAL = "final", _("Final")

    class RankedBy(models.TextChoices):
        RAW = "raw", _("The mean of the judges' points")
        CALIBRATED = "calibrated", _("Calibrated points")

    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind, default=Kind.PRELIMINARY
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
    apart_over = models.PositiveSmallIntegerField(
        _("one more reading over"),
        default=15,
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "When two judges of a work are more than so many points (of 100) apart, "
            "one more judge is asked for. Empty: never."
        ),
    )
    again_by_itself = models.BooleanField(
        _("ask for one more reading by itself"),
        default=False,
        help_text=_(
            "Each hour of the day, works whose judges are far apart go to one more "
            "judge of this round, who gets a letter. Otherwise you press the button."
        ),
    )
    others_seen = models.BooleanField(
        _("judges see other scores after their own"),
        default=False,
        help_text=_("What a judge has given is then final."),
    )
    ranked_by = models.CharField(
        _("places follow"),
        max_length=10,
        choices=RankedBy,
        default=RankedBy.RAW,
        help_text=_(
            "Calibrated points allow for strict and lenient judges. Where that cannot "
            "be reckoned, places follow the mean, and the minutes say so."
        ),
    )
    rubric = models.PositiveSmallIntegerField(
        _("version of the criteria"), default=1, editable=False
    )
    # From this moment on entrants of a preliminary round know who goes on.
    announced_at = models.DateTimeField(
        _("shortlist announced at"), null=True, blank=True, editable=False
    )

    objects = RoundQuerySet.as_manager()

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
            models.CheckConstraint(
                name="round_announced_after_end",
                condition=Q(announced_at__isnull=True)
                | Q(announced_at__gte=F("ends_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Criterion(models.Model):
    """What is scored, from 0 to `maximum`; weights of a round add up to 100.

    From the first score on only `ranking.rubric.change_weights` changes it; a weight of
    0 takes it out of the count and keeps its scores readable.
    """

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
        _("weight"), validators=[MaxValueValidator(100)]
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
                name="criterion_positive", condition=Q(weight__gte=0, maximum__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rubric(models.Model):
    """The criteria as they counted: one row for each version, never changed.

    The first is written with the first score; each later one says why and by whom.
    """

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="rubrics",
        verbose_name=_("round"),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    # A line for each criterion: id, name, weight, maximum.
    criteria = models.JSONField(_("criteria"))
    reason = NFCTextField(_("reason"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        ordering = ["round", "version"]
        verbose_name = _("version of the criteria")
        verbose_name_plural = _("versions of the criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "version"], name="rubric_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}, {self.version}"
