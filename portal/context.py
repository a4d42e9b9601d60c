"""What every page knows: who runs the site and where its rooms are."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content import identity
from portal import display

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
    nav = []
    for label, name in ROOMS:
        url = reverse(name)
        nav.append(
            {"label": label, "url": url, "current": request.path.startswith(url)}
        )
    return {
        "site": owner,
        "portal": owner,
        "nav": nav,
        "display": display.chosen(request),
        "search_url": reverse("portal:search"),
        "language_url": reverse("portal:language"),
        "debug_mailbox_url": reverse("mailbox:list") if settings.DEBUG else "",
    }
