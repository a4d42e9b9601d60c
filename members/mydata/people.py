"""Requests themselves: handed out, forgotten, and merged records."""

from __future__ import annotations

import datetime as dt
from typing import Any

from content import clock
from members.models import DataRequest, Person

State = DataRequest.State


class DataRequestHolder:
    """Erased, a request stays as a line of the clock, without person and words."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "kind": str(request.get_kind_display()),
                "way": str(request.get_way_display()),
                "text": request.text,
                "received_at": request.received_at.isoformat(),
                "due_on": request.due_on.isoformat(),
                "state": str(request.get_state_display()),
                "answer": request.answer,
                "decided_at": request.decided_at and request.decided_at.isoformat(),
            }
            for request in person.data_requests.order_by("received_at", "id")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        from members.mydata.actions import drop_copy

        for request in person.data_requests.exclude(file=""):
            drop_copy(request)
        open_ = person.data_requests.open()
        open_.update(state=State.DONE, decided_at=now, not_before=None)
        person.data_requests.update(
            person=None, text="", answer="", reason_to_extend=""
        )


class MergeDataRequests:
    """Both asked for the same: the later question is taken back, the first stays."""

    def merge(self, keep: Person, drop: Person) -> None:
        asked = keep.data_requests.open().values("kind")
        double = drop.data_requests.open().filter(
            kind__in=asked.filter(kind__in=["copy", "delete"])
        )
        double.update(state=State.TAKEN_BACK, decided_at=clock.now(), not_before=None)
        drop.data_requests.update(person=keep)
