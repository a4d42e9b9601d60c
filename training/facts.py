"""What a letter or a calendar entry says about a session, as a value."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from members.models import Unit
from training.models import Slot, TrainingSession


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

    @property
    def fingerprint(self) -> str:
        """Differs when anything that matters to whoever comes has changed."""
        told = (
            self.title,
            self.mode,
            self.venue,
            self.meeting_link,
            self.starts_at.astimezone(dt.UTC),
            self.ends_at.astimezone(dt.UTC),
            self.slots,
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()


def facts_of(session: TrainingSession, *, now: dt.datetime) -> SessionFacts:
    """What holds at `now`; asked of the database once a minute for each version.

    Kept that long because a flash crowd writes thousands of letters about one session
    inside its lock. Half-days change through `actions.revise` only, which writes the
    session's row, so a new one is never overlooked; a unit's new name may be for a
    minute.
    """
    minute = now.replace(second=0, microsecond=0)
    key = (session.pk, session.sequence, session.updated_at)
    slots, unit = _slots_and_unit(key, session.unit_id, minute)
    return _facts(session, slots, unit)


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
def _slots_and_unit(
    version: tuple, unit_id: int, minute: dt.datetime
) -> tuple[tuple[SlotFacts, ...], str]:
    session_id, *_rest = version
    slots = Slot.objects.filter(session_id=session_id).order_by("starts_at", "id")
    return _as_facts(slots), Unit.objects.get(pk=unit_id).name


def _as_facts(slots: Iterable[Slot]) -> tuple[SlotFacts, ...]:
    return tuple(
        SlotFacts(
            slot.title,
            slot.starts_at.astimezone(dt.UTC),
            slot.ends_at.astimezone(dt.UTC),
        )
        for slot in slots
    )
