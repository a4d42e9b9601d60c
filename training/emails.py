"""The letters about sessions and sign-ups; one function per letter.

A letter is rendered once for all people who get the same one, with marks where name,
place in line and cancel link go, so that writing it inside the lock of a hot session
costs next to nothing. Renderings are kept by value: what changed is another key.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from content import identity
from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.preferences import unsubscribe_url
from mail.rendering import Content, render
from training import calendars, links, passes
from training.calendars import Method
from training.facts import (
    SessionFacts,
    facts_for,
    facts_of,
    may_be_asked,
    with_room,
)
from training.models import Registration, TrainingSession
from vietnam.dates import deadline_text
from vietnam.hours import next_allowed

ABOUT = "training.registration"

CONFIRMED = "training.confirmed"
WAITING = "training.waiting"
PENDING = "training.pending"
PROMOTED = "training.promoted"
APPROVED = "training.approved"
REJECTED = "training.rejected"
CANCELLED = "training.cancelled"
SESSION_CANCELLED = "training.session_cancelled"
CHANGED = "training.changed"
HANDED_ON = "training.handed_on"
OFFER = "training.offer"
GROUP_OFFER = "training.group_offer"
OFFER_EXPIRED = "training.offer_expired"
OFFER_RECALLED = "training.offer_recalled"
REMINDER = "training.reminder"
THANKS = "training.thanks"
GROUP = "training.group"

# Letters private-use characters enclose are not typed by anybody.
_MARK = re.compile("\ue000([a-z]+)\ue001")
_NAMES = (
    *("name", "place", "cancel", "stop", "answer", "until", "number"),
    *("lister", "object", "feedback", "passurl", "passcode", "ask"),
)
_MARKS = {name: f"\ue000{name}\ue001" for name in _NAMES}
SOON = dt.timedelta(days=1)
"""What changes so shortly before a session begins is told at any hour."""
MANY = 20
"""From so many letters on they are written in one statement, behind the others."""

State = Registration.State
_BY_STATE = {
    State.CONFIRMED: CONFIRMED,
    State.WAITING: WAITING,
    State.PENDING: PENDING,
}
# The first letter of a sign-up, which also says who put the name on a list.
_FIRST = frozenset(_BY_STATE.values())
_OPTIONAL = frozenset({REMINDER, THANKS})
# What answers somebody who has just pressed a button leaves at any hour.
_ANSWERS = frozenset({CONFIRMED, WAITING, PENDING, CANCELLED, HANDED_ON})


@dataclass(frozen=True)
class Expected:
    """The first letter of a sign-up, prepared before anything is certain."""

    kind: str
    facts: SessionFacts
    letter: Letter | None


def expect(registration: Registration, *, now: dt.datetime) -> Expected:
    """Prepare the letter for the state that the sign-up will most likely get.

    Others wait while the session is locked, so as much as can be is done before.
    """
    kind = _BY_STATE[State(registration.state)]
    facts = _facts_of_new(registration, now)
    letter = _prepared(kind, registration, facts, now=now)
    return Expected(kind=kind, facts=facts, letter=letter)


def registered(
    registration: Registration, *, now: dt.datetime, expected: Expected
) -> None:
    """What became of a new sign-up: a place, a place in line, or a wait for staff."""
    kind = _BY_STATE[State(registration.state)]
    facts = _facts_of_new(registration, now)
    if (kind, facts) != (expected.kind, expected.facts):
        if letter := _prepared(kind, registration, facts, now=now):
            _write(letter, registration, now=now)
    elif expected.letter:
        _write(expected.letter, registration, now=now)


def _facts_of_new(registration: Registration, now: dt.datetime) -> SessionFacts:
    """What they are asked they answer with the sign-up, in a moment (signing_up.py)."""
    return with_room(facts_of(registration.session, now=now), registration)


def listed(registrations: Sequence[Registration], *, now: dt.datetime) -> None:
    """What became of each on a list that somebody handed in."""
    _queue_each(registrations, lambda one: _BY_STATE[State(one.state)], now=now)


def let_in(registrations: Sequence[Registration], *, now: dt.datetime) -> None:
    """The line moved: whoever was asked gets an offer, the others have a place."""
    _queue_each(
        registrations,
        lambda one: OFFER if one.state == State.OFFERED else PROMOTED,
        now=now,
    )
    groups: dict[int, list[Registration]] = {}
    for one in registrations:
        if one.state == State.OFFERED and one.answered_by_leader:
            groups.setdefault(one.group_id, []).append(one)
    for members in groups.values():
        _group_offered(members, now=now)


def accepted(registrations: Sequence[Registration], *, now: dt.datetime) -> None:
    """The offer became a place; now it goes into their calendars."""
    _queue_each(registrations, lambda one: CONFIRMED, now=now)


def offers_ended(registrations: Sequence[Registration], *, now: dt.datetime) -> None:
    """Nobody answered in time. Not at night, should the sweep have come late."""
    not_before = next_allowed(now)
    _queue_each(
        registrations, lambda one: OFFER_EXPIRED, now=now, not_before=not_before
    )


def offers_recalled(registrations: Sequence[Registration], *, now: dt.datetime) -> None:
    """There are fewer places now; they are back where they stood in line."""
    _queue_each(registrations, lambda one: OFFER_RECALLED, now=now)


def approved(registration: Registration, *, now: dt.datetime) -> None:
    """Staff said yes: either there is a place, or the person waits for one."""
    has_place = registration.state == State.CONFIRMED
    _queue(APPROVED if has_place else WAITING, registration, now=now)


def approved_all(registrations: Sequence[Registration], *, now: dt.datetime) -> None:
    _queue_each(
        registrations,
        lambda one: APPROVED if one.state == State.CONFIRMED else WAITING,
        now=now,
    )


def rejected(registration: Registration, *, now: dt.datetime) -> None:
    _queue(REJECTED, registration, now=now)


def cancelled(registration: Registration, *, had_place: bool, now: dt.datetime) -> None:
    """To the person who cancelled; takes the entry out of their calendar again."""
    _queue(CANCELLED, registration, now=now, calendar=had_place)


def handed_on(
    registration: Registration, newcomer: Registration, *, now: dt.datetime
) -> None:
    """The place went from one person to another: it leaves one calendar for another."""
    _queue(HANDED_ON, registration, now=now, calendar=True)
    _queue(CONFIRMED, newcomer, now=now)


def session_cancelled(registration: Registration, *, now: dt.datetime) -> None:
    has_place = registration.state == State.CONFIRMED
    _queue(SESSION_CANCELLED, registration, now=now, calendar=has_place)


def changed(
    registration: Registration, *, before: SessionFacts, now: dt.datetime
) -> None:
    """Once per change, to everybody with a live sign-up."""
    _queue(CHANGED, registration, now=now, before=before)


def reminder_content(facts: SessionFacts, registration: Registration) -> Content:
    """Says the day and the hour, not "tomorrow": letters are read late."""
    shell = _shell(
        REMINDER, registration.language, facts, identity.current(), has_place=True
    )
    return _filled(
        shell, registration, stop=unsubscribe_url(address_of(registration), REMINDER)
    )


def address_of(registration: Registration) -> str:
    """Where the person reads letters: their own address, else their account's."""
    person = registration.person
    if person.email:
        return person.email
    user = getattr(person, "user", None)
    return (user and user.email) or ""


