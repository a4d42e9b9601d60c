"""The events that `members.tracking` collects: whose they are, what erasing does."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

import pghistory
import pgtrigger
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet, Value

from members.models import Person


def event_models() -> list[type[Model]]:
    """Every table of events, in the order of their labels."""
    return sorted(
        (model for model in pghistory.core.event_models() if _is_ours(model)),
        key=lambda model: model._meta.label,
    )


def events_of(model: type[Model]) -> type[Model] | None:
    """The table with the events of this model; None when it keeps no history."""
    for event_model in event_models():
        if event_model.pgh_tracked_model is model._meta.concrete_model:
            return event_model
    return None


def mask_rows(model: type[Model], keys: Iterable[int], *, log_too: bool = True) -> None:
    """Blank what is personal in the history of these rows, though they may be gone.

    For rows that no field ties to one person, such as the work of several authors.
    `log_too=False` where the admin's log of the rows tells of staff and not of them.
    """
    event_model = events_of(model)
    events = event_model._base_manager.filter(pgh_obj__in=list(keys))
    _mask(event_model, events, log_too=log_too)


def hand_over(model: type[Model], keys: Iterable[int], *, to: Person) -> None:
    """The history of these rows tells of somebody else from now on: of nobody, when
    their time is over and the rows stay as figures."""
    event_model = events_of(model)
    events = event_model._base_manager.filter(pgh_obj__in=list(keys))
    _mask(event_model, events)
    with _unlocked(event_model):
        events.update(**{event_model.person_field: to.pk})


def _is_ours(model: type[Model]) -> bool:
    return hasattr(model, "personal_fields")


def _unlocked(event_model: type[Model]) -> AbstractContextManager:
    """History is written once; erasing and merging people are the two exceptions."""
    return pgtrigger.ignore(f"{event_model._meta.label}:append_only")


def _mask(event_model: type[Model], events: QuerySet, *, log_too: bool = True) -> None:
    blanks = {}
    for name in event_model.personal_fields:
        field = event_model._meta.get_field(name)
        blanks[name] = None if field.null else Value("")
    if not blanks:
        return
    rows = list(events.order_by().values_list("pgh_obj", flat=True).distinct())
    with _unlocked(event_model):
        events.update(**blanks)
    if not log_too:
        return
    kind = ContentType.objects.get_for_model(event_model.pgh_tracked_model)
    # The admin's own log repeats the row's name.
    log = LogEntry.objects.filter(
        content_type=kind, object_id__in=[str(pk) for pk in rows]
    )
    log.update(object_repr="—", change_message="")


class EventsOfPeople:
    """For `members.privacy` and `members.merge`: one table that points to people."""

    def __init__(self, event_model: type[Model]) -> None:
        self.model = event_model

    def _events(self, key: int) -> QuerySet:
        rows = self.model._base_manager.filter(**{self.model.person_field: key})
        return rows.order_by("pgh_id")

    def export(self, person: Person) -> list[dict[str, Any]]:
        names = ("pgh_created_at", "pgh_label", *self.model.personal_fields)
        return [
            {key: _plain(value) for key, value in row.items()}
            for row in self._events(person.pk).values(*names)
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        events = self._events(person.pk)
        if "full_name" in self.model.personal_fields:
            forget_in_log(events.values_list("full_name", flat=True))
        _mask(self.model, events)

    def merge(self, keep: Person, drop: Person) -> None:
        self.repoint(keep.pk, drop.pk)

    def repoint(self, keep: int, drop: int) -> None:
        """Erasing `keep` one day must find what was known of `drop`."""
        with _unlocked(self.model):
            self._events(drop).update(**{self.model.person_field: keep})


def follow_merge(*, keep: int, gone: int) -> None:
    """The deletion of a merged record is an event that tells of it once more."""
    EventsOfPeople(events_of(Person)).repoint(keep, gone)


def forget_in_log(names: Iterable[str]) -> None:
    """The admin's log names people in what it says of teams and families."""
    for name in set(names) - {""}:
        said = json.dumps(name)[1:-1]
        # As words of their own: "E" is part of half of what the log says.
        alone = rf"(?<![\w\\]){re.escape(said)}(?![\w\\])"
        found = LogEntry.objects.filter(change_message__contains=said)
        found.filter(change_message__regex=alone).update(change_message="")
        whole = rf"(?<!\w){re.escape(name)}(?!\w)"
        found = LogEntry.objects.filter(object_repr__contains=name)
        found.filter(object_repr__regex=whole).update(object_repr="—")


def about_people() -> list[EventsOfPeople]:
    """One for each table of events that belongs to somebody."""
    return [EventsOfPeople(model) for model in event_models() if model.person_field]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
