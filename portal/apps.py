from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from portal import context, error_reports, freshness, pages, personal, scan_desk

        error_reports.start()

        context.register()
        freshness.register()
        pages.register()
        personal.register()
        scan_desk.register()


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"
