"""What a merge would do, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Count, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.merge import FILLED_FROM_DROP
from members.models import Person, User
from vietnam.phones import display_phone

SAID = {"unit_id": "unit"}
QUIET = {"sort_name"}
"""Follows from the name in nearly every record."""


@dataclass(frozen=True)
class Fact:
    """One column of both records, and which of the two values is lost."""

    label: str
    keep: str
    lost: str


@dataclass
class Preview:
    """What happens if `keep` stays."""

    keep: Person
    drop: Person
    filled: list[Fact] = field(default_factory=list)
    conflicts: list[Fact] = field(default_factory=list)
    moving: list[tuple[str, int]] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)


def previews(one: Person, other: Person) -> list[Preview]:
    """Both ways round; the rows of both are counted once for each kind."""
    counts = _rows_of(one, other)
    made = []
    for keep, drop in ((one, other), (other, one)):
        shown = Preview(keep, drop, moving=_moving(counts, drop))
        _facts(shown)
        shown.accounts = _accounts(keep, drop)
        made.append(shown)
    return made


def _facts(shown: Preview) -> None:
    if shown.keep.full_name != shown.drop.full_name:
        label = capfirst(str(Person._meta.get_field("full_name").verbose_name))
        names = Fact(label, shown.keep.full_name, shown.drop.full_name)
        shown.conflicts.append(names)
    for name in FILLED_FROM_DROP:
        column = SAID.get(name, name)
        keep, drop = getattr(shown.keep, column), getattr(shown.drop, column)
        if name in QUIET or not drop or keep == drop:
            continue
        label = capfirst(str(Person._meta.get_field(column).verbose_name))
        fact = Fact(label, _words(keep), _words(drop))
        (shown.conflicts if keep else shown.filled).append(fact)


def _accounts(keep: Person, drop: Person) -> list[str]:
    """In sentences: which account signs in afterwards, and which is closed."""
    staying = getattr(keep, "user", None)
    leaving = getattr(drop, "user", None)
    if leaving is None:
        return []
    if staying is None:
        return [_("The account %(account)s goes over.") % {"account": leaving}]
    roles = leaving.assignments.count()
    said = [
        _("The account %(account)s is closed; its addresses sign into %(other)s.")
        % {"account": leaving, "other": staying}
    ]
    if roles:
        said.append(_("Its roles go over: %(number)d.") % {"number": roles})
    if leaving.has_usable_password():
        said.append(_("Its password does not sign in any more."))
    return said


def _rows_of(one: Person, other: Person) -> dict[str, dict[int, int]]:
    """How many rows of each kind point to either, by the kind's name."""
    found: dict[str, dict[int, int]] = {}
    for model in apps.get_models():
        if _is_event(model) or model in {Person, User}:
            continue
        for column in model._meta.concrete_fields:
            if column.related_model is not Person:
                continue
            label = capfirst(str(model._meta.verbose_name_plural))
            rows = model._base_manager.filter(**{f"{column.name}__in": [one, other]})
            rows = rows.order_by().values_list(column.name).annotate(Count("pk"))
            counted = found.setdefault(label, {})
            for key, number in rows:
                counted[key] = counted.get(key, 0) + number
    return found


def _moving(counts: dict[str, dict[int, int]], drop: Person) -> list[tuple[str, int]]:
    numbers = {label: each.get(drop.pk, 0) for label, each in counts.items()}
    return sorted((label, number) for label, number in numbers.items() if number)


def _is_event(model: type[Model]) -> bool:
    return hasattr(model, "pgh_tracked_model")


def _words(value: object) -> str:
    if not value:
        return "–"
    if isinstance(value, str) and value.startswith("+"):
        return display_phone(value)
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)
