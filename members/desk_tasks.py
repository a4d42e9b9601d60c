"""The tasks of this floor and of the mail below: families and letters that failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mail.access import may_read
from mail.addresses import fold
from mail.models import Letter, Suppression
from members import desk, permissions
from members.models import Breach, GuardianRequest, Person, UnitChange, User


def waiting_for_guardians(
    rows: QuerySet[Person], now: dt.datetime, *, expired: bool
) -> QuerySet[Person]:
    """Children whose guardian was asked and has not answered.

    `expired`: the link has run out, so somebody should telephone or ask again.
    """
    asked = GuardianRequest.objects.filter(child=OuterRef("pk"), answered_at=None)
    open_ = asked.filter(expires_at__gt=now)
    if not expired:
        return rows.filter(Exists(open_))
    answered = GuardianRequest.objects.filter(
        child=OuterRef("pk"), answered_at__isnull=False
    )
    return rows.filter(Exists(asked), ~Exists(open_), ~Exists(answered))


class GuardianTasks:
    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.may(user, "consents.record"):
            return
        children = waiting_for_guardians(Person.objects.all(), now, expired=True)
        mine = permissions.scoped(children, user, "consents.record")
        yield desk.Task(
            label=_("Guardians who did not answer in time"),
            url=reverse("admin:members_person_changelist") + "?guardian=expired",
            count=mine,
        )


class UnitChanges:
    """A decision that could not be carried out on its day."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.may(user, "units.manage"):
            return
        rows = UnitChange.objects.filter(state=UnitChange.State.BLOCKED)
        url = reverse("admin:members_unitchange_changelist")
        yield desk.Task(
            label=_("Changes of units that could not be carried out"),
            url=f"{url}?state__exact=blocked",
            count=permissions.scoped(rows, user, "units.manage"),
        )


class Breaches:
    """The authority has not been told yet, and the clock runs."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.everywhere(user, "breaches.manage"):
            return
        rows = Breach.objects.filter(told_authority_at=None, closed_at=None)
        yield desk.Task(
            label=_("Breaches that the authority has not been told of"),
            url=reverse("admin:members_breach_changelist"),
            count=rows,
        )


class FailedLetters:
    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not may_read(user):
            return
        yield desk.Task(
            label=_("Letters that could not be delivered"),
            url=reverse("admin:mail_letter_changelist") + "?state__exact=failed",
            count=Letter.objects.failed(),
        )


class ReturnedLetters:
    """Told where it can be told, now that no letter reaches them any more."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        person = user.person
        keys = {
            fold(address or "") for address in (user.email, person and person.email)
        }
        if Suppression.objects.in_force().filter(address_key__in=keys - {""}).exists():
            yield desk.Task(
                label=_("Our letters to you come back: look at your email address"),
                url=reverse("members:letters"),
            )


def register() -> None:
    desk.registry.register("members", GuardianTasks())
    desk.registry.register("members.units", UnitChanges())
    desk.registry.register("members.breaches", Breaches())
    desk.registry.register("members.letters", ReturnedLetters())
    desk.registry.register("mail", FailedLetters())
