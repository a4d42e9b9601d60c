"""Who may stand at the desk of a session: the one place of training that decides.

Two ways lead there: a role in the session's unit (members.permissions) and an
invitation to this one session (SessionStaff), which ends by itself.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from members import permissions
from members.models import User
from training.attendance import PAPER
from training.models import SessionStaff, TrainingSession

Account = User | AnonymousUser


def may_attend_desk(
    user: Account, session: TrainingSession, *, now: dt.datetime
) -> bool:
    """Whether the account may see the desk of this session and mark people there."""
    if not user.is_authenticated or not user.is_active:
        return False
    if permissions.may(user, "training.attend_desk", session.unit):
        return True
    return _invited(user, session).current(now).exists()


def may_bring_marks(
    user: Account, session: TrainingSession, *, now: dt.datetime
) -> bool:
    """Whether a phone may still hand over what it kept while it had no network.

    An invitation that ran out is no reason to lose it; one that was ended is.
    """
    if may_attend_desk(user, session, now=now):
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    invited = _invited(user, session).filter(ended_at__isnull=True)
    return now < session.ends_at + PAPER and invited.exists()


def may_run(user: Account, session: TrainingSession) -> bool:
    """Whether the account decides about the session: more places, who helps."""
    return user.is_authenticated and permissions.may(
        user, "training.manage", session.unit
    )


def desks_of(user: Account, now: dt.datetime) -> QuerySet[TrainingSession]:
    """The sessions at whose desk the account may stand."""
    sessions = TrainingSession.objects.exclude(state=TrainingSession.State.DRAFT)
    if not user.is_authenticated or not user.is_active:
        return sessions.none()
    own = SessionStaff.objects.current(now).filter(user=user).values("session")
    units = permissions.units_for(user, "training.attend_desk").order_by()
    return sessions.filter(Q(pk__in=own) | Q(unit__in=units.values("pk")))


def _invited(user: User, session: TrainingSession) -> QuerySet[SessionStaff]:
    return SessionStaff.objects.filter(user=user, session=session)
