"""What a letter or a calendar entry says about a session, as a value."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

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


def facts_of(session: TrainingSession) -> SessionFacts:
    """At most two queries: the half-days and the host unit, where not yet known."""
    return SessionFacts(
        title=session.title,
        summary=session.summary,
        unit=str(session.unit),
        mode=session.mode,
        venue=session.venue,
        meeting_link=session.meeting_link,
        starts_at=session.starts_at.astimezone(dt.UTC),
        ends_at=session.ends_at.astimezone(dt.UTC),
        slots=_slots(session.pk, session.sequence, session.updated_at),
        sequence=session.sequence,
        url=settings.SITE_URL + session.get_absolute_url(),
    )


@lru_cache(maxsize=256)
def _slots(
    session_id: int, sequence: int, updated_at: dt.datetime
) -> tuple[SlotFacts, ...]:
    """The half-days, asked for once per version of the session.

    Kept because a flash crowd writes thousands of letters about one session inside
    its lock. Right because half-days change through `actions.revise` and `reschedule`
    only, and both write the session's row.
    """
    slots = Slot.objects.filter(session_id=session_id).order_by("starts_at", "id")
    return tuple(
        SlotFacts(
            slot.title,
            slot.starts_at.astimezone(dt.UTC),
            slot.ends_at.astimezone(dt.UTC),
        )
        for slot in slots
    )
