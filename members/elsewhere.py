"""Signing in with an account of another house, such as the province's identity.

Any provider that speaks OpenID Connect, named by settings (OIDC_SERVER_URL and those
beside it). Whoever comes from there proves no second factor to us: staff show one
here as well.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

KEPT = ("name", "email")
"""What is kept of all that the provider tells: enough to recognise the account by."""


class ElsewhereAdapter(DefaultSocialAccountAdapter):
    """Keeps little of what the provider tells."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        told = sociallogin.account.extra_data
        told = told.get("userinfo") or told.get("id_token") or told
        kept = {name: told[name] for name in KEPT if told.get(name)}
        sociallogin.account.extra_data = kept
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])


def provider() -> dict[str, Any] | None:
    """The provider that settings name: its `provider_id` and `name`."""
    known = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return known[0] if known else None


class LeadsThere:
    """For class-based views: the forms of this page may send people to the provider.

    Browsers ask `form-action` again when the answer to a form redirects.
    """

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**kwargs) | {"elsewhere": provider()}

    def render_to_response(self, context: dict, **kwargs) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if provider():
            update = getattr(response, "_csp_update", {})
            response._csp_update = update | {"form-action": _origins()}
        return response


def _origins() -> list[str]:
    addresses = [settings.OIDC_SERVER_URL, *settings.OIDC_ORIGINS]
    parts = [urlsplit(address) for address in addresses]
    return ["'self'", *dict.fromkeys(f"{one.scheme}://{one.netloc}" for one in parts)]


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider. Where it does not answer, the other doors are open."""
    try:
        return openid_connect.login(request, provider_id)
    except RequestException:
        page = "socialaccount/authentication_error.html"
        return render(request, page, {"silent": True}, status=503)
