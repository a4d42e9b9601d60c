"""What attendance means elsewhere: in a person's data, and when records merge."""

from __future__ import annotations

import datetime as dt
from typing import Any

from members import merge, privacy
from members.models import Person
from training import attendance
from training.models import Attendance, Mark, Registration


class AttendanceHolder:
    """Half-days are handed out; once erased they are figures without a name."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        rows = Attendance.objects.of(person).select_related("slot__session", "mark")
        return [
            {
                "session": row.slot.session.title,
                "half_day": row.slot.starts_at.isoformat(),
                "came_at": row.came_at.isoformat(),
                "how": row.mark.get_method_display(),
            }
            for row in rows
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        """The sign-up that the rows point to stays without a name; see `people`."""
        own = Mark.objects.filter(registration__person=person)
        own.filter(method=Mark.Method.SELF).update(by=None, device="")


class MergeAttendance:
    """Where one of two sign-ups was ended, what it was marked counts for the other.

    After the sign-ups have been merged (training.people).
    """

    def merge(self, keep: Person, drop: Person) -> None:
        live = {one.session_id: one for one in Registration.objects.of(keep).live()}
        ended = Mark.objects.filter(registration__person=keep).exclude(
            registration__in=live.values()
        )
        moving = ended.filter(registration__session__in=live)
        moved = set()
        for mark in moving.select_related("registration"):
            heir = live[mark.registration.session_id]
            Attendance.objects.filter(mark=mark).delete()
            Mark.objects.filter(pk=mark.pk).update(registration=heir)
            moved.add((heir.pk, mark.slot_id))
        for registration_id, slot_id in sorted(moved):
            earlier = Attendance.objects.filter(
                registration=registration_id, slot=slot_id
            ).first()
            attendance.settle(registration_id, slot_id, earlier=earlier)


def register() -> None:
    privacy.registry.register("training.attendance", AttendanceHolder())
    merge.registry.register("training.attendance", MergeAttendance())
