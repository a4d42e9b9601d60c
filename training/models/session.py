"""One training with its places."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from content.page_paths import page_path
from content.richtext import RichTextField
from content.search.columns import SearchColumn, search_index
from members.tracking import tracked
from training.models.kind import SessionKind
from training.querysets import SessionQuerySet


def usual_reminder_leads() -> list[int]:
    """A week, a day and two hours before, in hours."""
    return [7 * 24, 24, 2]


# The counters change with each sign-up; the sign-ups tell their own story.
@tracked(without=["confirmed", "offered", "line_length", "line_tail", "has_quotas"])
class TrainingSession(models.Model):
    """One training with its places.

    `confirmed`, `offered`, `line_length` and `line_tail` are counters that change in
    the same transaction as the rows they count (actions.py, nowhere else);
    `training.tasks.audit_seats` compares them with the rows each night.
    """

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("On site")
        ONLINE = "online", _("Online")
        HYBRID = "hybrid", _("On site and online")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CANCELLED = "cancelled", _("Cancelled")

    title = NFCCharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    kind = models.ForeignKey(
        SessionKind,
        on_delete=models.PROTECT,
        related_name="sessions",
        verbose_name=_("kind"),
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.ONSITE)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="training_sessions",
        verbose_name=_("host unit"),
    )
    summary = NFCTextField(
        _("summary"), max_length=300, help_text=_("One sentence for the lists.")
    )
    description = RichTextField(_("description"), blank=True)
    venue = NFCCharField(_("venue"), max_length=200, blank=True)
    meeting_link = models.URLField(
        _("meeting link"), blank=True, help_text=_("Shown to confirmed people only.")
    )
    opens_at = models.DateTimeField(_("sign-up opens"))
    closes_at = models.DateTimeField(_("sign-up closes"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveIntegerField(
        _("places"), validators=[MinValueValidator(1)]
    )
    has_waiting_list = models.BooleanField(_("waiting list"), default=True)
    needs_approval = models.BooleanField(_("staff approve each sign-up"), default=False)
    audience_unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for people of"),
        help_text=_("This unit and all units below it. Empty means everyone."),
    )
    audience_group = models.CharField(
        _("only for the group"),
        max_length=60,
        blank=True,
        help_text=_("Empty means everyone."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to answer an offer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the first in line gets a free place without being asked."),
    )
    reminder_leads = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1)]),
        verbose_name=_("reminders, hours before the start"),
        default=usual_reminder_leads,
        blank=True,
    )
    certificate_share = models.PositiveSmallIntegerField(
        _("certificate from this share of half-days, in percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Empty: this session gives no certificates."),
    )
    certificate_needs_feedback = models.BooleanField(
        _("certificate only after feedback"), default=False
    )
    series = models.ForeignKey(
        "training.Series",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("series"),
    )
    min_age = models.PositiveSmallIntegerField(_("age from"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("age to"), null=True, blank=True)
    confirmed = models.PositiveIntegerField(default=0, editable=False)
    offered = models.PositiveIntegerField(default=0, editable=False)
    # How many wait now, and the last number in line that was given out.
    line_length = models.PositiveIntegerField(default=0, editable=False)
    line_tail = models.PositiveIntegerField(default=0, editable=False)
    # Whether places are kept for units, so that nobody asks for them in vain. Here and
    # not asked of the other table, because it must be as fresh as the locked row.
    has_quotas = models.BooleanField(default=False, editable=False)
    # How many places staff agreed to honour when the capacity was lowered below them.
    agreed_over = models.PositiveIntegerField(default=0, editable=False)
    # Counts the changes that people with a place must hear of; the .ics SEQUENCE.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    # When the times last changed: whoever was told then needs no past reminder.
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search = SearchColumn(a=["title"], b=["summary"], c=["venue"])

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        indexes = [
            models.Index(
                fields=["starts_at", "id"],
                name="session_published",
                condition=Q(state="published"),
            ),
            search_index("session_search"),
        ]
        constraints = [
            models.CheckConstraint(
                name="session_seats",
                condition=Q(
                    confirmed__lte=Greatest("capacity", "agreed_over") - F("offered")
                ),
            ),
            models.CheckConstraint(
                name="session_times",
                condition=Q(opens_at__lt=F("closes_at"), starts_at__lt=F("ends_at")),
            ),
            models.CheckConstraint(
                name="session_closes_before_end",
                condition=Q(closes_at__lte=F("ends_at")),
            ),
            models.CheckConstraint(
                name="session_ages",
                condition=Q(min_age__isnull=True)
                | Q(max_age__isnull=True)
                | Q(max_age__gte=F("min_age")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return page_path("training:session", self.slug)

    def clean(self) -> None:
        """The sentences for what the constraints below refuse."""
        faults = {}
        if self.opens_at and self.closes_at and self.opens_at >= self.closes_at:
            faults["closes_at"] = _("Sign-up must close after it opens.")
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            faults["ends_at"] = _("The session must end after it starts.")
        if self.closes_at and self.starts_at and self.closes_at > self.starts_at:
            faults.setdefault(
                "closes_at", _("Sign-up must close before the session starts.")
            )
        if (
            self.min_age is not None
            and self.max_age is not None
            and self.max_age < self.min_age
        ):
            faults["max_age"] = _("This age must not be below the age from.")
        if self.mode != self.Mode.ONLINE and not self.venue:
            faults["venue"] = _("Say where the session takes place.")
        if faults:
            raise ValidationError(faults)

    def rows_of(self, part: str) -> list[models.Model]:
        """Its questions, points or materials; not asked for where `with_parts` has
        found none."""
        if not getattr(self, f"has_{part}", True):
            return []
        return list(getattr(self, part).all())

    @property
    def places_left(self) -> int:
        return max(0, self.capacity - self.confirmed - self.offered)

    @property
    def places_taken(self) -> int:
        """For the bar: never more than there are."""
        return self.capacity - self.places_left

    @property
    def last_call(self) -> dt.datetime:
        """The moment from which nobody signs up any more."""
        return min(self.closes_at, self.starts_at)
