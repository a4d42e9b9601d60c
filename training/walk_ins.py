"""Adding somebody at the desk who is not in the list (or only in the line)."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import IntegrityError, models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.codes import code_key
from members.matching import NOBODY, Certainty, Match, match
from members.models import Person, Unit, User
from training import pools, rules, seats, statements
from training.attendance import EARLY
from training.locks import Refused, session_locked
from training.models import Registration, TrainingSession
from vietnam.fold import fold

log = logging.getLogger(__name__)

State = Registration.State


class DeskRefusal(models.TextChoices):
    """Why somebody cannot be added at the desk, and what the desk can do."""

    SESSION_OFF = "session_off", _("This session does not take place.")
    TOO_EARLY = (
        "too_early",
        _("People are added at the desk from two hours before the session begins."),
    )
    OVER = "over", _("The session is over. Nobody is added any more.")
    FULL = (
        "full",
        _("No place is free. Only an organiser can agree to one more person."),
    )
    LINE = (
        "line",
        _(
            "Others wait for the free places until the session begins. Add the person "
            "then, or ask an organiser."
        ),
    )
    BIRTH_UNKNOWN = (
        "birth_unknown",
        _("Ask for the date of birth: under sixteen a parent must agree."),
    )
    GUARDIAN = (
        "guardian",
        _(
            "Under sixteen a parent or guardian must agree first. An organiser records "
            "the signed form, and then the child can be added."
        ),
    )
    AUDIENCE = "audience", _("The session is for other units or another group.")
    AGE = "age", _("The session is for another age.")
    NAME = "name", _("The name is missing.")


_OF_RULE = {
    rules.Refusal.BIRTH_UNKNOWN: DeskRefusal.BIRTH_UNKNOWN,
    rules.Refusal.GUARDIAN: DeskRefusal.GUARDIAN,
    rules.Refusal.AUDIENCE_UNIT: DeskRefusal.AUDIENCE,
    rules.Refusal.AUDIENCE_GROUP: DeskRefusal.AUDIENCE,
    rules.Refusal.TOO_YOUNG: DeskRefusal.AGE,
    rules.Refusal.TOO_OLD: DeskRefusal.AGE,
    rules.Refusal.PROFILE: DeskRefusal.NAME,
}


def why_not_at_desk(
    session: TrainingSession, *, now: dt.datetime
) -> DeskRefusal | None:
    """Whether the desk adds people at all: `[start - 2 h, end)`."""
    if session.state != TrainingSession.State.PUBLISHED:
        return DeskRefusal.SESSION_OFF
    if now < session.starts_at - EARLY:
        return DeskRefusal.TOO_EARLY
    if now >= session.ends_at:
        return DeskRefusal.OVER
    return None


def why_not_walk_in(
    session: TrainingSession,
    person: Person,
    place: int | None,
    *,
    now: dt.datetime,
    agreed: bool = False,
) -> DeskRefusal | None:
    """Why this person does not get `place` (None: there is none) at the desk.

    `agreed` is an organiser's word for one more person, past the line and above the
    number of places.
    """
    if refusal := why_not_at_desk(session, now=now):
        return refusal
    if refusal := rules.why_not_person(session, person, now=now):
        return _OF_RULE[refusal]
    if agreed or place is not None:
        return None
    waited_for = now < session.starts_at and session.places_left
    return DeskRefusal.LINE if waited_for else DeskRefusal.FULL


def walk_in(
    *,
    session_id: int,
    person: Person,
    by: User | None,
    now: dt.datetime,
    unit_name: str = "",
    agreed: bool = False,
) -> Registration:
    """Give a place to somebody who stands at the desk; no letter, they are here.

    Who has a place keeps it; who waits, was offered one or is to be decided on gets
    it now. Raises Refused with a DeskRefusal and Busy.
    """
    try:
        with session_locked(session_id) as session:
            return _let_in(
                session, person, by=by, now=now, unit_name=unit_name, agreed=agreed
            )
    except IntegrityError:
        if mine := rules.sign_up_of(TrainingSession(pk=session_id), person):
            return mine
        raise


def _let_in(
    session: TrainingSession,
    person: Person,
    *,
    by: User | None,
    now: dt.datetime,
    unit_name: str,
    agreed: bool,
) -> Registration:
    mine = rules.sign_up_of(session, person)
    if mine and mine.state == State.CONFIRMED:
        return mine
    place = _place(session, mine.unit_id if mine else person.unit_id, mine, now=now)
    refusal = why_not_walk_in(session, person, place, now=now, agreed=agreed)
    if refusal:
        raise Refused(refusal)
    _make_room(session, mine, by=by)
    if mine:
        mine.session = session
        steps = seats.leave(mine)
        steps.update(seats.sit(mine, place or pools.OPEN, now=now))
        statements.count(session, steps)
        seats.save_all([mine], now=now)
        return mine
    new = Registration(
        session=session,
        person=person,
        identity=rules.identity_of(person),
        unit=person.unit,
        unit_name=person.unit.name if person.unit else unit_name,
        registered_at=now,
        registered_by=by,
    )
    steps = seats.sit(new, place or pools.OPEN, now=now)
    statements.count(session, steps, new=new)
    return new


def _place(
    session: TrainingSession,
    unit_id: int | None,
    mine: Registration | None,
    *,
    now: dt.datetime,
) -> int | None:
    """The one that was offered, else a free one; until the start what no line wants."""
    free = seats.open_pools(session, now=now)
    if mine and mine.state == State.OFFERED:
        return mine.quota_id or pools.OPEN
    if now < session.starts_at:
        return pools.free_place(session, unit_id, now=now, pools=free)
    return free.room_for(pools.path_of(unit_id) if free.by_unit else ())


def _make_room(
    session: TrainingSession, mine: Registration | None, *, by: User | None
) -> None:
    """Write down how many were agreed to, where that is more than there are places."""
    given = session.confirmed + session.offered
    given += not (mine and mine.state == State.OFFERED)
    if given > max(session.capacity, session.agreed_over):
        TrainingSession.objects.filter(pk=session.pk).update(agreed_over=given)
        session.agreed_over = given
        who = by.pk if by else None
        log.info("session %s: user %s agreed to %s people", session.pk, who, given)


def look_up(
    *,
    full_name: str,
    birth_date: dt.date | None = None,
    birth_year: int | None = None,
    phone: str = "",
    member_code: str = "",
    unit: Unit | None = None,
) -> Match:
    """Which record is the person at the desk.

    The name must agree, and with it the member code, the phone number, or year of
    birth and unit; everything less is a doubt. Whom it may be is shown to those alone
    who may read these people (`desk_people`): whoever sits at the desk sees one
    session and must not search in everybody's data.
    """
    people = Person.objects.filter(folded_name=fold(full_name)).select_related("unit")
    code = code_key(member_code)
    if code and (found := _only(people.filter(member_key=code))):
        return Match(Certainty.EXACT, (found,))
    if phone and (found := _only(people.filter(phone=phone))):
        if _is_another(found, birth_date, birth_year):
            return NOBODY
        return Match(Certainty.EXACT, (found,))
    return match(
        full_name=full_name,
        among=people,
        birth_date=birth_date,
        birth_year=birth_year,
        unit=unit,
    )


def _only(people: QuerySet[Person]) -> Person | None:
    few = list(people[:2])
    return few[0] if len(few) == 1 else None


def _is_another(
    person: Person, birth_date: dt.date | None, birth_year: int | None
) -> bool:
    """Brother and sister share a phone, father and son a name."""
    year = birth_date.year if birth_date else birth_year
    other_year = bool(year and person.birth_year and year != person.birth_year)
    dates = birth_date, person.birth_date
    return other_year or (all(dates) and dates[0] != dates[1])
