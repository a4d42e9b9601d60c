"""The pages about the site itself, and the figures it leads with."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField
from content.richtext import RichTextField
from content.search.columns import SearchColumn
from members.tracking import tracked


class Words(NamedTuple):
    """A title and a text, with the language they are in."""

    title: str
    body: str
    language: str


@tracked()
class SitePage(models.Model):
    """One page of a fixed address and purpose; the words are the admin's."""

    class Key(models.TextChoices):
        ABOUT = "about", _("About the site")
        CONTACT = "contact", _("Contact")
        ACCESSIBILITY = "accessibility", _("Accessibility")
        PRIVACY = "privacy", _("Privacy")
        TERMS = "terms", _("Terms of use")

    key = models.CharField(
        _("page"), max_length=13, choices=Key, unique=True, editable=False
    )
    title = NFCCharField(_("title"), max_length=120)
    body = RichTextField(_("text"))
    title_en = NFCCharField(_("title in English"), max_length=120, blank=True)
    body_en = RichTextField(
        _("text in English"),
        blank=True,
        help_text=_("Empty: readers of English get the Vietnamese text."),
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    search = SearchColumn(a=["title", "title_en"], c_html=["body", "body_en"])

    class Meta:
        ordering = ["id"]
        verbose_name = _("page of the site")
        verbose_name_plural = _("pages of the site")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(f"portal:{self.key}")

    def clean(self) -> None:
        if bool(self.title_en) != bool(self.body_en):
            raise ValidationError(_("Give both the title and the text in English."))

    def words(self, language: str) -> Words:
        """In `language` when they are there, else in Vietnamese."""
        if language == "en" and self.body_en:
            return Words(self.title_en, self.body_en, "en")
        return Words(self.title, self.body, "vi")


@tracked()
class KeyFigure(models.Model):
    """A number the programme stands on, never without its year and its source."""

    value = NFCCharField(
        _("value"),
        max_length=30,
        help_text=_("As it is to be read: “over 300,000”, “25.4%”."),
    )
    unit = NFCCharField(
        _("unit of measure"), max_length=30, blank=True, help_text=_("people, teams …")
    )
    label = NFCCharField(
        pgettext_lazy("key figure", "what it says"),
        max_length=120,
        help_text=_("Continues the value: “young people aged 16 to 30”."),
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1945), MaxValueValidator(2100)]
    )
    source = NFCCharField(_("source"), max_length=160)
    source_url = models.URLField(_("address of the source"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("key figure")
        verbose_name_plural = _("key figures")

    def __str__(self) -> str:
        return " ".join(filter(None, [self.value, self.unit, self.label]))


class FindingQuerySet(models.QuerySet):
    def open(self) -> FindingQuerySet:
        """Nobody has said yet that it may stay."""
        return self.filter(dismissed_at=None)


class Finding(models.Model):
    """Something in stored content that a person should look at (portal.scanning)."""

    class What(models.TextChoices):
        GAMBLING = "gambling", _("advertises gambling")
        SCRIPT = "script", _("a script, a frame or a form")
        FOREIGN = "foreign", _("a picture or file from another site")
        HIDDEN = "hidden", _("hidden text")
        LOOKALIKE = "lookalike", _("an address that looks like another")

    model = models.CharField(_("list"), max_length=100)
    row = models.CharField(_("row"), max_length=64)
    field = models.CharField(_("field"), max_length=64)
    what = models.CharField(_("what was found"), max_length=10, choices=What)
    excerpt = models.CharField(_("words"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    found_at = models.DateTimeField(_("found at"))
    dismissed_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked at by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["dismissed_at", "-found_at", "id"]
        verbose_name = _("suspicious content")
        verbose_name_plural = _("suspicious content")
        constraints = [
            models.UniqueConstraint(
                fields=["model", "row", "field", "what", "digest"],
                name="finding_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.excerpt}"
