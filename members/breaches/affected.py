"""Who was affected: read from the log of data taken out and from the history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Func, QuerySet

from members import history
from members.models import AccessNote, Person, User


@dataclass(frozen=True)
class Search:
    """What is known of a breach; what is empty narrows nothing.

    The span is half-open. `by` is the account that was misused, `kind` and `words`
    name the list or file that got out. Without `changes_too` only what was taken out
    counts, else also the people whose records the account wrote to.
    """

    since: dt.datetime
    until: dt.datetime
    by: User | None = None
    kind: str = ""
    words: str = ""
    changes_too: bool = False

    def notes(self) -> QuerySet[AccessNote]:
        """The lists, papers and files that got out, newest first."""
        rows = AccessNote.objects.filter(at__gte=self.since, at__lt=self.until)
        if self.by:
            rows = rows.filter(by=self.by)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.words:
            rows = rows.filter(what__icontains=self.words)
        return rows

    def people(self) -> QuerySet[Person]:
        """Everybody in them who is still in the portal, each once."""
        ids = set(
            self.notes()
            .order_by()
            .annotate(one=Func(F("people"), function="unnest"))
            .values_list("one", flat=True)
            .distinct()
        )
        if self.changes_too and self.by:
            ids |= self._changed()
        return Person.objects.filter(pk__in=ids)

    def _changed(self) -> set[int]:
        found: set[int] = set()
        for events in history.about_people():
            rows = events.model._base_manager.filter(
                pgh_created_at__gte=self.since,
                pgh_created_at__lt=self.until,
                pgh_context__user=self.by.pk,
            )
            found |= set(rows.values_list(events.model.person_field, flat=True))
        return found - {None}
