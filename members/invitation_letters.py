"""The letters about roles: the invitation into one, that one ends soon or has ended
with its unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import kinds, reminders
from mail.actions import queue
from mail.models import Letter
from mail.reminders import Draft
from mail.rendering import Content, render
from members.models import Assignment, Role, RoleInvitation, Unit
from vietnam.dates import VIETNAM, local_day

INVITE = "members.role_invitation"
ENDS = "members.role_ends"
ENDED = "members.role_ended"
ABOUT = "members.roleinvitation"
LEAD = dt.timedelta(days=14)
"""Long enough to ask for another term."""


def register_kinds() -> None:
    kinds.register(
        INVITE,
        kinds.LetterKind(label=_("Invitation into a role"), recheck=_still_invited),
    )
    kinds.register(
        ENDS,
        kinds.LetterKind(
            label=_("A role ends soon"), waits=kinds.Wait.TET, recheck=_still_ends
        ),
    )
    kinds.register(
        ENDED,
        kinds.LetterKind(label=_("A role has ended"), waits=kinds.Wait.MORNING),
    )
    reminders.registry.register(ENDS, EndingRoles())


def invite(invitation: RoleInvitation, *, token: str, now: dt.datetime) -> None:
    """The role that is offered, and the link that accepts it once."""
    path = reverse("members:role_invitation", args=[token])
    seen = {
        "invitation": invitation,
        "inviter": invitation.invited_by,
        "answer_url": settings.SITE_URL + path,
    }
    queue(
        kind=INVITE,
        address=invitation.email,
        about=(ABOUT, invitation.pk),
        content=render("members/role_invitation", seen),
        now=now,
        not_after=invitation.expires_at,
        secret=True,
        fingerprint=invitation.token_hash,
        dedupe_key=f"{INVITE}:{invitation.pk}:{invitation.letters}",
    )


def _still_invited(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    invitation = RoleInvitation.objects.filter(pk=letter.about_id).first()
    if invitation is None or invitation.state(now) != RoleInvitation.State.OPEN:
        return kinds.Drop(gettext("The invitation has been answered or taken back."))
    if invitation.token_hash != letter.fingerprint:
        return kinds.Drop(gettext("A newer letter has taken its place."))
    return kinds.KEEP


class EndingRoles:
    """Whoever holds a role hears two weeks before that its last day comes."""

    kind = ENDS

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        today = local_day(now)
        held = Assignment.objects.current(today).filter(
            ends_on__lte=today + LEAD + dt.timedelta(days=1),
            user__is_active=True,
            user__email__isnull=False,
        )
        days = held.order_by("ends_on").values_list("ends_on", flat=True).distinct()
        for day in list(days):
            end = over_at(day)
            lead = reminders.latest_lead(start=end, leads=[LEAD], now=now)
            if lead is None:
                continue
            told = reminders.reminded(ENDS, lead=lead, start=end)
            rows = held.filter(ends_on=day).exclude(told)
            for role in rows.select_related("user__person", "unit").order_by("pk"):
                yield Draft(
                    kind=ENDS,
                    address=role.user.email,
                    recipient=role.user.person_id,
                    about=("members.assignment", role.pk),
                    content=ends(role),
                    dedupe_key=reminders.key(ENDS, role.pk, lead, end),
                    not_after=end,
                    fingerprint=day.isoformat(),
                )


def over_at(last_day: dt.date) -> dt.datetime:
    """The first moment without the role."""
    following = last_day + dt.timedelta(days=1)
    return dt.datetime.combine(following, dt.time(), VIETNAM)


def ends(role: Assignment) -> Content:
    """To the holder: the last day, and what to do if the role should go on."""
    seen = {"role": role, "roles_url": settings.SITE_URL + reverse("members:roles")}
    return render("members/role_ends", seen)


def _still_ends(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    role = Assignment.objects.filter(pk=letter.about_id).first()
    if role is None or role.ends_on is None or role.ends_on < local_day(now):
        return kinds.Drop(gettext("The role goes on, or has ended already."))
    if role.ends_on.isoformat() != letter.fingerprint:
        return kinds.Drop(gettext("The role ends on another day by now."))
    return kinds.KEEP


def tell_ended(
    roles: Iterable[Assignment],
    *,
    old: Unit,
    heirs: Sequence[Unit],
    last_day: dt.date,
    now: dt.datetime,
) -> None:
    """To everybody whose roles ended with their unit: one letter for an account.

    `heirs` go on with its work; there the roles have to be given anew.
    """
    reached = [role for role in roles if role.user.is_active and role.user.email]
    reached.sort(key=lambda role: (role.user_id, role.pk))
    for user, held in groupby(reached, key=lambda role: role.user):
        # Not words yet: the letter's language is not that of whoever presses.
        names = dict.fromkeys(Role(role.role).label for role in held)
        queue(
            kind=ENDED,
            address=user.email,
            recipient=user.person_id,
            about=("members.unit", old.pk),
            content=ended(old=old, roles=names, heirs=heirs, last_day=last_day),
            now=now,
            dedupe_key=f"{ENDED}:{old.pk}:{user.pk}",
        )


def ended(
    *,
    old: Unit,
    roles: Iterable[str | Promise],
    heirs: Iterable[Unit],
    last_day: dt.date,
) -> Content:
    seen = {
        "unit": old,
        "roles": list(roles),
        "heirs": list(heirs),
        "last_day": last_day,
        "roles_url": settings.SITE_URL + reverse("members:roles"),
    }
    return render("members/role_ended", seen)
