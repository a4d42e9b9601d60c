"""Whose desk a request lies on, and who is reminded of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mail.reminders import Draft
from members import desk, permissions
from members.models import Assignment, DataRequest, Role, Unit, User
from members.mydata import letters
from vietnam.dates import VIETNAM, local_day
from vietnam.hours import next_allowed

ACTION = "requests.handle"
SOON = dt.timedelta(days=3)
"""How long before the last day the staff are written to."""


def waiting(user: User) -> QuerySet[DataRequest]:
    """What this account should answer (rule 10)."""
    return permissions.scoped(DataRequest.objects.for_staff(), user, ACTION)


class RequestTasks:
    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.may(user, ACTION):
            return
        mine = waiting(user)
        first = mine.order_by("due_on").values_list("due_on", flat=True).first()
        if first is None:
            return
        end = dt.datetime.combine(first, dt.time(23, 59), VIETNAM)
        yield desk.Task(
            label=_("Requests about personal data to answer"),
            url=reverse("admin:members_datarequest_changelist") + "?state__exact=open",
            count=mine,
            due=end,
        )


class DueRequests:
    """A letter three days before the last day, once; nights are kept out."""

    kind = letters.DUE

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        if next_allowed(now) > now:
            return
        soon = local_day(now) + SOON
        rows = DataRequest.objects.for_staff().filter(due_on__lte=soon)
        for request in rows.select_related("unit"):
            yield from letters.due_drafts(request, staff_of(request.unit, now))


def staff_of(unit: Unit | None, now: dt.datetime) -> QuerySet[User]:
    """The nearest accounts that may answer: of the unit, else of those above it."""
    held = Assignment.objects.current(local_day(now)).order_by()
    places = [unit.pk] if unit else []
    if unit:
        places += reversed(unit.ancestors().values_list("pk", flat=True))
    for place in places:
        users = held.filter(role=Role.UNIT_SECRETARY, unit=place).values("user")
        found = User.objects.filter(pk__in=users, is_active=True)
        if found:
            return found
    admins = held.filter(role=Role.PROVINCE_ADMIN).values("user")
    return User.objects.filter(pk__in=admins, is_active=True)
