"""The one obvious next step on a session's page, for whoever looks at it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from members.models import Person
from training import pools, rules
from training.models import Registration, TrainingSession
from training.rules import Refusal
from vietnam.dates import deadline_text

State = Registration.State
# What the sign-up form itself asks for does not stand in the way of it.
ASKED_ON_THE_FORM = frozenset({Refusal.PROFILE, Refusal.BIRTH_UNKNOWN})


@dataclass(frozen=True)
class Step:
    """What to press and what will come of it; `text` is said before the button."""

    label: str
    url: str
    text: str = ""
    open: bool = False
    asks_guardian: bool = False


def next_step(
    session: TrainingSession,
    person: Person | None,
    mine: Registration | None,
    *,
    now: dt.datetime,
) -> Step:
    """`mine` is the person's live sign-up. For a visitor nobody knows yet (None) only
    what holds for everybody is asked."""
    sign_up_url = reverse("training:register", args=[session.slug])
    if mine and mine.state == State.OFFERED and not mine.answered_by_leader:
        answer_url = reverse("training:offer", args=[session.slug])
        return Step(_("Yes or no to the place"), answer_url, mine_in_words(mine))
    if mine:
        return Step(_("See my sign-up"), sign_up_url, mine_in_words(mine))
    if person:
        refusal = rules.why_not_admit(session, person, now=now)
    else:
        refusal = rules.why_not_now(session, now=now) or rules.why_not_anybody(session)
    if refusal is Refusal.GUARDIAN:
        text = refusal.sentence(session)
        label = _("Ask a parent or guardian")
        return Step(label, sign_up_url, text, asks_guardian=True)
    if refusal and refusal not in ASKED_ON_THE_FORM:
        text = refusal.sentence(session)
        return Step(_("See other sessions"), reverse("training:list"), text)
    free = pools.read(session, now=now)
    unit_id = person.unit_id if person else None
    place = pools.free_place(session, unit_id, now=now, pools=free)
    if place is None and person is None and free.by_unit and free.left > 0:
        return Step(*_perhaps_kept(session, sign_up_url), open=True)
    promise = _promise(session, place, sign_up_url)
    return Step(*promise, open=True)


def mine_in_words(sign_up: Registration) -> str:
    """Where a sign-up stands, for the person who made it."""
    match sign_up.state:
        case State.CONFIRMED:
            return _("You have a place. See you there!")
        case State.WAITING:
            ahead = getattr(sign_up, "people_ahead", 0)
            if not ahead:
                return _("You are the first on the waiting list.")
            text = ngettext(
                "You are on the waiting list, %(ahead)d person before you.",
                "You are on the waiting list, %(ahead)d people before you.",
                ahead,
            )
            return text % {"ahead": ahead}
        case State.PENDING:
            return _("The organisers have your sign-up and will write to you.")
        case State.OFFERED:
            return _offered(sign_up)
        case State.REJECTED:
            return _("The organisers could not give you a place.")
    return _("Your sign-up is cancelled.")


def _offered(sign_up: Registration) -> str:
    language = get_language() or "vi"
    until = {"until": deadline_text(sign_up.offer_expires_at, language)}
    if sign_up.answered_by_leader:
        text = _(
            "Places are offered to all of your list. Whoever handed it in answers "
            "by %(until)s."
        )
    else:
        text = _("A place is offered to you. Say yes or no by %(until)s.")
    return text % until


def _perhaps_kept(session: TrainingSession, url: str) -> tuple[str, str, str]:
    """For a visitor whose unit we do not know."""
    if session.needs_approval:
        return _promise(session, None, url)
    text = _(
        "The places that are left are kept for units. If one is kept for yours, you "
        "get it at once."
    )
    if session.has_waiting_list:
        text = f"{text} {_('All others wait for a place.')}"
    return _("Sign up"), url, text


def _promise(
    session: TrainingSession, place: int | None, url: str
) -> tuple[str, str, str]:
    outcome = rules.outcome_if_registered(session, place)
    if outcome == State.PENDING:
        text = _("The organisers look at each sign-up and then write to you.")
        return _("Ask for a place"), url, text
    if outcome == State.CONFIRMED and place != pools.OPEN:
        text = _("A place is kept for your unit. You get it at once.")
        return _("Sign up"), url, text
    if outcome == State.CONFIRMED:
        return _("Sign up"), url, _("You get your place at once.")
    line = session.line_length
    text = _("All places are taken. If you sign up now, you wait for a place.")
    if session.has_quotas:
        text = _(
            "All places for people of your unit are taken. If you sign up now, you "
            "wait for one."
        )
    if line:
        number = ngettext(
            "%(line)d person waits already.", "%(line)d people wait already.", line
        )
        text = f"{text} {number % {'line': line}}"
    return _("Join the waiting list"), url, text
