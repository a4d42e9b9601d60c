"""Who took which personal data out of the portal: lists, papers, files of others.

Every export and every download of somebody else's file calls `note_access` before it
answers. The breach register asks it who was affected; the person asks it who had
their data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Func, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.registry import Registry
from members.models import AccessNote, Person, Unit, User

# What a kind of note is called, by its key ("training.list").
kinds: Registry[str | Promise] = Registry("members.access_log.kinds")
kinds.register("members.list", _("Member list"))
kinds.register("members.copy", _("Copy of somebody's data, handed to them"))
kinds.register("members.breach", _("People affected by a breach"))


def note_access(
    *,
    by: User,
    kind: str,
    what: str,
    now: dt.datetime,
    people: Iterable[int] = (),
    rows: int | None = None,
    about: str = "",
    unit: Unit | None = None,
) -> AccessNote:
    """Write down that this account takes these data out now.

    `kind` is a key of `kinds`; `what` names the list or the matter of the file as
    people call it and never a person, who may be erased one day;
    `people` are the ids of those whose data it holds, `rows` how many lines (else the
    number of people); `about` says the same to the computer ("training.session:5");
    `unit` is whose data it is, None for the whole province. KeyError for an unknown
    kind. Not caught by the caller: what cannot be written down does not go out.
    """
    kinds[kind]
    named = sorted({*people} - {None})
    return AccessNote.objects.create(
        at=now,
        by=by,
        by_name=(by.email or by.display_name)[:254],
        kind=kind,
        what=what[:250],
        about=about,
        unit=unit,
        rows=len(named) if rows is None else rows,
        people=named,
    )


def kind_words(kind: str) -> str:
    """The kind as people call it; its key where a feature is gone."""
    return str(kinds.get(kind) or kind)


class NotesOfPeople:
    """For `members.privacy` and `members.merge`: numbers inside lists of numbers."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        """When which data of theirs were taken out; not by whom, who is staff."""
        return [
            {"at": note.at.isoformat(), "what": kind_words(note.kind)}
            for note in _notes(person)
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        """How many they were stays in `rows`."""
        _notes(person).update(
            people=Func(F("people"), Value(person.pk), function="array_remove")
        )

    def merge(self, keep: Person, drop: Person) -> None:
        _notes(drop).update(
            people=Func(
                F("people"),
                Value(drop.pk),
                Value(keep.pk),
                function="array_replace",
            )
        )


def _notes(person: Person) -> QuerySet[AccessNote]:
    return AccessNote.objects.filter(people__contains=[person.pk])
