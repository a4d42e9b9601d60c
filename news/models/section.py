"""How readers find their way: sections for the menu, tags across them."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from members.tracking import tracked
from news.querysets import SectionQuerySet, TagQuerySet
from vietnam.slug import slugify


@tracked()
class Section(models.Model):
    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Something new every day")
        WEEKLY = "weekly", _("Something new every week")

    name = NFCCharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    description = NFCTextField(_("description"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    rhythm = models.CharField(
        _("rhythm"),
        max_length=6,
        choices=Rhythm,
        blank=True,
        help_text=_(
            "Days or weeks without an article are shown in the calendar and told to "
            "the editors in the evening; readers may send stories for this section."
        ),
    )

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("news:section", args=[self.slug])


class Tag(models.Model):
    """A thing that articles of several sections are about, such as VNeID."""

    name = NFCCharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        blank=True,
        help_text=_("Leave it empty: it is made from the name."),
    )

    warns = models.BooleanField(
        _("warns of dangers"),
        default=False,
        help_text=_("Its articles stand as alerts on the page on digital safety."),
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.slug = self.slug or slugify(self.name, max_length=60)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("news:tag", args=[self.slug])
