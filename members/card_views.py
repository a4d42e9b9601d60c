"""Signing in with a card from the secretary.

The link on the card is opened by more than its owner: Zalo and others look at every
link to draw a preview. So opening it changes nothing; the button below it signs in.
"""

from __future__ import annotations

import secrets

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members import actions, card_backend, card_limits, cards, rules
from members.card_forms import CodeForm, PasswordForm
from members.models import SignInCard, User
from members.rules import EntryRefusal, Refused

BROWSER = "card_browser"
_STATUS = {EntryRefusal.UNKNOWN: 404}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_code(request: HttpRequest) -> HttpResponse:
    """One field for the code; a right one leads to where the QR code leads."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    target = get_next_redirect_url(request) or ""
    if form.is_valid():
        typed = form.cleaned_data["code"]
        if card_limits.too_many(request, typed):
            return _too_many(request)
        code = cards.read(typed)
        if SignInCard.objects.with_code(code):
            return redirect(_address(code, target))
        card_limits.count_wrong(request, typed)
        form.add_error("code", EntryRefusal.UNKNOWN.label)
    return render(request, "members/card_type.html", {"form": form, "next": target})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Whose card it is, and the button that signs in."""
    if card_limits.too_many(request, code):
        return _too_many(request)
    plain = cards.read(code)
    card = SignInCard.objects.with_code(plain)
    if card is None:
        card_limits.count_wrong(request, code)
        return _refused(request, EntryRefusal.UNKNOWN)
    target = get_next_redirect_url(request) or reverse("portal:me")
    if request.user.is_authenticated and request.user.person_id == card.person_id:
        return redirect(target)
    if rules.asks_for_password(card, now=request.now):
        return _enter_with_password(request, card, target)
    if request.method == "POST":
        return _enter(request, plain, target)
    browser = _browser(request)
    if refusal := rules.why_not_enter(card, browser=browser, now=request.now):
        return _refused(request, refusal)
    response = render(
        request, "members/card_enter.html", _seen(card) | {"next": target}
    )
    _remember_browser(response, browser)
    return response


def _enter(request: HttpRequest, code: str, target: str) -> HttpResponse:
    try:
        user = actions.enter_with_card(
            code=code, browser=_browser(request), now=request.now
        )
    except Refused as refused:
        return _refused(request, refused.reason)
    user.backend = card_backend.PATH
    return _sign_in(request, user, target)


def _enter_with_password(
    request: HttpRequest, card: SignInCard, target: str
) -> HttpResponse:
    """The code has become the name, and only the password opens the account."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        user = User.objects.get(person=card.person_id)
        if not card_limits.may_try_password(request, card.pk):
            form.add_error(None, _("Too many tries. Please wait five minutes."))
        elif user.check_password(form.cleaned_data["password"]):
            card_limits.password_was_right(request, card.pk)
            return _sign_in(request, user, target)
        else:
            form.add_error("password", _("This is not the password."))
    context = _seen(card) | {"form": form, "next": target}
    return render(request, "members/card_password.html", context)


def _sign_in(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """By allauth's door, with every stage but the proof of an e-mail address."""
    record_authentication(request, user, method="card")
    response = perform_login(
        request,
        user,
        email_verification=EmailVerificationMethod.NONE,
        redirect_url=target,
    )
    if request.user.is_authenticated:
        request.session.set_expiry(cards.SESSION)
    return response


def _seen(card: SignInCard) -> dict[str, str]:
    return {"name": cards.masked(card.person.full_name)}


def _address(code: str, target: str) -> str:
    query = f"?{urlencode({'next': target})}" if target else ""
    return reverse("cards:enter", args=[cards.spaced(code)]) + query


def _browser(request: HttpRequest) -> str:
    return request.get_signed_cookie(BROWSER, "") or secrets.token_urlsafe(16)


def _remember_browser(response: HttpResponse, browser: str) -> None:
    """So that a second click here, or a lost answer, is no second use of the code."""
    response.set_signed_cookie(
        BROWSER,
        browser,
        max_age=cards.SECOND_CLICK,
        path=reverse("cards:type"),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _refused(request: HttpRequest, reason: EntryRefusal) -> HttpResponse:
    context = {"reason": reason.label, "own": reason == EntryRefusal.OWN_SIGN_IN}
    status = _STATUS.get(reason, 410)
    return render(request, "members/card_gone.html", context, status=status)


def _too_many(request: HttpRequest) -> HttpResponse:
    context = {"reason": _("Too many wrong codes. Please try again in an hour.")}
    return render(request, "members/card_gone.html", context, status=429)
