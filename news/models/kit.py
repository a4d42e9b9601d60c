"""What units take home for their own publications."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField, NFCTextField
from content.files.kinds import Kind
from content.files.refusals import size_text
from content.files.storage import private_storage
from news.models.article import Article


class KitItem(models.Model):
    """A logo, a template or a how-to, with what may be done with it.

    A how-to may be an article instead of a file. The file lies in the private store,
    which nothing but our view leads to: always an attachment, never run.
    """

    class What(models.TextChoices):
        LOGO = "logo", _("Logos and marks")
        TEMPLATE = "template", _("Templates")
        HOW_TO = "how-to", _("How it is done")
        OF_UNITS = "units", _("Publications of units")

    class Licence(models.TextChoices):
        CC_BY = "cc-by", _("CC BY 4.0: use and change it, name the author")
        CC_BY_NC = (
            "cc-by-nc",
            _("CC BY-NC 4.0: use and change it, name the author, sell nothing of it"),
        )
        CC0 = "cc0", _("CC0: use it as you like")
        UNITS = "units", _("For publications of Union units; leave it as it is")
        OWN = "own", _("What its author wrote beside it")

    what = models.CharField(_("kind"), max_length=8, choices=What)
    title = NFCCharField(_("title"), max_length=120)
    description = NFCTextField(
        _("what for"),
        max_length=400,
        blank=True,
        help_text=_("When to take this one, and what to change in it."),
    )
    file = models.FileField(
        _("file"),
        storage=private_storage,
        upload_to="kit",
        max_length=200,
        blank=True,
        editable=False,
    )
    name = models.CharField(
        _("name of the file"), max_length=150, blank=True, editable=False
    )
    media_type = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveIntegerField(
        pgettext_lazy("file", "size"), default=0, editable=False
    )
    article = models.ForeignKey(
        Article,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
        help_text=_("Instead of a file: the guide that shows how."),
    )
    licence = models.CharField(_("licence"), max_length=8, choices=Licence)
    licence_text = NFCCharField(
        _("what its author allows"),
        max_length=300,
        blank=True,
        help_text=_("In the author's own words, where no licence of the list fits."),
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="kit_items",
        verbose_name=_("unit"),
        help_text=_("Whose publication it is."),
    )
    contribution = models.ForeignKey(
        "news.Contribution",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="kit_items",
        verbose_name=_("sent in as"),
    )
    credit = NFCCharField(
        pgettext_lazy("media kit", "credit"),
        max_length=120,
        help_text=_("Who made it."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ["what", "order", "id"]
        verbose_name = _("item of the media kit")
        verbose_name_plural = _("media kit")
        constraints = [
            models.CheckConstraint(
                name="kit_item_file_or_article",
                condition=Q(file="", article__isnull=False)
                | (~Q(file="") & Q(article__isnull=True)),
                violation_error_message=_("Give either a file or an article."),
            ),
            models.CheckConstraint(
                name="kit_item_own_licence_in_words",
                condition=~Q(licence="own") | ~Q(licence_text=""),
                violation_error_message=_("Write what its author allows."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.article_id:
            return self.article.get_absolute_url()
        return reverse("news:kit_file", args=[self.pk, self.name])

    @property
    def size_text(self) -> str:
        return size_text(self.size)

    @property
    def licence_words(self) -> str:
        """What may be done with it, as readers are told."""
        if self.licence == self.Licence.OWN:
            return self.licence_text
        return str(self.get_licence_display())

    @property
    def kind_label(self) -> str:
        """What people call such a file; "" for an article."""
        kinds = {kind.media_type: kind.label for kind in Kind}
        return kinds.get(self.media_type, "")
