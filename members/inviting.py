"""Inviting somebody into a role by a letter, and taking the answer.

The role is given when an account that has proved the invited address says yes, not
before. Whether the inviter may give it is asked again at that moment.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mail import addresses
from members import actions, invitation_letters, permissions
from members.models import Assignment, Role, RoleInvitation, Unit, User
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

LIFETIME = dt.timedelta(days=10)
MAX_LETTERS = 5
"""One invitation is sent so often; who does not answer then is asked by telephone."""
KEPT = dt.timedelta(days=30)
"""How long an address that never answered is kept after its link has run out."""
State = RoleInvitation.State


class Refusal(TextChoices):
    """Why somebody is not invited into a role."""

    NOT_YOURS = "not_yours", _("You cannot give this role in this unit.")
    UNIT_CLOSED = (
        "unit_closed",
        _("This unit has been closed. Choose the one after it."),
    )
    ADDRESS = "address", _("Write a full email address, such as ten@example.com.")
    ENDS_BEFORE = "ends_before", _("The role would have ended already.")
    HOLDS = "holds", _("The account with this address has this role already.")
    ANSWERED = "answered", _("This invitation has been answered or taken back.")
    TOO_OFTEN = (
        "too_often",
        _("Enough letters have been sent. Ask by telephone why none was answered."),
    )


class EntryRefusal(TextChoices):
    """Why an invitation cannot be accepted."""

    USED = "used", _("This invitation has been accepted already.")
    REVOKED = "revoked", _("This invitation has been taken back.")
    EXPIRED = (
        "expired",
        _("This invitation is too old. Ask whoever invited you to send it again."),
    )
    UNIT_CLOSED = (
        "unit_closed",
        _("The unit of this invitation has been closed. Ask for a new invitation."),
    )
    ROLE_OVER = "role_over", _("The role you were invited into has ended meanwhile.")
    INVITER_LEFT = (
        "inviter_left",
        _(
            "Whoever invited you may not give this role any more. Ask the Youth Union "
            "of the province for a new invitation."
        ),
    )
    OTHER_ADDRESS = (
        "other_address",
        _("This invitation was sent to another address than yours."),
    )


class Refused(Exception):
    """`reason` is a member of one of the refusals above."""

    def __init__(self, reason: Refusal | EntryRefusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


# --- May one? -------------------------------------------------------------------


def why_not_invite(
    *,
    email: str,
    role: Role,
    unit: Unit,
    by: User,
    on: dt.date,
    ends_on: dt.date | None = None,
) -> Refusal | None:
    """Why `by` cannot invite this address into the role."""
    if not permissions.may(by, "roles.assign", unit):
        return Refusal.NOT_YOURS
    if unit.has_ended(on):
        return Refusal.UNIT_CLOSED
    if addresses.why_not(email):
        return Refusal.ADDRESS
    if ends_on and ends_on < on:
        return Refusal.ENDS_BEFORE
    held = Assignment.objects.lasting(on).filter(role=role, unit=unit)
    if held.filter(user__email=User.objects.normalize_email(email)).exists():
        return Refusal.HOLDS
    return None


def why_not_accept(
    invitation: RoleInvitation, *, by: User | None, now: dt.datetime
) -> EntryRefusal | None:
    """Why the invitation is worth nothing (any more), or nothing to this account.

    Without an account: whether it is worth signing in for.
    """
    today = local_day(now)
    match invitation.state(now):
        case State.ACCEPTED:
            return EntryRefusal.USED
        case State.REVOKED:
            return EntryRefusal.REVOKED
        case State.EXPIRED:
            return EntryRefusal.EXPIRED
    if invitation.unit.has_ended(today):
        return EntryRefusal.UNIT_CLOSED
    if invitation.ends_on and invitation.ends_on < today:
        return EntryRefusal.ROLE_OVER
    inviter = invitation.invited_by
    if not inviter or not permissions.may(inviter, "roles.assign", invitation.unit):
        return EntryRefusal.INVITER_LEFT
    if by is not None and not _has_proved(by, invitation.email):
        return EntryRefusal.OTHER_ADDRESS
    return None


def _has_proved(user: User, email: str) -> bool:
    return user.emailaddress_set.filter(email__iexact=email, verified=True).exists()


# --- Verbs ----------------------------------------------------------------------


def invite(
    *,
    email: str,
    role: Role,
    unit: Unit,
    by: User,
    now: dt.datetime,
    ends_on: dt.date | None = None,
) -> RoleInvitation:
    """Write to the address. An invitation that waits there already is sent anew.

    Raises Refused.
    """
    email = User.objects.normalize_email(email)
    today = local_day(now)
    refusal = why_not_invite(
        email=email, role=role, unit=unit, by=by, on=today, ends_on=ends_on
    )
    if refusal:
        raise Refused(refusal)
    with transaction.atomic():
        token = _new_token()
        invitation, made = RoleInvitation.objects.unanswered().get_or_create(
            email=email,
            role=role,
            unit=unit,
            defaults={
                "ends_on": ends_on,
                "token_hash": digest(token),
                "invited_at": now,
                "invited_by": by,
                "expires_at": now + LIFETIME,
            },
        )
        if not made:
            return _renew(invitation.pk, by=by, now=now, ends_on=ends_on)
        invitation_letters.invite(invitation, token=token, now=now)
        logger.info("invitation %s into %s of unit %s", invitation.pk, role, unit.pk)
    return invitation


def resend(*, invitation: RoleInvitation, by: User, now: dt.datetime) -> RoleInvitation:
    """A new letter with a new link, valid from now on; the old link ends.

    Raises Refused.
    """
    with transaction.atomic():
        return _renew(invitation.pk, by=by, now=now, ends_on=invitation.ends_on)


def revoke(*, invitation: RoleInvitation, now: dt.datetime) -> bool:
    """Take it back; True if it still waited. Done twice is done once."""
    waiting = RoleInvitation.objects.unanswered().filter(pk=invitation.pk)
    return bool(waiting.update(revoked_at=now))


def find(token: str) -> RoleInvitation:
    """The invitation behind a link. Raises RoleInvitation.DoesNotExist."""
    rows = RoleInvitation.objects.select_related("unit", "invited_by__person")
    return rows.get(token_hash=digest(token))


def accept(*, token: str, by: User, now: dt.datetime) -> Assignment:
    """Give the role to this account. A second click finds the role given.

    Raises Refused, and RoleInvitation.DoesNotExist.
    """
    with transaction.atomic():
        invitation = _locked(find(token).pk)
        if invitation.accepted_by_id == by.pk and (given := _given(invitation, now)):
            return given
        if refusal := why_not_accept(invitation, by=by, now=now):
            raise Refused(refusal)
        invitation.accepted_at, invitation.accepted_by = now, by
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        logger.info("invitation %s accepted by account %s", invitation.pk, by.pk)
        return _given(invitation, now) or actions.assign_role(
            user=by,
            role=Role(invitation.role),
            unit=invitation.unit,
            starts_on=local_day(now),
            ends_on=invitation.ends_on,
            now=now,
        )


def forget(*, now: dt.datetime) -> int:
    """Nightly: delete what was never accepted and has run out a month ago."""
    old = RoleInvitation.objects.filter(
        accepted_at__isnull=True, expires_at__lt=now - KEPT
    )
    return old.delete()[0]


def digest(token: str) -> str:
    """What is stored of a token; 256 random bits need neither salt nor slowness."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _renew(
    pk: int, *, by: User, now: dt.datetime, ends_on: dt.date | None
) -> RoleInvitation:
    invitation = _locked(pk)
    if invitation.accepted_at or invitation.revoked_at:
        raise Refused(Refusal.ANSWERED)
    refusal = why_not_invite(
        email=invitation.email,
        role=Role(invitation.role),
        unit=invitation.unit,
        by=by,
        on=local_day(now),
        ends_on=ends_on,
    )
    if refusal is None and invitation.letters >= MAX_LETTERS:
        refusal = Refusal.TOO_OFTEN
    if refusal:
        raise Refused(refusal)
    token = _new_token()
    invitation.token_hash = digest(token)
    invitation.invited_at, invitation.expires_at = now, now + LIFETIME
    invitation.invited_by, invitation.ends_on = by, ends_on
    invitation.letters += 1
    invitation.save()
    invitation_letters.invite(invitation, token=token, now=now)
    return invitation


def _given(invitation: RoleInvitation, now: dt.datetime) -> Assignment | None:
    """The role where whoever accepted has it already."""
    held = Assignment.objects.lasting(local_day(now)).filter(
        user=invitation.accepted_by_id, role=invitation.role, unit=invitation.unit_id
    )
    return held.order_by("pk").first()


def _locked(pk: int) -> RoleInvitation:
    rows = RoleInvitation.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "invited_by").get(pk=pk)


def _new_token() -> str:
    return secrets.token_urlsafe(32)
