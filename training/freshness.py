"""What changes the public pages about sessions: all but how many places are left.

The places change with each sign-up; they are asked anew each second and put into the
pages, which stay as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from content import kept, pagecache
from members.models import Unit
from training import pools, rules, steps
from training.models import (
    Material,
    Registration,
    RemotePoint,
    Series,
    SessionKind,
    Slot,
    TrainingSession,
)
from training.signs import Sign, sign_of

AREA = "training"
PLACES = "training.places"
# The parts of pages that tell of places.
TEMPLATES = {
    "panel": "training/components/panel.html",
    "dock": "training/components/dock.html",
}


class Places:
    """The parts that change whenever somebody signs up or gives a place back."""

    def load(self, keys: list[int], now: dt.datetime) -> dict[int, TrainingSession]:
        sessions = TrainingSession.objects.select_related(
            "kind", "unit", "audience_unit"
        )
        found = sessions.defer("description").in_bulk(keys)
        pools.prefetch(found.values())
        return found

    def facts(self, session: TrainingSession, now: dt.datetime) -> Hashable:
        """All else that the parts show bumps the version of the area."""
        return (
            rules.why_not_now(session, now=now),
            session.places_left,
            pools.open_left(session, now=now),
            session.line_length,
            session.updated_at,
        )

    def render(self, session: TrainingSession, variant: str, now: dt.datetime) -> str:
        step = steps.next_step(session, None, None, now=now)
        return render_part(session, variant, now, step=step)


def render_part(
    session: TrainingSession,
    variant: str,
    now: dt.datetime,
    *,
    step: steps.Step | None = None,
    mine: Registration | None = None,
) -> str:
    """One of the parts; `step` and `mine` are those of whoever looks at the page."""
    sign = sign_of(session, now)
    if variant == "row":
        return _facts(session, sign)
    context = {"session": session, "sign": sign, "step": step, "mine": mine}
    return render_to_string(TEMPLATES[variant], context)


def row(session: TrainingSession, now: dt.datetime, level: int | None = None) -> str:
    """A session in a list; all of it but the places is the same for a long time."""
    facts = {
        "href": session.get_absolute_url(),
        "title": session.title,
        "start": session.starts_at,
        "end": session.ends_at,
        "place": session.venue,
        "facts": part(session, "row", now),
        "level": level,
    }
    return kept.render("components/row.html", facts)


def part(
    session: TrainingSession,
    variant: str,
    now: dt.datetime,
    *,
    step: steps.Step | None = None,
    mine: Registration | None = None,
) -> SafeString:
    """The same as `render_part`; in a page out of the cache at most a second old."""
    html = render_part(session, variant, now, step=step, mine=mine)
    if session.state != TrainingSession.State.PUBLISHED or now >= session.last_call:
        return mark_safe(html)  # nobody signs up any more
    return pagecache.show(PLACES, session.pk, variant, html)


def _facts(session: TrainingSession, sign: Sign) -> str:
    facts = {
        "state": sign.state,
        "state_text": sign.text,
        "mode": session.mode,
        "taken": session.places_taken,
        "capacity": sign.capacity,
        "note": session.kind.name,
    }
    return kept.render("components/row_facts.html", facts)


def next_moment(now: dt.datetime) -> dt.datetime | None:
    """When the next session opens, closes, starts or ends, or releases kept places."""
    ahead = TrainingSession.objects.filter(state="published", ends_at__gt=now)
    fields = "opens_at", "closes_at", "starts_at", "ends_at", "quotas__release_at"
    return pagecache.soonest(ahead, *fields, now=now)


def register() -> None:
    parts = Slot, RemotePoint, Material
    for model in (TrainingSession, *parts, Series, SessionKind, Unit):
        pagecache.watch(model, AREA)
    pagecache.moments(AREA, next_moment)
    pagecache.fragment_sources.register(PLACES, Places())
