"""A ranking as it was reckoned, and who goes on from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models.entry import Entry
from contests.models.round import Round


class RankingRun(models.Model):
    """One reckoning, never changed: what went in, by which method, what came out.

    `inputs` holds all that the reckoning needs and no name of anybody, so that it can
    be done again years later with the same result; `inputs_hash` says whether two runs
    (or a run and today) rest on the same scores.
    """

    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, related_name="runs", verbose_name=_("round")
    )
    rubric = models.PositiveSmallIntegerField(_("version of the criteria"))
    method = models.CharField(_("places follow"), max_length=10, choices=Round.RankedBy)
    inputs = models.JSONField(_("what went in"))
    inputs_hash = models.CharField(_("hash of what went in"), max_length=64)
    rows = models.JSONField(_("what came out"))
    reason = models.CharField(_("occasion"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("ranking run")
        verbose_name_plural = _("ranking runs")
        indexes = [models.Index(fields=["round", "-made_at"], name="run_of_round")]

    def __str__(self) -> str:
        return f"{self.round}, {self.made_at:%d/%m/%Y %H:%M}"


class Shortlisted(models.Model):
    """An entry that goes on from a round; written by `ranking.shortlist` alone."""

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="shortlisted",
        verbose_name=_("round"),
    )
    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="shortlisted",
        verbose_name=_("entry"),
    )
    run = models.ForeignKey(
        RankingRun,
        on_delete=models.PROTECT,
        related_name="shortlisted",
        verbose_name=_("ranking run"),
    )

    class Meta:
        ordering = ["round", "id"]
        verbose_name = _("shortlisted entry")
        verbose_name_plural = _("shortlisted entries")
        constraints = [
            models.UniqueConstraint(fields=["round", "entry"], name="shortlisted_once"),
        ]

    def __str__(self) -> str:
        return str(self.entry)
