"""Innovation contests: from the rules to the results."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from content.files import private_storage
from content.richtext import RichTextField
from content.search.columns import SearchColumn, search_index
from contests.querysets import AssignmentQuerySet, ContestQuerySet, EntryQuerySet
from members.fields import DerivedCharField
from members.models import Person, Unit
from members.tracking import tracked
from vietnam.fold import fold

# Without 0/O, 1/I/L: a receipt code is read out over the telephone.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
MEGABYTE = 1024 * 1024


def new_code() -> str:
    """Eight letters and digits, about 39 bits: unguessable enough, short to read."""
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(8))


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
    contact = NFCCharField(_("contact"), max_length=200, blank=True)
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
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contests:contest", args=[self.slug])

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_mb * MEGABYTE


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
class Round(models.Model):
    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="rounds",
        verbose_name=_("contest"),
    )
    name = NFCCharField(_("name"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    starts_at = models.DateTimeField(_("judging starts"))
    ends_at = models.DateTimeField(_("judging ends"))
    quorum = models.PositiveSmallIntegerField(
        _("judges an entry"), default=3, validators=[MinValueValidator(1)]
    )
    blind = models.BooleanField(
        _("blind"), default=True, help_text=_("Judges do not see who entered.")
    )

    class Meta:
        ordering = ["contest", "order", "id"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "order"], name="round_order_once"
            ),
            models.CheckConstraint(
                name="round_window", condition=Q(starts_at__lt=F("ends_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Criterion(models.Model):
    """What is scored, from 0 to `maximum`; weights of a round add up to 100."""

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="criteria",
        verbose_name=_("round"),
    )
    name = NFCCharField(_("name"), max_length=120)
    guidance = NFCTextField(_("guidance"), max_length=600, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    weight = models.PositiveSmallIntegerField(
        _("weight"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    maximum = models.PositiveSmallIntegerField(
        _("highest score"), default=10, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ["round", "order", "id"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "name"], name="criterion_name_once"
            ),
            models.CheckConstraint(
                name="criterion_positive", condition=Q(weight__gte=1, maximum__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(without=["version"], personal=["title", "summary", "note"])
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
        State.DISQUALIFIED: {State.SUBMITTED},
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
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.DRAFT
    )
    note = NFCTextField(
        _("note of the organisers"),
        max_length=500,
        blank=True,
        help_text=_("The person who entered reads it: why the entry is out."),
    )
    # Rises with each change of texts and authors; a second tab that saves an older
    # one is told, not obeyed.
    version = models.PositiveIntegerField(default=1, editable=False)
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

    class Meta:
        ordering = ["entry", "order", "id"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="author_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)


def entry_file_path(instance: EntryFile, filename: str) -> str:
    """A random name: neither the code nor the person's file name is on the disk."""
    return f"entries/{instance.entry.contest_id}/{secrets.token_hex(16)}"


class EntryFile(models.Model):
    class State(models.TextChoices):
        UPLOADING = "uploading", _("Uploading")
        SCANNING = "scanning", _("Being checked")
        CLEAN = "clean", _("Checked")
        UNSCANNED = "unscanned", _("Not scanned for viruses")
        QUARANTINED = "quarantined", _("Locked: a virus was found")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="files", verbose_name=_("entry")
    )
    file = models.FileField(
        _("file"),
        storage=private_storage,
        upload_to=entry_file_path,
        max_length=200,
    )
    name = NFCCharField(_("name of the file"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=State)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        ordering = ["entry", "id"]
        verbose_name = _("file of an entry")
        verbose_name_plural = _("files of entries")

    def __str__(self) -> str:
        return self.name


@tracked()
class JudgeAssignment(models.Model):
    """This judge scores this entry in this round, under a blind code."""

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_("round"),
    )
    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="judge_assignments",
        verbose_name=_("entry"),
    )
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="judge_assignments",
        verbose_name=_("judge"),
    )
    blind_code = models.CharField(_("blind code"), max_length=12, default=new_code)
    conflict = NFCTextField(
        _("conflict of interest"),
        max_length=300,
        blank=True,
        help_text=_("Filled in: the judge does not score this entry."),
    )
    comment = NFCTextField(_("remark of the judge"), max_length=2000, blank=True)
    assigned_at = models.DateTimeField(_("assigned at"))
    scored_at = models.DateTimeField(_("scored at"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["round", "judge", "blind_code"]
        verbose_name = _("judge's assignment")
        verbose_name_plural = _("judges' assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "entry", "judge"], name="judge_once"
            ),
            models.UniqueConstraint(
                fields=["round", "judge", "blind_code"], name="blind_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.blind_code


@tracked()
class Score(models.Model):
    assignment = models.ForeignKey(
        JudgeAssignment,
        on_delete=models.CASCADE,
        related_name="scores",
        verbose_name=_("assignment"),
    )
    criterion = models.ForeignKey(
        Criterion,
        on_delete=models.PROTECT,
        related_name="scores",
        verbose_name=_("criterion"),
    )
    value = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    scored_at = models.DateTimeField(_("scored at"))

    class Meta:
        ordering = ["assignment", "criterion"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "criterion"], name="score_once"
            ),
            models.CheckConstraint(
                name="score_not_negative", condition=Q(value__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


@tracked()
class Award(models.Model):
    """A prize given to an entry; seen by others from `Contest.results_at` on."""

    entry = models.OneToOneField(
        Entry, on_delete=models.CASCADE, related_name="award", verbose_name=_("entry")
    )
    title = NFCCharField(
        _("prize"), max_length=100, help_text=_("For example: First prize.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("award")
        verbose_name_plural = _("awards")

    def __str__(self) -> str:
        return self.title
