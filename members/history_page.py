"""The history of a row in words: when, who, which field, from what to what."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page
from django.db.models import (
    F,
    Field,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from content.pagination import page_of
from content.richtext import RichTextField, plain_text
from members import history
from members.models import User
from vietnam.dates import local
from vietnam.phones import display_phone

PER_PAGE = 25
CUT = 160
"""So much of a long text is shown, beginning shortly before the first difference."""
LEAD_IN = 40
EMPTY = "—"
LOG = -1
CAPTIONS = ("person", "full_name", "name", "title", "role", "unit")


@dataclass(frozen=True)
class Source:
    """Events of one table; `link` is how they belong to the row at hand."""

    model: type[Model]
    link: str = "pgh_obj"

    @property
    def is_part(self) -> bool:
        """Rows below the one at hand, such as the members of a team."""
        return self.link != "pgh_obj"

    def events(self, row: Model) -> QuerySet:
        return self.model._base_manager.filter(**{self.link: row.pk})


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Item:
    """One thing that happened. `who` is empty where nobody was signed in."""

    at: dt.datetime
    what: str
    who: str = ""
    about: str = ""
    changes: list[Change] = field(default_factory=list)


def sources_for(
    model: type[Model], parts: Iterable[tuple[type[Model], str]]
) -> list[Source]:
    """The tables of events for a row of `model` and its parts (model, link)."""
    own = history.events_of(model)
    below = [(history.events_of(part), link) for part, link in parts]
    found = [Source(own)] if own else []
    return found + [Source(events, link) for events, link in below if events]


def read(row: Model, sources: Sequence[Source], request: HttpRequest) -> Page:
    """A page of Items, the latest first. Queries: bounded, whatever the length."""
    return _page(_everything(row, sources), sources, request)


def read_all(log: QuerySet, sources: Sequence[Source], request: HttpRequest) -> Page:
    """The same of whatever events the sources give, and of these lines of the log."""
    lines = _together(log, None, sources)
    return _page(lines, sources, request, whole=False)


def _page(
    lines: QuerySet,
    sources: Sequence[Source],
    request: HttpRequest,
    *,
    whole: bool = True,
) -> Page:
    """`whole`: the lines are all that happened to the rows they tell of."""
    pair_up = _with_predecessors if whole else _with_exact_predecessors
    page = page_of(lines, request, PER_PAGE)
    keys = defaultdict(list)
    for line in page.object_list:
        keys[line["line_source"]].append(line["line_key"])
    logs = LogEntry.objects.select_related("content_type").in_bulk(keys.pop(LOG, []))
    events = {place: pair_up(sources[place], found) for place, found in keys.items()}
    names = _Names(
        [pair for found in events.values() for pair in found.values()],
        logs.values(),
    )
    page.object_list = [
        _log_item(logs[line["line_key"]], names, tell_row=not whole)
        if line["line_source"] == LOG
        else _event_item(
            sources[line["line_source"]],
            *events[line["line_source"]][line["line_key"]],
            names,
        )
        for line in page.object_list
    ]
    return page


def _everything(row: Model, sources: Sequence[Source]) -> QuerySet:
    """When and where to find it, newest first: events and the admin's own log."""
    kind = ContentType.objects.get_for_model(row)
    log = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    if any(not source.is_part for source in sources):
        # What the forms log, the events tell better; the actions' sentences stay.
        log = log.exclude(change_message__startswith="[").exclude(change_message="")
    return _together(log, row, sources)


def _together(log: QuerySet, row: Model | None, sources: Sequence[Source]) -> QuerySet:
    lines = _lines(log, LOG, at="action_time", key="id")
    events = [
        _lines(source.events(row), place, at="pgh_created_at", key="pgh_id")
        for place, source in enumerate(sources)
    ]
    return lines.union(*events, all=True).order_by(
        "-line_at", "-line_source", "-line_key"
    )


def _lines(rows: QuerySet, place: int, *, at: str, key: str) -> QuerySet:
    # Names that no model has: a key figure has a source, a page of the site a key.
    named = rows.order_by().annotate(
        line_at=F(at), line_source=Value(place), line_key=F(key)
    )
    return named.values("line_at", "line_source", "line_key")


def _with_predecessors(
    source: Source, keys: list[int]
) -> dict[int, tuple[Model, Model | None]]:
    """Each event with the one before it of the same row."""
    found = list(source.model._base_manager.filter(pk__in=keys).order_by("pgh_id"))
    rows = {event.id for event in found}
    before = (
        source.model._base_manager.filter(id__in=rows, pgh_id__lt=found[0].pgh_id)
        .order_by("id", "-pgh_id")
        .distinct("id")
    )
    # Between two events on the page none of the same row is missing: pages are
    # slices of the whole history.
    last = {event.id: event for event in before}
    pairs = {}
    for event in found:
        pairs[event.pgh_id] = event, last.get(event.id)
        last[event.id] = event
    return pairs


