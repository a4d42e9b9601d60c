"""A story that a member or a unit sends in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField, NFCTextField
from content.files import private_storage, size_text
from news.models.article import Article
from news.models.kit import KitItem
from news.models.section import Section
from news.querysets import ContributionQuerySet

FOLDER = "stories"
FILES = "publications"


class Contribution(models.Model):
    """What the sender wrote; the article that comes of it goes its own way.

    A story, or a publication of a unit: files for the media kit, with a licence.
    `draft`: begun, because pictures had arrived before the form was complete.
    """

    MAX_PICTURES = 5
    MAX_FILES = 5

    class Kind(models.TextChoices):
        STORY = "story", pgettext_lazy("sent in", "Story")
        PUBLICATION = "publication", pgettext_lazy("sent in", "Publication")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RECEIVED = "received", pgettext_lazy("story", "Received")
        RETURNED = "returned", _("Returned for correction")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", pgettext_lazy("story", "Not used")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    MOVES = {
        State.DRAFT: {State.RECEIVED, State.WITHDRAWN},
        State.RECEIVED: {
            State.RETURNED,
            State.ACCEPTED,
            State.REFUSED,
            State.WITHDRAWN,
        },
        State.RETURNED: {State.RECEIVED, State.WITHDRAWN},
        State.ACCEPTED: set(),
        State.REFUSED: set(),
        State.WITHDRAWN: set(),
    }
    OPEN = (State.DRAFT, State.RETURNED)
    """The states in which the sender writes."""

    kind = models.CharField(
        _("kind"), max_length=11, choices=Kind, default=Kind.STORY, editable=False
    )
    sender = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        related_name="contributions",
        verbose_name=_("sender"),
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("unit"),
    )
    section = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        null=True,
        related_name="contributions",
        verbose_name=_("section"),
    )
    title = NFCCharField(_("title"), max_length=200, blank=True)
    text = NFCTextField(_("text"), max_length=12000, blank=True)
    as_unit = models.BooleanField(_("in the name of the unit"), default=False)
    licence = models.CharField(
        _("licence"), max_length=8, choices=KitItem.Licence, blank=True
    )
    licence_text = NFCCharField(_("what its author allows"), max_length=300, blank=True)
    made_by = NFCCharField(_("made by"), max_length=120, blank=True)
    faces_agreed = models.BooleanField(
        _("the people in the pictures agree"), default=False
    )
    text_version = models.CharField(
        _("version of the text"), max_length=40, blank=True, editable=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT
    )
    remark = NFCTextField(
        _("remark"),
        max_length=2000,
        blank=True,
        help_text=_("What the sender reads: what to change, or why it is not used."),
    )
    credit = NFCCharField(
        pgettext_lazy("story", "credit"),
        max_length=120,
        blank=True,
        editable=False,
        help_text=_("What the article says of its author."),
    )
    names_sender = models.BooleanField(
        _("the credit is the sender's name"), default=False, editable=False
    )
    picture_ids = ArrayField(
        models.PositiveBigIntegerField(),
        default=list,
        editable=False,
        help_text=_("The pictures of the library that were made of those sent in."),
    )
    article = models.OneToOneField(
        Article,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="contribution",
        verbose_name=_("article"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    press = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, editable=False, blank=True)
    created_at = models.DateTimeField(_("begun at"), editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    consent_withdrawn_at = models.DateTimeField(
        _("consent taken back at"), null=True, editable=False
    )

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = _("story sent in")
        verbose_name_plural = _("stories sent in")
        indexes = [models.Index(fields=["state", "sent_at"], name="contribution_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "press"], name="contribution_sent_once"
            ),
            models.CheckConstraint(
                name="contribution_sent_has_time",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Story without a title"))

    def get_absolute_url(self) -> str:
        return reverse("news:contribution", args=[self.pk])

    @property
    def is_publication(self) -> bool:
        return self.kind == self.Kind.PUBLICATION

    @property
    def licence_words(self) -> str:
        """As on the media kit's page, where it comes to stand."""
        return KitItem(
            licence=self.licence, licence_text=self.licence_text
        ).licence_words

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class ContributionPicture(models.Model):
    """Private: a child may be in it. Pixels only, without place or device."""

    contribution = models.ForeignKey(
        Contribution,
        on_delete=models.CASCADE,
        related_name="pictures",
        verbose_name=_("story sent in"),
    )
    file = models.FileField(_("file"), storage=private_storage, max_length=100)
    name = NFCCharField(_("name"), max_length=150)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("picture of a story")
        verbose_name_plural = _("pictures of a story")

    def __str__(self) -> str:
        return self.name


class ContributionFile(models.Model):
    """A file of a publication; private until somebody has looked into it."""

    contribution = models.ForeignKey(
        Contribution,
        on_delete=models.CASCADE,
        related_name="files",
        verbose_name=_("story sent in"),
    )
    file = models.FileField(_("file"), storage=private_storage, max_length=100)
    name = NFCCharField(_("name"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("file of a publication")
        verbose_name_plural = _("files of a publication")

    def __str__(self) -> str:
        return self.name

    @property
    def size_text(self) -> str:
        return size_text(self.size)
