from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("Community digital teams")

    def ready(self) -> None:
        from teams import freshness, people, search

        people.register()
        search.register()
        freshness.register()
