"""A contest, its divisions and fields, whom to ask, and what can be won."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCEmailField, NFCTextField
from content.files import DEFAULT, Kind
from content.richtext import RichTextField
from content.search.columns import SearchColumn, search_index
from contests.querysets import ContestQuerySet
from members.models import Unit
from members.tracking import tracked

KEPT_TIMES = 4
"""Earlier versions may hold so many times what an entry may hold."""
MEGABYTE = 1024 * 1024
MAX_PICKS = 10
MAX_VOTE_WEIGHT = 50
"""Percent: however many vote, the jury decides at least half."""


@tracked()
class Contest(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    title = NFCCharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="contests",
        verbose_name=_("host unit"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT
    )
    summary = NFCTextField(
        _("summary"), max_length=300, help_text=_("One sentence for the lists.")
    )
    rules = RichTextField(_("rules"))
    opens_at = models.DateTimeField(_("entries open"))
    closes_at = models.DateTimeField(_("entries close"))
    results_at = models.DateTimeField(
        _("results are published at"),
        null=True,
        blank=True,
        help_text=_("The page and the letters come out together at this moment."),
    )
    # Set by `ranking.shortlist.announce`: from then on entrants know who went on.
    shortlist_at = models.DateTimeField(null=True, blank=True, editable=False)
    min_authors = models.PositiveSmallIntegerField(
        _("authors from"), default=1, validators=[MinValueValidator(1)]
    )
    max_authors = models.PositiveSmallIntegerField(
        _("authors to"), default=3, validators=[MinValueValidator(1)]
    )
    max_files = models.PositiveSmallIntegerField(_("files at most"), default=5)
    max_file_mb = models.PositiveSmallIntegerField(
        _("megabytes a file"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    # Names of content.files.Kind; empty: whatever the portal takes.
    file_kinds = ArrayField(
        models.CharField(max_length=8),
        verbose_name=_("types of files"),
        default=list,
        blank=True,
    )
    contact = NFCCharField(_("contact"), max_length=200, blank=True)
    # The public vote; without a window there is none.
    vote_opens_at = models.DateTimeField(_("voting opens"), null=True, blank=True)
    vote_closes_at = models.DateTimeField(_("voting closes"), null=True, blank=True)
    vote_picks = models.PositiveSmallIntegerField(
        _("works on one ballot"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_PICKS)],
        help_text=_("How many works one voter may choose."),
    )
    vote_by_mail = models.BooleanField(
        _("voting without an account"),
        default=True,
        help_text=_("A link in a letter confirms the ballot, one for each mailbox."),
    )
    vote_weight = models.PositiveSmallIntegerField(
        _("weight of the public vote in percent"),
        default=0,
        validators=[MaxValueValidator(MAX_VOTE_WEIGHT)],
        help_text=_(
            "0: it changes no place. Otherwise this much of a work's points in the "
            "last round; everybody reads it on the contest's page."
        ),
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("days to appeal"),
        default=5,
        validators=[MaxValueValidator(60)],
        help_text=_(
            "So many days after the results entrants may ask for a second look; 0: not "
            "at all."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search = SearchColumn(a=["title"], b=["summary"])

    objects = ContestQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "id"]
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        indexes = [search_index("contest_search")]
        constraints = [
            models.CheckConstraint(
                name="contest_window", condition=Q(opens_at__lt=F("closes_at"))
            ),
            models.CheckConstraint(
                name="contest_results_after_close",
                condition=Q(results_at__isnull=True)
                | Q(results_at__gte=F("closes_at")),
            ),
            models.CheckConstraint(
                name="contest_authors",
                condition=Q(max_authors__gte=F("min_authors"), min_authors__gte=1),
            ),
            models.CheckConstraint(
                name="contest_vote_window",
                condition=Q(vote_opens_at__isnull=True, vote_closes_at__isnull=True)
                | Q(
                    # Of a NULL SQL does not say no.
                    vote_opens_at__isnull=False,
                    vote_closes_at__isnull=False,
                    vote_opens_at__gte=F("closes_at"),
                    vote_opens_at__lt=F("vote_closes_at"),
                ),
            ),
            models.CheckConstraint(
                name="contest_results_after_vote",
                condition=Q(results_at__isnull=True)
                | Q(vote_closes_at__isnull=True)
                | Q(results_at__gte=F("vote_closes_at")),
            ),
            models.CheckConstraint(
                name="contest_vote_bounds",
                condition=Q(
                    vote_picks__gte=1,
                    vote_picks__lte=MAX_PICKS,
                    vote_weight__lte=MAX_VOTE_WEIGHT,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contests:contest", args=[self.slug])

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_mb * MEGABYTE

    @property
    def allowed_kinds(self) -> frozenset[Kind]:
        """Which files may be handed in."""
        named = {kind for kind in DEFAULT if kind.name in self.file_kinds}
        return frozenset(named) or DEFAULT

    @property
    def kinds_in_words(self) -> str:
        allowed = self.allowed_kinds
        return ", ".join(kind.label for kind in Kind if kind in allowed)

    @property
    def has_vote(self) -> bool:
        return self.vote_opens_at is not None

    @property
    def max_kept_bytes(self) -> int:
        """What the files of an entry's earlier versions may hold, all together."""
        return KEPT_TIMES * self.max_files * self.max_file_bytes

    @property
    def appeals_until(self) -> dt.datetime | None:
        """From this moment on it is too late; None where nobody may appeal."""
        if self.results_at is None or not self.appeal_days:
            return None
        return self.results_at + dt.timedelta(days=self.appeal_days)


@tracked()
class Division(models.Model):
    """A bảng thi: authors born so that on `age_on` they are of these ages."""

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="divisions",
        verbose_name=_("contest"),
    )
    name = NFCCharField(_("name"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    min_age = models.PositiveSmallIntegerField(_("age from"))
    max_age = models.PositiveSmallIntegerField(_("age to"))
    age_on = models.DateField(
        _("age counted on"), help_text=_("The day on which the age is reckoned.")
    )

    class Meta:
        ordering = ["contest", "order", "id"]
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "name"], name="division_name_once"
            ),
            models.CheckConstraint(
                name="division_ages", condition=Q(max_age__gte=F("min_age"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Field(models.Model):
    """A lĩnh vực: what the work is about, beside the division of its authors."""

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="fields",
        verbose_name=_("contest"),
    )
    name = NFCCharField(_("name"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["contest", "order", "id"]
        verbose_name = _("field of work")
        verbose_name_plural = _("fields of work")
        constraints = [
            models.UniqueConstraint(fields=["contest", "name"], name="field_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Contact(models.Model):
    """Whom to ask about what; everybody sees it."""

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="contacts",
        verbose_name=_("contest"),
    )
    matter = NFCCharField(
        _("matter"),
        max_length=100,
        blank=True,
        help_text=_("For example: Files and uploading."),
    )
    name = NFCCharField(_("name"), max_length=100)
    phone = NFCCharField(_("phone"), max_length=30, blank=True)
    email = NFCEmailField(_("email"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["contest", "order", "id"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                name="contact_reachable", condition=~Q(phone="") | ~Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Prize(models.Model):
    """A tier of prizes: so many of it in each division."""

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="prizes",
        verbose_name=_("contest"),
    )
    title = NFCCharField(
        _("prize"), max_length=100, help_text=_("For example: First prize.")
    )
    number = models.PositiveSmallIntegerField(
        _("number in each division"), default=1, validators=[MinValueValidator(1)]
    )
    worth = NFCCharField(_("what is won"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["contest", "order", "id"]
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "title"], name="prize_title_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
