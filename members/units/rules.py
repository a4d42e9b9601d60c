"""Why a change of units cannot be planned, carried out or called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.models import Unit, UnitChange, UnitPlace, User

MOST_BACK = dt.timedelta(days=366)
MOST_AHEAD = dt.timedelta(days=366)


class Refusal(TextChoices):
    TOO_LONG_AGO = "too_long_ago", _("That day is more than a year ago.")
    TOO_FAR = "too_far", _("That day is more than a year ahead.")
    DECIDED_LATER = (
        "decided_later",
        _("The decision is dated after today. Write the date on the paper."),
    )
    MOVED_SINCE = (
        "moved_since",
        _("Units of this branch have been moved since that day. Choose a later one."),
    )
    PLANNED_ALREADY = (
        "planned_already",
        _("A change of this unit is planned already. Call that one off first."),
    )
    OUT_OF_REACH = "out_of_reach", _("One of these units is not yours to change.")
    PARENT_ENDS = (
        "parent_ends",
        _("The unit above the new one ends with this change. Choose another one."),
    )
    NOT_WAITING = "not_waiting", _("This change has been carried out or called off.")


def why_not_on(
    olds: Sequence[Unit], *, date: dt.date, decided_on: dt.date, today: dt.date
) -> Refusal | None:
    """Why not on that day. Backdating stops where the tree has changed since."""
    if date < today - MOST_BACK:
        return Refusal.TOO_LONG_AGO
    if date > today + MOST_AHEAD:
        return Refusal.TOO_FAR
    if decided_on > today:
        return Refusal.DECIDED_LATER
    # A place that ended on the eve of that day is what this very change would write.
    branch = Unit.objects.filter(
        Q(pk__in=[old.pk for old in olds]) | Q(parent__in=olds)
    )
    since = UnitPlace.objects.filter(unit__in=branch.order_by(), until__gte=date)
    return Refusal.MOVED_SINCE if since.exists() else None


def why_not_plan(
    olds: Sequence[Unit], *, but: UnitChange | None = None
) -> Refusal | None:
    """One open decision about a unit at a time."""
    open_ones = UnitChange.objects.filter(state__in=UnitChange.OPEN)
    if but:
        open_ones = open_ones.exclude(pk=but.pk)
    touched = Q(unit__in=olds) | Q(others__in=olds)
    return Refusal.PLANNED_ALREADY if open_ones.filter(touched).exists() else None


def why_not_reach(units: Sequence[Unit | None], *, by: User) -> Refusal | None:
    """Every unit that ends, follows or stands above is the account's to manage."""
    if permissions.everywhere(by, "units.manage"):
        return None
    for unit in units:
        if unit is None or not permissions.may(by, "units.manage", unit):
            return Refusal.OUT_OF_REACH
    return None


def why_not_above(parent: Unit | None, olds: Sequence[Unit]) -> Refusal | None:
    """A new unit does not come below one that ends with it."""
    if parent is None:
        return None
    branch = Unit.objects.subtree(*[old.pk for old in olds])
    return Refusal.PARENT_ENDS if branch.filter(pk=parent.pk).exists() else None


def why_not_call_off(change: UnitChange) -> Refusal | None:
    return None if change.state in UnitChange.OPEN else Refusal.NOT_WAITING
