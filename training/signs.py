"""What a session's state is called, in a word, a shape and the number that matters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from training import pools, rules
from training.models import TrainingSession
from training.rules import Refusal
from vietnam.dates import deadline_text

FEW = 5
FEW_SHARE = 10
"""Few are at most five places, or a tenth of all."""


@dataclass(frozen=True)
class Sign:
    """`state` chooses word and shape in components/state.html; `text` says more.

    `capacity` is there while places are free, for the bar beside the words.
    """

    state: str
    text: str = ""
    capacity: int = 0


_BY_REFUSAL = {
    Refusal.NOT_PUBLISHED: "draft",
    Refusal.CANCELLED: "cancelled",
    Refusal.OVER: "over",
    Refusal.STARTED: "closed",
    Refusal.NOT_YET_OPEN: "soon",
    Refusal.CLOSED: "closed",
}


def sign_of(session: TrainingSession, now: dt.datetime) -> Sign:
    """How the session stands for somebody who does not know it yet.

    Says that a sign-up would only wait before anybody presses.
    """
    refusal = rules.why_not_now(session, now=now)
    if refusal is Refusal.STARTED:
        return Sign("closed", _("Going on now"))
    if refusal is Refusal.NOT_YET_OPEN:
        opens = deadline_text(session.opens_at, get_language() or "vi")
        return Sign("soon", _("Sign-up opens at %(opens)s") % {"opens": opens})
    if refusal:
        return Sign(_BY_REFUSAL[refusal])
    free, line = pools.read(session, now=now), session.line_length
    if free.open_left and not line:
        return _free(session, free)
    if free.by_unit and free.left and not free.open_left:
        return _kept(free.left)
    if session.has_waiting_list:
        return _waiting(line)
    return Sign("full")


def _free(session: TrainingSession, free: pools.Pools) -> Sign:
    left = free.open_left
    few = left <= FEW or left * FEW_SHARE <= session.capacity
    text = ngettext(
        "%(left)d of %(capacity)d places left",
        "%(left)d of %(capacity)d places left",
        left,
    )
    if kept := free.left - left:
        # What anybody may take comes first; the number of all would promise too much.
        text = ngettext(
            "%(left)d place left for everyone, %(kept)d kept for units",
            "%(left)d places left for everyone, %(kept)d kept for units",
            left,
        )
    values = {"left": left, "capacity": session.capacity, "kept": kept}
    return Sign("few" if few else "open", text % values, session.capacity)


def _kept(left: int) -> Sign:
    text = ngettext(
        "%(left)d place left, only for units that it is kept for",
        "%(left)d places left, only for units that they are kept for",
        left,
    )
    return Sign("few", text % {"left": left})


def _waiting(line: int) -> Sign:
    if not line:
        return Sign("waiting", _("Full, waiting list open"))
    text = ngettext(
        "Full, waiting list open (%(line)d waiting)",
        "Full, waiting list open (%(line)d waiting)",
        line,
    )
    return Sign("waiting", text % {"line": line})
