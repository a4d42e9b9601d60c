"""What stays readable without a network: see docs/offline.md.

The work is done by a service worker (templates/portal/offline/worker.js) that nobody
needs: without it every page is what it was.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.models import Person, User
from training import attendance, passes
from training.models import Registration, TrainingSession

PAGES = r"^/(an-toan-so/|tin-tuc/[a-z0-9-]+-\d+/)$"
"""Addresses of what is kept once it was read: articles, guides, the page of safety."""
NOT_OURS = r"^/(quan-tri|cham-thi|tai-len|thu)/"
"""Addresses that the worker leaves alone altogether."""
RENEWS = r"(^/ca-nhan|/dang-ky|/huy|/nhan-cho)/$"
"""Addresses after which somebody's own sessions may be others."""
MOST_SESSIONS = 6


def account_mark(user: User) -> str:
    """Names the account to its own device without telling its number."""
    return salted_hmac("portal.offline", str(user.pk)).hexdigest()[:16]


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The same for everybody, in both languages; or one that says goodbye.

    Served from the root and not from the static files, because its address is the
    furthest that its reach can be.
    """
    name = "worker" if settings.OFFLINE_COPIES else "goodbye"
    context = {"known": json.dumps(_known())}
    response = render(
        request,
        f"portal/offline/{name}.js",
        context,
        content_type="text/javascript",
    )
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Stands in for every page that is not kept, so it knows nobody.

    It is fetched behind a reader's back: no message may be used up by it.
    """
    context = {"user": AnonymousUser(), "messages": ()}
    return render(request, "portal/offline/page.html", context)


@require_safe
@login_required
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """The next sessions of whoever is signed in, with the codes for the desk."""
    person = request.user.person
    rows = own_sessions(person, request.now) if person else []
    context = {"rows": rows, "messages": ()}
    return render(request, "portal/offline/own.html", context)


def own_sessions(person: Person, now: dt.datetime) -> list[dict[str, Any]]:
    """Only places that are sure; no code where nobody comes to a desk."""
    sign_ups = (
        Registration.objects.of(person)
        .confirmed()
        .filter(
            session__state=TrainingSession.State.PUBLISHED,
            session__ends_at__gt=now - attendance.AFTER,
        )
        .select_related("session", "point")
        .order_by("session__starts_at", "id")[:MOST_SESSIONS]
    )
    return [
        {
            "session": sign_up.session,
            "place": sign_up.point.name if sign_up.point else sign_up.session.venue,
            "pass": None
            if sign_up.session.mode == TrainingSession.Mode.ONLINE
            else passes.pass_of(sign_up),
        }
        for sign_up in sign_ups
    ]


def _known() -> dict[str, Any]:
    """What the worker is told: addresses, and its one sentence in each language."""
    files = static("css/site.css")
    return {
        "pages": PAGES,
        "notOurs": NOT_OURS,
        "renews": RENEWS,
        "offline": reverse("portal:offline"),
        "own": reverse("portal:offline_own"),
        "signOut": reverse("account_logout"),
        "files": files[: files.index("css/site")],
        "texts": {code: _sentence(code) for code, _name in settings.LANGUAGES},
    }


def _sentence(language: str) -> str:
    with translation.override(language):
        return _("You are offline. This page is a copy from {time}.")
