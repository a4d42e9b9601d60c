"""Who may sign up, cancel or be let in, and if not, why not and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mail.addresses import fold as fold_address
from members import audiences
from members.models import Consent, Person, Unit
from members.rules import needs_guardian, why_not_take_part
from training import lookups, no_shows, pools
from training.models import Registration, TrainingSession
from training.querysets import RegistrationQuerySet
from vietnam.dates import deadline_text, local_day
from vietnam.fold import fold

State = Registration.State


class Refusal(models.TextChoices):
    """Why not; the label is a sentence that says what to do next.

    Print it with `sentence`, which fills in the session's own dates and ages.
    """

    NOT_PUBLISHED = (
        "not_published",
        _("This session is not published yet. Look at the list of sessions."),
    )
    CANCELLED = (
        "cancelled",
        _("This session was cancelled. Look for another one in the list."),
    )
    OVER = "over", _("This session is over. Look for the next one in the list.")
    STARTED = (
        "started",
        _("This session has already started. Ask the host unit if you can still join."),
    )
    NOT_YET_OPEN = (
        "not_yet_open",
        _("Sign-up opens at %(opens)s. Come back then."),
    )
    CLOSED = (
        "closed",
        _("Sign-up closed at %(closes)s. Ask the host unit, or look for another one."),
    )
    ALREADY = (
        "already",
        _("You are signed up already. Your sign-up is on your page."),
    )
    OBJECTED = (
        "objected",
        _(
            "They took their name off a list of this session and can only sign up "
            "themselves."
        ),
    )
    PROFILE = "profile", _("We do not know your name yet. Fill it in below.")
    BIRTH_UNKNOWN = (
        "birth_unknown",
        _("We do not know your date of birth yet. Fill it in below."),
    )
    AUDIENCE_UNIT = (
        "audience_unit",
        _("This session is for people of %(unit)s. Is your unit right on your page?"),
    )
    AUDIENCE_GROUP = (
        "audience_group",
        _("This session is for a certain group. Ask the host unit to add you to it."),
    )
    TOO_YOUNG = (
        "too_young",
        _("This session is for people aged %(min_age)s and over. Look for another."),
    )
    TOO_OLD = (
        "too_old",
        _("This session is for people aged up to %(max_age)s. Look for another."),
    )
    GUARDIAN = (
        "guardian",
        _(
            "Under sixteen you need the consent of a parent or guardian. "
            "Name one: we ask them by email, and then you can sign up."
        ),
    )
    FULL = (
        "full",
        _("All places are taken and there is no waiting list. Look for another one."),
    )
    TOO_MANY = (
        "too_many",
        _("So many people never fit together. Sign them up one by one instead."),
    )

    def sentence(self, session: TrainingSession) -> str:
        language = get_language() or "vi"
        return str(self.label) % {
            "opens": deadline_text(session.opens_at, language),
            "closes": deadline_text(session.last_call, language),
            "min_age": session.min_age,
            "max_age": session.max_age,
            "unit": session.audience_unit,
        }


class CancelRefusal(models.TextChoices):
    """Why a sign-up cannot be cancelled."""

    GONE = "gone", _("This sign-up is already cancelled. There is nothing left to do.")
    STARTED = (
        "started",
        _("The session has started, so the place can no longer be given back."),
    )


class OfferRefusal(models.TextChoices):
    """Why an offer of a place cannot be answered."""

    NONE = "none", _("There is no offer to answer any more.")
    ENDED = (
        "ended",
        _("The offer has ended, and the place goes to the next in line."),
    )
    CANCELLED = (
        "cancelled",
        _("This session was cancelled. Look for another one in the list."),
    )
    STARTED = "started", _("The session has started, so the offer has ended.")
    LEADER = (
        "leader",
        _("Whoever handed in your list answers for all of you. Ask them."),
    )


class ExcuseRefusal(models.TextChoices):
    """Why a reason for not having come is not asked for, or comes too late."""

    NO_PLACE = "no_place", _("There was no place to make use of.")
    NOT_OVER = "not_over", _("The session is not over yet.")
    LATE = "late", _("Two days have passed since the session. Write to the host unit.")


class PublishRefusal(models.TextChoices):
    """Why a session cannot be published."""

    CANCELLED = "cancelled", _("A cancelled session stays cancelled. Make a new one.")
    OVER = "over", _("The session lies in the past. Change its dates first.")
    NO_VENUE = "no_venue", _("The session has no venue yet. Fill it in first.")


class StaffRefusal(models.TextChoices):
    """Why staff cannot do this to a sign-up or a session."""

    NOT_PENDING = "not_pending", _("This sign-up was decided already.")
    FULL = "full", _("No place is free and the session has no waiting list.")
    CANCELLED = "cancelled", _("The session is cancelled.")
    STARTED = "started", _("The session has started.")
    BELOW_CONFIRMED = (
        "below_confirmed",
        _("More people already have a place. Agree to that, or keep the number."),
    )
    NO_PLACES = "no_places", _("A session needs at least one place.")
    BELOW_KEPT = (
        "below_kept",
        _("More places than that are kept for units. Lower or release those first."),
    )
    ABOVE_CAPACITY = (
        "above_capacity",
        _("More places would be kept for units than the session has."),
    )
    RELEASE_LATE = (
        "release_late",
        _("Unused places must open before sign-up closes."),
    )
    TIMES = "times", _("The session must end after it starts.")
    WINDOW = (
        "window",
        _("Sign-up must open before it closes, and close before the session starts."),
    )


def identity_of(person: Person) -> str:
    """One key for all spellings of a person: folded e-mail and folded name.

    Empty without an e-mail, because names alone are shared by many.
    """
    if not person.email:
        return ""
    return f"{fold_address(person.email)}|{fold(person.full_name)}"[:400]


def consent_about(session: TrainingSession) -> str:
    """What a consent is limited to that counts for this session only."""
    return f"training.session:{session.pk}"


def sign_up_of(session: TrainingSession, person: Person) -> Registration | None:
    """The person's live sign-up, or that of another record of the same person."""
    return lookups.live_sign_ups(session.pk, person.pk, identity_of(person)).first()