def can_ask(registration: Registration) -> bool:
    """Whether an offer would reach whoever answers it; else a place goes unasked.

    For people who come together that is the leader of their list: without one, or
    with an account that was closed, nobody could say yes for all of them.
    """
    if not registration.answered_by_leader:
        return bool(address_of(registration))
    leader = registration.group.made_by
    return bool(leader and leader.is_active and leader.email)


def content_of(
    kind: str,
    registration: Registration,
    facts: SessionFacts,
    *,
    before: SessionFacts | None = None,
) -> Content:
    """The words of one letter to one person."""
    has_place = registration.state == State.CONFIRMED
    if not has_place:
        # The link to the meeting goes to those with a place and to nobody else.
        facts = replace(facts, meeting_link="", room_contact="")
        before = before and replace(before, meeting_link="")
    shell = _shell(
        kind,
        registration.language,
        facts,
        identity.current(),
        has_place=has_place,
        before=before,
        by_leader=kind == OFFER and registration.answered_by_leader,
        listed=kind in _FIRST and registration.group_id is not None,
    )
    own = {}
    if kind in _OPTIONAL:
        own["stop"] = unsubscribe_url(address_of(registration), kind)
    content = _filled(shell, registration, **own)
    return _with_place(content, registration.place) if registration.place else content


