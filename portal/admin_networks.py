"""The admin is not there for those outside of ADMIN_NETWORKS."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from content import networks


class AdminNetworkMiddleware:
    """404 for every address below the admin's, before anything asks who it is.

    Without networks in the settings the admin is open to all who may enter it.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        allowed = settings.ADMIN_NETWORKS
        # Kept, because a form that waited for the factor is carried out on another
        # address, and with the headers it was sent with.
        request.is_outside = bool(allowed) and not networks.is_within(request, allowed)
        if request.is_outside and request.path.startswith(reverse("admin:index")):
            raise Http404
        return self.get_response(request)


def refuse_outsiders(request: HttpRequest) -> None:
    """Http404 where the request comes from elsewhere than the settings allow."""
    if request.is_outside:
        raise Http404
