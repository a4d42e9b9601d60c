"""Sessions as calendar entries (RFC 5545, RFC 5546)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language
from icalendar import Calendar, Event, vCalAddress, vText

from training.facts import SessionFacts
from vietnam.dates import day_text, time_text

CONTENT_TYPE = "text/calendar"


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
    event = Event()
    event.add("uid", uid)
    event.add("sequence", facts.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", facts.starts_at.astimezone(dt.UTC))
    event.add("dtend", facts.ends_at.astimezone(dt.UTC))
    event.add("summary", facts.title)
    place = facts.meeting_link if with_link and facts.meeting_link else facts.venue
    if place:
        event.add("location", place)
    event.add("description", _description(facts, with_link=with_link))
    event.add("url", facts.url)
    if method is not Method.PUBLISH:
        event.add("organizer", _address(settings.SITE["owner"], _organiser()))
        event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    if attendee:
        person = _address(*attendee)
        person.params["PARTSTAT"] = vText("ACCEPTED")
        event.add("attendee", person)
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", f"-//{_host()}//training//VI")
    whole.add("method", method.value)
    whole.add_component(event)
    return whole.to_ical().decode()


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


def _description(facts: SessionFacts, *, with_link: bool) -> str:
    language = get_language() or "vi"
    lines = [facts.summary]
    for slot in facts.slots:
        span = f"{time_text(slot.starts_at)}–{time_text(slot.ends_at)}"
        when = f"{span}, {day_text(slot.starts_at, language)}"
        lines.append(f"{slot.title}: {when}" if slot.title else when)
    if with_link and facts.meeting_link:
        lines.append(facts.meeting_link)
    lines.append(facts.url)
    return "\n".join(line for line in lines if line)


def _address(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = vText(name)
    return found


def _organiser() -> str:
    return settings.SITE["contact_email"]


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
