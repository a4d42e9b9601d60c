"""How a visitor sees the pages: size of text and contrast, without any script.

The bar at the top of each page is a form of four buttons. Public pages are cached and
carry no token, so what protects it is where the request comes from; and all that
somebody could do to a visitor is to make the letters bigger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

COOKIE = "display"  # also in settings.PAGE_CACHE_COOKIES: each display has its pages
SIZES = ("", "large", "larger")
CONTRAST = "contrast"


@dataclass(frozen=True)
class Display:
    """One way to see the pages; `value` is what the cookie says of it."""

    contrast: bool = False
    size: str = ""

    @property
    def value(self) -> str:
        return "-".join(filter(None, [CONTRAST if self.contrast else "", self.size]))

    @property
    def classes(self) -> str:
        """What stands on <html>."""
        contrast = "high-contrast" if self.contrast else ""
        return " ".join(filter(None, [contrast, self.size and f"{self.size}-text"]))

    @property
    def smaller(self) -> Display:
        return self._step(-1)

    @property
    def bigger(self) -> Display:
        return self._step(1)

    @property
    def plain(self) -> Display:
        return replace(self, size="")

    @property
    def turned(self) -> Display:
        return replace(self, contrast=not self.contrast)

    def _step(self, by: int) -> Display:
        place = min(max(SIZES.index(self.size) + by, 0), len(SIZES) - 1)
        return replace(self, size=SIZES[place])


BY_VALUE = {
    each.value: each for each in (Display(c, s) for c in (False, True) for s in SIZES)
}
VALUES = tuple(BY_VALUE)


def chosen(request: HttpRequest) -> Display:
    """What the cookie says; the plain display for all it cannot say."""
    return BY_VALUE.get(request.COOKIES.get(COOKIE, ""), BY_VALUE[""])


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice for a year and go back to the page the button stood on.

    With `bar` the answer is the bar alone, for a script that spares the reload and
    with it what was typed into a form. Opened as a page it leads to where the bar is
    explained.
    """
    if request.method != "POST":
        return redirect("portal:accessibility")
    if _from_elsewhere(request):
        raise PermissionDenied
    display = BY_VALUE.get(request.POST.get("display", ""), BY_VALUE[""])
    if "bar" in request.POST:
        context = {"display": display}
        response = render(request, "components/display.html", context)
    else:
        response = redirect(_back(request))
    if display.value:
        response.set_cookie(
            COOKIE,
            display.value,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site sent the form."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return bool(origin) and urlsplit(origin).netloc != request.get_host()


def _back(request: HttpRequest) -> str:
    """The page the button stood on (our policy sends it in full), else home."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(page)
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
