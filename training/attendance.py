"""Who was there: what a mark must be, what counts of several, and who did not come.

Phones at the desk lose the network, so marks come late, twice and out of order. Each
is kept; what counts is worked out anew from all marks of the person and half-day, so
that the order of arrival changes nothing. Nothing else writes marks or attendance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from content import waiting
from members.models import Person, User
from training.locks import Busy, Refused
from training.models import Attendance, Mark, Registration, Slot, TrainingSession

State = Registration.State
What, Method = Mark.What, Mark.Method

EARLY = dt.timedelta(hours=2)
"""The desk opens this long before a half-day begins."""
AFTER = dt.timedelta(hours=2)
"""A code is taken until this long after the half-day; later it is a picture of one."""
PAPER = dt.timedelta(days=7)
"""Lists and paper are worked off, and phones bring what they kept, until then."""
OFFLINE = dt.timedelta(minutes=1)
"""A mark that took longer to arrive was made without a network."""


class MarkRefusal(models.TextChoices):
    """Why a mark is not taken; the label tells the desk what to do."""

    UNKNOWN = "unknown", _("This code is not one of ours. Look for the name instead.")
    OTHER_SESSION = (
        "other_session",
        _("This code belongs to another session. Ask to see the one for today."),
    )
    SESSION_OFF = "session_off", _("This session does not take place.")
    CANCELLED = (
        "cancelled",
        _("This sign-up was cancelled. Add the person at the desk if a place is free."),
    )
    NO_PLACE = (
        "no_place",
        _("This person has no place yet. Add them at the desk if one is free."),
    )
    TOO_EARLY = (
        "too_early",
        _("It is too early: the desk opens two hours before the half-day begins."),
    )
    TOO_LATE = (
        "too_late",
        _("This half-day is over. Tick the name in the list for paper sheets."),
    )
    CLOSED = (
        "closed",
        _("Attendance was closed seven days after the half-day."),
    )


@dataclass(frozen=True)
class Scan:
    """What a device says it saw.

    `at` is the device's clock; `skew` is what to add to it, as found when the device
    last spoke to us.
    """

    method: Method
    at: dt.datetime
    nonce: UUID
    skew: dt.timedelta = dt.timedelta()
    device: str = ""
    what: What = What.CAME

    @classmethod
    def here(cls, method: Method, now: dt.datetime, *, what: What = What.CAME) -> Scan:
        """A button pressed on a page that is connected: our clock, a fresh nonce."""
        return cls(method=method, at=now, nonce=uuid4(), what=what)


@dataclass(frozen=True)
class Outcome:
    """What became of a mark. `earlier` is the attendance that stood before it."""

    mark: Mark
    attendance: Attendance | None
    earlier: Attendance | None = None
    repeated: bool = False


@dataclass(frozen=True)
class Share:
    """How many of a session's half-days somebody came to."""

    came: int
    slots: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return self.came * 100 // self.slots if self.slots else 0

    def reaches(self, percent: int) -> bool:
        """Exactly, without rounding; nobody reaches anything of no half-days."""
        return bool(self.slots) and Fraction(self.came * 100, self.slots) >= percent


def slots_of(session: TrainingSession, *, now: dt.datetime) -> list[Slot]:
    """The half-days in their order; a session without any is one.

    That one is written down when the desk opens and not before, because letters tell
    the half-days. Until then it has no number, and nothing can be marked anyway.
    """
    slots = list(session.slots.order_by("starts_at", "id"))
    if slots:
        return slots
    whole = Slot(session=session, starts_at=session.starts_at, ends_at=session.ends_at)
    if now < session.starts_at - EARLY:
        return [whole]
    slot, _made = Slot.objects.get_or_create(
        session=session,
        starts_at=session.starts_at,
        defaults={"ends_at": session.ends_at},
    )
    return [slot]


def slot_now(slots: Collection[Slot], now: dt.datetime) -> Slot:
    """The half-day that the desk most likely means.

    The one that runs; else the one whose desk is open; else the next; else the last.
    """
    by_start = sorted(slots, key=lambda slot: slot.starts_at)
    running = [slot for slot in by_start if slot.starts_at <= now < slot.ends_at]
    opening = [s for s in by_start if s.starts_at - EARLY <= now < s.starts_at]
    ahead = [slot for slot in by_start if now < slot.starts_at]
    return (running or opening or ahead or by_start[-1:])[0]


def moment_of(scan: Scan, slot: Slot, *, now: dt.datetime) -> dt.datetime:
    """When the device saw the person, as far as its clock can be believed.

    Its clock, put right by its skew. A time that cannot be (after the arrival, or
    before the desk opened) becomes the time of arrival: the latest it can have been.
    """
    at = scan.at + scan.skew
    if at > now or at < slot.starts_at - EARLY:
        return now
    return at


