"""What the building blocks keep: who runs the site, pictures, counts of readers."""

from __future__ import annotations

import secrets
import string

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField, NFCEmailField
from content.pictures import making
from content.querysets import PageViewsQuerySet, PictureQuerySet
from content.uploads.models import Upload as Upload


class SiteIdentity(models.Model):
    """Who runs the site: one row, or none until somebody has saved it.

    Read it through `content.identity.current`, which knows what holds before that.
    """

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(
        primary_key=True, default=THE_ONE, editable=False
    )
    name = NFCCharField(
        _("name of the site"),
        max_length=80,
        help_text=_("At the top of each page and of each letter."),
    )
    owner = NFCCharField(
        _("who runs the site"),
        max_length=120,
        help_text=_("The full name of the organisation, as on its letterhead."),
    )
    responsible = NFCCharField(
        _("responsible for the content"),
        max_length=160,
        blank=True,
        help_text=_(
            "Name and position of the person who answers for what is published."
        ),
    )
    address = NFCCharField(
        pgettext_lazy("postal", "address"), max_length=200, blank=True
    )
    contact_phone = NFCCharField(
        _("phone"),
        max_length=40,
        blank=True,
        help_text=_("The office's number, not a private one."),
    )
    contact_email = NFCEmailField(
        _("e-mail"), help_text=_("Answers to letters of the portal go here.")
    )

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identity")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_site_identity")
        ]

    def __str__(self) -> str:
        return self.name


class SearchWord(models.Model):
    """A word of public titles, or two side by side: what "did you mean" can offer.

    Made from the titles (content.search.words), so nobody edits it.
    """

    folded = models.CharField(max_length=60, unique=True)
    spelt = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    length = models.PositiveSmallIntegerField(
        help_text=_("Letters of a single word; 0 for two words.")
    )

    class Meta:
        ordering = ["-count", "folded"]
        verbose_name = _("word of titles")
        verbose_name_plural = _("words of titles")
        indexes = [
            models.Index(
                fields=["length"], name="search_word_length", condition=Q(length__gt=0)
            )
        ]

    def __str__(self) -> str:
        return self.spelt


KEY_LENGTH = 20
_ALPHABET = string.ascii_lowercase + string.digits


def new_key() -> str:
    """Not to be guessed: a picture lies in the open before its article does."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(KEY_LENGTH))


class Picture(models.Model):
    """A picture for public pages, which point to it; it points to nobody.

    Its files never change, so that browsers may keep them for good.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be prepared")

    class Faces(models.TextChoices):
        NONE = "none", _("Nobody can be recognised")
        AGREED = "agreed", _("Those shown agreed, for children their parents too")
        NOT_ASKED = "not_asked", _("Not asked yet: it must not go out")

    class Focus(models.TextChoices):
        TOP_LEFT = "top-left", _("Top left")
        TOP = "top", _("Top")
        TOP_RIGHT = "top-right", _("Top right")
        LEFT = "left", _("Left")
        CENTRE = "", _("Middle")
        RIGHT = "right", _("Right")
        BOTTOM_LEFT = "bottom-left", _("Bottom left")
        BOTTOM = "bottom", _("Bottom")
        BOTTOM_RIGHT = "bottom-right", _("Bottom right")

    key = models.CharField(
        max_length=KEY_LENGTH, unique=True, default=new_key, editable=False
    )
    title = NFCCharField(
        _("name"),
        max_length=150,
        help_text=_("To find it again; readers never see it."),
    )
    file = models.FileField(_("file"), max_length=100, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = NFCCharField(
        _("description"),
        max_length=250,
        blank=True,
        help_text=_(
            "For those who cannot see it: what the picture shows, in one sentence."
        ),
    )
    decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It only adorns the page; nobody misses anything without it."),
    )
    caption = NFCCharField(
        _("caption"),
        max_length=300,
        blank=True,
        help_text=_("Stands below the picture where it opens an article."),
    )
    credit = NFCCharField(
        _("credit"), max_length=120, blank=True, help_text=_("Who took or drew it.")
    )
    faces = models.CharField(
        _("people in it"),
        max_length=9,
        choices=Faces,
        blank=True,
        help_text=_("Whether somebody can be recognised, and whether they agreed."),
    )
    focus = models.CharField(
        _("must stay visible"),
        max_length=12,
        choices=Focus,
        default=Focus.CENTRE,
        blank=True,
        help_text=_("Cards cut pictures to their shape; this part is kept."),
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=State,
        default=State.PENDING,
        editable=False,
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    renditions = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = [
            models.Index(
                fields=["created_at"],
                name="picture_pending",
                condition=Q(state="pending"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="picture_described_or_decorative",
                condition=Q(decorative=False) | Q(alt=""),
                violation_error_message=_(
                    "Describe the picture or mark it as decorative, not both."
                ),
            ),
            models.CheckConstraint(
                name="picture_has_size", condition=Q(width__gt=0, height__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_described(self) -> bool:
        """Whether it may go out: a description, or the word that it needs none."""
        return bool(self.alt) or self.decorative

    @property
    def avif_srcset(self) -> str:
        return self._srcset("avif")

    @property
    def jpg_srcset(self) -> str:
        return self._srcset("jpg")

    @property
    def src(self) -> str:
        """For readers that know one address only; the original until all is ready."""
        return self.nearest(making.WIDTHS[-2])["url"]

    @property
    def thumbnail(self) -> str:
        return self.nearest(making.WIDTHS[0])["url"]

    @property
    def share(self) -> dict:
        """For other sites and for feeds: a JPEG of the size they ask for."""
        return self.nearest(1200)

    def nearest(self, width: int) -> dict:
        """The smallest JPEG at least as wide, else the widest: url, size, bytes.

        Until the copies are ready the original, whose bytes nobody has counted (0).
        """
        if not self.renditions:
            size = {"width": self.width, "height": self.height, "bytes": 0}
            return size | {"url": self.file.url}
        wide = [copy for copy in self.renditions if copy["width"] >= width]
        copy = wide[0] if wide else self.renditions[-1]
        size = {"width": copy["width"], "height": copy["height"], "bytes": copy["jpg"]}
        return size | {"url": self._url(copy["width"], "jpg")}

    def name_of(self, width: int, ending: str) -> str:
        """Where a copy lies in the storage."""
        return f"{folder_of(self.key)}/{width}.{ending}"

    def _url(self, width: int, ending: str) -> str:
        return self.file.storage.url(self.name_of(width, ending))

    def _srcset(self, ending: str) -> str:
        # The address of the folder once: a page of cards asks for dozens of copies.
        base = self.file.storage.url(f"{folder_of(self.key)}/")
        copies = [copy["width"] for copy in self.renditions]
        return ", ".join(f"{base}{width}.{ending} {width}w" for width in copies)


FOLDER = "pictures"


def folder_of(key: str) -> str:
    return f"{FOLDER}/{key}"


class PageViews(models.Model):
    """How often a page was read on a day in Việt Nam; nothing about who read it.

    `word` tells apart counts that were begun anew (see content.pagecache.readers); the
    number of readers is the sum over all words.
    """

    path = models.CharField(_("address"), max_length=300)
    day = models.DateField(_("day"))
    word = models.CharField(max_length=16, editable=False)
    count = models.PositiveIntegerField(_("readers"))

    objects = PageViewsQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "path"]
        verbose_name = _("page views")
        verbose_name_plural = _("page views")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "path", "word"], name="page_views_once"
            ),
            models.CheckConstraint(name="page_views_some", condition=Q(count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.day}"
