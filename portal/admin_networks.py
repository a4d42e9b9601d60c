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
        if settings.ADMIN_NETWORKS and self._is_outside(request):
            raise Http404
        return self.get_response(request)

    @staticmethod
    def _is_outside(request: HttpRequest) -> bool:
        door = reverse("admin:index")
        return request.path.startswith(door) and not networks.is_within(
            request, settings.ADMIN_NETWORKS
        )
