"""The letters about sessions and sign-ups; one function per letter.

A letter is rendered once for all people who get the same one, with marks where name,
place in line and cancel link go, so that writing it inside the lock of a hot session
costs next to nothing. Renderings are kept by value: what changed is another key.
"""

from __future__ import annotations

import datetime as dt
import re
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
from training import calendars, links
from training.calendars import Method
from training.facts import SessionFacts, facts_of
from training.models import Registration, TrainingSession

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
REMINDER = "training.reminder"

# Letters private-use characters enclose are not typed by anybody.
_MARK = re.compile("\ue000([a-z]+)\ue001")
_MARKS = {name: f"\ue000{name}\ue001" for name in ("name", "place", "cancel", "stop")}

State = Registration.State
_BY_STATE = {
    State.CONFIRMED: CONFIRMED,
    State.WAITING: WAITING,
    State.PENDING: PENDING,
}


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
    facts = facts_of(registration.session, now=now)
    letter = _prepared(kind, registration, facts, now=now)
    return Expected(kind=kind, facts=facts, letter=letter)


def registered(
    registration: Registration, *, now: dt.datetime, expected: Expected
) -> None:
    """What became of a new sign-up: a place, a place in line, or a wait for staff."""
    kind = _BY_STATE[State(registration.state)]
    facts = facts_of(registration.session, now=now)
    if (kind, facts) != (expected.kind, expected.facts):
        _queue(kind, registration, now=now)
    elif expected.letter:
        _write(expected.letter, registration, now=now)


def promoted(registration: Registration, *, now: dt.datetime) -> None:
    _queue(PROMOTED, registration, now=now)


def approved(registration: Registration, *, now: dt.datetime) -> None:
    """Staff said yes: either there is a place, or the person waits for one."""
    has_place = registration.state == State.CONFIRMED
    _queue(APPROVED if has_place else WAITING, registration, now=now)


def rejected(registration: Registration, *, now: dt.datetime) -> None:
    _queue(REJECTED, registration, now=now)


def cancelled(registration: Registration, *, had_place: bool, now: dt.datetime) -> None:
    """To the person who cancelled; takes the entry out of their calendar again."""
    _queue(CANCELLED, registration, now=now, calendar=had_place)


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
        facts = replace(facts, meeting_link="")
        before = before and replace(before, meeting_link="")
    shell = _shell(
        kind,
        registration.language,
        facts,
        identity.current(),
        has_place=has_place,
        before=before,
    )
    content = _filled(shell, registration)
    return _with_place(content, registration.place) if registration.place else content


def attachments_of(
    kind: str, registration: Registration, facts: SessionFacts, *, now: dt.datetime
) -> list[dict[str, str]]:
    """The calendar entry: sent with a place, taken back when the place is gone."""
    gone = kind in {CANCELLED, SESSION_CANCELLED}
    method = Method.CANCEL if gone else Method.REQUEST
    if kind == CANCELLED:
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
    facts = facts_of(session, now=now)
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


# The states in which a letter is still true.
_STATES_OF = {
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
    SESSION_CANCELLED: _("Session cancelled"),
    CHANGED: _("Session changed"),
}
REMINDER_LABEL = _("Reminder of a session")


def register_kinds() -> None:
    for key, label in KINDS.items():
        kinds.register(key, kinds.LetterKind(label=label, recheck=recheck))


def _queue(
    kind: str,
    registration: Registration,
    *,
    now: dt.datetime,
    before: SessionFacts | None = None,
    calendar: bool | None = None,
) -> None:
    """Write the letter in the caller's transaction; nobody without address gets one."""
    facts = facts_of(registration.session, now=now)
    letter = _prepared(
        kind, registration, facts, now=now, before=before, calendar=calendar
    )
    if letter:
        _write(letter, registration, now=now)


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
    address = address_of(registration)
    if not address:
        return None
    if calendar is None:
        calendar = registration.state == State.CONFIRMED
    once = f"{kind}:{registration.code.hex}"
    draft = outbox.Draft(
        kind=kind,
        address=address,
        content=content_of(kind, registration, facts, before=before),
        recipient=registration.person_id,
        about=(ABOUT, registration.pk),
        dedupe_key=f"{once}:{facts.sequence}" if kind == CHANGED else once,
        attachments=(
            attachments_of(kind, registration, facts, now=now) if calendar else ()
        ),
        not_after=facts.ends_at,
        fingerprint=facts.fingerprint,
        language=registration.language,
    )
    return outbox.prepare(draft, now=now)


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
) -> Content:
    context = {
        "session": facts,
        "before": before,
        "has_place": has_place,
        **_MARKS,
    }
    if kind == REMINDER:
        context["unsubscribe_url"] = _MARKS["stop"]
    return render(kind.replace(".", "/"), context, language=language)


def _filled(shell: Content, registration: Registration, *, stop: str = "") -> Content:
    session = registration.session
    values = {
        "name": registration.person.full_name,
        "cancel": links.cancel_url(session.slug, registration.code),
        "stop": stop,
    }
    safe = {name: escape(value) for name, value in values.items()}
    return Content(
        subject=_fill(shell.subject, values),
        text=_fill(shell.text, values),
        html=_fill(shell.html, safe),
    )


def _fill(text: str, values: dict[str, str]) -> str:
    """Fill in what is known; the place in line comes last, under the lock."""
    return _MARK.sub(lambda mark: values.get(mark[1], mark[0]), text)
