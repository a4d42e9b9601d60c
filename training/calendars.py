"""Sessions as calendar entries (RFC 5545, RFC 5546)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event, vCalAddress, vText
from icalendar.parser import Contentline, Parameters

from content import identity
from training.facts import SessionFacts, facts_as_read, with_room
from training.models import Registration, TrainingSession
from vietnam.dates import day_text, time_text

CONTENT_TYPE = "text/calendar"
KEPT_BEHIND = dt.timedelta(days=60)
"""How long a calendar that follows keeps what is over."""
REFRESH = dt.timedelta(hours=6)
# Where the lines go that differ from person to person.
_OWN_LINES = "X-OWN-LINES:1\r\n"
# A value in which nothing is escaped and that fits into one line: the library looks
# at each letter, which takes a twentieth of a sign-up.
_SHORT = re.compile(r"[A-Za-z0-9@._-]{1,60}")


class Method(StrEnum):
    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def calendar(
    facts: SessionFacts,
    *,
    method: Method,
    uid: str,
    now: dt.datetime,
    attendee: tuple[str, str] | None = None,
    with_link: bool = False,
) -> str:
    """One event as text with CRLF line ends.

    `uid` stays the same for all letters about one sign-up and SEQUENCE grows with
    each change, so that calendars replace the entry they have. `attendee` is a name
    and an address. Times are in UTC, which every program shows in its own zone, so
    that no table of time zones has to travel along.
    """
    language = get_language() or "vi"
    shell = _shell(facts, method, language, _site(), with_link=with_link)
    own = _line("UID", uid) + _line(
        "DTSTAMP", f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    )
    if attendee:
        name, address = attendee
        parameters = Parameters({"CN": name, "PARTSTAT": "ACCEPTED"})
        own += _line("ATTENDEE", f"mailto:{address}", parameters)
    return shell.replace(_OWN_LINES, own)


@lru_cache(maxsize=256)
def _shell(
    facts: SessionFacts,
    method: Method,
    language: str,
    site: tuple[str, str, str],
    *,
    with_link: bool,
) -> str:
    """The calendar without the lines that differ from person to person.

    Building one costs half a millisecond; a flash crowd needs thousands of the same.
    """
    host, owner, contact = site
    event = _event(facts, language, with_link=with_link)
    event.add("x-own-lines", "1")
    if method is not Method.PUBLISH:
        organiser = vCalAddress(f"mailto:{contact}")
        organiser.params["CN"] = vText(owner)
        event.add("organizer", organiser)
        event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    whole = _calendar(host, method)
    whole.add_component(event)
    return whole.to_ical().decode()


@dataclass(frozen=True)
class Entry:
    """One session of a calendar that a program asks for again and again."""

    session: TrainingSession
    """With its unit and half-days read."""
    uid: str
    changed_at: dt.datetime
    sign_up: Registration | None = None
    """Whose room is the place, in a calendar of their own."""

    @classmethod
    def public(cls, session: TrainingSession) -> Entry:
        return cls(session, session_uid(session.pk), session.updated_at)


def subscription(entries: Iterable[Entry], *, with_links: bool = False) -> str:
    """Many sessions for a calendar that follows; meeting links for whom they are meant.

    The entry of a cancelled session says so, else it would stay in the calendars that
    have it. The same sessions make the same text, so that a calendar that asks again
    hears that nothing is new.
    """
    language = get_language() or "vi"
    whole = _calendar(_host(), Method.PUBLISH)
    whole.add("x-wr-calname", gettext("Training") + f" · {identity.current().name}")
    whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        facts = facts_as_read(entry.session)
        if entry.sign_up:
            facts = with_room(facts, entry.sign_up)
        event = _event(facts, language, with_link=with_links)
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
        off = entry.session.state == TrainingSession.State.CANCELLED
        event.add("status", "CANCELLED" if off else "CONFIRMED")
        whole.add_component(event)
    return whole.to_ical().decode()


def _calendar(host: str, method: Method) -> Calendar:
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", f"-//{host}//training//VI")
    whole.add("method", method.value)
    return whole


def _event(facts: SessionFacts, language: str, *, with_link: bool) -> Event:
    event = Event()
    event.add("sequence", facts.sequence)
    event.add("dtstart", facts.starts_at.astimezone(dt.UTC))
    event.add("dtend", facts.ends_at.astimezone(dt.UTC))
    event.add("summary", facts.title)
    link = with_link and facts.meeting_link
    if place := facts.room or link or facts.venue:
        event.add("location", place)
    event.add("description", _description(facts, language, with_link=with_link))
    event.add("url", facts.url)
    return event


def attachment(text: str, method: Method) -> dict[str, str]:
    """As `mail.actions.queue` takes it."""
    return {
        "filename": "lich.ics",
        "content_type": f"{CONTENT_TYPE}; method={method.value}; charset=utf-8",
        "content": text,
    }


def registration_uid(code: UUID) -> str:
    return f"{code.hex}@{_host()}"


def session_uid(session_id: int) -> str:
    return f"tap-huan-{session_id}@{_host()}"


def _description(facts: SessionFacts, language: str, *, with_link: bool) -> str:
    lines = [facts.summary]
    for slot in facts.slots:
        span = f"{time_text(slot.starts_at)}–{time_text(slot.ends_at)}"
        when = f"{span}, {day_text(slot.starts_at, language)}"
        lines.append(f"{slot.title}: {when}" if slot.title else when)
    if with_link and facts.meeting_link:
        lines.append(facts.meeting_link)
    lines.append(facts.url)
    return "\n".join(line for line in lines if line)


def _line(name: str, value: str, parameters: Parameters | None = None) -> str:
    """One content line, folded at 75 octets, with its CRLF."""
    if parameters is None and _SHORT.fullmatch(value):
        return f"{name}:{value}\r\n"
    line = Contentline.from_parts(name, parameters or Parameters(), value)
    return line.to_ical().decode() + "\r\n"


def _site() -> tuple[str, str, str]:
    site = identity.current()
    return _host(), site.owner, site.contact_email


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
