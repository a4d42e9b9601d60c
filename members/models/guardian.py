"""Guardians of children, what they are asked, and what people agreed to."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCEmailField
from members.models.account import User
from members.models.person import Person
from members.querysets import (
    ConsentQuerySet,
)
from members.tracking import tracked


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