def why_not_register(
    session: TrainingSession, person: Person | None, *, now: dt.datetime
) -> Refusal | None:
    """The first reason why this person cannot sign up at `now`, or None.

    A person of None is an account that has not told its name yet.
    """
    if refusal := why_not_now(session, now=now):
        return refusal
    if person is None:
        return Refusal.PROFILE
    if sign_up_of(session, person):
        return Refusal.ALREADY
    return why_not_admit(session, person, now=now)


def why_not_admit(
    session: TrainingSession, person: Person, *, now: dt.datetime
) -> Refusal | None:
    """`why_not_register` for somebody who is known not to be signed up."""
    return (
        why_not_now(session, now=now)
        or why_not_person(session, person, now=now)
        or why_not_place(session, person.unit_id, now=now)
    )


def why_not_each(
    session: TrainingSession, people: Sequence[Person], *, now: dt.datetime
) -> dict[int, Refusal]:
    """`why_not_register` for a whole list, by the person's key, in few questions.

    Whoever stands in the list twice under two records is refused the second time. How
    many places there are is not asked. Nothing is said of those who may.
    """
    signed_up = _signed_up(session, people)
    reasons = why_not_people(session, people, now=now)
    refusals, seen = {}, set()
    for person, refusal in zip(people, reasons, strict=True):
        keys = {person.pk, identity_of(person)} - {""}
        if keys & (signed_up | seen):
            refusals[person.pk] = Refusal.ALREADY
        elif refusal:
            refusals[person.pk] = refusal
        else:
            seen |= keys
    return refusals


def why_not_people(
    session: TrainingSession, people: Sequence[Person], *, now: dt.datetime
) -> list[Refusal | None]:
    """`why_not_person` for each whom somebody else lists, in their order.

    In few questions. Whoever is not saved yet belongs to no group and has no
    guardian's word; whoever took their name off a list is not listed again.
    """
    objected = _objected(session, people)
    units = _audience_units(session)
    group = _audience_group(session, people, now)
    consented = _with_guardian(session, people, now)
    return [
        Refusal.OBJECTED
        if objected & {person.pk, identity_of(person)}
        else _why_not_one_of(session, person, units, group, consented, now)
        for person in people
    ]


def _why_not_one_of(
    session: TrainingSession,
    person: Person,
    units: set[int] | None,
    group: set[int] | None,
    consented: set[int],
    now: dt.datetime,
) -> Refusal | None:
    if not person.full_name.strip():
        return Refusal.PROFILE
    if units is not None and person.unit_id not in units:
        return Refusal.AUDIENCE_UNIT
    if group is not None and person.pk not in group:
        return Refusal.AUDIENCE_GROUP
    if refusal := _why_not_age(session, person):
        return refusal
    if person.pk in consented or not needs_guardian(person, local_day(now)):
        return None
    return _which_child(person)


def took_name_off(session: TrainingSession, person: Person) -> bool:
    """Whether they objected to being listed; then only they sign themselves up."""
    return bool(_objected(session, [person]))


def _signed_up(session: TrainingSession, people: Sequence[Person]) -> set[int | str]:
    return _keys_of(Registration.objects.filter(session=session).live(), people)


