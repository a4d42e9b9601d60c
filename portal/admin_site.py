"""The admin under /quan-tri/: allauth signs people in, roles decide who enters."""

from collections.abc import Callable
from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from members import factors, permissions, site_log
from portal import admin_desk, admin_menu
from portal.admin_networks import refuse_outsiders

FOREIGN = {"auth", "account", "mfa", "socialaccount", "usersessions"}
"""Packages whose lists know no units. Accounts and roles have ours; allauth's page of
factors would show their secrets in plain text."""


class PortalAdminSite(AdminSite):
    site_header = _("Portal administration")
    site_title = _("Administration")
    index_title = _("Start")
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """A role of the admin, and in production a second factor or a passkey."""
        return permissions.enters_admin(request.user) and factors.opens_admin(request)

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """A factor shown long ago is asked for on the spot, so that a form that was
        being filled in meanwhile is not lost on the way through the sign-in page."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def asked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            refuse_outsiders(request)
            if request.user.is_authenticated and factors.has_grown_old(request):
                return never_cache(factors.ask_again)(request)
            return inner(request, *args, **kwargs)

        return asked

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Everybody signs in by the one door, where codes and second factors are."""
        target = request.GET.get("next") or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(target, reverse("account_login"))
        if not permissions.enters_admin(request.user):
            raise PermissionDenied
        return redirect_to_login(target, reverse("mfa_required"))

    def register(self, model_or_iterable, admin_class=None, **options) -> None:
        models = model_or_iterable
        if isinstance(models, type):
            models = [models]
        ours = [model for model in models if model._meta.app_label not in FOREIGN]
        super().register(ours, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label=None) -> list[dict]:
        registry = self._registry
        if app_label:
            registry = {
                model: model_admin
                for model, model_admin in registry.items()
                if model._meta.app_label == app_label
            }
        return admin_menu.grouped(admin_menu.apps_of(registry, request))

    def each_context(self, request: HttpRequest) -> dict:
        context = super().each_context(request)
        groups = context["available_apps"]
        return context | {"menu": admin_menu.marked(groups, request.path)}

    def index(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        desk = admin_desk.gather(request.user, request.now)
        page = super().index(request, {"desk": desk, **(extra_context or {})})
        daily, rest = admin_menu.daily_and_rest(
            page.context_data["app_list"],
            everything=permissions.everywhere(request.user, "site.manage"),
        )
        page.context_data |= {"app_list": daily, "set_up": rest}
        return page

    def get_urls(self) -> list:
        """Django's own shortcut tells any staff the address of any row."""
        view = self.admin_view(self.on_site)
        log = self.admin_view(self.site_log)
        named = path("nhat-ky/", log, name="site_log")
        mine = path("r/<int:content_type_id>/<int:object_id>/", view)
        return [named, mine, path("r/<path:rest>", _not_found), *super().get_urls()]

    def site_log(self, request: HttpRequest) -> HttpResponse:
        """Every change by staff, for those who run the whole portal."""
        if not permissions.everywhere(request.user, "site.manage"):
            raise PermissionDenied
        form = site_log.LogForm(request.GET, now=request.now)
        asked = form.asked()
        context = self.each_context(request) | {
            "title": _("Log of all changes"),
            "form": form,
            "asked": asked,
            "page": site_log.read(asked, request),
        }
        return render(request, "members/admin/site_log.html", context)

    def on_site(
        self, request: HttpRequest, content_type_id: int, object_id: int
    ) -> HttpResponse:
        """To the public page of a row, for those whose lists have the row."""
        kind = ContentType.objects.filter(pk=content_type_id).first()
        model_admin = self._registry.get(kind.model_class()) if kind else None
        if model_admin is None or not model_admin.has_view_permission(request):
            raise Http404
        if model_admin.get_object(request, str(object_id)) is None:
            raise Http404
        return shortcut(request, content_type_id, object_id)


def _not_found(request: HttpRequest, rest: str) -> HttpResponse:
    raise Http404
