"""What a browser may do for our pages, said with each answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# No page of ours uses any of these; a script that got in could not either. Not among
# them is what a film from elsewhere needs after the click (static/js/film.js).
SWITCHED_OFF = (
    *("accelerometer", "browsing-topics", "camera"),
    *("display-capture", "geolocation", "gyroscope", "hid", "magnetometer"),
    *("microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)
# Passkeys are for pages of this site, and for no frame.
OWN = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join(
    [f"{name}=()" for name in SWITCHED_OFF] + [f"{name}=(self)" for name in OWN]
)


class PoliciesMiddleware:
    """Permissions-Policy, and Cross-Origin-Resource-Policy where a view says nothing.

    Pictures say themselves that others may show them; pages are for nobody's frame.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
