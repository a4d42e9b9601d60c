"""Numbered certificates, the register they stand in, and their making in batches."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.codes import spaced
from certificates.querysets import (
    BatchEntryQuerySet,
    BatchQuerySet,
    CertificateQuerySet,
)
from content.fields import NFCCharField, NFCTextField
from content.files import private_storage
from members.fields import DerivedCharField
from members.tracking import tracked
from vietnam.fold import fold


class Kind(models.TextChoices):
    """What a certificate says of its owner."""

    TRAINING = "training", _("Completed a training")
    TAKING_PART = "taking_part", _("Took part")
    PRIZE = "prize", _("Won a prize")


class Register(models.Model):
    """The last number given out in a year.

    Numbers are taken with this row locked and in the transaction that writes the
    certificates, so that the year's numbers have no gap.
    """

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-year"]
        verbose_name = _("register of a year")
        verbose_name_plural = _("registers by year")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


@tracked()
class Issuer(models.Model):
    """How a unit signs certificates; units below without a row of their own follow."""

    unit = models.OneToOneField(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="certificate_issuer",
        verbose_name=_("unit"),
        help_text=_("Units below it that have no line of their own sign like this."),
    )
    name = NFCCharField(
        _("name on the certificate"),
        max_length=150,
        help_text=_("In full, as on the letterhead."),
    )
    place = NFCCharField(
        _("place of signing"),
        max_length=60,
        blank=True,
        help_text=_("Stands before the date at the foot of the certificate."),
    )
    signer_title = NFCTextField(
        _("title of the signer"),
        max_length=160,
        blank=True,
        help_text=_("One line or two: on behalf of whom, then the position."),
    )
    signer_name = NFCCharField(_("name of the signer"), max_length=120, blank=True)
    suffix = models.CharField(
        _("end of the number"),
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(
                r"^[^\s/]+(/[^\s/]+)*\Z",
                _("Write it without spaces, such as CN."),
            )
        ],
        help_text=_("What follows number and year, such as CN in 12/2026/CN."),
    )

    class Meta:
        ordering = ["unit__folded_name"]
        verbose_name = _("signing unit")
        verbose_name_plural = _("signing units")

    def __str__(self) -> str:
        return self.name


# What was printed stays in the row; only what follows makes an event.
@tracked(
    person="person",
    personal=["name", "of_unit", "merit", "reason"],
    insertions=False,
    without=["batch"],
)
class Certificate(models.Model):
    """One certificate as it was printed, in its place in the register.

    A corrected one is a new version under the same number; the old one is revoked and
    stays. Nothing in a row changes but its end (`revoked_at`, `reason`).
    """

    person = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        related_name="certificates",
        verbose_name=_("person"),
        db_index=False,  # certificate_live_once and certificate_person begin with it
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="certificates",
        verbose_name=_("issuing unit"),
    )
    # What it is for, by type and id, such as "training.session:12".
    about = models.CharField(_("about"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)

    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"), validators=[MinValueValidator(1)])
    suffix = models.CharField(_("end of the number"), max_length=30, blank=True)
    code = models.CharField(_("code"), max_length=16, unique=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )

    name = NFCCharField(_("name as printed"), max_length=120)
    folded_name = DerivedCharField(max_length=250, derive=lambda row: fold(row.name))
    of_unit = NFCCharField(_("unit as printed"), max_length=150, blank=True)
    course = NFCCharField(_("title"), max_length=250)
    merit = NFCCharField(
        _("result"),
        max_length=120,
        blank=True,
        help_text=_("A prize or a grade, where there is one."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    extent = NFCCharField(
        _("extent"), max_length=80, blank=True, help_text=_("Half-days, hours.")
    )
    venue = NFCCharField(_("venue"), max_length=200, blank=True)
    above = NFCCharField(_("organisation above the issuer"), max_length=150, blank=True)
    issuer = NFCCharField(_("issuer as printed"), max_length=150)
    place = NFCCharField(_("place of signing"), max_length=60, blank=True)
    signer_title = NFCTextField(_("title of the signer"), max_length=160, blank=True)
    signer_name = NFCCharField(_("name of the signer"), max_length=120, blank=True)
    issued_on = models.DateField(_("dated"))

    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    reason = NFCCharField(_("why it ended"), max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number", "-version"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [
            models.Index(fields=["person", "issued_at"], name="certificate_person"),
            models.Index(fields=["about", "kind"], name="certificate_about"),
            models.Index(fields=["folded_name"], name="certificate_folded_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "about", "kind"],
                condition=Q(revoked_at__isnull=True),
                name="certificate_live_once",
            ),
            models.UniqueConstraint(
                fields=["year", "number", "version"], name="certificate_number_once"
            ),
            models.UniqueConstraint(
                fields=["year", "number"],
                condition=Q(revoked_at__isnull=True),
                name="certificate_one_valid_version",
            ),
            models.CheckConstraint(
                name="certificate_first_version",
                condition=Q(version=1, replaces__isnull=True)
                | Q(version__gt=1, replaces__isnull=False),
            ),
            models.CheckConstraint(
                name="certificate_numbered", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="certificate_days", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="certificate_end",
                condition=Q(revoked_at__isnull=True, reason="")
                | Q(revoked_at__gte=F("issued_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number_text}: {self.name}"

    def get_absolute_url(self) -> str:
        """The page on which anybody may check it."""
        return reverse("certificates:check", args=[spaced(self.code)])

    @property
    def number_text(self) -> str:
        """As it is printed: "12/2026/CN-TĐTN"."""
        parts = str(self.number), str(self.year), self.suffix
        return "/".join(filter(None, parts))

    @property
    def spaced_code(self) -> str:
        return spaced(self.code)

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None


class CertificateBatch(models.Model):
    """Certificates for many people at once, made by a worker in the background.

    The counters follow the entries (`batches.work_on`); the file is made when all
    entries are settled and can be made again.
    """

    class State(models.TextChoices):
        ISSUING = "issuing", _("Being issued")
        FILING = "filing", _("The file is being made")
        DONE = "done", _("Done")
        FAILED = "failed", _("The file could not be made")

    UNFINISHED = (State.ISSUING, State.FILING)

    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("issuing unit"),
    )
    about = models.CharField(_("about"), max_length=80, db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    course = NFCCharField(_("title"), max_length=250)
    # The facts that all of its certificates share (facts.Facts), without people.
    facts = models.JSONField(editable=False)
    tell = models.BooleanField(_("write to each of them"), default=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State, default=State.ISSUING
    )
    total = models.PositiveIntegerField(_("people"), default=0)
    done = models.PositiveIntegerField(_("issued"), default=0)
    failed = models.PositiveIntegerField(_("not issued"), default=0)
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    # The last sign of life of a worker; the sweep wakes another one when it is old.
    worked_at = models.DateTimeField(editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # A digest of what the file holds: it is handed out while that still counts.
    contents = models.CharField(max_length=64, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    archive = models.FileField(
        _("ZIP with one PDF for each"),
        storage=private_storage,
        max_length=120,
        blank=True,
        editable=False,
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("batch of certificates")
        verbose_name_plural = _("batches of certificates")
        constraints = [
            models.CheckConstraint(
                name="batch_counters",
                condition=Q(total__gte=F("done") + F("failed")),
            ),
            # A second click while the first is at work finds the work of the first.
            models.UniqueConstraint(
                fields=["about", "kind"],
                condition=Q(state="issuing"),
                name="batch_one_at_work",
            ),
        ]

    def __str__(self) -> str:
        return self.course

    @property
    def settled(self) -> int:
        """How many of its people have been dealt with, one way or the other."""
        return self.done + self.failed

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED


class BatchEntry(models.Model):
    """One person of a batch, and the certificate they got."""

    batch = models.ForeignKey(
        CertificateBatch,
        on_delete=models.CASCADE,
        related_name="entries",
        editable=False,
        db_index=False,  # batch_entry_once begins with it
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.CASCADE, related_name="+", editable=False
    )
    # Empty: as the person is called.
    name = NFCCharField(max_length=120, blank=True, editable=False)
    merit = NFCCharField(max_length=120, blank=True, editable=False)
    certificate = models.ForeignKey(
        Certificate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    error = models.CharField(max_length=200, blank=True, editable=False)

    objects = BatchEntryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("person of a batch")
        verbose_name_plural = _("people of batches")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "person"], name="batch_entry_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.person_id}"
