"""What allauth does for us, and the letters it sends: through our own outbox."""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.internal.httpkit import clean_client_ip
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content import clock
from mail import addresses
from mail.actions import queue
from mail.rendering import render
from members import devices, factors, limits, own_letters, permissions
from members.account_forms import CODE_LIFETIME, CODES_MADE, account_at
from members.models import User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AccountLetter:
    """One of our letters: its template, whether it is secret, how long it is of use."""

    template: str
    label: Any
    secret: bool = True
    lifetime: dt.timedelta = dt.timedelta(days=1)

    @property
    def kind(self) -> str:
        return f"members.{self.template}"


RESET_LIFETIME = dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
LOGIN_CODE = AccountLetter("login_code", _("Sign-in code"), lifetime=CODE_LIFETIME)
SIGNUP_CODE = AccountLetter(
    "signup_code", _("Code for a new account"), lifetime=CODE_LIFETIME
)
EMAIL_CODE = AccountLetter(
    "email_code", _("Code for a new address"), lifetime=CODE_LIFETIME
)
CONFIRM_CODE = AccountLetter(
    "confirm_code", _("Code before a change to an account"), lifetime=CODE_LIFETIME
)
PASSWORD_RESET = AccountLetter(
    "password_reset", _("Password reset"), lifetime=RESET_LIFETIME
)
UNKNOWN_ACCOUNT = AccountLetter("unknown_account", _("No account with this address"))
ACCOUNT_EXISTS = AccountLetter("account_exists", _("There is an account already"))
NOTICE = AccountLetter(
    "account_notice",
    _("Change to an account"),
    secret=False,
    lifetime=dt.timedelta(days=3),
)
LETTERS = (
    LOGIN_CODE,
    SIGNUP_CODE,
    EMAIL_CODE,
    CONFIRM_CODE,
    PASSWORD_RESET,
    UNKNOWN_ACCOUNT,
    ACCOUNT_EXISTS,
    NOTICE,
)

BY_PREFIX = {
    "account/email/login_code": LOGIN_CODE,
    "account/email/email_confirmation_signup": SIGNUP_CODE,
    "account/email/email_confirmation": EMAIL_CODE,
    "account/email/password_reset_key": PASSWORD_RESET,
    "account/email/unknown_account": UNKNOWN_ACCOUNT,
    "account/email/account_already_exists": ACCOUNT_EXISTS,
}
"""Our letter for allauth's name of it; every other name is a notice."""

