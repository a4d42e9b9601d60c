"""The two pages that a flash crowd looks at, made once and not for each of them.

The form that nobody has typed into yet, and what became of a sign-up. Where a page
has something that only this reader sees (an answer, a room, a pass), it is made for
them as any other page is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from content.kept_pages import gap, page
from training.models import Registration, TrainingSession
from training.signs import Sign
from training.steps import Step

# What takes a page out of the crowd; each is a part of registered.html.
_OWN = (
    *("off", "over", "excuse_form", "materials", "answers"),
    *("point_form", "room_is_full", "lacks", "own", "pass"),
)
_SAID = ("has_place", "may_cancel", "may_hand_on", "gets_letters")


@dataclass(frozen=True)
class Shown:
    """What the pages show of a session; the link only where there is a place."""

    title: str
    slug: str
    starts_at: dt.datetime
    get_absolute_url: str
    offer_hours: int | None
    meeting_link: str = ""


@dataclass(frozen=True)
class Mine:
    state: str
    answered_by_leader: bool


def to_sign_up(request: HttpRequest, context: Mapping[str, Any]) -> str | None:
    """The form, which says how many places are left or how many wait."""
    sign: Sign = context["sign"]
    step: Step = context["step"]
    facts = {
        "session": _shown(context["session"]),
        "sign": replace(sign, text=sign.text and gap("sign_text")),
        "step": replace(step, text=step.text and gap("step_text")),
        "form": context["untouched"],
        "untouched": context["untouched"],
        "show_form": True,
    }
    gaps = {"sign_text": sign.text, "step_text": step.text}
    return page(request, "training/register.html", facts, gaps)


def signed_up(request: HttpRequest, context: Mapping[str, Any]) -> str | None:
    """What became of it, which says how many are before somebody who waits."""
    if any(context.get(part) for part in _OWN):
        return None
    mine: Registration = context["mine"]
    facts = {name: context[name] for name in _SAID}
    facts |= {
        "session": _shown(context["session"], linked=context["has_place"]),
        "mine": Mine(str(mine.state), mine.answered_by_leader),
    }
    gaps = {"in_words": context["in_words"]}
    return page(request, "training/registered.html", facts, gaps)


def _shown(session: TrainingSession, *, linked: bool = False) -> Shown:
    return Shown(
        title=session.title,
        slug=session.slug,
        starts_at=session.starts_at,
        get_absolute_url=session.get_absolute_url(),
        offer_hours=session.offer_hours,
        meeting_link=session.meeting_link if linked else "",
    )
