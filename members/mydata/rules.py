"""Questions about requests: may this account be deleted, what hangs on it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from members.models import Assignment, DataRequest, User
from vietnam.dates import local_day


class WhyNot(TextChoices):
    """Why something about a request cannot be done."""

    LAST_ADMIN = (
        "last_admin",
        _(
            "You are the last province admin: without you nobody could run the portal. "
            "Give somebody else the role first; then you can delete your account."
        ),
    )
    CLOSED = "closed", _("This request has been answered already.")
    EXTENDED = "extended", _("The time was extended once; the law allows no more.")
    NOBODY = "nobody", _("The person of this request has been deleted.")
    NOT_A_DELETION = "not_a_deletion", _("This is no request to delete.")
    THINKING = "thinking", _("It can still be taken back; it is done on its day.")


class Refused(Exception):
    """A request about data cannot be dealt with in this way."""

    def __init__(self, reason: WhyNot) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def admins(on: dt.date) -> QuerySet[User]:
    """Active accounts that run the whole portal on that day."""
    held = Assignment.objects.governing(on).order_by().values("user")
    whole = Q(is_superuser=True) | Q(pk__in=held)
    return User.objects.filter(whole, is_active=True)


def why_not_delete(user: User | None, *, now: dt.datetime) -> WhyNot | None:
    """Why the account cannot go; somebody without an account always can."""
    if user is None:
        return None
    found = list(admins(local_day(now)).values_list("pk", flat=True)[:2])
    return WhyNot.LAST_ADMIN if found == [user.pk] else None


def why_not_answer(request: DataRequest) -> WhyNot | None:
    return None if request.is_open else WhyNot.CLOSED


def why_not_extend(request: DataRequest) -> WhyNot | None:
    if request.was_extended:
        return WhyNot.EXTENDED
    return why_not_answer(request)


def why_not_erase(request: DataRequest, *, now: dt.datetime) -> WhyNot | None:
    """Why the deletion cannot be carried out right now."""
    if request.kind != DataRequest.Kind.DELETE:
        return WhyNot.NOT_A_DELETION
    if refusal := why_not_answer(request):
        return refusal
    if request.person is None:
        return WhyNot.NOBODY
    if request.not_before and now < request.not_before:
        return WhyNot.THINKING
    return why_not_delete(getattr(request.person, "user", None), now=now)


def duties(user: User, *, now: dt.datetime) -> list[Assignment]:
    """The roles that end with the account; the page names them beforehand."""
    held = user.assignments.lasting(local_day(now)).select_related("unit")
    return list(held.order_by("role", "unit"))
