"""People the Union knows, with or without an account."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear, Lower
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCEmailField
from members.codes import code_key
from members.fields import DerivedCharField
from members.models.unit import Unit
from members.querysets import (
    WORDS,
    PersonQuerySet,
)
from members.tracking import tracked
from vietnam import names
from vietnam.fold import fold

ADULT_AGE = 16  # Children Act 2016 article 1: a child is a person under sixteen.


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