def why_not_mark(
    registration: Registration,
    slot: Slot,
    method: Method,
    *,
    at: dt.datetime,
    now: dt.datetime,
) -> MarkRefusal | None:
    """Why this mark, made at `at` and received at `now`, does not count.

    Windows are half-open: codes `[start - 2 h, end + 2 h)`, own check-in
    `[start, end)`, lists and paper `[start - 2 h, end + 7 days)`.
    """
    if registration.session_id != slot.session_id:
        return MarkRefusal.OTHER_SESSION
    if registration.session.state != TrainingSession.State.PUBLISHED:
        return MarkRefusal.SESSION_OFF
    if registration.state in {State.CANCELLED, State.REJECTED}:
        return MarkRefusal.CANCELLED
    if registration.state != State.CONFIRMED:
        return MarkRefusal.NO_PLACE
    return why_not_slot(slot, method, at=at, now=now)


def why_not_slot(
    slot: Slot, method: Method, *, at: dt.datetime, now: dt.datetime
) -> MarkRefusal | None:
    """Too early or too late for whoever it is."""
    early = dt.timedelta() if method == Method.SELF else EARLY
    if at < slot.starts_at - early:
        return MarkRefusal.TOO_EARLY
    if now >= slot.ends_at + PAPER:
        return MarkRefusal.CLOSED
    late = {Method.SELF: dt.timedelta(), Method.QR: AFTER, Method.CODE: AFTER}
    if method in late and at >= slot.ends_at + late[method]:
        return MarkRefusal.TOO_LATE
    return None


def mark(
    *,
    registration_id: int,
    slot: Slot,
    scan: Scan,
    by: User | None,
    now: dt.datetime,
) -> Outcome:
    """Take a mark, or take one back. The same nonce again changes nothing.

    Raises Refused with a MarkRefusal and Busy.
    """
    with _locked(registration_id) as registration:
        earlier = _standing(registration.pk, slot.pk)
        if known := Mark.objects.filter(nonce=scan.nonce).first():
            return Outcome(known, earlier, earlier, repeated=True)
        at = moment_of(scan, slot, now=now)
        refusal = why_not_mark(registration, slot, scan.method, at=at, now=now)
        if refusal:
            raise Refused(refusal)
        made = Mark.objects.create(
            nonce=scan.nonce,
            registration=registration,
            slot=slot,
            what=scan.what,
            method=scan.method,
            scanned_at=at,
            received_at=now,
            by=by,
            device=scan.device,
        )
        attendance = settle(registration.pk, slot.pk, earlier=earlier)
    return Outcome(made, attendance, earlier)


def tick(
    *,
    slot: Slot,
    registration_ids: Collection[int],
    by: User | None,
    now: dt.datetime,
) -> int:
    """Work off a paper sheet: these people signed it. Returns how many are new.

    Who counts as there already stays so. Raises Refused for the half-day; people
    who have no place (any more) are passed over. Raises Busy.
    """
    if refusal := why_not_slot(slot, Method.PAPER, at=now, now=now):
        raise Refused(refusal)
    with waiting.no_longer(Busy), transaction.atomic():
        people = (
            Registration.objects.confirmed()
            .filter(session=slot.session_id, pk__in=registration_ids)
            .filter(session__state=TrainingSession.State.PUBLISHED)
            .order_by("pk")
            .select_for_update(of=("self",), no_key=True)
        )
        ids = list(people.values_list("pk", flat=True))
        # Asked with the sign-ups locked: nobody else marks them meanwhile.
        there = Attendance.objects.filter(slot=slot, registration__in=ids)
        there = set(there.values_list("registration", flat=True))
        marks = Mark.objects.bulk_create(
            Mark(
                nonce=uuid4(),
                registration_id=pk,
                slot=slot,
                method=Method.PAPER,
                scanned_at=now,
                received_at=now,
                by=by,
            )
            for pk in ids
            if pk not in there
        )
        Attendance.objects.bulk_create(
            Attendance(
                registration_id=one.registration_id, slot=slot, mark=one, came_at=now
            )
            for one in marks
        )
    return len(marks)


