"""The page of a session's attendance: people by half-days, to read and not to edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _

from content import charts
from content.charts import Point
from training import access, attendance
from training.models import Attendance, Mark, Registration

NAME = "training_trainingsession_attendance"
MOST_UNITS = 10


@dataclass
class UnitCame:
    """How many of a unit's people with a place came, and to nothing at all."""

    unit: str
    placed: int = 0
    came: int = 0
    excused: int = 0

    @property
    def missed(self) -> int:
        return self.placed - self.came


def by_unit(lines: list[dict[str, Any]]) -> list[UnitCame]:
    """By the unit as it was called on that day, the largest first."""
    units: dict[str, UnitCame] = {}
    for line in lines:
        sign_up = line["sign_up"]
        name = sign_up.unit_name or _("Without a unit")
        unit = units.setdefault(name, UnitCame(name))
        unit.placed += 1
        if line["came"]:
            unit.came += 1
        elif sign_up.excused_at:
            unit.excused += 1
    return sorted(units.values(), key=lambda one: (-one.placed, one.unit))


class AttendancePages:
    """For the admin of sessions, whose querysets and `_page` it uses."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.attendance_view)
        return [path("<int:pk>/attendance/", view, name=NAME), *super().get_urls()]

    def attendance_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        session = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, session):
            raise PermissionDenied
        slots = attendance.slots_of(session, now=request.now)
        rows = Attendance.objects.of_session(session.pk).select_related("mark")
        there = {(row.registration_id, row.slot_id): row for row in rows}
        people = (
            Registration.objects.confirmed()
            .filter(session=session)
            .select_related("person")
            .order_by("person__sort_key", "id")
        )
        lines = [
            {
                "sign_up": one,
                "cells": [there.get((one.pk, slot.pk)) for slot in slots],
                "came": sum((one.pk, slot.pk) in there for slot in slots),
            }
            for one in people
        ]
        columns = [
            {
                "slot": slot,
                "came": sum(1 for line in lines if line["cells"][number]),
            }
            for number, slot in enumerate(slots)
        ]
        units = by_unit(lines)
        drawn = [Point(one.unit, one.came, one.placed) for one in units[:MOST_UNITS]]
        clashes = Mark.objects.open_clashes().filter(slot__session=session)
        return self._page(
            request,
            session,
            "training/admin/attendance.html",
            lines=lines,
            columns=columns,
            units=units,
            chart=charts.rows(drawn) if drawn else None,
            clashes=clashes.count(),
            nobody=sum(1 for line in lines if not line["came"]),
            may_attend=access.may_attend_desk(request.user, session, now=request.now),
        )
