"""Who took personal data out of the portal, or opened a private file of somebody."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members.models.account import User
from members.models.unit import Unit


class AccessNote(models.Model):
    """One list, paper or file that left the portal; written by `members.access_log`.

    The people are numbers and no relation: a note outlives their records, and tells
    of nobody any more once they are erased.
    """

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    # The account may go; who took the list must stay readable.
    by_name = NFCCharField(_("who"), max_length=254)
    kind = models.CharField(_("kind"), max_length=60)
    what = NFCCharField(_("what"), max_length=250)
    about = models.CharField(_("about"), max_length=80, blank=True)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    people = ArrayField(
        models.BigIntegerField(), default=list, editable=False, verbose_name=_("people")
    )

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("taking out of data")
        verbose_name_plural = _("data taken out")
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_order"),
            models.Index(fields=["about"], name="access_about"),
        ]

    def __str__(self) -> str:
        return self.what
