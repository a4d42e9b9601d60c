"""A piece of work and who made it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from contests.models.code import new_code
from contests.models.contest import Contest, Division, Field
from contests.querysets import EntryQuerySet
from members.fields import DerivedCharField
from members.models import Person
from members.tracking import tracked
from vietnam.fold import fold


@tracked(
    without=["version", "language"],
    personal=["title", "summary", "note", "mentor", "mentor_school"],
)
class Entry(models.Model):
    """One piece of work; locked when the contest closes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DISQUALIFIED = "disqualified", _("Disqualified")
        SHORTLISTED = "shortlisted", _("Shortlisted")
        AWARDED = "awarded", _("Awarded")

    # States in which the work takes part in judging and results.
    IN_CONTEST = (State.SUBMITTED, State.SHORTLISTED, State.AWARDED)
    MOVES = {
        State.DRAFT: {State.SUBMITTED, State.WITHDRAWN},
        State.SUBMITTED: {
            State.DRAFT,
            State.WITHDRAWN,
            State.DISQUALIFIED,
            State.SHORTLISTED,
            State.AWARDED,
        },
        State.SHORTLISTED: {
            State.SUBMITTED,
            State.AWARDED,
            State.DISQUALIFIED,
            State.WITHDRAWN,
        },
        State.AWARDED: {
            State.SHORTLISTED,
            State.SUBMITTED,
            State.DISQUALIFIED,
            State.WITHDRAWN,
        },
        State.WITHDRAWN: {State.DRAFT},
        State.DISQUALIFIED: {State.SUBMITTED, State.SHORTLISTED},
    }

    contest = models.ForeignKey(
        Contest,
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("contest"),
    )
    division = models.ForeignKey(
        Division,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("division"),
    )
    field = models.ForeignKey(
        Field,
        on_delete=models.PROTECT,
        related_name="entries",
        null=True,
        blank=True,
        verbose_name=_("field of work"),
    )
    code = models.CharField(
        _("receipt code"), max_length=12, unique=True, default=new_code, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="entries",
        verbose_name=_("entered by"),
    )
    title = NFCCharField(_("title of the work"), max_length=200, blank=True)
    folded_title = DerivedCharField(
        max_length=400, derive=lambda entry: fold(entry.title)
    )
    summary = NFCTextField(_("what it is about"), max_length=3000, blank=True)
    mentor = NFCCharField(_("mentor"), max_length=120, blank=True)
    mentor_school = NFCCharField(
        _("school or unit of the mentor"), max_length=150, blank=True
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.DRAFT
    )
    note = NFCTextField(
        _("note of the organisers"),
        max_length=500,
        blank=True,
        help_text=_("The person who entered reads it: why the entry is out."),
    )
    # Goes on from a preliminary round; told from `Contest.shortlist_at` on.
    went_on = models.BooleanField(default=False, editable=False)
    # Rises with each change of texts and authors; a second tab that saves an older
    # one is told, not obeyed.
    version = models.PositiveIntegerField(default=1, editable=False)
    # The language of the page on which the entrant last handed in; letters follow it.
    language = models.CharField(max_length=10, default="vi", editable=False)
    created_at = models.DateTimeField(_("begun at"))
    saved_at = models.DateTimeField(_("saved at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [models.Index(fields=["contest", "state"], name="entry_state")]
        constraints = [
            models.CheckConstraint(
                name="entry_submitted_complete",
                condition=Q(state__in=["draft", "withdrawn"])
                | (
                    Q(submitted_at__isnull=False, division__isnull=False) & ~Q(title="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.code

    def get_absolute_url(self) -> str:
        return reverse("contests:entry", args=[self.code])


class Author(models.Model):
    """Who made the work, with school or unit as it was then."""

    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="authors",
        verbose_name=_("entry"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="authorships",
        verbose_name=_("person"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    school = NFCCharField(_("school or unit"), max_length=150, blank=True)
    share = models.PositiveSmallIntegerField(
        _("share of the work in percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    # Set for who was invited and said who they are themselves: others change nothing.
    joined_at = models.DateTimeField(
        _("joined at"), null=True, blank=True, editable=False
    )

    class Meta:
        ordering = ["entry", "order", "id"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="author_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)
