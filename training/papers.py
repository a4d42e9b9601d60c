"""Who may have which paper of a session."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AnonymousUser

from members import permissions
from members.models import User
from training import access
from training.models import Answer, Material, Registration, TrainingSession


def for_reader(session: TrainingSession, mine: Registration | None) -> list[Material]:
    """The papers that whoever has this sign-up (or none) finds on the pages."""
    return [row for row in for_staff(session) if is_for(row, mine)]


def for_staff(session: TrainingSession) -> list[Material]:
    """All papers that can be opened, for those who `may_have_every`."""
    rows = session.rows_of("materials")
    for row in rows:
        row.session = session  # its address needs it
    return [row for row in rows if is_there(row)]


def is_there(material: Material) -> bool:
    """A link, or a file that the scanner does not hold."""
    return bool(material.link) or material.is_readable


def is_for(material: Material, mine: Registration | None) -> bool:
    """Papers for everyone, and the others with a place in the session."""
    if material.shown_to == Material.For.EVERYONE:
        return True
    return bool(mine) and mine.state == Registration.State.CONFIRMED


def may_have_every(
    user: User | AnonymousUser, session: TrainingSession, *, now: dt.datetime
) -> bool:
    """Staff of the unit, and the helpers and instructors of this very session."""
    return _reads(user, session) or access.may_attend_desk(user, session, now=now)


def may_have_answer(user: User | AnonymousUser, answer: Answer) -> bool:
    """Whoever answered, and those who run the session."""
    if not user.is_authenticated:
        return False
    sign_up = answer.registration
    own = user.person_id is not None and user.person_id == sign_up.person_id
    return own or _reads(user, sign_up.session)


def _reads(user: User | AnonymousUser, session: TrainingSession) -> bool:
    return user.is_authenticated and permissions.may(
        user, "training.read", session.unit
    )