def _objected(session: TrainingSession, people: Sequence[Person]) -> set[int | str]:
    said = Registration.objects.filter(session=session, objected_at__isnull=False)
    return _keys_of(said, people)


def _keys_of(rows: RegistrationQuerySet, people: Sequence[Person]) -> set[int | str]:
    """By which the sign-ups name these people: their keys and their identities."""
    identities = {identity_of(person) for person in people} - {""}
    keys = [person.pk for person in people if person.pk]
    rows = rows.filter(Q(person__in=keys) | Q(identity__in=identities))
    pairs = rows.order_by().values_list("person_id", "identity")
    return {key for pair in pairs for key in pair} - {""}


def _audience_units(session: TrainingSession) -> set[int] | None:
    """The units whose people may come; None for all."""
    if not session.audience_unit_id:
        return None
    units = Unit.objects.subtree(session.audience_unit_id)
    return set(units.values_list("pk", flat=True))


def _audience_group(
    session: TrainingSession, people: Sequence[Person], now: dt.datetime
) -> set[int] | None:
    """Who of the people belongs to the group; None where there is none."""
    if not session.audience_group:
        return None
    group = audiences.registry.get(session.audience_group)
    if not group:
        return set()
    keys = [person.pk for person in people if person.pk]
    rows = group.people(local_day(now)).filter(pk__in=keys)
    return set(rows.values_list("pk", flat=True))


def _with_guardian(
    session: TrainingSession, people: Sequence[Person], now: dt.datetime
) -> set[int]:
    """The children among the people whose guardians agreed."""
    on = local_day(now)
    children = [one.pk for one in people if one.pk and needs_guardian(one, on)]
    if not children:
        return set()
    consents = Consent.objects.live().filter(
        person__in=children,
        purpose=Consent.Purpose.TRAINING,
        about__in={"", consent_about(session)},
        guardian__isnull=False,
    )
    return set(consents.order_by().values_list("person_id", flat=True))


def why_not_now(session: TrainingSession, *, now: dt.datetime) -> Refusal | None:
    """The half-open window `[opens_at, closes_at)`, which the start also ends."""
    if session.state == TrainingSession.State.DRAFT:
        return Refusal.NOT_PUBLISHED
    if session.state == TrainingSession.State.CANCELLED:
        return Refusal.CANCELLED
    if now >= session.ends_at:
        return Refusal.OVER
    if now >= session.starts_at:
        return Refusal.STARTED
    if now < session.opens_at:
        return Refusal.NOT_YET_OPEN
    if now >= session.closes_at:
        return Refusal.CLOSED
    return None


def why_not_person(
    session: TrainingSession, person: Person, *, now: dt.datetime
) -> Refusal | None:
    """Audience, age and the guardian's consent (DESIGN rule 9)."""
    if not person.full_name.strip():
        return Refusal.PROFILE
    if session.audience_unit_id and not _belongs(person, session):
        return Refusal.AUDIENCE_UNIT
    if session.audience_group and not _in_group(person, session, now):
        return Refusal.AUDIENCE_GROUP
    return _why_not_age(session, person) or _why_not_child(session, person, now)


def why_not_place(
    session: TrainingSession, unit_id: int | None, *, now: dt.datetime
) -> Refusal | None:
    """Full for people of the unit, and nowhere to wait.

    A free place that a line waits for is not free.
    """
    if session.has_waiting_list:
        return None
    free = pools.free_place(session, unit_id, now=now)
    return Refusal.FULL if free is None else None


def why_not_anybody(session: TrainingSession) -> Refusal | None:
    """Full whoever comes; places kept for some unit are free for somebody."""
    if session.has_waiting_list:
        return None
    free = session.places_left and not session.line_length
    return None if free else Refusal.FULL


def outcome_if_registered(
    session: TrainingSession, place: int | None, *, approved: bool = False
) -> State:
    """What a sign-up becomes that would get this place (`pools.free_place`)."""
    if session.needs_approval and not approved:
        return State.PENDING
    return State.WAITING if place is None else State.CONFIRMED


def is_behind(person: Person, *, now: dt.datetime) -> bool:
    """Whether somebody stands behind those who came when they had a place."""
    return person.pk in no_shows.who_is_behind([person], now=now)


def why_not_excuse(
    registration: Registration, *, now: dt.datetime
) -> ExcuseRefusal | None:
    """A reason for not having come is taken in the 48 hours after the end."""
    if registration.state != State.CONFIRMED:
        return ExcuseRefusal.NO_PLACE
    ended = registration.session.ends_at
    if now < ended:
        return ExcuseRefusal.NOT_OVER
    return ExcuseRefusal.LATE if now >= ended + no_shows.TO_EXPLAIN else None


