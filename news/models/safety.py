"""What the page on digital safety says besides articles: whom to call, what to do."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from members.tracking import tracked
from news.models.article import Article


@tracked()
class SafetyContact(models.Model):
    """Somebody who helps, never without the source of the number."""

    name = NFCCharField(_("who"), max_length=80)
    purpose = NFCCharField(
        _("what for"),
        max_length=160,
        help_text=_("In the words of somebody in need: “when money is gone”."),
    )
    phone = NFCCharField(
        _("phone"),
        max_length=20,
        blank=True,
        help_text=_("As it is dialled, such as 111."),
    )
    url = models.URLField(_("page"), blank=True)
    hours = NFCCharField(
        _("hours"), max_length=80, blank=True, help_text=_("Such as “day and night”.")
    )
    source = NFCCharField(
        _("source"), max_length=160, help_text=_("Where the number is published.")
    )
    source_url = models.URLField(_("address of the source"), blank=True)
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day somebody called or compared it with the source."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("contact for help")
        verbose_name_plural = _("contacts for help")
        constraints = [
            models.CheckConstraint(
                name="safety_contact_reachable",
                condition=~models.Q(phone="", url=""),
                violation_error_message=_("Give a phone number or a page."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def dialled(self) -> str:
        return "".join(char for char in self.phone if char in "+0123456789")


class SafetyAdvice(models.Model):
    """A few short sentences for somebody: what to do now, or what to do at that age."""

    class Audience(models.TextChoices):
        NOW = "now", _("Right now, when it has happened")
        ALL = "all", _("Checklist for everybody")
        UNDER_12 = "under-12", _("Under 12")
        FROM_12 = "from-12", _("12 to 15")
        FROM_16 = "from-16", _("16 and over")
        PARENTS = "parents", _("Parents")
        ELDERS = "elders", _("Elders")

    MOST_POINTS = 10
    """More, and nobody reads them in an emergency."""

    audience = models.CharField(_("for whom"), max_length=8, choices=Audience)
    title = NFCCharField(_("title"), max_length=120)
    points = NFCTextField(
        _("points"), max_length=2000, help_text=_("One short sentence on each line.")
    )
    article = models.ForeignKey(
        Article,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("read on in"),
        help_text=_("The guide that tells more; shown while it is out."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("safety advice")
        verbose_name_plural = _("safety advice")

    def __str__(self) -> str:
        return self.title

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.points.splitlines() if line.strip()]

    def clean(self) -> None:
        if len(self.lines) > self.MOST_POINTS:
            sentence = _("At most %(number)d lines; say the rest in a guide.")
            params = {"number": self.MOST_POINTS}
            raise ValidationError({"points": ValidationError(sentence, params=params)})
