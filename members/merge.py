"""Two records of one person become one.

Every model that points to a person registers here under its label
("training.registration"); a test walks the models and fails when one is missing.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Protocol

from django.apps import apps
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from content import clock
from content.registry import Registry
from members import history
from members.models import Assignment, Person, SignInCard, User

logger = logging.getLogger(__name__)

FILLED_FROM_DROP = (
    "birth_date",
    "birth_year",
    "phone",
    "email",
    "unit_id",
    "member_code",
    "sort_name",
)


class Mergeable(Protocol):
    """How a model's rows go over from one person to another."""

    def merge(self, keep: Person, drop: Person) -> None:
        """Point the rows of `drop` to `keep`; where both have one, settle it.

        Called inside the transaction of the merge, with both people locked.
        """
        ...


registry: Registry[Mergeable] = Registry("members.merge")


class Repoint:
    """The plain case: no constraint forbids that one person has all the rows."""

    def __init__(self, model: str, field: str) -> None:
        self.model, self.field = model, field

    def merge(self, keep: Person, drop: Person) -> None:
        manager = apps.get_model(self.model)._base_manager
        manager.filter(**{self.field: drop.pk}).update(**{self.field: keep.pk})


class WhyNot(TextChoices):
    SAME = "same", _("This is one and the same record.")
    BIRTH = "birth", _("The two records have different dates of birth.")


class MergeRefused(Exception):
    """The records cannot be merged; `reason` says why."""

    def __init__(self, reason: WhyNot) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def why_not_merge(keep: Person, drop: Person) -> WhyNot | None:
    """Why the two records are not one person, as far as data can tell."""
    if keep.pk == drop.pk:
        return WhyNot.SAME
    years = keep.birth_year, drop.birth_year
    dates = keep.birth_date, drop.birth_date
    if (all(years) and years[0] != years[1]) or (all(dates) and dates[0] != dates[1]):
        return WhyNot.BIRTH
    return None


def merge_people(*, keep: Person, drop: Person, now: dt.datetime) -> Person:
    """Move everything of `drop` to `keep` and delete `drop`.

    What `keep` lacks is filled from `drop`. Raises MergeRefused; ProtectedError when
    a model that points to `drop` has not registered. Merging with a record that is
    already gone changes nothing.
    """
    if reason := why_not_merge(keep, drop):
        raise MergeRefused(reason)
    with transaction.atomic():
        people = Person.objects.select_for_update().order_by("pk")
        locked = people.in_bulk([keep.pk, drop.pk])
        if drop.pk not in locked:
            return locked[keep.pk]
        keep, drop = locked[keep.pk], locked[drop.pk]
        if reason := why_not_merge(keep, drop):
            raise MergeRefused(reason)
        for item in registry:
            item.merge(keep, drop)
        for field in FILLED_FROM_DROP:
            if not getattr(keep, field):
                setattr(keep, field, getattr(drop, field))
        keep.save()
        logger.info("person %s merged into %s at %s", drop.pk, keep.pk, now)
        gone = drop.pk
        drop.delete()
        history.follow_merge(keep=keep.pk, gone=gone)
    return keep


class MergeAccounts:
    """One account stays; every address of both signs into it."""

    def merge(self, keep: Person, drop: Person) -> None:
        leaving = User.objects.select_for_update().filter(person=drop).first()
        staying = User.objects.select_for_update().filter(person=keep).first()
        if leaving is None:
            return
        if staying is None:
            User.objects.filter(pk=leaving.pk).update(person=keep)
            return
        self._move_roles(leaving, staying)
        self._move_addresses(leaving, staying)
        is_staff = staying.is_staff or leaving.is_staff
        User.objects.filter(pk=staying.pk).update(is_staff=is_staff)
        leaving.authenticator_set.all().delete()
        # No name and no address: nothing would find it when the person is erased.
        User.objects.filter(pk=leaving.pk).update(
            person=None, email=None, is_active=False, is_staff=False
        )
        if staying.email is None and leaving.email:
            User.objects.filter(pk=staying.pk).update(email=leaving.email)
            proved = staying.emailaddress_set.filter(email=leaving.email)
            proved.update(primary=True)

    @staticmethod
    def _move_roles(leaving: User, staying: User) -> None:
        for role in Assignment.objects.filter(user=leaving):
            held = Assignment.objects.filter(
                user=staying,
                role=role.role,
                unit=role.unit_id,
                starts_on=role.starts_on,
            )
            if held.exists():
                role.delete()
            else:
                Assignment.objects.filter(pk=role.pk).update(user=staying)

    @staticmethod
    def _move_addresses(leaving: User, staying: User) -> None:
        known = staying.emailaddress_set.values("email")
        addresses = leaving.emailaddress_set.exclude(email__in=known)
        addresses.update(user=staying, primary=False)
        leaving.emailaddress_set.all().delete()
        if leaving.email:
            # One that nobody has proved yet signs in by a code as well.
            staying.emailaddress_set.get_or_create(email=leaving.email)
        leaving.socialaccount_set.update(user=staying)
        leaving.usersession_set.all().delete()


class MergeCards:
    """The card of the account that stays goes on; every other card ends.

    Before the accounts are merged: afterwards nobody could tell whose was whose.
    """

    def merge(self, keep: Person, drop: Person) -> None:
        ending = keep if self._account_of_drop_stays(keep, drop) else drop
        ending.cards.live().update(ended_at=clock.now())
        SignInCard.objects.filter(person=drop).update(person=keep)

    @staticmethod
    def _account_of_drop_stays(keep: Person, drop: Person) -> bool:
        kept = set(User.objects.filter(person__in=[keep, drop]).values_list("person"))
        return kept == {(drop.pk,)}


class MergeConsents:
    """A live consent that both gave stays once; the other counts as history."""

    def merge(self, keep: Person, drop: Person) -> None:
        for consent in drop.consents.all():
            both = keep.consents.live().filter(
                guardian=consent.guardian_id,
                purpose=consent.purpose,
                about=consent.about,
                method=consent.method,
            )
            if consent.withdrawn_at is None and both.exists():
                consent.withdrawn_at = consent.given_at
            consent.person = keep
            consent.save()