def _with_exact_predecessors(
    source: Source, keys: list[int]
) -> dict[int, tuple[Model, Model | None]]:
    """The same where the page leaves events of its rows out."""
    rows = source.model._base_manager
    earlier = rows.filter(id=OuterRef("id"), pgh_id__lt=OuterRef("pgh_id"))
    newest = earlier.order_by("-pgh_id").values("pgh_id")[:1]
    found = list(rows.filter(pk__in=keys).annotate(earlier=Subquery(newest)))
    before = rows.in_bulk([event.earlier for event in found if event.earlier])
    return {event.pgh_id: (event, before.get(event.earlier)) for event in found}


class _Names:
    """What the numbers in the events stand for today; one query for each model."""

    def __init__(
        self, pairs: list[tuple[Model, Model | None]], logs: Iterable[LogEntry]
    ) -> None:
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for event in (one for pair in pairs for one in pair if one):
            for column in _told_fields(event):
                if column.is_relation:
                    value = getattr(event, column.attname)
                    wanted[column.related_model].add(value)
            wanted[User].add((event.pgh_context or {}).get("user"))
        wanted[User] |= {log.user_id for log in logs}
        self._names = {
            model: self._read(model, keys - {None}) for model, keys in wanted.items()
        }

    @staticmethod
    def _read(model: type[Model], keys: set[int]) -> dict[int, str]:
        if not keys:
            return {}
        rows = model._base_manager.filter(pk__in=keys)
        if model is User:
            rows = rows.select_related("person")
            return {row.pk: str(row.person or row.email) for row in rows}
        return {row.pk: str(row) for row in rows}

    def of(self, model: type[Model], key: int) -> str:
        return self._names[model].get(key, _("no longer there"))

    def account(self, key: int | None) -> str:
        return self.of(User, key) if key else ""


def _told_fields(event: Model) -> list[Field]:
    """The columns of the row itself, without its number and the event's own."""
    return [
        column
        for column in event._meta.fields
        if column.name != "id" and not column.name.startswith("pgh_")
    ]


def _log_item(log: LogEntry, names: _Names, *, tell_row: bool) -> Item:
    what = log.get_change_message() or str(log.get_action_flag_display())
    who = names.account(log.user_id)
    kind = capfirst(str(log.content_type.name)) if tell_row else ""
    about = f"{kind}: {log.object_repr}" if tell_row else ""
    return Item(at=log.action_time, what=what, who=who, about=about)


def _event_item(
    source: Source, event: Model, before: Model | None, names: _Names
) -> Item:
    what = {
        "insert": _("Created"),
        "update": _("Changed"),
        "delete": _("Deleted"),
    }[event.pgh_label]
    return Item(
        at=event.pgh_created_at,
        what=what,
        who=names.account((event.pgh_context or {}).get("user")),
        about=_caption(event, names) if source.is_part else "",
        changes=_changes(source, event, before, names),
    )


def _caption(event: Model, names: _Names) -> str:
    """Which row: "Digital team member: Nguyễn Thị Ánh"."""
    kind = capfirst(str(event.pgh_tracked_model._meta.verbose_name))
    columns = {column.name: column for column in _told_fields(event)}
    for name in CAPTIONS:
        if name in columns:
            return f"{kind}: {_words(columns[name], event, names)}"
    return kind


def _changes(
    source: Source, event: Model, before: Model | None, names: _Names
) -> list[Change]:
    """From the event before; of a new row all that is filled in."""
    if event.pgh_label == "delete" or (before is None and event.pgh_label == "update"):
        return []
    begins = event.pgh_label == "insert"
    changes = []
    for column in _told_fields(event):
        if column.name == source.link or getattr(column, "auto_now_add", False):
            continue
        new = getattr(event, column.attname)
        old = None if begins else getattr(before, column.attname)
        if (begins and new in (None, "", False)) or new == old:
            continue
        earlier = EMPTY if begins else _words(column, before, names)
        label = event.pgh_tracked_model._meta.get_field(column.name).verbose_name
        changes.append(
            Change(capfirst(str(label)), *_cut(earlier, _words(column, event, names)))
        )
    return changes


def _words(column: Field, event: Model, names: _Names) -> str:
    value: Any = getattr(event, column.attname)
    if value in (None, ""):
        return EMPTY
    if column.is_relation:
        return names.of(column.related_model, value)
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return f"{local(value):%H:%M %d/%m/%Y}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(column, RichTextField):
        return plain_text(value)
    return display_phone(value) if column.name.endswith("phone") else str(value)


def _cut(before: str, after: str) -> tuple[str, str]:
    """Both from shortly before the first difference, if they are long."""
    if max(len(before), len(after)) <= CUT:
        return before, after
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    begin = max(0, same - LEAD_IN)
    return _excerpt(before, begin), _excerpt(after, begin)


def _excerpt(text: str, begin: int) -> str:
    head = "… " if begin else ""
    tail = " …" if len(text) > begin + CUT else ""
    return f"{head}{text[begin : begin + CUT].strip()}{tail}"
