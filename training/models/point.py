"""The rooms of a session that is held in several places at once."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members.tracking import tracked
from training.models.session import TrainingSession


@tracked()
class RemotePoint(models.Model):
    """One room (điểm cầu) from which people follow a session.

    Whoever signs up chooses one of them, the main room included. `places` bounds who
    may choose a room, not who has a place in the session.
    """

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="points",
        verbose_name=_("session"),
    )
    name = NFCCharField(
        _("name"),
        max_length=120,
        help_text=_("List every room, the main one too; “online, at home” may be one."),
    )
    address = NFCCharField(_("where it is"), max_length=200, blank=True)
    places = models.PositiveIntegerField(
        _("places in the room"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as come."),
    )
    contact = NFCCharField(
        _("contact on the spot"),
        max_length=120,
        blank=True,
        help_text=_("Name and phone, shown to people with a place only."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("room of a session")
        verbose_name_plural = _("rooms of a session")
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="point_once"),
        ]

    def __str__(self) -> str:
        return self.name
