"""Passkeys, authenticator apps and recovery codes: who has one, who has used one."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from functools import wraps

from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    suspend_request,
)
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
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
    """Whether this very session has shown one: registered alone does not count, nor
    one shown yesterday (STAFF_FACTOR_HOURS).

    A passkey counts by itself: it is unlocked by finger, face or PIN, so it is
    something one has and something one is or knows.
    """
    return _age(request, request.user) < settings.STAFF_FACTOR_HOURS * 3600


def _age(request: HttpRequest, user: User | AnonymousUser) -> float:
    """Seconds since the session last showed a factor; endless where it never did."""
    records = get_authentication_records(request, user)
    shown = (record["at"] for record in records if record.get("method") == "mfa")
    return time.time() - max(shown, default=-math.inf)


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


# --- Asked for again --------------------------------------------------------------


def has_grown_old(request: HttpRequest) -> bool:
    """Whether somebody with work in the admin has shown a factor, but long ago."""
    user = request.user
    return getattr(request, "_factor_is_old", False) and permissions.enters_admin(user)


def is_fresh(request: HttpRequest) -> bool:
    """Whether a factor was shown lately enough for what cannot be taken back."""
    if not settings.STAFF_SECOND_FACTOR:
        return True
    return _age(request, request.user) < settings.STAFF_FACTOR_MINUTES * 60


def freshly_shown(view: Callable) -> Callable:
    """For views that give away, erase or rule: a factor of the last half hour."""

    @wraps(view)
    def asked(request: HttpRequest, *args, **kwargs):
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return ask_again(request)

    return asked


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page of the strongest factor, and from there on to what was asked for.

    What was typed waits in the session and is carried out then (DESIGN rule 13);
    allauth keeps no files, and of two such forms the later one. Whose factor has been
    taken away meanwhile is led to a new one.
    """
    if not has(request.user):
        here = request.get_full_path() if request.method == "GET" else request.path
        return redirect(add_query_params(reverse("mfa_required"), {"next": here}))
    way = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    request.session.pop(STATE_SESSION_KEY, None)
    response = suspend_request(request, way)
    if request.method != "POST":
        return response
    if request.FILES:
        messages.warning(
            request,
            _("The files you chose did not come along. Add them once more."),
        )
    # Allauth finds the form again by its path alone; the query waits beside it.
    return redirect(add_query_params(way, {"next": request.path}))


def renewed(request: HttpRequest) -> None:
    """The factor was shown just now: what waited runs with every role, as if it came
    now."""
    permissions.restore_admin_roles(request.user)
    request._factor_is_old = False
    waiting = (request.session.get(STATE_SESSION_KEY) or {}).get("request")
    if waiting:
        request.resolver_match = resolve(json.loads(waiting)["path_info"])


REFUSED = {403, 404}


class FactorMiddleware:
    """A session that has shown no factor has no role of the admin, on any page.

    Lists and files of staff stand on public addresses too. What is one's own, judging
    and leading a team stay open. Where the factor has only grown old, a page that is
    refused asks for it again.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.STAFF_SECOND_FACTOR:
            return self.get_response(request)
        request.user = SimpleLazyObject(lambda: _weighed(request))
        response = self.get_response(request)
        is_page = "text/html" in request.headers.get("Accept", "")
        if response.status_code in REFUSED and request.method == "GET" and is_page:
            return ask_again(request) if has_grown_old(request) else response
        return response


def _weighed(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    age = _age(request, user)
    if user.is_authenticated and age >= settings.STAFF_FACTOR_HOURS * 3600:
        permissions.suspend_admin_roles(user)
        request._factor_is_old = age < math.inf
    return user


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