def attachments_of(
    kind: str, registration: Registration, facts: SessionFacts, *, now: dt.datetime
) -> list[dict[str, str]]:
    """The calendar entry: sent with a place, taken back when the place is gone."""
    gone = kind in {CANCELLED, HANDED_ON, SESSION_CANCELLED}
    method = Method.CANCEL if gone else Method.REQUEST
    if kind in {CANCELLED, HANDED_ON}:
        # Above the sequence of the entry it takes back.
        facts = replace(facts, sequence=facts.sequence + 1)
    with override(registration.language):
        text = calendars.calendar(
            facts,
            method=method,
            uid=calendars.registration_uid(registration.code),
            now=now,
            attendee=(registration.person.full_name, address_of(registration)),
            with_link=not gone,
        )
    return [calendars.attachment(text, method)]


def recheck(letter, now: dt.datetime) -> kinds.Verdict:
    """Asked just before a letter about a sign-up leaves: is it still true?

    A confirmation of a place that is gone is dropped, as is a change letter that a
    later change overtook; a letter whose session changed is rendered anew.
    """
    registration = Registration.objects.to_write_to().filter(pk=letter.about_id).first()
    if registration is None:
        return kinds.Drop(gettext("The sign-up is gone."))
    session = registration.session
    if letter.kind in _STATES_OF and registration.state not in _STATES_OF[letter.kind]:
        return kinds.Drop(gettext("The sign-up has another state by now."))
    if session.state == TrainingSession.State.CANCELLED and letter.kind in _STATES_OF:
        return kinds.Drop(gettext("The session was cancelled."))
    facts = facts_for(registration, now=now)
    if letter.kind == OFFER and letter.dedupe_key != _once(OFFER, registration, facts):
        return kinds.Drop(gettext("A later offer has its own letter."))
    if letter.fingerprint in {"", facts.fingerprint}:
        return kinds.KEEP
    if letter.kind == CHANGED:
        return kinds.Drop(gettext("A later change has its own letter."))
    if letter.kind not in _STATES_OF:
        return kinds.KEEP
    has_place = registration.state == State.CONFIRMED
    return kinds.Renew(
        content=content_of(letter.kind, registration, facts),
        attachments=(
            attachments_of(letter.kind, registration, facts, now=now)
            if has_place
            else ()
        ),
        fingerprint=facts.fingerprint,
    )


def recheck_group(letter, now: dt.datetime) -> kinds.Verdict:
    """An offer to a list is true while one of its people has that offer."""
    members = list(
        Registration.objects.to_write_to()
        .filter(group=letter.about_id, state=State.OFFERED)
        .select_related("group__made_by__person", "session")
    )
    if not members or letter.dedupe_key != _group_once(members[0]):
        return kinds.Drop(gettext("There is no offer to answer any more."))
    session = members[0].session
    if session.state == TrainingSession.State.CANCELLED:
        return kinds.Drop(gettext("The session was cancelled."))
    facts = facts_of(session, now=now)
    if letter.fingerprint == facts.fingerprint:
        return kinds.KEEP
    return kinds.Renew(
        content=group_content(members, facts), fingerprint=facts.fingerprint
    )


# The states in which a letter is still true.
_STATES_OF = {
    OFFER: {State.OFFERED},
    OFFER_RECALLED: {State.WAITING},
    CONFIRMED: {State.CONFIRMED},
    PROMOTED: {State.CONFIRMED},
    APPROVED: {State.CONFIRMED},
    WAITING: {State.WAITING},
    PENDING: {State.PENDING},
    CHANGED: set(Registration.LIVE),
}