def why_not_answer(
    registration: Registration, *, now: dt.datetime
) -> OfferRefusal | None:
    """An offer is answered in `[made, offer_expires_at)`, before the session starts."""
    session = registration.session
    if registration.state != State.OFFERED:
        return OfferRefusal.NONE
    if session.state != TrainingSession.State.PUBLISHED:
        return OfferRefusal.CANCELLED
    if now >= session.starts_at:
        return OfferRefusal.STARTED
    if now >= registration.offer_expires_at:
        return OfferRefusal.ENDED
    return None


def why_not_cancel(
    registration: Registration, *, now: dt.datetime
) -> CancelRefusal | None:
    """A live sign-up may be cancelled until the session starts."""
    if registration.state not in Registration.LIVE:
        return CancelRefusal.GONE
    if now >= registration.session.starts_at:
        return CancelRefusal.STARTED
    return None


def why_not_promote(
    session: TrainingSession, *, now: dt.datetime
) -> StaffRefusal | None:
    """Places are given from the line until the session starts."""
    if session.state != TrainingSession.State.PUBLISHED:
        return StaffRefusal.CANCELLED
    if now >= session.starts_at:
        return StaffRefusal.STARTED
    return None


def why_not_capacity(
    session: TrainingSession, capacity: int, *, now: dt.datetime
) -> StaffRefusal | None:
    """Fewer places than are kept for units would break a promise."""
    if capacity < 1:
        return StaffRefusal.NO_PLACES
    if capacity < pools.read(session, now=now).kept:
        return StaffRefusal.BELOW_KEPT
    return None


def why_not_quotas(
    session: TrainingSession, *, now: dt.datetime
) -> StaffRefusal | None:
    kept = pools.read(session, now=now).kept
    return StaffRefusal.ABOVE_CAPACITY if kept > session.capacity else None


def why_not_approve(
    registration: Registration, *, now: dt.datetime
) -> StaffRefusal | None:
    session = registration.session
    if registration.state != State.PENDING:
        return StaffRefusal.NOT_PENDING
    if refusal := why_not_promote(session, now=now):
        return refusal
    full = why_not_place(session, registration.unit_id, now=now)
    return StaffRefusal.FULL if full else None


def why_not_publish(
    session: TrainingSession, *, now: dt.datetime
) -> PublishRefusal | None:
    if session.state == TrainingSession.State.CANCELLED:
        return PublishRefusal.CANCELLED
    if now >= session.ends_at:
        return PublishRefusal.OVER
    if session.mode != TrainingSession.Mode.ONLINE and not session.venue:
        return PublishRefusal.NO_VENUE
    return None


def why_not_times(session: TrainingSession) -> StaffRefusal | None:
    """What the database would refuse, as a sentence."""
    if session.starts_at >= session.ends_at:
        return StaffRefusal.TIMES
    if session.opens_at >= session.closes_at or session.closes_at > session.ends_at:
        return StaffRefusal.WINDOW
    return None


def _why_not_age(session: TrainingSession, person: Person) -> Refusal | None:
    """By the age on the first day; a bare year of birth refuses only the certain."""
    if session.min_age is None and session.max_age is None:
        return None
    ages = _possible_ages(person, local_day(session.starts_at))
    if ages is None:
        return Refusal.BIRTH_UNKNOWN
    youngest, oldest = ages
    if session.min_age is not None and oldest < session.min_age:
        return Refusal.TOO_YOUNG
    if session.max_age is not None and youngest > session.max_age:
        return Refusal.TOO_OLD
    return None


def _possible_ages(person: Person, on: dt.date) -> tuple[int, int] | None:
    if born := person.birth_date:
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return age, age
    if person.birth_year:
        return on.year - person.birth_year - 1, on.year - person.birth_year
    return None


def _why_not_child(
    session: TrainingSession, person: Person, now: dt.datetime
) -> Refusal | None:
    on, about = local_day(now), consent_about(session)
    if not why_not_take_part(person, Consent.Purpose.TRAINING, on=on, about=about):
        return None
    return _which_child(person)


def _which_child(person: Person) -> Refusal:
    if not person.birth_date and not person.birth_year:
        return Refusal.BIRTH_UNKNOWN
    return Refusal.GUARDIAN


def _belongs(person: Person, session: TrainingSession) -> bool:
    if person.unit_id == session.audience_unit_id:
        return True
    if person.unit_id is None:
        return False
    audience = Unit.objects.subtree(session.audience_unit_id)
    return audience.filter(pk=person.unit_id).exists()


def _in_group(person: Person, session: TrainingSession, now: dt.datetime) -> bool:
    return audiences.contains(session.audience_group, person, local_day(now))