def settle(
    registration_id: int, slot_id: int, *, earlier: Attendance | None
) -> Attendance | None:
    """Work out from all marks whether the person was there, and which are in conflict.

    Call it with the sign-up locked. The earliest mark since the last one that was
    taken back counts.
    """
    marks = list(Mark.objects.of(registration_id=registration_id, slot_id=slot_id))
    first = _first(marks)
    clashing = {one.pk for one in _clashes(marks, first)}
    changed = [one for one in marks if one.clashes != (one.pk in clashing)]
    for one in changed:
        one.clashes = not one.clashes
    if changed:
        Mark.objects.bulk_update(changed, ["clashes"])
    if first is None:
        if earlier:
            earlier.delete()
        return None
    if earlier and earlier.mark_id == first.pk:
        return earlier
    attendance = earlier or Attendance(registration_id=registration_id, slot_id=slot_id)
    attendance.mark, attendance.came_at = first, first.scanned_at
    attendance.save()
    return attendance


def look_at(*, mark_id: int, session_id: int, now: dt.datetime) -> None:
    """Somebody at the desk has seen a conflict; it is listed no more."""
    clashes = Mark.objects.open_clashes().filter(slot__session=session_id)
    clashes.filter(pk=mark_id).update(settled_at=now)


def took_attendance(session: TrainingSession) -> bool:
    """Whether anybody kept a list at all; without one nobody failed to come."""
    return Attendance.objects.of_session(session.pk).exists()


def share_attended(registration: Registration) -> Share:
    """How many half-days the person came to, of how many."""
    slots = Slot.objects.filter(session=registration.session_id).count()
    return Share(came=registration.attendances.count(), slots=slots)


def shares_attended(session: TrainingSession) -> dict[int, Share]:
    """The shares of everybody who came at all, by number of the sign-up; two queries.

    Whoever is missing here came to nothing.
    """
    slots = Slot.objects.filter(session=session).count()
    came = (
        Attendance.objects.of_session(session.pk)
        .order_by()
        .values_list("registration")
        .annotate(Count("pk"))
    )
    return {pk: Share(came=number, slots=slots) for pk, number in came}


def missed(*, since: dt.datetime, now: dt.datetime) -> QuerySet[Registration]:
    """Confirmed sign-ups of people who did not come to any half-day.

    Of sessions that ended in `[since, now)`, took place, and kept a list.
    """
    own = Attendance.objects.filter(registration=OuterRef("pk"))
    anybody = Attendance.objects.filter(slot__session=OuterRef("session"))
    return Registration.objects.confirmed().filter(
        ~Exists(own),
        Exists(anybody),
        session__state=TrainingSession.State.PUBLISHED,
        session__ends_at__gte=since,
        session__ends_at__lt=now,
    )


def no_shows(
    person: Person, *, since: dt.datetime, now: dt.datetime
) -> QuerySet[Registration]:
    """The sign-ups of this person that they did not use; see `missed`."""
    return missed(since=since, now=now).filter(person=person)


def _standing(registration_id: int, slot_id: int) -> Attendance | None:
    rows = Attendance.objects.select_related("mark__by__person")
    return rows.filter(registration=registration_id, slot=slot_id).first()


def _first(marks: list[Mark]) -> Mark | None:
    first = None
    for one in marks:
        if one.what == What.UNDONE:
            first = None
        elif first is None:
            first = one
    return first


def _clashes(marks: list[Mark], first: Mark | None) -> Iterator[Mark]:
    """Marks that another device spoke against without either knowing of the other.

    A second mark although the first stood, or one that was taken back, elsewhere, by
    somebody to whom it had not arrived yet. Whoever was connected was told on the
    spot that the person is there already: a code shown twice is no conflict.
    """
    for one in marks:
        if one.what == What.UNDONE:
            continue
        taken_back = any(
            other.what == What.UNDONE
            and _source(other) != _source(one)
            and other.scanned_at >= one.scanned_at
            and other.received_at < one.received_at
            for other in marks
        )
        twice = (
            first is not None
            and one.scanned_at >= first.scanned_at
            and _source(one) != _source(first)
            and (_was_offline(one) or one.scanned_at < first.received_at)
        )
        if taken_back or twice:
            yield one


def _source(mark: Mark) -> tuple[int | None, str]:
    return mark.by_id, mark.device


def _was_offline(mark: Mark) -> bool:
    return mark.received_at - mark.scanned_at > OFFLINE


@contextmanager
def _locked(registration_id: int) -> Iterator[Registration]:
    """The sign-up as it stands while nobody else can mark it.

    NO KEY UPDATE, like the verbs of the session that change its state. Marks of
    different people do not wait for each other. Raises Registration.DoesNotExist.
    """
    rows = Registration.objects.select_related("session", "person")
    rows = rows.defer("session__description").select_for_update(
        of=("self",), no_key=True
    )
    with waiting.no_longer(Busy), transaction.atomic():
        yield rows.get(pk=registration_id)
