"""Planning a change of units, carrying it out on its day, calling it off before."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from content import waiting
from members import actions as members
from members.models import (
    Person,
    Unit,
    UnitChange,
    UnitChangePart,
    UnitChangePlace,
    UnitKind,
    UnitSuccession,
    User,
)
from members.rules import Refused
from members.succession import Blocked, Busy, Moved
from members.succession import registry as heirs
from members.units import rules
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

Kind = UnitSuccession.Kind
State = UnitChange.State
Places = dict[int, int]
"""By the key of a unit or person: the number of the part they go to."""


@dataclass
class Part:
    """A unit that follows, as staff describe it; `unit` where it exists already."""

    unit: Unit | None = None
    name: str = ""
    short_name: str = ""
    official_code: str = ""
    kind: UnitKind | None = None
    parent: Unit | None = None


@dataclass
class Draft:
    """A change as typed, before anything of it is in the database."""

    kind: Kind
    olds: Sequence[Unit]
    date: dt.date
    decision_number: str
    decided_on: dt.date
    parts: Sequence[Part] = ()
    units_to: Places = field(default_factory=dict)
    people_to: Places = field(default_factory=dict)
    rest_to: int | None = None
    """A split: the number of the part that takes all that nobody has placed."""


def plan(*, draft: Draft, by: User, now: dt.datetime) -> UnitChange:
    """Keep the change for its day; one whose day has come is carried out at once.

    Raises Refused, Blocked and Busy.
    """
    with waiting.no_longer(Busy), transaction.atomic():
        change = _kept(draft, by, now)
        if change.is_due(local_day(now)):
            _carry_out(change, now)
    logger.info("unit change %s planned for %s", change.pk, change.date)
    return change


def _kept(draft: Draft, by: User, now: dt.datetime) -> UnitChange:
    members.lock_tree()
    _ask(draft, by, now)
    change = UnitChange.objects.create(
        kind=draft.kind,
        unit=draft.olds[0],
        date=draft.date,
        decision_number=draft.decision_number,
        decided_on=draft.decided_on,
        planned_at=now,
        planned_by=by,
    )
    change.others.set(draft.olds[1:])
    _keep_parts(change, draft)
    return change


def _ask(draft: Draft, by: User, now: dt.datetime) -> None:
    above = [part.parent for part in draft.parts if part.unit is None]
    known = [part.unit for part in draft.parts if part.unit]
    reasons = [
        rules.why_not_reach([*draft.olds, *known, *above], by=by),
        rules.why_not_plan(draft.olds),
        rules.why_not_on(
            draft.olds,
            date=draft.date,
            decided_on=draft.decided_on,
            today=local_day(now),
        ),
        *(rules.why_not_above(parent, draft.olds) for parent in above),
    ]
    for reason in filter(None, reasons):
        raise Refused(reason)


def _keep_parts(change: UnitChange, draft: Draft) -> None:
    parts = [
        UnitChangePart.objects.create(
            change=change,
            order=number,
            takes_rest=number == draft.rest_to,
            **vars(part),
        )
        for number, part in enumerate(draft.parts)
    ]
    places = [
        UnitChangePlace(part=parts[number], **{f"{what}_id": key})
        for what, places in (("unit", draft.units_to), ("person", draft.people_to))
        for key, number in places.items()
    ]
    UnitChangePlace.objects.bulk_create(places)


def call_off(*, change: UnitChange, by: User, now: dt.datetime) -> None:
    """Nothing happens on the day. Done twice is done once. Raises Refused."""
    with transaction.atomic():
        row = UnitChange.objects.select_for_update().get(pk=change.pk)
        if row.state == State.CANCELLED:
            return
        if refusal := rules.why_not_call_off(row):
            raise Refused(refusal)
        row.state, row.ended_at, row.ended_by = State.CANCELLED, now, by
        row.save(update_fields=["state", "ended_at", "ended_by"])


def carry_out(*, change_id: int, now: dt.datetime) -> list[Moved]:
    """Do what was planned, if its day has come and nobody has done it.

    Raises Refused, Blocked and Busy; then nothing has changed.
    """
    with waiting.no_longer(Busy), transaction.atomic():
        members.lock_tree()
        change = UnitChange.objects.select_for_update().get(pk=change_id)
        if change.state not in UnitChange.OPEN or change.date > local_day(now):
            return []
        return _carry_out(change, now)


def carry_out_due(*, now: dt.datetime) -> int:
    """Everything whose day has come; the number carried out.

    What cannot be done is marked with the reason and waits for somebody: the desk
    names it. A lock that is not free is no reason, the next minute tries again.
    """
    due = UnitChange.objects.filter(
        state=State.PLANNED, date__lte=local_day(now)
    ).order_by("date", "pk")
    done = 0
    for pk in due.values_list("pk", flat=True):
        try:
            carry_out(change_id=pk, now=now)
        except (Refused, Blocked) as problem:
            rows = UnitChange.objects.filter(pk=pk, state=State.PLANNED)
            rows.update(state=State.BLOCKED, problem=str(problem)[:250])
            logger.warning("unit change %s: %s", pk, problem)
        except Busy:
            logger.info("unit change %s waits for a lock", pk)
        else:
            done += 1
    return done


def _carry_out(change: UnitChange, now: dt.datetime) -> list[Moved]:
    parts = list(change.parts.select_related("unit", "parent", "kind"))
    for part in parts:
        if part.unit is None:
            part.unit = _made(part, change, now)
            part.save(update_fields=["unit"])
    told: list[Moved] = []
    if change.kind == Kind.SPLIT:
        _place_branches(change, parts, told)
    for old in change.olds:
        members.succeed_unit(
            old=old,
            heirs=[part.unit for part in parts],
            kind=Kind(change.kind),
            date=change.date,
            decision_number=change.decision_number,
            now=now,
            told=told,
        )
    if change.kind == Kind.SPLIT:
        _place_people(change, parts, told, now)
    change.state, change.ended_at, change.problem = State.DONE, now, ""
    change.save(update_fields=["state", "ended_at", "problem"])
    return summed(told)


def _made(part: UnitChangePart, change: UnitChange, now: dt.datetime) -> Unit:
    first = change.unit
    return members.create_unit(
        kind=part.kind or first.kind,
        name=part.name,
        short_name=part.short_name,
        official_code=part.official_code,
        parent=part.parent,
        valid_from=change.date,
        now=now,
    )


def _place_branches(
    change: UnitChange, parts: list[UnitChangePart], told: list[Moved]
) -> None:
    """Each unit below goes where staff put it, all others with the rest."""
    eve = change.date - dt.timedelta(days=1)
    below = {unit.pk: unit for unit in change.unit.children.all()}
    # A part that hung below what is split comes up beside it.
    risen = [below.pop(part.unit_id) for part in parts if part.unit_id in below]
    members.hang_below(risen, change.unit.parent, until=eve)
    placed = [
        (place.part_id, below.pop(place.unit_id))
        for place in UnitChangePlace.objects.filter(part__in=parts, unit__in=below)
    ]
    for part in parts:
        units = [unit for pk, unit in placed if pk == part.pk]
        if part.takes_rest:
            units += below.values()
        members.hang_below(units, part.unit, until=eve)
        told.append(Moved(_("Units below"), len(units)))


def _place_people(
    change: UnitChange,
    parts: list[UnitChangePart],
    told: list[Moved],
    now: dt.datetime,
) -> None:
    """Those who were chosen first, then all others and what the features keep."""
    old = change.unit
    for part in parts:
        chosen = part.places.filter(person__isnull=False).values("person")
        count = old.people.filter(pk__in=chosen).update(unit=part.unit)
        told.append(Moved(_("People of the unit"), count))
    rest = next((part for part in parts if part.takes_rest), None)
    if rest is None:
        left = Person.objects.filter(unit=old).count()
        told.append(Moved(_("People of the unit"), left, by_hand=True))
        return
    told.append(Moved(_("People of the unit"), old.people.update(unit=rest.unit)))
    for item in heirs:
        said = item.succeed(
            old=old, new=rest.unit, kind=Kind.SPLIT, date=change.date, now=now
        )
        told += said or []


def summed(told: Sequence[Moved]) -> list[Moved]:
    """One line for each kind of row, nothing that is nothing."""
    sums: dict[tuple[str, bool], int] = {}
    for line in told:
        key = str(line.label), line.by_hand
        sums[key] = sums.get(key, 0) + line.count
    return [
        Moved(label, count, by_hand=by_hand)
        for (label, by_hand), count in sums.items()
        if count
    ]


class _Undone(Exception):
    """Takes everything of a preview back."""


def preview(*, draft: Draft, by: User, now: dt.datetime) -> list[Moved]:
    """What would move if the change were carried out now.

    It is carried out and taken back, so that it cannot say anything else than what
    will happen. For a later day it shows today's rows. Raises as `plan` does.
    """
    told: list[Moved] = []
    try:
        with waiting.no_longer(Busy), transaction.atomic():
            told += _carry_out(_kept(draft, by, now), now)
            raise _Undone
    except _Undone:
        return told
