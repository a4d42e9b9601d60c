"""Who came to which half-day, and every mark that says so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from training.models.registration import Registration
from training.models.slot import Slot
from training.querysets import AttendanceQuerySet, MarkQuerySet


class Mark(models.Model):
    """One press of a button or one scan, on whichever device; never deleted.

    Phones may be without a network at the desk, so marks arrive late, twice and out
    of order. `nonce` was drawn by the device and makes a second upload harmless. What
    counts is worked out from all marks of one person and half-day in the order of
    `scanned_at` (attendance.py, nowhere else).
    """

    class What(models.TextChoices):
        CAME = "came", _("here")
        UNDONE = "undone", _("taken back")

    class Method(models.TextChoices):
        QR = "qr", _("QR code")
        CODE = "code", _("typed code")
        LIST = "list", _("list at the desk")
        PAPER = "paper", _("paper sheet")
        SELF = "self", _("own check-in")

    nonce = models.UUIDField(unique=True, editable=False)
    registration = models.ForeignKey(
        Registration,
        on_delete=models.PROTECT,
        related_name="marks",
        verbose_name=_("sign-up"),
        db_index=False,  # mark_of_half_day begins with it
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, related_name="marks", verbose_name=_("half-day")
    )
    what = models.CharField(_("says"), max_length=6, choices=What, default=What.CAME)
    method = models.CharField(_("how"), max_length=5, choices=Method)
    # By the device's clock, put right by what we know of that clock.
    scanned_at = models.DateTimeField(_("marked at"))
    received_at = models.DateTimeField(_("received at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("marked by"),
    )
    device = models.CharField(_("device"), max_length=40, blank=True)
    # Another device said something else and neither could know of the other.
    clashes = models.BooleanField(_("conflict"), default=False, editable=False)
    settled_at = models.DateTimeField(_("looked at"), null=True, editable=False)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["scanned_at", "id"]
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        indexes = [
            models.Index(
                fields=["registration", "slot", "scanned_at"], name="mark_of_half_day"
            ),
            models.Index(
                fields=["slot"], name="mark_clashes", condition=Q(clashes=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="mark_not_from_tomorrow",
                condition=Q(scanned_at__lte=F("received_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} · {self.get_what_display()}"


class Attendance(models.Model):
    """Somebody was there for one half-day. The row stands as long as that counts."""

    registration = models.ForeignKey(
        Registration,
        on_delete=models.PROTECT,
        related_name="attendances",
        verbose_name=_("sign-up"),
        db_index=False,  # attendance_once begins with it
    )
    slot = models.ForeignKey(
        Slot,
        on_delete=models.PROTECT,
        related_name="attendances",
        verbose_name=_("half-day"),
    )
    # The earliest mark since the last one was taken back.
    mark = models.OneToOneField(
        Mark, on_delete=models.PROTECT, related_name="+", verbose_name=_("mark")
    )
    came_at = models.DateTimeField(_("came at"))

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["came_at", "id"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "slot"], name="attendance_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} · {self.slot_id}"
