"""People, the units of the Union and who manages what."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Lower
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from content.fields import NFCCharField, NFCEmailField
from members.codes import code_key
from members.fields import DerivedCharField, SignInEmailField
from members.managers import UserManager
from members.querysets import (
    WORDS,
    AssignmentQuerySet,
    ConsentQuerySet,
    PersonQuerySet,
    SignInCardQuerySet,
    UnitQuerySet,
)
from members.tracking import tracked
from vietnam import names
from vietnam.fold import fold

ADULT_AGE = 16  # Children Act 2016 article 1: a child is a person under sixteen.


class UnitKind(models.Model):
    """What sort of unit; a row and not code, because the Union renames its levels."""

    class Family(models.TextChoices):
        UNION = "union", _("Youth Union")
        ASSOCIATION = "association", _("Youth Federation")
        STUDENTS = "students", _("Students' Association")
        PIONEERS = "pioneers", _("Young Pioneers")

    code = models.SlugField(_("code"), unique=True)
    name = NFCCharField(_("name"), max_length=100)
    family = models.CharField(
        _("family"), max_length=20, choices=Family, default=Family.UNION
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_village = models.BooleanField(
        _("a village or residential group"),
        default=False,
        help_text=_("Each unit of this kind is counted as a village."),
    )

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("kind of unit")
        verbose_name_plural = _("kinds of unit")

    def __str__(self) -> str:
        return self.name


@tracked()
class Unit(TreeNode):
    """A unit of the Union at any depth of the tree."""

    kind = models.ForeignKey(
        UnitKind, on_delete=models.PROTECT, verbose_name=_("kind"), related_name="units"
    )
    name = NFCCharField(_("name"), max_length=150)
    short_name = NFCCharField(_("short name"), max_length=80, blank=True)
    official_code = models.CharField(
        _("official code"),
        max_length=20,
        blank=True,
        help_text=_("The state's code of the commune; not a stable identity."),
    )
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    folded_name = DerivedCharField(
        max_length=300, derive=lambda unit: fold(f"{unit.name} {unit.short_name}")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The last day of the unit.")
    )

    objects = UnitQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        ordering = ["folded_name", "id"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                name="unit_valid_span",
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="unit_not_own_parent", condition=~Q(parent=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def is_current(self, on: dt.date) -> bool:
        """Whether the unit exists on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or self.valid_to >= on)


class UnitPlace(models.Model):
    """What a unit hung below until a day; where it hangs today it says itself.

    Figures of past months are asked by the tree of that time. `members.actions`
    writes it wherever it changes a parent.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="places", verbose_name=_("unit")
    )
    parent = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("unit above"),
    )
    until = models.DateField(_("until"), help_text=_("The last day there."))

    class Meta:
        ordering = ["unit", "until"]
        verbose_name = _("earlier place of a unit")
        verbose_name_plural = _("earlier places of units")
        constraints = [
            models.UniqueConstraint(fields=["unit", "until"], name="unit_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.parent}"


@tracked()
class UnitSuccession(models.Model):
    """What became of a unit: old, new, since when and by which decision."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged into")
        SPLIT = "split", _("Split into")
        RENAME = "rename", _("Renamed to")
        DISSOLVE = "dissolve", _("Dissolved")

    old = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="successions",
        verbose_name=_("old unit"),
    )
    new = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="predecessions",
        verbose_name=_("new unit"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    date = models.DateField(_("date"))
    decision_number = NFCCharField(_("decision number"), max_length=60, blank=True)

    class Meta:
        ordering = ["-date", "old"]
        verbose_name = _("succession of a unit")
        verbose_name_plural = _("successions of units")
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new"],
                name="succession_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="succession_target",
                condition=Q(kind="dissolve", new__isnull=True)
                | (~Q(kind="dissolve") & Q(new__isnull=False)),
            ),
            models.CheckConstraint(
                name="succession_not_itself",
                condition=Q(new__isnull=True) | ~Q(new=F("old")),
            ),
        ]

    def __str__(self) -> str:
        if self.new is None:
            return f"{self.old}: {self.get_kind_display()}"
        return f"{self.old} → {self.new}"


