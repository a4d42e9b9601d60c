"""Inviting helpers and instructors to one session, and ending that again."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mail import actions as outbox
from mail import kinds
from mail.rendering import render
from members.models import User
from training.facts import facts_of
from training.models import SessionStaff, TrainingSession

INVITED = "training.staff_invited"
INVITED_LABEL = _("Helper invited to a session")


@transaction.atomic
def invite(
    *,
    session: TrainingSession,
    email: str,
    role: SessionStaff.Role,
    by: User | None,
    now: dt.datetime,
) -> SessionStaff:
    """Open the desk of one session to whoever signs in with this address.

    An account is made where there is none: a mailed code signs into it. Twice is
    once: the second time only the role changes, and no second letter goes out.
    """
    address = User.objects.normalize_email(email)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address)
    staff, made = SessionStaff.objects.get_or_create(
        session=session,
        user=user,
        ended_at=None,
        defaults={"role": role, "invited_at": now, "invited_by": by},
    )
    if not made and staff.role != role:
        staff.role = role
        staff.save(update_fields=["role"])
    if made:
        _write(staff, session, now=now)
    return staff


def end(*, staff: SessionStaff, now: dt.datetime) -> None:
    """Close the desk to this account at once. Done twice is done once."""
    rows = SessionStaff.objects.filter(pk=staff.pk, ended_at__isnull=True)
    rows.update(ended_at=now)


def register_kinds() -> None:
    kinds.register(
        INVITED, kinds.LetterKind(label=INVITED_LABEL, waits=kinds.Wait.MORNING)
    )


def _write(staff: SessionStaff, session: TrainingSession, *, now: dt.datetime) -> None:
    language = get_language() or settings.LANGUAGE_CODE
    desk = reverse("training:desk", args=[session.slug])
    seen = {
        "session": facts_of(session, now=now),
        "role": staff.get_role_display(),
        "email": staff.user.email,
        "desk_url": f"{settings.SITE_URL}{desk}",
        "invited_by": staff.invited_by.display_name if staff.invited_by else "",
    }
    outbox.queue(
        kind=INVITED,
        address=staff.user.email,
        recipient=staff.user.person_id,
        content=render("training/staff_invited", seen, language=language),
        about=("training.sessionstaff", staff.pk),
        dedupe_key=f"{INVITED}:{staff.pk}",
        now=now,
        not_after=session.ends_at,
        language=language,
    )
