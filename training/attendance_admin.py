"""The page of a session's attendance: people by half-days, to read and not to edit."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from training import access, attendance
from training.models import Attendance, Mark, Registration

NAME = "training_trainingsession_attendance"


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
        clashes = Mark.objects.open_clashes().filter(slot__session=session)
        return self._page(
            request,
            session,
            "training/admin/attendance.html",
            lines=lines,
            columns=columns,
            clashes=clashes.count(),
            nobody=sum(1 for line in lines if not line["came"]),
            may_attend=access.may_attend_desk(request.user, session, now=request.now),
        )
