"""Passkeys, authenticator apps and recovery codes: who has one, who has used one."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.account import app_settings as account_settings
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from content import identity
from members import permissions, sealing
from members.models import User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""Recovery codes stand in for one of these and are none themselves."""


def has(user: User) -> bool:
    """Whether the account can be asked for a second factor or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def used(request: HttpRequest) -> bool:
    """Whether this very session has shown one: registered alone does not count.

    A passkey counts by itself: it is unlocked by finger, face or PIN, so it is
    something one has and something one is or knows.
    """
    return _has_factor(get_authentication_records(request, request.user))


def opens_admin(request: HttpRequest) -> bool:
    """Whether the session is strong enough for the admin."""
    return not settings.STAFF_SECOND_FACTOR or used(request)


def is_required(user: User) -> bool:
    """Whether the account's work asks for a factor."""
    return settings.STAFF_SECOND_FACTOR and permissions.enters_admin(user)


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether the owner has proved themselves in the last five minutes.

    By what is strongest: where there is a factor, a mailed code or a password is not
    enough, or whoever reads the mail could take the factor away.
    """
    records = get_authentication_records(request, request.user)
    if has(request.user):
        records = [record for record in records if record.get("method") == "mfa"]
    last = max((record["at"] for record in records), default=0)
    return time.time() - last < account_settings.REAUTHENTICATION_TIMEOUT


class FactorMiddleware:
    """A session that has shown no factor has no role of the admin, on any page.

    Lists and files of staff stand on public addresses too. What is one's own, judging
    and leading a team stay open.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR:
            request.user = SimpleLazyObject(lambda: _weighed(request))
        return self.get_response(request)


def _weighed(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    shown = get_authentication_records(request, user)
    if user.is_authenticated and not _has_factor(shown):
        permissions.suspend_admin_roles(user)
    return user


def _has_factor(records: list[dict]) -> bool:
    return any(record.get("method") == "mfa" for record in records)


class FactorAdapter(DefaultMFAAdapter):
    """What authenticator apps and devices show, and how their secrets are kept."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return identity.current().name

    def generate_authenticator_name(
        self,
        user: User,
        type: Authenticator.Type,
    ) -> str:
        taken = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": taken + 1}