KINDS = {
    CONFIRMED: _("Place confirmed"),
    WAITING: _("On the waiting list"),
    PENDING: _("Sign-up received"),
    PROMOTED: _("Moved up from the waiting list"),
    APPROVED: _("Sign-up approved"),
    REJECTED: _("Sign-up declined"),
    CANCELLED: _("Sign-up cancelled"),
    HANDED_ON: _("Place handed on"),
    SESSION_CANCELLED: _("Session cancelled"),
    CHANGED: _("Session changed"),
    OFFER: _("A place is offered"),
    OFFER_EXPIRED: _("Offer ended"),
    OFFER_RECALLED: _("Offer taken back"),
}
GROUP_OFFER_LABEL = _("Places are offered to a list")
REMINDER_LABEL = _("Reminder of a session")
THANKS_LABEL = _("Thanks after a session")


def register_kinds() -> None:
    for key, label in KINDS.items():
        waits = kinds.Wait.NOTHING if key in _ANSWERS else kinds.Wait.MORNING
        kinds.register(key, kinds.LetterKind(label=label, waits=waits, recheck=recheck))
    kinds.register(
        GROUP_OFFER,
        kinds.LetterKind(
            label=GROUP_OFFER_LABEL, waits=kinds.Wait.MORNING, recheck=recheck_group
        ),
    )


def _queue(
    kind: str,
    registration: Registration,
    *,
    now: dt.datetime,
    before: SessionFacts | None = None,
    calendar: bool | None = None,
) -> None:
    """Write the letter in the caller's transaction; nobody without address gets one."""
    facts = facts_for(registration, now=now)
    letter = _prepared(
        kind, registration, facts, now=now, before=before, calendar=calendar
    )
    if letter:
        _write(letter, registration, now=now)


def _queue_each(
    registrations: Sequence[Registration],
    kind_of: Callable[[Registration], str],
    *,
    now: dt.datetime,
    not_before: dt.datetime | None = None,
) -> None:
    """One letter to each; many at once go into one statement."""
    drafts = []
    _look_what_lacks(registrations, now)
    for one in registrations:
        draft = _draft(kind_of(one), one, facts_for(one, now=now), now=now)
        if draft:
            drafts.append(replace(draft, not_before=not_before))
    if len(drafts) > MANY:
        outbox.queue_many(drafts, now=now)
        return
    for draft in drafts:
        outbox.write(outbox.prepare(draft, now=now), now=now)


def _look_what_lacks(registrations: Sequence[Registration], now: dt.datetime) -> None:
    """For all in one question, and in none where nothing is asked."""
    asked = [one for one in registrations if may_be_asked(one.session, now=now)]
    if not asked:
        return
    rows = Registration.objects.filter(pk__in=[one.pk for one in asked]).lacking()
    lacking = set(rows.values_list("pk", flat=True))
    for one in asked:
        one.lacks = one.pk in lacking


def _group_offered(members: Sequence[Registration], *, now: dt.datetime) -> None:
    """To the leader, who answers for all."""
    first = members[0]
    leader, facts = first.group.made_by, facts_of(first.session, now=now)
    draft = outbox.Draft(
        kind=GROUP_OFFER,
        address=leader.email,
        content=group_content(members, facts),
        recipient=leader.person_id,
        about=(GROUP, first.group_id),
        dedupe_key=_group_once(first),
        not_after=first.offer_expires_at,
        fingerprint=facts.fingerprint,
        language=first.language,
    )
    outbox.write(outbox.prepare(draft, now=now), now=now)


def group_content(members: Sequence[Registration], facts: SessionFacts) -> Content:
    """The offer to a whole list, for whoever handed it in."""
    first = members[0]
    facts = replace(facts, meeting_link="")
    shell = _shell(
        GROUP_OFFER, first.language, facts, identity.current(), has_place=False
    )
    leader = first.group.made_by
    return _filled(
        shell,
        first,
        name=leader.person.full_name if leader.person else leader.email,
        number=str(len(members)),
        answer=links.group_offer_url(first.session.slug, first.group.code),
    )


def _group_once(first: Registration) -> str:
    return f"{GROUP_OFFER}:{first.group_id}:{first.offer_expires_at:%Y%m%d%H%M%S}"


