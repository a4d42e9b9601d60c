"""What a member of a team can show others."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members.fields import DerivedCharField
from vietnam.fold import fold


class TeamSkill(models.Model):
    """A row and not code: what people need help with changes every year."""

    name = NFCCharField(_("name"), max_length=60)
    # Lists spell a skill with accents or without.
    name_folded = DerivedCharField(
        max_length=120, derive=lambda skill: fold(skill.name), unique=True
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "name_folded"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills of team members")

    def __str__(self) -> str:
        return self.name
