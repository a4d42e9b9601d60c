"""Where an account is signed in: listed for its owner, and ended by them.

Allauth writes a row at each sign-in; nothing is written while people read.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from members.models import User

COOKIE, SALT = "devices", "members.devices"
REMEMBERED = dt.timedelta(days=365)
MOST = 5
"""So many accounts one browser remembers; a computer of the office is shared."""

# The first that fits counts: each later one also names an earlier one.
BROWSERS = (
    (re.compile(r"\bZalo\b"), "Zalo"),
    (re.compile(r"\bcoc_coc_browser\b"), "Cốc Cốc"),
    (re.compile(r"\b(Edg|EdgA|EdgiOS)/"), "Edge"),
    (re.compile(r"\b(OPR|Opera)\b"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(Chrome|CriOS)/"), "Chrome"),
    (re.compile(r"\bSafari/"), "Safari"),
)
SYSTEMS = (
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\b(iPhone|iPad|iPod)\b"), "iOS"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMac OS X\b"), "macOS"),
    (re.compile(r"\bLinux\b"), "Linux"),
)


@dataclass(frozen=True)
class Device:
    """One place where the account is signed in."""

    pk: int
    words: str
    since: dt.datetime
    is_this: bool


def in_words(user_agent: str) -> str:
    """Browser and system as people call them, such as "Chrome, Android"."""
    found = [
        next((name for mark, name in known if mark.search(user_agent)), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or _("unknown device")


def of(user: User, *, this: str) -> list[Device]:
    """Where the account is signed in, the newest first; `this` is a session key."""
    rows = UserSession.objects.purge_and_list(user)
    return sorted(
        (
            Device(
                pk=row.pk,
                words=in_words(row.user_agent),
                since=row.created_at,
                is_this=row.session_key == this,
            )
            for row in rows
        ),
        key=lambda device: (device.is_this, device.since),
        reverse=True,
    )


def end(user: User, *, pk: int) -> bool:
    """Sign one device out; False when it is not the user's or is out already."""
    row = UserSession.objects.filter(user=user, pk=pk).first()
    if row is not None:
        row.end()
    return row is not None


def end_all(user: User, *, but: str = "") -> int:
    """Sign every device out but the one with that session key; how many."""
    rows = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    for row in rows:
        row.end()
    return len(rows)


def forget_ended(*, now: dt.datetime) -> int:
    """Nightly: rows whose session has run out tell where somebody was, to nobody."""
    Session.objects.filter(expire_date__lte=now).delete()
    live = Session.objects.values("session_key")
    return UserSession.objects.exclude(session_key__in=live).delete()[0]


# --- Known to this browser ------------------------------------------------------


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether this browser has signed into the account before."""
    return user.pk in _remembered(request)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser keep, signed, that it has signed into the account."""
    known = [pk for pk in _remembered(request) if pk != user.pk]
    response.set_cookie(
        COOKIE,
        signing.dumps([user.pk, *known][:MOST], salt=SALT),
        max_age=REMEMBERED,
        path="/tai-khoan/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _remembered(request: HttpRequest) -> list[int]:
    try:
        return signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED
        )
    except signing.BadSignature:
        return []
