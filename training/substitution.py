"""Handing a place on (đổi người): another person takes the very place of somebody.

It goes from person to person until the session starts, by a link that whoever has the
place passes on, or by those who run the session. Nobody loses by it:

- No place is freed, so there is none that the line could have had: without the
  substitute the first person would come themselves, and whoever does not want that
  cancels, which lets the first in line in.
- While people wait, the place goes only to somebody of the same unit (the commune,
  school or office and all below it). A unit sends one of its own in place of another,
  as it always has; a place that is passed on to strangers would be a way past the line.
- A place that is kept for a unit stays with the people of that unit, and a unit that
  may have no more than its kept places gets no other one in this way either.
- Audience, age and guardian are asked of the newcomer as of everybody.
- Whoever stood in line and takes a place over leaves the line.
- Whoever took their name off a list is named by nobody else; they take it themselves.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.models import Person, Unit, User
from training import answers, emails, points, pools, rules, seats, statements
from training.answers import Told
from training.locks import Refused, registration_locked
from training.models import Registration, TrainingSession
from training.pools import OPEN

State = Registration.State


class HandoverRefusal(models.TextChoices):
    """Why a place cannot go to somebody else."""

    NO_PLACE = (
        "no_place",
        _("This place is not there to be handed on any more. Ask whoever sent you."),
    )
    OFF = "off", _("The session is cancelled.")
    STARTED = "started", _("The session has started, so the place stays as it is.")
    OWN = "own", _("This place is yours already.")
    HAS_PLACE = "has_place", _("There is a place under this name already.")
    OTHER_UNIT = (
        "other_unit",
        _(
            "People wait for a place, so this one stays with its unit. "
            "Only somebody of the same unit can take it over."
        ),
    )
    KEPT = (
        "kept",
        _("This place is kept for a unit. Only somebody of that unit can take it."),
    )
    AT_MOST = (
        "at_most",
        _(
            "This unit has all the places that it may have. Only somebody of another "
            "unit can take this one."
        ),
    )


def why_not_hand_on(
    registration: Registration, *, now: dt.datetime
) -> HandoverRefusal | None:
    """Whether the place can go to anybody at all."""
    session = registration.session
    if session.state != TrainingSession.State.PUBLISHED:
        return HandoverRefusal.OFF
    if now >= session.starts_at:
        return HandoverRefusal.STARTED
    if registration.state != State.CONFIRMED:
        return HandoverRefusal.NO_PLACE
    return None


def why_not_take(
    registration: Registration,
    person: Person,
    *,
    now: dt.datetime,
    named: bool = False,
) -> HandoverRefusal | rules.Refusal | None:
    """Whether the place can go to this person; `named`: somebody else says so."""
    if refusal := why_not_hand_on(registration, now=now):
        return refusal
    session = registration.session
    if person.pk == registration.person_id:
        return HandoverRefusal.OWN
    mine = rules.sign_up_of(session, person)
    if mine and (mine.person_id != person.pk or mine.state in seats.SEATED):
        return HandoverRefusal.HAS_PLACE
    if refusal := rules.why_not_person(session, person, now=now):
        return refusal
    if named and rules.took_name_off(session, person):
        return rules.Refusal.OBJECTED
    quota = registration.quota
    if quota and not _is_below(person.unit_id, quota.unit_id):
        return HandoverRefusal.KEPT
    if session.line_length and not same_house(registration.unit, person.unit):
        return HandoverRefusal.OTHER_UNIT
    if _is_beyond_quota(registration, person, now=now):
        return HandoverRefusal.AT_MOST
    return None


def substitute(
    *,
    registration_id: int,
    person: Person,
    by: User | None,
    now: dt.datetime,
    told: Told | None = None,
    named: bool = False,
) -> Registration:
    """Give the place to another person; both get a letter. Done twice is done once.

    The room goes along unless the newcomer chose another one. `named`: whoever runs
    the session or the unit names the newcomer. Raises Refused and Busy.
    """
    told = told or Told()
    with registration_locked(registration_id) as registration:
        if taken := _taken_over(registration, person):
            return taken
        if refusal := why_not_take(registration, person, now=now, named=named):
            raise Refused(refusal)
        session = registration.session
        if waiting := rules.sign_up_of(session, person):
            waiting.session = session
            seats.give_back(waiting, now=now)
        newcomer = _change_over(registration, person, by=by, now=now)
        if told.point:
            points.seat(newcomer, told.point)
        answers.keep(newcomer, told)
        emails.handed_on(registration, newcomer, now=now)
        # Another unit may have other kept places; whoever can moves nearer.
        seats.promote_next(session, now)
    return newcomer


def same_house(one: Unit | None, other: Unit | None) -> bool:
    """Whether both belong to one unit below the province, at any depth.

    Of the province itself only those who are in no other unit.
    """
    if one is None or other is None:
        return False
    if one.pk == other.pk:
        return True
    chains = [list(unit.ancestors(include_self=True)) for unit in (one, other)]
    return all(len(chain) > 1 for chain in chains) and (
        chains[0][1].pk == chains[1][1].pk
    )


def _change_over(
    registration: Registration, person: Person, *, by: User | None, now: dt.datetime
) -> Registration:
    place = registration.quota_id or OPEN
    newcomer = Registration(
        session=registration.session,
        person=person,
        identity=rules.identity_of(person),
        group=registration.group,
        point=registration.point,
        unit=person.unit,
        unit_name=person.unit.name if person.unit else "",
        registered_at=now,
        registered_by=by,
        language=get_language() or "vi",
    )
    steps = Counter(seats.leave(registration))
    steps.update(seats.sit(newcomer, place, now=now))
    statements.count(registration.session, steps)
    seats.move(registration, State.CANCELLED, cancelled_at=now)
    newcomer.save(force_insert=True)
    return newcomer


def _taken_over(registration: Registration, person: Person) -> Registration | None:
    """The newcomer's place, where this very change was made before."""
    if registration.state != State.CANCELLED:
        return None
    rows = Registration.objects.of(person).confirmed()
    return rows.filter(
        session=registration.session, confirmed_at=registration.cancelled_at
    ).first()


def _is_beyond_quota(
    registration: Registration, person: Person, *, now: dt.datetime
) -> bool:
    """Whether the place is one that a quota keeps the newcomer's unit from.

    Not where one of its own is free, nor between two people whom the same quota
    holds: the unit has no more by it than before.
    """
    free = pools.read(registration.session, now=now)
    if not free.by_unit:
        return False
    paths = statements.paths_of([registration.unit_id, person.unit_id])
    chain = free.chain(paths[person.unit_id])
    place = registration.quota_id if registration.quota_id in free.free else OPEN
    if place in chain or free.room_for(paths[person.unit_id]) is not None:
        return False
    return chain[-1] != free.chain(paths[registration.unit_id])[-1]


def _is_below(unit_id: int | None, top_id: int) -> bool:
    below = Unit.objects.subtree(top_id)
    return unit_id is not None and below.filter(pk=unit_id).exists()