def _once(kind: str, registration: Registration, facts: SessionFacts) -> str:
    """One letter of a kind to a sign-up; what may come again says which one it is."""
    once = f"{kind}:{registration.code.hex}"
    if kind == CHANGED:
        return f"{once}:{facts.sequence}"
    if kind in {OFFER, OFFER_RECALLED}:
        ends = registration.offer_expires_at.astimezone(dt.UTC)
        return f"{once}:{ends:%Y%m%d%H%M%S}"
    return once


def _prepared(
    kind: str,
    registration: Registration,
    facts: SessionFacts,
    *,
    now: dt.datetime,
    before: SessionFacts | None = None,
    calendar: bool | None = None,
) -> Letter | None:
    """All of the letter but what only the lock tells: row number, place in line."""
    draft = _draft(kind, registration, facts, now=now, before=before, calendar=calendar)
    return outbox.prepare(draft, now=now) if draft else None


def _draft(
    kind: str,
    registration: Registration,
    facts: SessionFacts,
    *,
    now: dt.datetime,
    before: SessionFacts | None = None,
    calendar: bool | None = None,
) -> outbox.Draft | None:
    address = address_of(registration)
    if not address:
        return None
    if calendar is None:
        calendar = registration.state == State.CONFIRMED
    return outbox.Draft(
        kind=kind,
        address=address,
        content=content_of(kind, registration, facts, before=before),
        recipient=registration.person_id,
        about=(ABOUT, registration.pk),
        dedupe_key=_once(kind, registration, facts),
        attachments=(
            attachments_of(kind, registration, facts, now=now) if calendar else ()
        ),
        not_after=(registration.offer_expires_at if kind == OFFER else facts.ends_at),
        fingerprint=facts.fingerprint,
        language=registration.language,
        urgent=facts.starts_at < next_allowed(now) + SOON,
    )


def _write(letter: Letter, registration: Registration, *, now: dt.datetime) -> None:
    letter.about_id = registration.pk
    if registration.place:
        words = _with_place(
            Content(letter.subject, letter.text, letter.html), registration.place
        )
        letter.subject, letter.text, letter.html = words.subject, words.text, words.html
    outbox.write(letter, now=now)


def _with_place(content: Content, place: int) -> Content:
    mark, number = _MARKS["place"], str(place)
    return Content(
        subject=content.subject.replace(mark, number),
        text=content.text.replace(mark, number),
        html=content.html.replace(mark, number),
    )


@lru_cache(maxsize=256)
def _shell(
    kind: str,
    language: str,
    facts: SessionFacts,
    site: identity.Identity,
    *,
    has_place: bool,
    before: SessionFacts | None = None,
    by_leader: bool = False,
    listed: bool = False,
) -> Content:
    context = {
        "session": facts,
        "before": before,
        "has_place": has_place,
        "by_leader": by_leader,
        "listed": listed,
        **_MARKS,
    }
    if kind in _OPTIONAL:
        context["unsubscribe_url"] = _MARKS["stop"]
    return render(kind.replace(".", "/"), context, language=language)


def _filled(shell: Content, registration: Registration, **own: str) -> Content:
    slug, code = registration.session.slug, registration.code
    until = registration.offer_expires_at
    values = {
        "name": registration.person.full_name,
        "cancel": links.cancel_url(slug, code),
        "until": deadline_text(until, registration.language) if until else "",
        "stop": "",
        **own,
    }
    if _MARKS["answer"] in shell.text and "answer" not in own:
        values["answer"] = links.offer_url(slug, code)
    if _MARKS["feedback"] in shell.text:
        values["feedback"] = links.feedback_url(slug, code)
    if _MARKS["object"] in shell.text:
        values["lister"] = registration.group.signature
        values["object"] = links.objection_url(slug, code)
    if _MARKS["ask"] in shell.text:
        values["ask"] = links.asked_url(slug, code)
    if _MARKS["passurl"] in shell.text:
        values |= {"passurl": passes.pass_url(code), "passcode": passes.spaced(code)}
    safe = {name: escape(value) for name, value in values.items()}
    return Content(
        subject=_fill(shell.subject, values),
        text=_fill(shell.text, values),
        html=_fill(shell.html, safe),
    )


def _fill(text: str, values: dict[str, str]) -> str:
    """Fill in what is known; the place in line comes last, under the lock."""
    return _MARK.sub(lambda mark: values.get(mark[1], mark[0]), text)
