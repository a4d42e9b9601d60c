"""What search engines and chats are told about a session."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content import identity, share_card, soft_cache
from training.models import TrainingSession
from vietnam.dates import deadline_text, local

A_DAY = 24 * 3600
# Ends a script element or begins a comment in HTML, means the same in JSON.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
_MODES = {
    TrainingSession.Mode.ONSITE: "OfflineEventAttendanceMode",
    TrainingSession.Mode.ONLINE: "OnlineEventAttendanceMode",
    TrainingSession.Mode.HYBRID: "MixedEventAttendanceMode",
}


def share_picture(session: TrainingSession) -> dict[str, Any]:
    """The picture that a link to the session is shown with: a card with its title."""
    path = reverse("training:share_card", args=[session.pk, _mark(session)])
    width, height = share_card.SIZE
    url = settings.SITE_URL + path
    return {"url": url, "width": width, "height": height, "alt": session.title}


def share_text(session: TrainingSession) -> str:
    """What an organiser pastes into a Zalo group below the title: all to decide by."""
    language = get_language() or "vi"
    lines = [_("When: %(when)s") % {"when": deadline_text(session.starts_at, language)}]
    if session.venue:
        lines.append(_("Where: %(where)s") % {"where": session.venue})
    if session.mode != TrainingSession.Mode.ONSITE:
        lines.append(_("You can take part online."))
    until = {"until": deadline_text(session.last_call, language)}
    lines.append(_("Sign up until: %(until)s") % until)
    return "\n".join([session.summary, *lines])


def json_ld(session: TrainingSession) -> SafeString:
    """schema.org's Event; safe in a script element. Never with the meeting link.

    Source: schema.org/Event and the search engines' guide for events.
    """
    owner = identity.current()
    page = settings.SITE_URL + session.get_absolute_url()
    off = session.state == TrainingSession.State.CANCELLED
    told = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": session.title,
        "description": session.summary,
        "url": page,
        "startDate": local(session.starts_at).isoformat(),
        "endDate": local(session.ends_at).isoformat(),
        "eventStatus": _of("EventCancelled" if off else "EventScheduled"),
        "eventAttendanceMode": _of(_MODES[TrainingSession.Mode(session.mode)]),
        "location": _location(session, page),
        "image": [share_picture(session)["url"]],
        "organizer": {
            "@type": "Organization",
            "name": session.unit.name,
            "parentOrganization": {
                "@type": "Organization",
                "name": owner.owner,
                "url": settings.SITE_URL,
            },
        },
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": session.capacity,
        "inLanguage": "vi",
    }
    if session.series:
        told["superEvent"] = {
            "@type": "EventSeries",
            "name": session.series.title,
            "url": settings.SITE_URL + session.series.get_absolute_url(),
        }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))


def card(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The drawn card of a public session; an old address leads to today's."""
    public = TrainingSession.objects.published().select_related("kind")
    session = get_object_or_404(public.defer("description"), pk=pk)
    today = _mark(session)
    if mark != today:
        return redirect("training:share_card", pk=pk, mark=today)
    key = f"training.share_card.{today}"
    picture = soft_cache.get(key)
    if picture is None:
        picture = share_card.draw(
            title=session.title, kicker=session.kind.name, foot=_foot(session)
        )
        soft_cache.keep(key, picture, A_DAY)
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


def _location(session: TrainingSession, page: str) -> Any:
    found = []
    if session.venue:
        place = {"@type": "Place", "name": session.venue, "address": session.venue}
        found.append(place)
    if session.mode != TrainingSession.Mode.ONSITE:
        found.append({"@type": "VirtualLocation", "url": page})
    return found[0] if len(found) == 1 else found


def _of(word: str) -> str:
    return f"https://schema.org/{word}"


def _foot(session: TrainingSession) -> str:
    """The day in Vietnamese whoever asks: the card is one and kept."""
    return f"{deadline_text(session.starts_at, 'vi')} · {identity.current().name}"


def _mark(session: TrainingSession) -> str:
    """Changes with the words on the card, so that chats fetch the new one."""
    words = [session.title, session.kind.name, _foot(session)]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