NOTICES = {
    "account/email/password_changed": _("Your password has been changed."),
    "account/email/password_set": _("A password has been set for your account."),
    "account/email/password_reset": _("Your password has been reset."),
    "account/email/email_changed": _("The email of your account has been changed."),
    "account/email/email_deleted": _("An email has been removed from your account."),
    "mfa/email/totp_activated": _("An authenticator app has been added."),
    "mfa/email/totp_deactivated": _("The authenticator app has been removed."),
    "mfa/email/recovery_codes_generated": _("New recovery codes have been made."),
    "mfa/email/webauthn_added": _("A passkey has been added."),
    "mfa/email/webauthn_removed": _("A passkey has been removed."),
}
FACTORS_REMOVED = _(
    "The administration has removed your passkeys, authenticator app and recovery "
    "codes at your request."
)
SOMETHING_CHANGED = _("Something in your account has been changed.")


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's letters go out like all others, rendered from our templates."""

    def clean_email(self, email: str) -> str:
        """Allauth would cut a longer one off, and the rest is somebody else's."""
        email = super().clean_email(email)
        MaxLengthValidator(User._meta.get_field("email").max_length)(email)
        addresses.validate(email)
        return email

    def get_client_ip(self, request: HttpRequest) -> str:
        """With fewer addresses in the header than proxies are trusted, the first.

        Somebody came in behind the outer proxy, or TRUSTED_PROXY_COUNT is wrong:
        allauth would answer 500. The first address is what the outermost proxy on the
        way has seen, and no easier to forge than a header with enough of them.
        """
        try:
            return super().get_client_ip(request)
        except ImproperlyConfigured:
            forwarded = request.headers["x-forwarded-for"]
            logger.warning("X-Forwarded-For has too few addresses: look at the proxies")
            first = forwarded.split(",")[0]
            return clean_client_ip(first) or request.META["REMOTE_ADDR"]

    def generate_login_code(self) -> str:
        return self._stamped(super().generate_login_code())

    def generate_email_verification_code(self) -> str:
        return self._stamped(super().generate_email_verification_code())

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        letter = BY_PREFIX.get(template_prefix, NOTICE)
        event = NOTICES.get(template_prefix, SOMETHING_CHANGED)
        send(letter, email, self._seen(context) | {"event": event})

    def send_confirmation_code(self, user: User) -> str:
        """Send and return a code that proves the owner before a change."""
        code = self.generate_login_code()
        send(CONFIRM_CODE, user.email, self._seen({"code": code}))
        return code

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Asked of everybody; allauth lets accounts without password or factor pass.

        A sign-in of the last five minutes is as good as a confirmation.
        """
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        if factors.confirmed_lately(self.request):
            return False
        if not self.get_reauthentication_methods(self.request.user):
            # Signed in with a card, and nothing else to prove oneself by. Signing out
            # would lock its owner out: the code has been used.
            messages.error(
                self.request,
                _("Set a password first. You then confirm such changes with it."),
            )
            raise ImmediateHttpResponse(redirect("account_set_password"))
        raise ReauthenticationRequired

    def get_reauthentication_methods(self, user: User) -> list[dict]:
        """By the strongest the account has; a mailed code where it has no factor."""
        if not user.is_authenticated:
            return []
        methods = super().get_reauthentication_methods(user)
        if factors.has(user):
            return [way for way in methods if way["id"] != "reauthenticate"]
        if not user.email:
            return methods
        by_mail = {
            "id": "members_by_mail",
            "description": _("Send me a code by email"),
            "url": reverse("account_reauthenticate_by_code"),
        }
        return [*methods, by_mail]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any):
        """Whoever our letters do not reach is told at once, wherever they go."""
        response = super().post_login(request, user, **kwargs)
        self._note_device(request, response, user, is_new=kwargs.get("signup", False))
        if own_letters.returned(user):
            messages.warning(request, own_letters.NOTICE)
        return response

    @staticmethod
    def _note_device(request: HttpRequest, response, user: User, *, is_new: bool):
        """Staff are told when their account is used where it never was before."""
        known = is_new or devices.is_known(request, user)
        if not known and user.email and permissions.enters_admin(user):
            browser = devices.in_words(request.headers.get("User-Agent", ""))
            event = gettext(
                "Your account has been signed into on a device not seen before "
                "(%(browser)s)."
            )
            seen = AccountAdapter._seen({}) | {"event": event % {"browser": browser}}
            send(NOTICE, user.email, seen)
        devices.remember(request, response, user)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Above the tight limit a solved challenge earns another try."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            form = getattr(request, "guarded_form", None)
            if form is None:
                raise
            key = self._get_login_attempts_cache_key(request, **credentials)
            verdict = limits.password(request, key, solved=form.is_solved)
            if verdict is not limits.Verdict.GO:
                again = limits.password_again_at(request, key)
                raise form.refusal(verdict, again) from None

    def _stamped(self, code: str) -> str:
        """Remember when the code was made; its age is asked as it is typed in."""
        made = self.request.session.get(CODES_MADE, {})
        newest = dict(list(made.items())[-4:])
        self.request.session[CODES_MADE] = {**newest, code: time.time()}
        return code

    @staticmethod
    def _seen(context: dict[str, Any]) -> dict[str, Any]:
        """What a letter may see: no request, and addresses of the site itself.

        A link never repeats the Host header of whoever caused the letter.
        """
        code = context.get("code", "")
        reset = urlsplit(context.get("password_reset_url", "")).path
        return {
            "code": code,
            "code_spaced": " ".join([code[:3], code[3:]]).strip(),
            "login_url": settings.SITE_URL + reverse("account_login"),
            "signup_url": settings.SITE_URL + reverse("account_signup"),
            "email_url": settings.SITE_URL + reverse("account_email"),
            "reset_url": settings.SITE_URL + reset,
            "minutes": int(CODE_LIFETIME.total_seconds() // 60),
            "hours": int(RESET_LIFETIME.total_seconds() // 3600),
        }


def send(letter: AccountLetter, email: str, seen: dict[str, Any]) -> None:
    """Queue a letter to the address, in the language of the page."""
    now = clock.now()
    language = translation.get_language() or settings.LANGUAGE_CODE
    user = account_at(email.lower())
    if user and letter is LOGIN_CODE:
        _put_on_record(user)
    seen = {"event": ""} | seen | {"email": email, "now": now}
    queue(
        kind=letter.kind,
        address=email,
        recipient=user.person_id if user else None,
        content=render(f"members/{letter.template}", seen, language=language),
        now=now,
        not_after=now + letter.lifetime,
        secret=letter.secret,
        language=language,
    )


def remove_factors(user: User) -> int:
    """Take passkeys, app and recovery codes away, for an owner who lost them all.

    Returns how many there were. The owner is told; whoever talked somebody of the
    staff into it is so found out. A lost device may still be signed in: every one is
    signed out.
    """
    with transaction.atomic():
        gone, _models = user.authenticator_set.all().delete()
        devices.end_all(user)
        if gone and user.email:
            seen = AccountAdapter._seen({}) | {"event": FACTORS_REMOVED}
            send(NOTICE, user.email, seen)
    return gone


def _put_on_record(user: User) -> None:
    """Let the code prove the address of an account that staff or a command made.

    Without a row to mark, allauth would ask for a second code right after the first.
    """
    if not user.emailaddress_set.exists():
        user.emailaddress_set.create(email=user.email, primary=True, verified=False)
