"""What a letter or a calendar entry says about a session, as a value."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from content.prepared import prepared
from training.models import (
    Question,
    Registration,
    RemotePoint,
    Slot,
    TrainingSession,
)


@dataclass(frozen=True, slots=True)
class SlotFacts:
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Hashable, so that a letter is rendered once for all who get the same one."""

    title: str
    summary: str
    unit: str
    mode: str
    venue: str
    meeting_link: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    slots: tuple[SlotFacts, ...]
    sequence: int
    url: str
    offer_hours: int | None = None
    room: str = ""
    """Of somebody who chose one of several: its name and where it is."""
    room_contact: str = ""
    asks: bool = False
    """Whether something is still to be answered or a room to be chosen."""

    @property
    def fingerprint(self) -> str:
        """Differs when anything that matters to whoever comes has changed."""
        return _fingerprint(self)


@lru_cache(maxsize=256)
def _fingerprint(facts: SessionFacts) -> str:
    told = (
        facts.title,
        facts.mode,
        facts.venue,
        facts.meeting_link,
        facts.starts_at.astimezone(dt.UTC),
        facts.ends_at.astimezone(dt.UTC),
        facts.slots,
        *(one for one in (facts.room, facts.room_contact, facts.asks) if one),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def facts_of(session: TrainingSession, *, now: dt.datetime) -> SessionFacts:
    """What holds at `now`; asked of the database once a minute for each version.

    Kept that long because a flash crowd writes thousands of letters about one session
    inside its lock. Half-days change through `actions.revise` only, which writes the
    session's row, so a new one is never overlooked; a unit's new name may be for a
    minute.
    """
    slots, unit, _asks = _kept(session, now)
    return _facts(session, slots, unit)


def facts_for(
    registration: Registration,
    *,
    now: dt.datetime,
    base: SessionFacts | None = None,
) -> SessionFacts:
    """`facts_of` its session, with the room of this person and what we still ask.

    `base` are the facts of the session, for whoever writes to many of one.
    """
    session = registration.session
    facts = with_room(base or facts_of(session, now=now), registration)
    if registration.state not in Registration.LIVE or not may_be_asked(
        session, now=now
    ):
        return facts
    return replace(facts, asks=True) if registration.lacks else facts


def may_be_asked(session: TrainingSession, *, now: dt.datetime) -> bool:
    """Whether the session asks anything of people, and there is time to answer."""
    if session.state != TrainingSession.State.PUBLISHED or now >= session.starts_at:
        return False
    *_, asks = _kept(session, now)
    return asks


def with_room(facts: SessionFacts, registration: Registration) -> SessionFacts:
    point = registration.point
    if point is None:
        return facts
    room = f"{point.name}, {point.address}" if point.address else point.name
    return replace(facts, room=room, room_contact=point.contact)


def _kept(
    session: TrainingSession, now: dt.datetime
) -> tuple[tuple[SlotFacts, ...], str, bool]:
    minute = now.replace(second=0, microsecond=0)
    key = (session.pk, session.sequence, session.updated_at)
    return _parts(key, session.unit_id, minute)


def facts_as_read(session: TrainingSession) -> SessionFacts:
    """Of a session that was read together with its unit and its half-days."""
    return _facts(session, _as_facts(session.slots.all()), session.unit.name)


def _facts(
    session: TrainingSession, slots: tuple[SlotFacts, ...], unit: str
) -> SessionFacts:
    return SessionFacts(
        title=session.title,
        summary=session.summary,
        unit=unit,
        mode=session.mode,
        venue=session.venue,
        meeting_link=session.meeting_link,
        starts_at=session.starts_at.astimezone(dt.UTC),
        ends_at=session.ends_at.astimezone(dt.UTC),
        slots=slots,
        sequence=session.sequence,
        url=settings.SITE_URL + session.get_absolute_url(),
        offer_hours=session.offer_hours,
    )


@lru_cache(maxsize=256)
def _parts(
    version: tuple, unit_id: int, minute: dt.datetime
) -> tuple[tuple[SlotFacts, ...], str, bool]:
    """Half-days, the unit's name, and whether the session asks anything of people."""
    session_id, *_rest = version
    [(unit, asks)] = _unit_and_asks(session_id)
    return _as_facts(_slots(session_id)), unit, asks


@prepared
def _slots(session_id: int) -> QuerySet:
    return Slot.objects.filter(session_id=session_id).order_by("starts_at", "id")


@prepared
def _unit_and_asks(session_id: int) -> QuerySet:
    asks = Exists(
        Question.objects.filter(session=OuterRef("pk"), required=True)
    ) | Exists(RemotePoint.objects.filter(session=OuterRef("pk")))
    return TrainingSession.objects.filter(pk=session_id).values_list("unit__name", asks)


def _as_facts(slots: Iterable[Slot]) -> tuple[SlotFacts, ...]:
    return tuple(
        SlotFacts(
            slot.title,
            slot.starts_at.astimezone(dt.UTC),
            slot.ends_at.astimezone(dt.UTC),
        )
        for slot in slots
    )
