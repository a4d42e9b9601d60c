"""Many people signed up at once by whoever speaks for their unit."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from members.models import Person, Unit, User
from training import answers, emails, no_shows, points, pools, rules, seats, statements
from training.answers import Told
from training.locks import Refused, session_locked
from training.models import Registration, RegistrationGroup, TrainingSession
from training.rules import Refusal

State = Registration.State
NOTHING_TOLD = Told()


class ListRefused(Refused):
    """Somebody on the list cannot sign up; `refusals` says why, by person's key."""

    def __init__(self, refusals: Mapping[int, Refusal]) -> None:
        super().__init__(next(iter(refusals.values())))
        self.refusals = dict(refusals)


@dataclass(frozen=True)
class Listed:
    """What became of a list; `refusals` are by the person's key."""

    group: RegistrationGroup | None
    registrations: list[Registration]
    refusals: dict[int, Refusal]


def register_group(
    *,
    session_id: int,
    people: Sequence[Person],
    unit: Unit,
    by: User | None,
    now: dt.datetime,
    together: bool = False,
    all_or_nothing: bool = False,
    told: Mapping[int, Told] | None = None,
) -> Listed:
    """Sign a list of people up in its order, each by the rules that hold for one.

    `told` is what the list says for them, by person's key; a room that is full by now
    stays open, and the person is asked for another one.

    `all_or_nothing`: one refusal refuses the list (ListRefused). `together`: those who
    may come all get places or all wait, in one block of the line; with approval each
    is decided on by itself. Raises Refused for what holds for all: the window, and
    people who would never fit together. A list done twice is refused twice over:
    everybody is signed up already.
    """
    people = list({person.pk: person for person in people}.values())
    with session_locked(session_id) as session:
        if refusal := rules.why_not_now(session, now=now):
            raise Refused(refusal)
        refusals = rules.why_not_each(session, people, now=now)
        good = [person for person in people if person.pk not in refusals]
        places = _places(session, good, together=together, now=now)
        if not session.has_waiting_list:
            full = [
                one for one, place in zip(good, places, strict=True) if place is None
            ]
            refusals |= {person.pk: Refusal.FULL for person in full}
        if refusals and all_or_nothing:
            raise ListRefused(refusals)
        going = [
            (person, place)
            for person, place in zip(good, places, strict=True)
            if person.pk not in refusals
        ]
        if not going:
            return Listed(None, [], refusals)
        group = RegistrationGroup.objects.create(
            session=session, unit=unit, together=together, made_by=by, made_at=now
        )
        registrations = _sign_up(session, group, going, told or {}, by=by, now=now)
        emails.listed(registrations, now=now)
    return Listed(group, registrations, refusals)


def loosen_group(*, group_id: int, by: User | None, now: dt.datetime) -> None:
    """Let the people of a list go on one by one; each keeps their place in line."""
    group = RegistrationGroup.objects.get(pk=group_id)
    with session_locked(group.session_id) as session:
        RegistrationGroup.objects.filter(pk=group_id).update(together=False)
        seats.promote_next(session, now)


def _places(
    session: TrainingSession,
    people: Sequence[Person],
    *,
    together: bool,
    now: dt.datetime,
) -> list[int | None]:
    """The place for each; with approval none is given yet."""
    unit_ids = [person.unit_id for person in people]
    places = pools.places_for(session, unit_ids, now=now)
    if not together or None not in places:
        return places
    paths = statements.paths_of(unit_ids)
    empty = pools.read(session, now=now)
    if not empty.could_ever_seat([paths[unit_id] for unit_id in unit_ids]):
        raise Refused(Refusal.TOO_MANY)
    return [None] * len(people)


def _sign_up(
    session: TrainingSession,
    group: RegistrationGroup,
    going: Sequence[tuple[Person, int | None]],
    told: Mapping[int, Told],
    *,
    by: User | None,
    now: dt.datetime,
) -> list[Registration]:
    behind = _behind(group, [person for person, _ in going], now=now)
    registrations, steps, tail = [], Counter(), session.line_tail
    rooms = points.Rooms(session) if any(one.point for one in told.values()) else None
    for person, place in going:
        one = Registration(
            session=session,
            person=person,
            identity=rules.identity_of(person),
            state=rules.outcome_if_registered(session, place),
            group=group,
            unit=person.unit,
            unit_name=person.unit.name if person.unit else "",
            registered_at=now,
            registered_by=by,
            language=get_language() or "vi",
        )
        if one.state == State.CONFIRMED:
            steps.update(seats.sit(one, place, now=now))
        elif one.state == State.WAITING:
            tail += 1
            steps.update(seats.queue_up(one, tail, behind=person.pk in behind))
        if rooms:
            one.point = rooms.take(told.get(person.pk, NOTHING_TOLD).point, one.state)
        registrations.append(one)
    statements.count(session, steps)
    made = Registration.objects.bulk_create(registrations)
    answers.keep_all((one, told.get(one.person_id, NOTHING_TOLD)) for one in made)
    return made


def _behind(
    group: RegistrationGroup, people: Sequence[Person], *, now: dt.datetime
) -> set[int]:
    """People who come together stand behind others only where all of them would."""
    behind = no_shows.who_is_behind(people, now=now)
    if group.together and len(behind) < len(people):
        return set()
    return behind
