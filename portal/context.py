"""What every page knows: who runs the site and where its rooms are."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content import identity, kept_pages
from content.kept_pages import Surroundings
from portal import display, offline

ROOMS = [
    (_("News"), "news:list"),
    (_("Training"), "training:list"),
    (_("Digital teams"), "teams:list"),
    (_("Contests"), "contests:list"),
]


def site(request: HttpRequest) -> dict:
    """`site`: name, owner and contacts; `nav`: the rooms, the current one marked.

    `display` is how the visitor wants to see it.

    What `site` says stands under `portal` too: allauth's pages bring another `site`.
    """
    owner = identity.current()
    known = _addresses()
    room = next((url for url in known["rooms"] if request.path.startswith(url)), "")
    return {
        "site": owner,
        "portal": owner,
        "nav": _nav(room, get_language()),
        "display": display.chosen(request),
        "search_url": known["search"],
        "language_url": known["language"],
        "offline_url": known["offline"] if settings.OFFLINE_COPIES else "",
        "account_mark": lambda: offline.account_mark(request.user),
        "debug_mailbox_url": known["mailbox"] if settings.DEBUG else "",
    }


@dataclass(frozen=True)
class SignedIn:
    """All that a kept page knows of its reader."""

    is_authenticated: bool = True


@dataclass(frozen=True)
class Asked:
    """All that it knows of the request."""

    path: str


def surroundings(request: HttpRequest) -> Surroundings:
    """The same as `site` for a page that is kept for everybody signed in."""
    facts = site(request)
    mark = facts.pop("account_mark")
    facts |= {"user": SignedIn(), "request": Asked(request.path), "messages": ()}
    return Surroundings(facts, {"account_mark": mark})


def register() -> None:
    kept_pages.surroundings.register("portal", surroundings)


@cache
def _addresses() -> dict:
    """To look them up takes longer than all else that every page knows."""
    return {
        "rooms": [reverse(name) for _label, name in ROOMS],
        "search": reverse("portal:search"),
        "language": reverse("portal:language"),
        "offline": reverse("portal:offline_worker"),
        "mailbox": reverse("mailbox:list") if settings.DEBUG else "",
    }


@cache
def _nav(room: str, language: str) -> list[dict]:
    rooms = zip(ROOMS, _addresses()["rooms"], strict=True)
    return [
        {"label": str(label), "url": url, "current": url == room}
        for (label, _name), url in rooms
    ]
