"""A little work for the visitor's device, asked where a tight limit was reached.

ALTCHA from the package django-altcha: its script comes with our static files and
only on a page that asks; nobody else's server hears of it. It stops nobody who is
determined, but makes ten thousand letters cost something. What the package leaves
open is closed here: a solution counts once even when sent twice at the same time.
"""

from __future__ import annotations

import base64
import json

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_altcha import AltchaField, AltchaWidget, get_challenge_expire_seconds
from django_altcha.conf import get_setting

NAME = "altcha"
CSP = {
    # The work is done in a worker that the script makes out of its own text.
    "worker-src": ["'self'", "blob:"],
    # The script brings its own style sheet.
    "style-src": ["'self'", "'unsafe-inline'"],
}
"""What the page that shows a challenge may do beyond the others."""

STRINGS = {
    "ariaLinkLabel": _("About the automatic check"),
    "error": _("The check did not work. Load the page again."),
    "expired": _("The check is too old. Try again."),
    "footer": "",
    "label": _("I am not a robot"),
    "verified": _("Checked"),
    "verifying": _("Checking, please wait…"),
    "waitAlert": _("Still checking, please wait a moment."),
}


class ChallengeWidget(AltchaWidget):
    template_name = "members/components/challenge_widget.html"


class ChallengeField(AltchaField):
    """Valid once with a fresh solution of a challenge of ours."""

    widget = ChallengeWidget
    default_error_messages = {
        "error": _("The check did not work. Load the page again."),
        "invalid": _("The check did not work or is too old. Please do it again."),
        "required": _("Wait until the check is done, then press the button."),
        "replay": _("The check did not work or is too old. Please do it again."),
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(
            **{"auto": "onload", "hidefooter": True, "hidelogo": True}
            | {"maxnumber": settings.ALTCHA_MAX_NUMBER, "refetchonexpire": False}
            | {"language": get_language(), "required": True, "label": _("Check")}
            | kwargs
        )
        self.widget.options["strings"] = {
            name: str(text) for name, text in STRINGS.items()
        }

    def replay_attack_protection(self, payload: str) -> None:
        """The package asks first and writes later; two at once would both pass."""
        solved = json.loads(base64.b64decode(payload))["challenge"]
        store = caches[get_setting("ALTCHA_CACHE_ALIAS")]
        fresh = store.add(f"challenge:{solved}", True, get_challenge_expire_seconds())
        if not fresh:
            raise ValidationError(self.error_messages["replay"], code="replay")


class ChallengePage:
    """For class-based views: a page that shows the challenge gets its policy."""

    def render_to_response(self, context: dict, **kwargs) -> HttpResponse:
        response: TemplateResponse = super().render_to_response(context, **kwargs)
        forms = (context.get("form"), context.get("resend_form"))
        if any(getattr(form, "asks", False) for form in forms):
            response._csp_update = CSP
        return response