@tracked(
    person="pgh_obj",
    personal=[
        "full_name",
        "sort_name",
        "birth_date",
        "birth_year",
        "phone",
        "email",
        "unit",
        "member_code",
    ],
)
class Person(models.Model):
    """Somebody the Union knows; with or without an account of their own.

    Kept on purpose without ID-card number, ethnicity, religion or any picture of a
    document (sensitive since 1 January 2026, decree 356/2025).
    """

    full_name = NFCCharField(_("full name"), max_length=120)
    sort_name = NFCCharField(
        _("name for sorting"),
        max_length=120,
        blank=True,
        help_text=_(
            "Given name first, as in “Ánh, Nguyễn Thị”. Only needed where the last "
            "word is not the given name; empty follows the full name."
        ),
    )
    sort_key = DerivedCharField(
        max_length=400,
        db_collation="C",
        derive=lambda person: names.sort_key(person.sort_name or person.full_name),
    )
    folded_name = DerivedCharField(
        max_length=250, derive=lambda person: fold(person.full_name)
    )
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = NFCEmailField(_("email"), blank=True)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("unit"),
    )
    member_code = NFCCharField(_("member code"), max_length=30, blank=True)
    member_key = DerivedCharField(
        max_length=30, derive=lambda person: code_key(person.member_code)
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["unit", "sort_key"]),
            models.Index(
                fields=["member_key"],
                name="person_member_key",
                condition=~Q(member_key=""),
            ),
            models.Index(Lower("email"), name="person_email"),
            models.Index(fields=["folded_name"], name="person_folded_name"),
            models.Index(fields=["sort_key", "id"], name="person_order"),
            models.Index(fields=["phone"], name="person_phone", condition=~Q(phone="")),
            # Adding a person is rare beside looking one up.
            GinIndex(WORDS, name="person_words", fastupdate=False),
        ]
        constraints = [
            models.CheckConstraint(
                name="person_birth_year",
                condition=Q(birth_date__isnull=True)
                | Q(birth_year=ExtractYear("birth_date")),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args, **kwargs) -> None:
        if self.birth_date:
            self.birth_year = self.birth_date.year
        super().save(*args, **kwargs)

    def is_child(self, on: dt.date) -> bool:
        """Under sixteen on that day; an unknown date of birth counts as a child.

        With the year alone, the person counts as a child until the year in which
        they have certainly turned sixteen (rule 9 protects in doubt).
        """
        if self.birth_date:
            age = on.year - self.birth_date.year
            had_birthday = (on.month, on.day) >= (
                self.birth_date.month,
                self.birth_date.day,
            )
            return age - (not had_birthday) < ADULT_AGE
        if self.birth_year:
            return on.year - self.birth_year <= ADULT_AGE
        return True


class User(AbstractBaseUser, PermissionsMixin):
    """Credentials, nothing else: an e-mail address that signs in.

    Without an address for those who enter by a card from their secretary.
    """

    email = SignInEmailField(_("email"), unique=True, null=True, blank=True)
    person = models.OneToOneField(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="user",
        verbose_name=_("person"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("enters the admin"),
        default=False,
        editable=False,
        help_text=_("Follows from the roles; see members.actions."),
    )
    date_joined = models.DateTimeField(_("joined at"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        ordering = ["email"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                name="user_email_or_null", condition=~Q(email="") | Q(email=None)
            ),
        ]

    @property
    def display_name(self) -> str:
        """How pages and letters name the account: the person's name where known."""
        return self.person.full_name if self.person else str(self)

    def __str__(self) -> str:
        """Never None: the admin and allauth's messages print it."""
        return self.email or (self.person and self.person.full_name) or f"#{self.pk}"


class Role(models.TextChoices):
    """What an account may do in its part of the unit tree (DESIGN section 5)."""

    PROVINCE_ADMIN = "province_admin", _("Province admin")
    EDITOR = "editor", _("Editor")
    PUBLISHER = "publisher", _("Publisher")
    TRAINING_ORGANISER = "training_organiser", _("Training organiser")
    HELPER = "helper", _("Session helper")
    INSTRUCTOR = "instructor", _("Instructor")
    TEAM_COORDINATOR = "team_coordinator", _("Team coordinator")
    CONTEST_ORGANISER = "contest_organiser", _("Contest organiser")
    UNIT_SECRETARY = "unit_secretary", _("Unit secretary")
    TEAM_LEADER = "team_leader", _("Team leader")
    JUDGE = "judge", _("Judge")


@tracked()
class Assignment(models.Model):
    """A role of an account in a unit; it covers the unit's whole subtree."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_("account"),
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("unit"),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The last day of the role.")
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit", "starts_on"],
                name="assignment_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="assignment_span",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.unit})"


@tracked(person="child", personal=["full_name", "relation", "phone", "email"])
class Guardian(models.Model):
    """The parent or legal representative who decides for a child."""

    child = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="guardians",
        verbose_name=_("child"),
    )
    full_name = NFCCharField(_("full name"), max_length=120)
    relation = NFCCharField(
        _("relation"), max_length=60, help_text=_("For example mother or grandfather.")
    )
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = NFCEmailField(_("email"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["child", "id"]
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")

    def __str__(self) -> str:
        return self.full_name


# Given with each sign-up, and complete at that moment.
@tracked(person="person", personal=["guardian", "about"], insertions=False)
class Consent(models.Model):
    """One consent to one purpose: which text, by whom, when, how, until when."""

    class Purpose(models.TextChoices):
        TRAINING = "training", _("Taking part in training")
        CONTEST = "contest", _("Entering a contest")
        PUBLISH_NAME = "publish_name", _("Publishing the name")
        PUBLISH_PICTURE = "publish_picture", _("Publishing a picture")
        STORY = "story", _("Sending in a story")
        CONTACT = "contact", _("Invitations to later activities")

    class Method(models.TextChoices):
        OWN_FORM = "own_form", _("Ticked by the person")
        GUARDIAN_LINK = "guardian_link", _("Guardian's link by email")
        SIGNED_FORM = "signed_form", _("Signed form on paper")
        SCHOOL = "school", _("Confirmed by school or unit")

    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="consents",
        verbose_name=_("person"),
    )
    guardian = models.ForeignKey(
        Guardian,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("guardian"),
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    about = models.CharField(
        _("about"),
        max_length=80,
        blank=True,
        help_text=_("What the consent is limited to; empty means the purpose itself."),
    )
    text_version = models.CharField(_("version of the text"), max_length=40)
    method = models.CharField(_("method"), max_length=20, choices=Method)
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                # By method too: a signed form proves what a link already gave.
                fields=["person", "guardian", "purpose", "about", "method"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_live_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="consent_span",
                condition=Q(withdrawn_at__isnull=True)
                | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_purpose_display()}"


class GuardianRequest(models.Model):
    """One letter that asks a guardian for consent; the link in it works once."""

    class Answer(models.TextChoices):
        GIVEN = "given", _("Agreed")
        DECLINED = "declined", _("Not agreed")

    child = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="guardian_requests",
        verbose_name=_("child"),
    )
    guardian = models.ForeignKey(
        Guardian,
        on_delete=models.CASCADE,
        related_name="requests",
        verbose_name=_("guardian"),
    )
    # Where the letter went, as `mail.addresses.fold` has it: limits go by it.
    address_key = models.CharField(max_length=254, editable=False)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Consent.Purpose.choices
    )
    about = models.CharField(_("about"), max_length=80, blank=True)
    matter = NFCCharField(
        _("in words"),
        max_length=250,
        help_text=_("What the guardian is asked about, as the guardian read it."),
    )
    text_version = models.CharField(_("version of the text"), max_length=40)
    # Only digests: whoever reads the database cannot answer in a guardian's name.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    withdraw_hash = models.CharField(
        max_length=64, unique=True, null=True, blank=True, editable=False
    )
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    expires_at = models.DateTimeField(_("link valid until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    signed_name = NFCCharField(_("signed by"), max_length=120, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("question to a guardian")
        verbose_name_plural = _("questions to guardians")
        indexes = [
            models.Index(
                fields=["child", "purpose", "about"], name="guardian_request_matter"
            ),
            models.Index(
                fields=["address_key", "asked_at"], name="guardian_request_address"
            ),
            models.Index(
                fields=["asked_by", "asked_at"], name="guardian_request_asker"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="guardian_request_answered",
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="guardian_request_span",
                condition=Q(expires_at__gte=F("asked_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child}: {self.matter}"

    def is_open(self, now: dt.datetime) -> bool:
        """Whether the link can still be used."""
        return not self.answer and now < self.expires_at


class SignInCard(models.Model):
    """A card with a code from the unit's secretary, for somebody without e-mail.

    The row stays when the card has ended: it says who gave whom access, and when.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for its first use")
        USED = "used", _("Used")
        EXPIRED = "expired", _("Too old")
        ENDED = "ended", _("Ended")

    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="cards",
        verbose_name=_("person"),
    )
    # Only a digest: whoever reads the database cannot enter as anybody.
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    expires_at = models.DateTimeField(_("to be used before"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    # Of the browser that used it, so that a second click there is no second use.
    browser_hash = models.CharField(max_length=64, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = SignInCardQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name = _("sign-in card")
        verbose_name_plural = _("sign-in cards")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="card_one_a_person",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="card_span", condition=Q(expires_at__gt=F("issued_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.issued_at:%d/%m/%Y})"

    def state(self, now: dt.datetime) -> State:
        """What the card is good for at that moment."""
        if self.ended_at:
            return self.State.ENDED
        if self.used_at:
            return self.State.USED
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED
