"""What changes the public pages about sessions: all but how many places are left.

The places change with each sign-up; they are asked anew each second and put into the
pages, which stay as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable

from django.template.loader import render_to_string

from content import pagecache
from members.models import Unit
from training import rules, steps
from training.models import (
    Material,
    Registration,
    RemotePoint,
    Series,
    SessionKind,
    Slot,
    TrainingSession,
)
from training.signs import sign_of

AREA = "training"
PLACES = "training.places"
# The parts of pages that tell of places.
TEMPLATES = {
    "row": "training/components/row_facts.html",
    "panel": "training/components/panel.html",
    "dock": "training/components/dock.html",
}


class Places:
    """The parts that change whenever somebody signs up or gives a place back."""

    def load(self, keys: list[int], now: dt.datetime) -> dict[int, TrainingSession]:
        sessions = TrainingSession.objects.select_related(
            "kind", "unit", "audience_unit"
        )
        return sessions.defer("description").in_bulk(keys)

    def facts(self, session: TrainingSession, now: dt.datetime) -> Hashable:
        """All else that the parts show bumps the version of the area."""
        return (
            rules.why_not_now(session, now=now),
            session.places_left,
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
    context = {"session": session, "sign": sign, "step": step, "mine": mine}
    return render_to_string(TEMPLATES[variant], context)


def next_moment(now: dt.datetime) -> dt.datetime | None:
    """When the next session opens, closes, starts or ends."""
    ahead = TrainingSession.objects.filter(state="published", ends_at__gt=now)
    fields = "opens_at", "closes_at", "starts_at", "ends_at"
    return pagecache.soonest(ahead, *fields, now=now)


def register() -> None:
    parts = Slot, RemotePoint, Material
    for model in (TrainingSession, *parts, Series, SessionKind, Unit):
        pagecache.watch(model, AREA)
    pagecache.moments(AREA, next_moment)
    pagecache.fragment_sources.register(PLACES, Places())
