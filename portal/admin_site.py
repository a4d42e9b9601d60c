"""The admin under /quan-tri/: allauth signs people in, roles decide who enters."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import permissions


class PortalAdminSite(AdminSite):
    site_header = _("Portal administration")
    site_title = _("Administration")
    index_title = _("Start")
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and permissions.enters_admin(request.user)

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Everybody signs in by the one door, where codes and second factors are."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        target = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(target, reverse("account_login"))
